/**
 * An answer is not lost because the service left something out: with any of its required members missing, at any depth,
 * and `null` anywhere in its lists and maps, each output is read. Effect programs get the zero values of Smithy's client
 * error correction; the promise client's value is the official client's.
 *
 * What is expected is told by the service's model, not by the library's schemas.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { shapeOf } from "../../codegen/Model.ts"
import { decode } from "../../src/protocol/AwsJson.ts"
import { read } from "../../src/protocol/Codec.ts"
import { plain as plainSettings, typed as typedSettings } from "../../src/protocol/Conversion.ts"
import * as Wire from "../../src/protocol/Wire.ts"
import { callSdk } from "../support/awsSdk.ts"
import { operationNamed } from "../support/operations.ts"
import { sample } from "../support/sample.ts"
import { model, operations, plain, typed, unwrap, wire } from "../support/shapes.ts"

const withOutput = operations.flatMap(({ input, name, output }) =>
  output === undefined ? [] : [{ input, name, output }]
)

/** What becomes of a member or an entry. */
type Fate = "stays" | "is absent" | "is null"

const fates = fc.infiniteStream(
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Fate>("stays") },
    { weight: 1, arbitrary: fc.constantFrom<Fate>("is absent", "is null") }
  )
)

/** A body in which required members are missing or `null`, and entries of lists and maps are `null`. */
const damaged = (name: string, value: unknown, fate: () => Fate): unknown => {
  const shape = shapeOf(model, name)
  const entries = Object.entries(Object(value))
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(entries.flatMap(([key, item]) => {
        const member = shape.members[key]
        const end = member?.required ? fate() : "stays"
        if (end === "is absent") return []
        return [[key, end === "is null" ? null : damaged(member?.target ?? "", item, fate)]]
      }))
    case "list":
      return entries.map(([, item]) => fate() === "is null" ? null : damaged(shape.member, item, fate))
    case "map":
      return Object.fromEntries(
        entries.map(([key, item]) => [key, fate() === "is null" ? null : damaged(shape.value, item, fate)])
      )
    default:
      return value
  }
}

/** What a damaged body stands for in its plain form, with zero values for what is missing. */
const corrected = (name: string, body: unknown): unknown => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure": {
      const given: { readonly [member: string]: unknown } = Object(body)
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([key, { required, target }]) => {
          const value = given[key] ?? null
          if (value !== null) return [[key, corrected(target, value)]]
          return required ? [[key, zero(target)]] : []
        })
      )
    }
    case "list":
      return Object.values(Object(body)).filter((item) => item !== null).map((item) => corrected(shape.member, item))
    case "map":
      return Object.fromEntries(
        Object.entries(Object(body)).filter(([, item]) => item !== null)
          .map(([key, item]) => [key, corrected(shape.value, item)])
      )
    case "timestamp":
      return new Date(Math.round(Number(body) * 1000))
    case "blob":
      return new Uint8Array(Buffer.from(String(body), "base64"))
    default:
      return body
  }
}

/** The zero value of a shape: Smithy 2.0, aggregate types, client error correction. */
const zero = (name: string): unknown => {
  switch (shapeOf(model, name).type) {
    case "integer":
    case "long":
      return 0
    case "boolean":
      return false
    case "timestamp":
      return new Date(0)
    case "blob":
      return new Uint8Array(0)
    case "document":
      return null
    case "list":
      return []
    case "map":
      return {}
    case "structure":
      return corrected(name, {})
    default:
      return ""
  }
}

const bodyOf = (output: string) =>
  fc.tuple(plain(output), fates).map(([value, stream]) => {
    const next = () => stream.next().value ?? "stays"
    return JSON.stringify(damaged(output, wire(output, value), next))
  })

const responseOf = (body: string) => ({
  status: 200,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: new TextEncoder().encode(body)
})

describe("in an Effect program", () => {
  it.each(withOutput)("$name's output has zero values for what is missing", ({ name, output }) => {
    const { spec } = operationNamed(name)
    fc.assert(
      fc.property(bodyOf(output), (body) => {
        const places: Array<string> = []
        const value = Result.getOrThrow(decode(spec, responseOf(body), typedSettings, places))
        const expected = corrected(output, JSON.parse(body))
        expect(unwrap(value)).toStrictEqual(expected)
        // Secrets are wrapped, the corrected ones too: of what is wrapped, the comparison sees no more than that.
        expect(value).toStrictEqual(typed(output, expected))
        expect(places.length > 0).toBe(isIncomplete(output, JSON.parse(body)))
        expect(new Set(places).size).toBe(places.length)
      }),
      { numRuns: 30 }
    )
  })

  it.each(withOutput)("$name's empty answer is read", ({ name, output }) => {
    const { spec } = operationNamed(name)
    for (const body of ["", "{}"]) {
      expect(unwrap(Result.getOrThrow(decode(spec, responseOf(body))))).toStrictEqual(corrected(output, {}))
    }
  })
})

