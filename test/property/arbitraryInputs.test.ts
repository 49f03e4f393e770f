/**
 * Whatever a program passes as an input, a call that cannot be made ends in an `EncodeError` that names the place, shows
 * no value, and sends nothing.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { ClientError } from "../../src/errors/ClientError.ts"
import { operationNamed } from "../support/operations.ts"
import { model, operations, overlay, plain, typed } from "../support/shapes.ts"
import { type Shape, shapeOf, structureOf } from "../../codegen/Model.ts"
import { stub } from "../support/stub.ts"

/** Calls an operation and tells how it ended and how much it sent. */
const call = async (name: string, input: unknown) => {
  const bodies: Array<string> = []
  let signed = 0
  const live = stub(
    ({ body }) => {
      bodies.push(new TextDecoder().decode(body))
      return Effect.succeed({ status: 500, headers: {}, body: new Uint8Array() })
    },
    (request) => {
      signed++
      return Effect.succeed(request)
    }
  )
  const exit = await Effect.runPromiseExit(Effect.provide(operationNamed(name)(input), live))
  if (Exit.isSuccess(exit)) throw new Error("the network answers with a failure")
  expect(Cause.hasDies(exit.cause)).toBe(false)
  return { error: Cause.squash(exit.cause), bodies, signed }
}

/** Checks that a call was refused before anything happened; answers the error. */
const expectRefusal = async (name: string, input: unknown) => {
  const { bodies, error, signed } = await call(name, input)
  expect(error).toMatchObject({ _tag: "ClientError", operation: name, reason: { _tag: "EncodeError" } })
  expect({ bodies, signed }).toEqual({ bodies: [], signed: 0 })
  expect(String(error) + JSON.stringify(error) + inspect(error, { depth: null })).not.toContain("CANARY")
  return error
}

/** Checks that a call was either refused, or was one that can be made. */
const expectSense = async (name: string, input: unknown) => {
  const { bodies, error } = await call(name, input)
  expect(error).toMatchObject({
    _tag: "ClientError",
    reason: { _tag: bodies.length === 1 ? "DecodeError" : "EncodeError" }
  })
  for (const body of bodies) {
    const readInput = Schema.decodeUnknownSync(operationNamed(name).spec.input, { onExcessProperty: "error" })
    readInput(JSON.parse(body))
  }
}

const operation = fc.constantFrom(...operations)

const anything = fc.anything({ withBigInt: true, withDate: true, withTypedArray: true })

/** A value inside of an input, and what the model says of it. */
interface Place {
  readonly path: ReadonlyArray<string | number>
  readonly value: unknown
  readonly shape: Shape
  readonly required: boolean
  /** Whether it may be a plain text, where it is a secret. */
  readonly plainOrSecret: boolean
}

/** All places of a value, itself first. */
const placesOf = (name: string, value: unknown, path: Place["path"] = [], required = false): ReadonlyArray<Place> => {
  const shape = shapeOf(model, name)
  const place: Place = { path, value, shape, required, plainOrSecret: false }
  const members = Object.entries(Redacted.isRedacted(value) ? {} : Object(value))
  switch (shape.type) {
    case "structure":
      return [
        place,
        ...members.flatMap(([key, item]) => {
          const member = shape.members[key]
          return member === undefined ? [] : placesOf(member.target, item, [...path, key], member.required)
        })
      ]
    case "list":
      return [place, ...members.flatMap(([at, item]) => placesOf(shape.member, item, [...path, Number(at)]))]
    case "map": {
      const plainOrSecret = name in overlay.secrets.maps
      return [
        place,
        ...members.flatMap(([key, item]) => placesOf(shape.value, item, [...path, key]))
          .map((inner) => ({ ...inner, plainOrSecret }))
      ]
    }
    default:
      return [place]
  }
}

