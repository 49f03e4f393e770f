/**
 * Readers make of a body what Effect's decoder makes of it, for all outputs and whatever is in them; what they do not
 * decide is what does not fit, or what no output of the model has.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { dropNulls } from "../../src/protocol/Normalize.ts"
import { readerOf, undecided } from "../../src/protocol/Codec.ts"
import { operationNamed } from "../support/operations.ts"
import { dilute, operations, plain, wire } from "../support/shapes.ts"

const withOutput = operations.flatMap(({ name, output }) => output === undefined ? [] : [{ name, output }])

/** Bodies as the service sends them, as JSON. */
const bodyOf = (output: string) => plain(output).map((value) => JSON.stringify(wire(output, value)))

/** What Effect makes of a body. */
const decoded = (schema: Schema.Codec<unknown, unknown>, body: string): unknown => {
  const value: unknown = JSON.parse(body)
  dropNulls(schema, value)
  return Result.getOrElse(Schema.decodeUnknownResult(schema)(value), () => undecided)
}

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
  const read = readerOf(schema)

  it("is read as Effect does", () => {
    fc.assert(
      fc.property(bodyOf(output), (body) => {
        const value = read(JSON.parse(body))
        expect(value).not.toBe(undecided)
        expect(value).toStrictEqual(decoded(schema, body))
      }),
      { numRuns: 30 }
    )
  })

  it("with members of tomorrow, and null for absent ones", () => {
    fc.assert(
      fc.property(plain(output), fc.json({ maxDepth: 2 }), (value, extra) => {
        const body = JSON.stringify(dilute(output, JSON.parse(JSON.stringify(wire(output, value))), JSON.parse(extra)))
        expect(read(JSON.parse(body))).toStrictEqual(decoded(schema, body))
      }),
      { numRuns: 20 }
    )
  })

  it("with a value that is another", () => {
    fc.assert(
      fc.property(bodyOf(output), fc.double({ min: 0, max: 1, noNaN: true }), others, (body, at, other) => {
        const changed = mutated(body, at, other)
        const value = read(JSON.parse(changed))
        // To leave it to Effect is never wrong; to decide otherwise is.
        if (value !== undecided) expect(value).toStrictEqual(decoded(schema, changed))
        else expect(changed).not.toBe(body)
      }),
      { numRuns: 40 }
    )
  })
})

describe("a schema that no output has", () => {
  const schemas: ReadonlyArray<readonly [name: string, schema: Schema.Codec<unknown, unknown>, body: unknown]> = [
    ["a check on a string", Schema.NonEmptyString, ""],
    ["a check on a structure", Schema.Struct({ a: Schema.String }).check(Schema.makeFilter(() => false)), { a: "b" }],
    ["a check on a number", Schema.Int, 1.5],
    ["any number", Schema.Number, 1.5],
    ["a transformation", Schema.FiniteFromString, "1.5"],
    ["a tuple", Schema.Tuple([Schema.String, Schema.Finite]), ["a", 1]],
    ["a record of literal keys", Schema.Record(Schema.Literals(["a", "b"]), Schema.String), { a: "1", b: "2" }],
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

  it.each(schemas)("is Effect's to decode: %s", (_, schema, body) => {
    expect(readerOf(schema)(body)).toStrictEqual(decoded(schema, JSON.stringify(body)))
    expect(readerOf(Schema.Struct({ m: schema }))({ m: body })).toStrictEqual(
      decoded(Schema.Struct({ m: schema }), JSON.stringify({ m: body }))
    )
  })

  it("an entry named __proto__ is left to Effect", () => {
    const body = JSON.parse(`{"__proto__":"a","b":"c"}`)
    expect(readerOf(Schema.Record(Schema.String, Schema.String))(body)).toBe(undecided)
  })
})
