/**
 * Whatever bytes come back, reading them ends in the output, in one of the operation's errors or in a `ClientError`: it
 * never throws, and never changes anything outside.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { afterEach, expect, it } from "vitest"
import { structureOf } from "../../codegen/Model.ts"
import { decode } from "../../src/protocol/AwsJson.ts"
import type { TransportResponse } from "../../src/protocol/Message.ts"
import { type AnyOperation, operationNamed } from "../support/operations.ts"
import { model, operations, plain, typed, wire } from "../support/shapes.ts"
import { stub } from "../support/stub.ts"

const utf8 = new TextEncoder()

/** An operation of the API, any. */
const operation = fc.constantFrom(...operations)

/** 0 is what browsers tell of a redirect that they did not follow. */
const status = fc.oneof(
  { weight: 3, arbitrary: fc.constant(200) },
  { weight: 2, arbitrary: fc.integer({ min: 100, max: 599 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, 999) }
)

const headers = fc.dictionary(
  fc.constantFrom("x-amzn-errortype", "x-amzn-requestid", "x-amzn-errormessage", "content-type", "constructor"),
  fc.oneof(fc.string(), fc.constantFrom("UserNotFoundException:", "__proto__", "a#b#c:d", "#", ":", ",")),
  { noNullPrototype: true }
)

/** Reads a response and checks that the outcome is one of those that the types allow. */
const read = (spec: AnyOperation["spec"], response: TransportResponse): Result.Result<unknown, unknown> => {
  const result = decode(spec, response)
  if (Result.isFailure(result)) {
    const names = ["ClientError", ...spec.errors.map(({ identifier }) => identifier)]
    expect(result.failure).toBeInstanceOf(Error)
    expect(names).toContain("_tag" in result.failure ? result.failure._tag : undefined)
    expect(result.failure).toHaveProperty("operation", spec.name)
  } else {
    expect(response.status).toBeGreaterThanOrEqual(200)
    expect(response.status).toBeLessThan(300)
  }
  return result
}

afterEach(() => {
  // What hostile members would have left behind.
  expect(Object.keys(Object.prototype)).toEqual([])
  expect({}).not.toHaveProperty("polluted")
})

it("takes any bytes", () => {
  fc.assert(
    fc.property(operation, status, headers, fc.uint8Array({ maxLength: 200 }), ({ name }, status, headers, body) => {
      read(operationNamed(name).spec, { status, headers, body })
    }),
    { numRuns: 3000 }
  )
})

it("takes any JSON", () => {
  fc.assert(
    fc.property(operation, status, headers, fc.json({ maxDepth: 4 }), ({ name }, status, headers, body) => {
      read(operationNamed(name).spec, { status, headers, body: utf8.encode(body) })
    }),
    { numRuns: 3000 }
  )
})

/** A body as the operation has it. */
const valid = operation.chain((operation) =>
  (operation.output === undefined
    ? fc.constant({})
    : plain(operation.output).map((value) => wire(operation.output ?? "", value)))
    .map((body) => ({ name: operation.name, body: JSON.stringify(body) }))
)

it("refuses a body that breaks off", () => {
  fc.assert(
    fc.property(valid, fc.nat(), ({ body, name }, cut) => {
      const bytes = utf8.encode(body)
      const result = read(operationNamed(name).spec, {
        status: 200,
        headers: {},
        body: bytes.slice(0, 1 + cut % (bytes.length - 1))
      })
      expect(Result.isFailure(result)).toBe(true)
    }),
    { numRuns: 1000 }
  )
})

it("takes a body in which any byte is another", () => {
  fc.assert(
    fc.property(valid, fc.nat(), fc.integer({ min: 0, max: 255 }), ({ body, name }, at, byte) => {
      const bytes = utf8.encode(body)
      bytes[at % bytes.length] = byte
      read(operationNamed(name).spec, { status: 200, headers: {}, body: bytes })
    }),
    { numRuns: 2000 }
  )
})

it("ends a call as it ends the reading, never in a defect", () => {
  const call = fc.constantFrom(...operations).chain(({ input, name }) =>
    fc.record({ name: fc.constant(name), input: plain(input).map((value) => typed(input, value)) })
  )
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 50 }),
    fc.json().map((json) => utf8.encode(json)),
    valid.map(({ body }) => utf8.encode(body))
  )
  fc.assert(
    fc.property(call, status, headers, body, ({ input, name }, status, headers, body) => {
      const response = { status, headers, body }
      const { spec } = operationNamed(name)
      const live = stub(() => Effect.succeed(response))
      const exit = Effect.runSyncExit(Effect.provide(operationNamed(name)(input), live))
      const result = read(spec, response)
      expect(Exit.isSuccess(exit)).toBe(Result.isSuccess(result))
      expect(Exit.isFailure(exit) && Cause.hasDies(exit.cause)).toBe(false)
    }),
    { numRuns: 2000 }
  )
})