/** A copy of a value with another one in a place, or with none. */
const replace = (value: unknown, [key, ...rest]: Place["path"], ...other: [] | [unknown]): unknown => {
  if (key === undefined) return other[0]
  if (Array.isArray(value)) return value.with(Number(key), replace(value[Number(key)], rest, ...other))
  const { [key]: inner, ...others } = Object(value)
  return rest.length === 0 && other.length === 0 ? others : { ...others, [key]: replace(inner, rest, ...other) }
}

/** Values that do not fit into a place; their texts must not be shown. */
const misfits = ({ plainOrSecret, shape, value }: Place): ReadonlyArray<unknown> => {
  // Nothing takes these.
  const never = [Object.assign(() => "CANARY", { CANARY: "CANARY" }), Symbol("CANARY"), 42n]
  const objects = [{ CANARY: "CANARY" }, ["CANARY"], new Map([["CANARY", "CANARY"]]), new Error("CANARY")]
  if (Redacted.isRedacted(value)) {
    const secrets = [Redacted.make(42), Redacted.make({ CANARY: "CANARY" }), Redacted.make(Redacted.make("CANARY"))]
    return [...never, ...objects, ...secrets, null, 42, ...(plainOrSecret ? [] : ["CANARY"])]
  }
  switch (shape.type) {
    case "document":
      return never
    case "string":
    case "enum":
      return [...never, ...objects, null, 42, true, new Date(0), ...(plainOrSecret ? [] : [Redacted.make("CANARY")])]
    case "timestamp":
      return [...never, ...objects, null, "CANARY", 42, new Date(Number.NaN)]
    case "integer":
    case "long":
      return [...never, ...objects, null, "CANARY", Number.NaN, Number.POSITIVE_INFINITY]
    case "boolean":
    case "blob":
    case "list":
      return [...never, ...objects.filter((other) => !Array.isArray(other)), null, "CANARY", Redacted.make("CANARY")]
    default:
      return [...never, null, "CANARY", 42, true, ["CANARY"], []]
  }
}

const readJson = (body: string): unknown => JSON.parse(body)

/** A program's own class for an input. */
class Members {
  greet() {
    return "Members"
  }
}

/** A path as it is told: keys that could be secrets are not. */
const shown = (path: Place["path"]): Place["path"] =>
  path.map((step) => typeof step === "number" || /^[A-Za-z_]\w{0,63}$/.test(step) ? step : "<redacted>")

const pathOf = (error: unknown): ReadonlyArray<unknown> =>
  error instanceof ClientError && error.reason._tag === "EncodeError" ? error.reason.path : []

const pick = <A>(list: ReadonlyArray<A>, at: number): A => {
  const item = list[at % list.length]
  if (item === undefined) throw new Error("there is nothing to choose from")
  return item
}

/** An operation, a valid input of it and the places in there. */
const valid = operation.chain(({ input, name }) =>
  plain(input).map((value) => {
    const made = typed(input, value)
    return { name, input: made, places: placesOf(input, made) }
  })
)

