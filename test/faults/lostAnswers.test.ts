/**
 * What becomes of each operation when an answer is lost: it is sent again, or fails with the fault, as `docs/repeats.md`
 * says; and what is sent again does no harm.
 */
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { RetryPolicy } from "../../src/client/Retry.ts"
import * as UserPools from "../../src/testing/pool/index.ts"
import { type Call, code, own } from "../contract/tours/call.ts"
import { tours } from "../contract/tours/index.ts"
import { operationNamed } from "../support/operations.ts"
import { sample } from "../support/sample.ts"
import { operations, plain, typed } from "../support/shapes.ts"
import { answer, end, partial, reset } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { clientOver, transports } from "./transports.ts"

/** The rows of the page: whether an operation is sent again, by its name. */
const page = new Map(
  [
    ...readFileSync(new URL("../../docs/repeats.md", import.meta.url), "utf8").matchAll(
      /^\| (\w+) \| (yes|no) \| .+ \|$/gm
    )
  ]
    .map(([, name = "", again]) => [name, again === "yes"])
)

const faults: { readonly [name: string]: Fault } = {
  "is reset": reset(),
  "ends within": end(partial),
  "is a fault": answer({ status: "500 Oops", body: `{"__type":"InternalErrorException"}` }),
  "is a proxy's": answer({ status: "502 Bad Gateway", body: "<html>" })
}

it("the page has each operation", () => {
  expect([...page.keys()]).toEqual(operations.map(({ name }) => name).sort())
})

it.each([
  "AddCustomAttributes",
  "ConfirmDevice",
  "CreateGroup",
  "CreateIdentityProvider",
  "CreateManagedLoginBranding",
  "CreateResourceServer",
  "CreateTerms",
  "CreateUserPool",
  "CreateUserPoolClient",
  "CreateUserPoolDomain",
  "CreateUserPoolReplica",
  "SignUp",
  "StartUserImportJob",
  "StartWebAuthnRegistration"
])("%s, which makes something, is not sent again", (name) => {
  expect(page.get(name)).toBe(false)
})

describe.each(transports)("over %s", (_name, transport) => {
  it.each(operations)(
    "$name is sent again, or not, when its answer was lost",
    ({ input, name }) =>
      Effect.gen(function*() {
        const call = operationNamed(name)(typed(input, sample(plain(input))))
        for (const [kind, fault] of Object.entries(faults)) {
          const server = yield* faultServer([fault, answer({ body: "{}" })])
          const exit = yield* Effect.exit(call).pipe(
            Effect.provideService(RetryPolicy, { maxAttempts: 2, baseDelay: 0 }),
            Effect.provide(clientOver(transport, server.url))
          )
          const isRepeated = page.get(name) === true
          expect([kind, exit._tag, server.requests.length])
            .toEqual([kind, isRepeated ? "Success" : "Failure", isRepeated ? 2 : 1])
        }
      }).pipe(Effect.scoped, Effect.runPromise)
  )
})

/** What a second run may say of what is gone or revoked already. */
const gone = /^(InvalidParameter|NotAuthorized|ResourceNotFound|UserNotFound)Exception$/

describe("what is sent again is carried out twice, and nothing is lost by it", () => {
  const cases = Object.values(tours).flatMap((tours) => Object.entries(tours))

  it.each(cases)("%s", (_, tour) =>
    Effect.gen(function*() {
      const told: Array<string> = []
      const twice: Call<Effect.Services<ReturnType<typeof own>>> = (operation, input) =>
        Effect.flatMap(own(operation, input), (first) =>
          page.get(operation.spec.name) !== true
            ? Effect.succeed(first)
            : Effect.match(own(operation, input), {
              onSuccess: (second) => second,
              onFailure: (error) => {
                told.push(`${operation.spec.name}: ${String(Object(error)._tag)}`)
                return first
              }
            }))
      yield* tour(twice)
      // Only what takes something away may fail where it is done already.
      for (const text of told) {
        const [name = "", error = ""] = text.split(": ")
        expect(name, text).toMatch(/Delete|Forget|Revoke|SignOut|DisableProvider/)
        expect(error, text).toMatch(gone)
      }
    }).pipe(
      Effect.provide(UserPools.layer({ code })),
      Effect.provideService(RetryPolicy, { maxAttempts: 1 }),
      Effect.runPromise
    ))
})