/** Values that fit nowhere, or hardly anywhere. */
const odd: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  // As a body writes them: some are larger than a number or a time can be.
  fc.constantFrom(null, true, "", -0.5, 8.64e12, 8.64e12 + 1, -1e18, 1e300, 2 ** 53, [null], [[]], {}, "__proto__"),
  fc.constantFrom("__proto__", "constructor", "toString").map((name) => JSON.parse(`{"${name}":{"polluted":true}}`))
)

/** The places in a JSON value, each with the value that has another one there. */
const places = (value: unknown, other: unknown): ReadonlyArray<() => unknown> =>
  Array.isArray(value)
    ? [
      () => other,
      ...value.flatMap((item, at) => places(item, other).map((change) => () => value.with(at, change())))
    ]
    : typeof value === "object" && value !== null
    ? [
      () => other,
      ...Object.entries(value).flatMap(([key, item]) =>
        places(item, other).map((change) => () => ({ ...value, [key]: change() }))
      )
    ]
    : [() => other]

it("takes a body in which any value is another", () => {
  fc.assert(
    fc.property(valid, odd, fc.nat(), status, ({ body, name }, other, at, status) => {
      const changes = places(JSON.parse(body), other)
      const changed = JSON.stringify(changes[at % changes.length]?.())
      read(operationNamed(name).spec, { status, headers: {}, body: utf8.encode(changed) })
    }),
    { numRuns: 5000 }
  )
})

it("takes a body in which any number is out of range", () => {
  fc.assert(
    fc.property(valid, fc.constantFrom("1e400", "-1e400", "8640000000000.001", "1e-400"), ({ body, name }, number) => {
      const { spec } = operationNamed(name)
      read(spec, { status: 200, headers: {}, body: utf8.encode(body.replaceAll(/(?<=[:[])-?[\d.]+/g, number)) })
    }),
    { numRuns: 1000 }
  )
})

/** Bodies that are hostile on purpose. */
const hostile: ReadonlyArray<readonly [name: string, body: string | Uint8Array]> = [
  ["__proto__", `{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}`],
  ["__proto__ in a map", `{"ChallengeParameters":{"__proto__":"a","constructor":"b","polluted":"c"}}`],
  ["a time out of range", `{"Username":"a","UserCreateDate":1e300,"UserLastModifiedDate":-1e18}`],
  ["a number that is infinite", `{"Username":"a","UserCreateDate":1e400}`],
  ["a lone surrogate", `{"Username":"\\ud800"}`],
  ["bytes that are not UTF-8", new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
  ["overlong UTF-8", new Uint8Array([0x22, 0xc0, 0xaf, 0x22])],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])],
  ["JSON in place of a name", `{"__type":{"toString":1},"code":[],"message":{}}`],
  ["null", "null"],
  ["the same member twice", `{"Username":1,"Username":"a"}`]
]

it.each(hostile)("takes %s, whatever the operation", (_name, body) => {
  const bytes = typeof body === "string" ? utf8.encode(body) : body
  for (const { name } of operations) {
    for (const status of [200, 400, 500]) read(operationNamed(name).spec, { status, headers: {}, body: bytes })
  }
})

const deep = (open: string, close: string): string => `${open.repeat(100_000)}1${close.repeat(100_000)}`
const depths = [deep("[", "]"), deep("{\"a\":", "}"), deep("[null,", "]"), deep("[{\"a\":", "}]")]

it("takes a member that is nested 100,000 deep", () => {
  operations.forEach(({ name, output }, at) => {
    const members = output === undefined ? [] : Object.keys(structureOf(model, output).members)
    const body = `{"${members[at % members.length] ?? "code"}":${depths[at % depths.length]}}`
    read(operationNamed(name).spec, { status: at % 5 === 0 ? 400 : 200, headers: {}, body: utf8.encode(body) })
  })
})

it.each(depths.map((depth) => ({ depth })))("takes a document that is nested 100,000 deep, %#", ({ depth }) => {
  const { spec } = operationNamed("DescribeManagedLoginBranding")
  for (const body of [depth, `{"ManagedLoginBranding":{"Settings":${depth},"Assets":null}}`]) {
    for (const status of [200, 400]) read(spec, { status, headers: {}, body: utf8.encode(body) })
  }
})

it("reads a body with a byte order mark", () => {
  const body = new Uint8Array([0xef, 0xbb, 0xbf, ...utf8.encode(`{"Username":"a"}`)])
  expect(Result.getOrThrow(read(operationNamed("AdminGetUser").spec, { status: 200, headers: {}, body }))).toEqual({
    Username: "a"
  })
})

it("keeps a map's hostile key to the map", () => {
  const body = utf8.encode(`{"ChallengeParameters":{"__proto__":"a","b":"c"}}`)
  const output = Result.getOrThrow(read(operationNamed("InitiateAuth").spec, { status: 200, headers: {}, body }))
  expect(Object.getPrototypeOf(Object(output).ChallengeParameters))
    .toBe(Object.prototype)
})