describe("an input", () => {
  it("may be anything", async () => {
    await fc.assert(
      fc.asyncProperty(operation, anything, ({ name }, input) => expectSense(name, input)),
      { numRuns: 1000 }
    )
  })

  it("may have anything as its members", async () => {
    const input = operation.chain(({ input, name }) =>
      fc.record(
        Object.fromEntries(Object.keys(structureOf(model, input).members).map((member) => [member, anything])),
        {
          requiredKeys: [],
          noNullPrototype: true
        }
      ).map((input) => ({ name, input }))
    )
    await fc.assert(fc.asyncProperty(input, ({ input, name }) => expectSense(name, input)), { numRuns: 1000 })
  })

  it("with undefined members is sent as one without them, whatever kind of object has them", async () => {
    const kinds = fc.constantFrom(
      (members: object) => ({ ...members }),
      (members: object) => Object.freeze({ ...members }),
      (members: object) => Object.assign(Object.create(null), members),
      (members: object) => Object.assign(new Members(), members)
    )
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), kinds, async ({ input, name, places }, at, kind) => {
        const { path, shape, value } = pick(places.filter(({ shape }) => shape.type === "structure"), at)
        const known = shape.type === "structure" ? Object.keys(shape.members) : []
        const absent = known.filter((member) => !Object.hasOwn(Object(value), member)).map((
          member
        ) => [member, undefined])
        const { bodies } = await call(
          name,
          replace(input, path, kind({ ...Object(value), ...Object.fromEntries(absent) }))
        )
        expect(bodies).toHaveLength(1)
        expect(bodies.map(readJson)).toEqual((await call(name, input)).bodies.map(readJson))
      }),
      { numRuns: 1000 }
    )
  })

  it("with a member that is not known is refused, by its name", async () => {
    await fc.assert(
      fc.asyncProperty(
        valid,
        fc.nat(),
        fc.stringMatching(/^[a-z]{1,8}$/),
        async ({ input, name, places }, at, member) => {
          const { path, value } = pick(places.filter(({ shape }) => shape.type === "structure"), at)
          const changed = replace(input, path, { ...Object(value), [member]: "CANARY" })
          const error = await expectRefusal(name, changed)
          expect(error).toMatchObject({ reason: { path: [...shown(path), member] } })
        }
      ),
      { numRuns: 1000 }
    )
  })

  it("without a required member is refused, by its name", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), async ({ input, name, places }, at) => {
        const required = places.filter((place) => place.required)
        fc.pre(required.length > 0)
        const { path } = pick(required, at)
        const error = await expectRefusal(name, replace(input, path))
        expect(error).toMatchObject({ reason: { path: shown(path), problem: "Missing key" } })
      }),
      { numRuns: 1000 }
    )
  })

  it("with a value of another type is refused, by its place and without the value", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), fc.nat(), async ({ input, name, places }, at, which) => {
        const place = pick(places, at)
        const { path } = place
        const wrong = misfits(place)
        const error = await expectRefusal(name, replace(input, path, wrong[which % wrong.length]))
        // An object in place of a structure is told by what it lacks.
        expect(pathOf(error).slice(0, path.length)).toEqual(shown(path))
      }),
      { numRuns: 5000 }
    )
  })

  it("with an object of another kind in place of a structure or a map is refused, not sent as an empty one", async () => {
    const others = fc.constantFrom<object>(
      Redacted.make({ a: "CANARY" }),
      new Map([["a", "CANARY"]]),
      new Set(["CANARY"]),
      new Date(0)
    )
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), others, async ({ input, name, places }, at, other) => {
        const { path } = pick(places.filter(({ shape: { type } }) => type === "structure" || type === "map"), at)
        await expectRefusal(name, replace(input, path, other))
      }),
      { numRuns: 1000 }
    )
  })

  it("with a getter that throws is refused, wherever it is", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), async ({ input, name, places }, at) => {
        const { path, value } = pick(places.filter(({ shape }) => shape.type === "structure"), at)
        const thrower = Object.defineProperty({ ...Object(value) }, pick(Object.keys({ ...Object(value), a: 1 }), at), {
          enumerable: true,
          get: () => {
            throw new Error("CANARY")
          }
        })
        await expectRefusal(name, path.length === 0 ? thrower : replace(input, path, thrower))
      }),
      { numRuns: 300 }
    )
  })

  it("that holds itself is refused, wherever it does", async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.nat(), async ({ input, name, places }, at) => {
        const inner = places.filter(({ path }) => path.length > 0)
        fc.pre(inner.length > 0)
        const { path } = pick(inner, at)
        const cyclic = replace(input, path, null)
        const parent = path.slice(0, -1).reduce((value, key) => Object(value)[key], cyclic)
        Object.assign(Object(parent), { [path.at(-1) ?? ""]: cyclic })
        await expectRefusal(name, cyclic)
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
    await expectRefusal("AdminGetUser", input)
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