/** Whether a required member is missing, at any depth. */
const isIncomplete = (name: string, body: unknown): boolean => {
  const shape = shapeOf(model, name)
  const entries = Object.entries(Object(body)).filter(([, item]) => item !== null)
  switch (shape.type) {
    case "structure":
      return Object.entries(shape.members).some(([key, { required }]) =>
        required && (Object(body)[key] ?? null) === null
      )
        || entries.some(([key, item]) => {
          const target = shape.members[key]?.target
          return target !== undefined && isIncomplete(target, item)
        })
    case "list":
      return entries.some(([, item]) => isIncomplete(shape.member, item))
    case "map":
      return entries.some(([, item]) => isIncomplete(shape.value, item))
    default:
      return false
  }
}

describe("in the drop-in", () => {
  it.each(withOutput)("$name's output is the official client's", async ({ input, name, output }) => {
    const { spec } = operationNamed(name)
    const call = sample(plain(input))
    await fc.assert(
      fc.asyncProperty(bodyOf(output), async (body) => {
        const theirs = await callSdk(name, call, responseOf(body))
        expect(Result.getOrThrow(decode(spec, responseOf(body), plainSettings))).toEqual(theirs.result)
      }),
      { numRuns: 10 }
    )
  })
})

it("the domain of a prefix, as AWS answers it, is read", () => {
  const { spec } = operationNamed("DescribeUserPoolDomain")
  const body = `{"DomainDescription":{"Domain":"d","Status":"ACTIVE","CustomDomainConfig":{}}}`
  const places: Array<string> = []
  const value = Result.getOrThrow(decode(spec, responseOf(body), typedSettings, places))
  expect(value).toEqual({
    DomainDescription: { Domain: "d", Status: "ACTIVE", CustomDomainConfig: { CertificateArn: "" } }
  })
  expect(places).toEqual(["DomainDescription.CustomDomainConfig.CertificateArn"])
  expect(Result.getOrThrow(decode(spec, responseOf(body), plainSettings))).toEqual(JSON.parse(body))
})

it("a place is told once, however often it is there, and without keys and indices", () => {
  const { spec } = operationNamed("ListUsers")
  const body = JSON.stringify({ Users: [{ Attributes: [{}, {}] }, { Attributes: [{ Value: "x" }] }] })
  const places: Array<string> = []
  decode(spec, responseOf(body), typedSettings, places)
  expect(places).toEqual(["Users[].Attributes[].Name"])
})

it("each kind of value has its zero value, and a secret that is missing is an empty one, wrapped", () => {
  const schema = Schema.Struct({
    secret: Wire.Secret,
    text: Schema.String,
    choice: Wire.OpenEnum(["A"]),
    number: Schema.Finite,
    flag: Schema.Boolean,
    time: Wire.Timestamp,
    bytes: Wire.Blob,
    document: Wire.Document,
    list: Schema.Array(Schema.String),
    map: Schema.Record(Schema.String, Schema.String),
    structure: Schema.Struct({ inner: Wire.Secret, optional: Schema.optionalKey(Schema.String) })
  })
  const zeros = {
    text: "",
    choice: "",
    number: 0,
    flag: false,
    time: new Date(0),
    bytes: new Uint8Array(0),
    document: null,
    list: [],
    map: {}
  }
  const value = Result.getOrThrow(read(schema, {}))
  expect(unwrap(value)).toStrictEqual({ ...zeros, secret: "", structure: { inner: "" } })
  expect(value).toStrictEqual({ ...zeros, secret: Redacted.make(""), structure: { inner: Redacted.make("") } })
  expect(Result.getOrThrow(read(schema, {}, plainSettings))).toStrictEqual({})
})

it.each([
  ["a text", `{"Username":7}`],
  ["a list", `{"Username":"a","UserAttributes":{}}`],
  ["a time", `{"Username":"a","UserCreateDate":"yesterday"}`],
  ["within what is otherwise incomplete", `{"UserAttributes":[{"Value":true}]}`]
])("a value of the wrong type stays a DecodeError: %s", (_, body) => {
  const { spec } = operationNamed("AdminGetUser")
  for (const settings of [typedSettings, plainSettings]) {
    expect(Result.merge(decode(spec, responseOf(body), settings))).toMatchObject({
      reason: { _tag: "DecodeError", status: 200 }
    })
  }
})
