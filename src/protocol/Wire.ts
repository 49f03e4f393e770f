/**
 * How AWS's `awsJson1_1` protocol writes the values that JSON has no form for, as schemas from which the generated
 * modules of this folder are built.
 *
 * Type side: what programs see. Encoded side: what stands in the JSON body. Constraints of length, range and pattern are
 * not checked here; they are the service's to enforce, and it relaxes them.
 */
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** A secret: `Redacted<string>` in the program, a plain string on the wire. */
export const Secret: Schema.RedactedFromValue<Schema.String> = Schema.RedactedFromValue(Schema.String)

/**
 * A value that is a secret under some keys of a map and plain under others: both forms are taken. Read back, as tests
 * do, all are secrets.
 */
export interface PlainOrSecret extends Schema.Codec<string | Redacted.Redacted<string>, string, never, never> {}
export const PlainOrSecret: PlainOrSecret = Schema.Union([Secret, Schema.String])

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
)

/** Bytes: `Uint8Array` in the program, Base64 on the wire. */
export const Blob: Schema.Uint8ArrayFromBase64 = Schema.Uint8ArrayFromBase64

/** Any JSON value, whose form the service leaves open. */
export const Document: Schema.Codec<Schema.Json> = Schema.Json

/**
 * An output without members. (Of an empty `Struct` Effect asks nothing, and would keep what is in it.)
 */
export interface Empty extends Schema.Codec<{}, {}, never, never> {}
export const Empty: Empty = Schema.Struct({}).pipe(
  Schema.decodeTo(Schema.Struct({}), SchemaTransformation.transform({ decode: () => ({}), encode: () => ({}) }))
)

/**
 * An enumeration that the service may extend: the known values are offered by the editor, any string is taken.
 */
export interface OpenEnum<Values extends ReadonlyArray<string>>
  extends Schema.Union<readonly [Schema.StringForLiteralAutocomplete, Schema.Literals<Values>]>
{}
export const OpenEnum = <const Values extends ReadonlyArray<string>>(values: Values): OpenEnum<Values> =>
  Schema.Union([Schema.StringForLiteralAutocomplete, Schema.Literals(values)])
