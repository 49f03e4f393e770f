/**
 * How AWS's `awsJson1_1` protocol writes the values that JSON has no form for, as schemas from which the generated
 * modules are built, each with its conversions.
 *
 * Type side: what programs see. Encoded side: what stands in the JSON body. Constraints of length, range and pattern are
 * not checked here; they are the service's to enforce, and it relaxes them.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { asLeaf, type Converter, isOpenObject, refuse, refused, text, within } from "./Conversion.ts"

const readSecret: Converter = (value) => typeof value === "string" ? Redacted.make(value) : text(value)

const writeSecret: Converter = (value) =>
  Redacted.isRedacted(value) ? text(Redacted.value(value)) : refuse("Expected Redacted")

const writePlainOrSecret: Converter = (value) => Redacted.isRedacted(value) ? writeSecret(value) : text(value)

const secret = (write: Converter) =>
  asLeaf({
    kind: "secret",
    read: ({ secrets }) => secrets === "plain" ? text : readSecret,
    write: ({ secrets }) => secrets === "plain" ? writePlainOrSecret : write,
    zero: ({ secrets }) => secrets === "plain" ? "" : Redacted.make("")
  })

/** A secret: `Redacted<string>` in the program, a plain string on the wire. */
export const Secret: Schema.RedactedFromValue<Schema.String> = Schema.RedactedFromValue(Schema.String).annotate(
  secret(writeSecret)
)

/**
 * A value that is a secret under some keys of a map and plain under others: both forms are taken. Read back, as tests
 * do, all are secrets.
 */
export interface PlainOrSecret extends Schema.Codec<string | Redacted.Redacted<string>, string, never, never> {}
export const PlainOrSecret: PlainOrSecret = Schema.Union([Secret, Schema.String]).annotate(secret(writePlainOrSecret))

const readTimestamp: Converter = (value) => {
  if (typeof value !== "number") return refuse("Expected number")
  const date = new Date(Math.round(value * 1000))
  return Number.isNaN(date.getTime()) ? refuse("Expected a valid Date") : date
}

const writeTimestamp: Converter = (value) =>
  value instanceof Date && !Number.isNaN(value.getTime()) ? value.getTime() / 1000 : refuse("Expected a valid Date")

/**
 * A point in time: `Date` in the program, seconds since 1970 on the wire, with the milliseconds as a fraction. A time
 * that `Date` cannot hold does not decode.
 */
export interface Timestamp extends Schema.Codec<Date, number, never, never> {}
export const Timestamp: Timestamp = Schema.Finite.pipe(
  Schema.decodeTo(
    Schema.Date,
    SchemaTransformation.transform({
      decode: (seconds) => new Date(Math.round(seconds * 1000)),
      encode: (date) => date.getTime() / 1000
    })
  )
).annotate(asLeaf({
  kind: "timestamp",
  read: () => readTimestamp,
  write: () => writeTimestamp,
  zero: () => new Date(0)
}))

const readBlob: Converter = (value) => {
  if (typeof value !== "string") return text(value)
  const bytes = Base64.decode(value)
  return Result.isSuccess(bytes) ? bytes.success : refuse("Expected a valid Base64 string")
}

const writeBlob: Converter = (value) =>
  value instanceof Uint8Array ? Base64.encode(value) : refuse("Expected Uint8Array")

/** Bytes: `Uint8Array` in the program, Base64 on the wire. */
export const Blob: Schema.Uint8ArrayFromBase64 = Schema.Uint8ArrayFromBase64.annotate(asLeaf({
  kind: "blob",
  read: () => readBlob,
  write: () => writeBlob,
  zero: () => new Uint8Array(0)
}))

/** What JSON can hold, without members that are `undefined`. */
const writeDocument: Converter = (value) => {
  if (Array.isArray(value)) {
    const items: Array<unknown> = []
    for (let index = 0; index < value.length; index++) {
      const item = writeDocument(value[index])
      if (item === refused) return within(index)
      items.push(item)
    }
    return items
  }
  if (typeof value === "object" && value !== null) return isOpenObject(value) ? writeMembers(value) : refuse(json)
  const isJson = value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)
  return isJson ? value : refuse(json)
}

const json = "Expected JSON value"

const writeMembers = (value: object): unknown => {
  const members: Array<[string, unknown]> = []
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue
    const item = writeDocument(member)
    if (item === refused) return within(key)
    members.push([key, item])
  }
  return Object.fromEntries(members)
}

/** Any JSON value, whose form the service leaves open. */
export const Document: Schema.Codec<Schema.Json> = Schema.Json.annotate(asLeaf({
  kind: "document",
  read: () => (value) => value,
  write: () => writeDocument,
  zero: () => null
}))

const convertEmpty: Converter = (value) => value === undefined || value === null ? refuse("Expected object") : {}

/**
 * An output without members: of what stands there nothing is wanted. (Of an empty `Struct` Effect asks nothing either,
 * and would keep what is in it.)
 */
export interface Empty extends Schema.Codec<{}, {}, never, never> {}
export const Empty: Empty = Schema.Struct({}).pipe(
  Schema.decodeTo(Schema.Struct({}), SchemaTransformation.transform({ decode: () => ({}), encode: () => ({}) }))
).annotate(asLeaf({ kind: "document", read: () => convertEmpty, write: () => convertEmpty, zero: () => ({}) }))

/**
 * An enumeration that the service may extend: the known values are offered by the editor, any string is taken.
 */
export interface OpenEnum<Values extends ReadonlyArray<string>>
  extends Schema.Union<readonly [Schema.StringForLiteralAutocomplete, Schema.Literals<Values>]>
{}
export const OpenEnum = <const Values extends ReadonlyArray<string>>(values: Values): OpenEnum<Values> =>
  Schema.Union([Schema.StringForLiteralAutocomplete, Schema.Literals(values)]).annotate(
    asLeaf({ kind: "text", first: values[0] ?? "", read: () => text, write: () => text, zero: () => "" })
  )
