/**
 * Nothing is lost between a program and the wire: for all operations, an input arrives in the body as the protocol has
 * it, an output arrives in the program as the body has it, and both ways lead back to where they came from.
 *
 * The values are made twice, by different hands: from the service's model, with the wire's form told by the test, and by
 * Effect from the schemas themselves, which then also make what no one would.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { decode, encode } from "../../src/protocol/AwsJson.ts"
import { type AnyOperation, operationNamed } from "../support/operations.ts"
import { dilute, operations, plain, typed, unwrap, wire, withExponents } from "../support/shapes.ts"

const numRuns = 20

const utf8 = new TextEncoder()

/** What is left of a value after it was JSON. */
const throughJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

const bodyOf = (spec: AnyOperation["spec"], input: unknown): unknown =>
  JSON.parse(new TextDecoder().decode(Result.getOrThrow(encode(spec, input))))

const read = (spec: AnyOperation["spec"], body: string): unknown =>
  Result.getOrThrow(decode(spec, { status: 200, headers: {}, body: utf8.encode(body) }))

const withOutput = operations.flatMap(({ name, output }) => output === undefined ? [] : [{ name, output }])
const withoutOutput = operations.filter(({ output }) => output === undefined)

describe("values made from the model", () => {
  it.each(operations)("$name's input", ({ input, name }) => {
    const { spec } = operationNamed(name)
    const readInput = Schema.decodeUnknownSync(spec.input)
    fc.assert(
      fc.property(plain(input), (value) => {
        const body = bodyOf(spec, typed(input, value))
        expect(body).toStrictEqual(throughJson(wire(input, value)))
        expect(unwrap(readInput(body))).toStrictEqual(value)
      }),
      { numRuns }
    )
  })

  it.each(withOutput)("$name's output", ({ name, output }) => {
    const { spec } = operationNamed(name)
    const write = Schema.encodeUnknownSync(spec.output)
    fc.assert(
      fc.property(plain(output), (value) => {
        const body = throughJson(wire(output, value))
        const decoded = read(spec, JSON.stringify(body))
        expect(unwrap(decoded)).toStrictEqual(value)
        expect(throughJson(write(decoded))).toStrictEqual(body)
      }),
      { numRuns }
    )
  })

  it.each(withOutput)("$name's output with members of tomorrow and null for absent ones", ({ name, output }) => {
    const { spec } = operationNamed(name)
    fc.assert(
      fc.property(plain(output), fc.json({ maxDepth: 2 }), (value, extra) => {
        const body = dilute(output, throughJson(wire(output, value)), JSON.parse(extra))
        expect(unwrap(read(spec, JSON.stringify(body)))).toStrictEqual(value)
      }),
      { numRuns }
    )
  })
})

describe("numbers that the service writes in E notation", () => {
  it.each(withOutput)("$name's output", ({ name, output }) => {
    const { spec } = operationNamed(name)
    fc.assert(
      fc.property(plain(output), (value) => {
        expect(unwrap(read(spec, withExponents(throughJson(wire(output, value)))))).toStrictEqual(value)
      }),
      { numRuns }
    )
  })
})

it.each(withoutOutput)("$name answers with nothing", ({ name }) => {
  const { spec } = operationNamed(name)
  for (const body of ["", "{}", `{"MemberOfTomorrow":null}`]) expect(read(spec, body)).toBeUndefined()
})

describe("values made by Effect", () => {
  for (const { name } of operations) {
    const { input, output } = operationNamed(name).spec
    for (const [side, schema] of [["input", input], ["output", output]] as const) {
      const write = Schema.encodeUnknownSync(schema)
      const readBack = Schema.decodeUnknownSync(schema)
      it.prop(`${name}'s ${side}`, [schema], ([made]) => {
        const value = nearer(made)
        expect(unwrap(readBack(write(value)))).toStrictEqual(unwrap(value))
      }, { arbitrary: { runs: numRuns } })
    }
  }
})

/**
 * Brings the times nearer: past the year 71,000, 2^51 milliseconds from 1970, a number of seconds with a fraction has no
 * room for single milliseconds.
 */
const nearer = (value: unknown): unknown =>
  value instanceof Date
    ? new Date(Math.trunc(value.getTime() / 4))
    : Array.isArray(value)
    ? value.map(nearer)
    : typeof value === "object" && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value))
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, nearer(member)]))
    : value
