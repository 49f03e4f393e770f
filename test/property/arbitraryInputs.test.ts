/**
 * Whatever a program passes as an input, a call that cannot be made ends in an `EncodeError` that names the place, shows
 * no value, and sends nothing.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Cognito } from "../../src/Service.ts"
import { Signer } from "../../src/Signer.ts"
import { operationNamed } from "../support/operations.ts"
import { model, operations, plain, typed } from "../support/shapes.ts"
import { structureOf } from "../../codegen/Model.ts"

/** Calls an operation and tells how it ended and how much it sent. */
const call = async (name: string, input: unknown) => {
  let sent = 0
  let signed = 0
  const live = Layer.mergeAll(
    Layer.succeed(Cognito, {
      endpoint: "https://localhost/",
      transport: {
        send: () => {
          sent++
          return Effect.succeed({ status: 500, headers: {}, body: new Uint8Array() })
        }
      }
    }),
    Layer.succeed(Signer, {
      sign: (request) => {
        signed++
        return Effect.succeed(request)
      }
    })
  )
  const exit = await Effect.runPromiseExit(Effect.provide(operationNamed(name)(input), live))
  if (Exit.isSuccess(exit)) throw new Error("the network answers with a failure")
  expect(Cause.hasDies(exit.cause)).toBe(false)
  return { error: Cause.squash(exit.cause), sent, signed }
}

/** Checks that a call was refused before anything happened; answers the error. */
const expectRefusal = async (name: string, input: unknown) => {
  const { error, sent, signed } = await call(name, input)
  expect(error).toMatchObject({ _tag: "ClientError", operation: name, reason: { _tag: "EncodeError" } })
  expect({ sent, signed }).toEqual({ sent: 0, signed: 0 })
  return error
}

const operation = fc.constantFrom(...operations)

/** An operation and a valid input of it. */
const valid = operation.chain(({ input, name }) =>
  plain(input).map((value) => ({
    name,
    members: structureOf(model, input).members,
    input: Object.entries(Object(typed(input, value)))
  }))
)

describe("an input", () => {
  it("may be anything", async () => {
    await fc.assert(
      fc.asyncProperty(
        operation,
        fc.anything({ withBigInt: true, withDate: true, withTypedArray: true }),
        async ({ name }, input) => {
          const { error, sent } = await call(name, input)
          // Two operations need no member, and take any empty object.
          expect(error).toMatchObject({ reason: { _tag: sent === 1 ? "DecodeError" : "EncodeError" } })
        }
      ),
      { numRuns: 1000 }
    )
  })

  it("with a member that is not known is refused, by its name", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.stringMatching(/^[a-z]{1,8}$/), async ({ input, name }, member) => {
        const error = await expectRefusal(name, Object.fromEntries([...input, [member, "CANARY"]]))
        expect(error).toMatchObject({ reason: { path: [member] } })
        expect(JSON.stringify(error)).not.toContain("CANARY")
      }),
      { numRuns: 300 }
    )
  })

  it("without a required member is refused, by its name", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), async ({ input, members, name }, at) => {
        const required = Object.keys(members).filter((member) => members[member]?.required)
        const missing = required[at % required.length]
        fc.pre(missing !== undefined)
        const error = await expectRefusal(name, Object.fromEntries(input.filter(([member]) => member !== missing)))
        expect(error).toMatchObject({ reason: { path: [missing], problem: "Missing key" } })
      }),
      { numRuns: 300 }
    )
  })

  it("with a member of another type is refused, by its name and without its value", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), async ({ input, members, name }, at) => {
        // No member is a function; a document is the one that a string fits.
        const names = Object.keys(members)
        const member = names[at % names.length]
        fc.pre(member !== undefined)
        const value = Object.assign(() => "CANARY", { CANARY: "CANARY" })
        const rest = input.filter(([key]) => key !== member)
        const error = await expectRefusal(name, Object.fromEntries([...rest, [member, value]]))
        expect(error).toMatchObject({ reason: { path: [member] } })
        expect(String(error) + JSON.stringify(error)).not.toContain("CANARY")
      }),
      { numRuns: 300 }
    )
  })

  it.each<readonly [name: string, input: unknown]>([
    ["a getter that throws", {
      get UserPoolId() {
        throw new Error("CANARY")
      }
    }],
    [
      "a proxy that throws",
      new Proxy({}, {
        ownKeys: () => {
          throw new Error("CANARY")
        }
      })
    ],
    ["undefined", undefined],
    ["null", null],
    ["a list", []],
    ["a text", "CANARY"]
  ])("is refused as %s", async (_name, input) => {
    const error = await expectRefusal("AdminGetUser", input)
    expect(String(error) + JSON.stringify(error)).not.toContain("CANARY")
  })

  it("is refused where it holds itself", async () => {
    const settings: { self?: unknown } = {}
    settings.self = settings
    await expectRefusal("CreateManagedLoginBranding", { UserPoolId: "a", ClientId: "b", Settings: settings })
  })

  it("is refused where it is deeper than the stack", async () => {
    const settings = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`)
    await expectRefusal("CreateManagedLoginBranding", { UserPoolId: "a", ClientId: "b", Settings: settings })
  })
})
