/**
 * The codec makes of a body what Effect's decoder makes of it, for all outputs and whatever is in them, and refuses what
 * Effect refuses.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { read } from "../../src/protocol/Codec.ts"
import { decoded, misfit } from "../support/effectCodec.ts"
import { operationNamed } from "../support/operations.ts"
import { dilute, operations, plain, wire } from "../support/shapes.ts"

const withOutput = operations.flatMap(({ name, output }) => output === undefined ? [] : [{ name, output }])

/** Bodies as the service sends them, as JSON. */
const bodyOf = (output: string) => plain(output).map((value) => JSON.stringify(wire(output, value)))

/** What the codec makes of a body. */
const readBody = (schema: Schema.Codec<unknown, unknown>, body: string): unknown =>
  Result.getOrElse(read(schema, JSON.parse(body)), () => misfit)

/** The body with one of its values, anywhere, in place of another. */
const mutated = (body: string, at: number, other: unknown): string => {
  let seen = 0
  const count = { of: 0 }
  JSON.parse(body, (_, value) => {
    count.of++
    return value
  })
  const target = Math.floor(at * count.of)
  return JSON.stringify(JSON.parse(body, (_, value: unknown) => seen++ === target ? other : value)) ?? "null"
}

const others = fc.constantFrom<unknown>(null, "", "x", 0, -1.5, 1e300, true, [], ["x"], {}, { a: 1 }, [null], {
  a: null
})

describe.each(withOutput)("$name", ({ name, output }) => {
  const schema = operationNamed(name).spec.output

  it("is read as Effect does", () => {
    fc.assert(
      fc.property(bodyOf(output), (body) => {
        const value = readBody(schema, body)
        expect(value).not.toBe(misfit)
        expect(value).toStrictEqual(decoded(schema, body))
      }),
      { numRuns: 30 }
    )
  })

  it("with members of tomorrow, and null for absent ones", () => {
    fc.assert(
      fc.property(plain(output), fc.json({ maxDepth: 2 }), (value, extra) => {
        const body = JSON.stringify(dilute(output, JSON.parse(JSON.stringify(wire(output, value))), JSON.parse(extra)))
        expect(readBody(schema, body)).toStrictEqual(decoded(schema, body))
      }),
      { numRuns: 20 }
    )
  })

  it("with a value that is another", () => {
    fc.assert(
      fc.property(bodyOf(output), fc.double({ min: 0, max: 1, noNaN: true }), others, (body, at, other) => {
        const changed = mutated(body, at, other)
        expect(readBody(schema, changed)).toStrictEqual(decoded(schema, changed))
      }),
      { numRuns: 40 }
    )
  })
})

describe("a schema of a form that no output has", () => {
  const schemas: ReadonlyArray<readonly [name: string, schema: Schema.Codec<unknown, unknown>, body: unknown]> = [
    ["a check on a string", Schema.NonEmptyString, ""],
    ["a check on a structure", Schema.Struct({ a: Schema.String }).check(Schema.makeFilter(() => false)), { a: "b" }],
    ["a check on a number", Schema.Int, 1.5],
    ["any number", Schema.Number, 1.5],
    ["a transformation", Schema.FiniteFromString, "1.5"],
    ["a tuple", Schema.Tuple([Schema.String, Schema.Finite]), ["a", 1]],
    [
      "a choice of structures",
      Schema.Union([Schema.Struct({ a: Schema.String }), Schema.Struct({ b: Schema.String })]),
      {
        b: "x"
      }
    ],
    ["a literal", Schema.Literal("a"), "b"],
    [
      "a rest",
      Schema.StructWithRest(Schema.Struct({ a: Schema.String }), [Schema.Record(Schema.String, Schema.String)]),
      {
        a: "b",
        c: "d"
      }
    ]
  ]

  it.each(schemas)("is refused at once, not read by halves: %s", (_, schema, body) => {
    for (const [wanted, value] of [[schema, body], [Schema.Struct({ m: schema }), { m: body }]] as const) {
      expect(() => readBody(wanted, JSON.stringify(value))).toThrow("a form that the wire does not have")
    }
  })
})

it("an entry named __proto__ is an entry like any other", () => {
  const body = `{"__proto__":"a","b":"c"}`
  const map = Result.getOrThrow(read(Schema.Record(Schema.String, Schema.String), JSON.parse(body)))
  expect(JSON.stringify(map)).toBe(body)
  expect(Object.getPrototypeOf(map)).toBe(Object.prototype)
})
