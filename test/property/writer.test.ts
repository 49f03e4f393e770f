/**
 * Writers make of an input what Effect's encoder makes of it, for all operations and whatever is in them; what they do
 * not decide is what does not fit, or what no input of the model has.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { findOpaque } from "../../src/protocol/Normalize.ts"
import { undecided, writerOf } from "../../src/protocol/Codec.ts"
import { operationNamed } from "../support/operations.ts"
import { operations, plain, typed } from "../support/shapes.ts"

/** What Effect makes of an input, as JSON. */
const encoded = (schema: Schema.Codec<unknown, unknown>, input: unknown): unknown => {
  if (findOpaque(schema, input) !== undefined) return undecided
  const result = Schema.encodeUnknownResult(schema, { onExcessProperty: "error" })(input)
  return Result.isSuccess(result) ? JSON.stringify(result.success) : undecided
}

const written = (schema: Schema.Codec<unknown, unknown>, input: unknown): unknown => {
  const value = writerOf(schema)(input)
  return value === undecided ? undecided : JSON.stringify(value)
}

/** The input with the value at a place in it changed, by a function of the value. */
const changedAt = (input: unknown, at: number, change: (value: unknown) => unknown): unknown => {
  const places: Array<(root: unknown) => unknown> = []
  const visit = (
    value: unknown,
    put: (root: unknown, item: unknown) => unknown,
    get: (root: unknown) => unknown
  ): void => {
    places.push((root) => put(root, change(get(root))))
    if (Array.isArray(value)) {
      value.forEach((item, index) =>
        visit(
          item,
          (root, next) => put(root, Object.assign([...Object(get(root))], { [index]: next })),
          (root) => Object(get(root))[index]
        )
      )
    } else if (Object.prototype.toString.call(value) === "[object Object]" && !Redacted.isRedacted(value)) {
      for (const [key, member] of Object.entries(Object(value))) {
        visit(
          member,
          (root, next) => put(root, { ...Object(get(root)), [key]: next }),
          (root) => Object(get(root))[key]
        )
      }
    }
  }
  visit(input, (_, item) => item, (root) => root)
  return places[Math.floor(at * places.length)]?.(input)
}

class Thing {
  readonly Name = "a"
}

const others: ReadonlyArray<unknown> = [
  null,
  "",
  "x",
  0,
  NaN,
  true,
  [],
  ["x"],
  {},
  { a: 1 },
  new Date(0),
  new Map([["a", "b"]]),
  new Thing(),
  new Uint8Array(1),
  Redacted.make("secret"),
  Redacted.make(1),
  { [Symbol("a")]: 1 },
  Symbol("a"),
  () => "a"
]

describe.each(operations)("$name", ({ input, name }) => {
  const schema = operationNamed(name).spec.input

  it("is written as Effect does", () => {
    fc.assert(
      fc.property(plain(input), (value) => {
        const body = written(schema, typed(input, value))
        expect(body).not.toBe(undecided)
        expect(body).toBe(encoded(schema, typed(input, value)))
      }),
      { numRuns: 30 }
    )
  })

  it("with a value that is another, or one more", () => {
    fc.assert(
      fc.property(
        plain(input),
        fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
        fc.constantFrom(...others),
        fc.boolean(),
        (value, at, other, more) => {
          const changed = changedAt(typed(input, value), at, (old) => more ? { ...Object(old), Other: other } : other)
          const body = written(schema, changed)
          // To leave it to Effect is never wrong; to decide otherwise is.
          if (body !== undecided) expect(body).toBe(encoded(schema, changed))
        }
      ),
      { numRuns: 40 }
    )
  })
})

it("members that are undefined are absent", () => {
  const { input } = operationNamed("AdminGetUser").spec
  expect(written(input, { UserPoolId: "a", Username: "b", Other: undefined })).toBe(undecided)
  const { input: listUsers } = operationNamed("ListUsers").spec
  expect(written(listUsers, { UserPoolId: "a", Filter: undefined })).toBe(`{"UserPoolId":"a"}`)
  expect(written(listUsers, { UserPoolId: undefined })).toBe(undecided)
})
