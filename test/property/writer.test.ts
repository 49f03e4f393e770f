/**
 * The codec makes of an input what Effect's encoder makes of it, for all operations and whatever is in them, and refuses
 * what Effect refuses.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { write } from "../../src/protocol/Codec.ts"
import { encoded, misfit } from "../support/effectCodec.ts"
import { operationNamed } from "../support/operations.ts"
import { operations, plain, typed } from "../support/shapes.ts"

const written = (schema: Schema.Codec<unknown, unknown>, input: unknown): unknown => {
  const result = write(schema, input)
  return Result.isSuccess(result) ? JSON.stringify(result.success) : misfit
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
        expect(body).not.toBe(misfit)
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
          expect(written(schema, changed)).toBe(encoded(schema, changed))
        }
      ),
      { numRuns: 40 }
    )
  })
})

it("a document takes objects of a class by their own members, and none that keeps them out of sight", () => {
  const { input } = operationNamed("CompleteWebAuthnRegistration").spec
  const body = (Credential: unknown) => written(input, { AccessToken: Redacted.make("a"), Credential })
  expect(body(new Thing())).toBe(`{"AccessToken":"a","Credential":{"Name":"a"}}`)
  for (
    const other of [new Map([["a", 1]]), new Date(0), Redacted.make("x"), [new Set([1])], { a: new Uint8Array(1) }]
  ) {
    expect(body(other)).toBe(misfit)
  }
})

it("members that are undefined are absent", () => {
  const { input } = operationNamed("AdminGetUser").spec
  expect(written(input, { UserPoolId: "a", Username: "b", Other: undefined })).toBe(`{"UserPoolId":"a","Username":"b"}`)
  const { input: listUsers } = operationNamed("ListUsers").spec
  expect(written(listUsers, { UserPoolId: "a", Filter: undefined })).toBe(`{"UserPoolId":"a"}`)
  expect(written(listUsers, { UserPoolId: undefined })).toBe(misfit)
})
