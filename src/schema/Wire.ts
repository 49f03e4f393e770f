/**
 * How AWS's `awsJson1_1` protocol writes the values that JSON has no form for, as schemas from which the generated
 * modules of this folder are built.
 *
 * Type side: what programs see. Encoded side: what stands in the JSON body. Constraints of length, range and pattern are
 * not checked here; they are the service's to enforce, and it relaxes them.
 */
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaTransformation from "effect/SchemaTransformation"

/** A secret: `Redacted<string>` in the program, a plain string on the wire. */
export const Secret: Schema.RedactedFromValue<Schema.String> = Schema.RedactedFromValue(Schema.String)

/** A value that is a secret under some keys of a map and plain under others: both forms are taken. */
export interface PlainOrSecret extends Schema.Codec<string | Redacted.Redacted<string>, string, never, never> {}
export const PlainOrSecret: PlainOrSecret = Schema.Union([Schema.String, Secret])

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

/**
 * Removes the members and map entries that are `null` from a parsed body, where the schema knows them: on the wire `null`
 * and absent mean the same. Documents are left alone, `null` is a value in them. Changes `value` in place.
 */
export const dropNulls = (schema: Schema.Top, value: unknown): void => drop(SchemaAST.toEncoded(schema.ast), value)

const drop = (ast: SchemaAST.AST, value: unknown): void => {
  if (SchemaAST.isArrays(ast) && Array.isArray(value)) {
    const [element] = ast.rest
    if (element !== undefined) value.forEach((item) => drop(element, item))
  } else if (SchemaAST.isObjects(ast) && isObject(value)) {
    const known = new Map(ast.propertySignatures.map(({ name, type }) => [name, type]))
    const rest = ast.indexSignatures[0]?.type
    for (const key of Object.keys(value)) {
      const type = known.get(key) ?? rest
      if (type === undefined) continue
      if (value[key] === null) delete value[key]
      else drop(type, value[key])
    }
  }
}

/**
 * A copy of an input without the members that are `undefined`, which mean the same as absent ones in programs whose
 * compiler does not tell the two apart.
 */
export const dropUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(dropUndefined)
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(entries.map(([key, member]) => [key, dropUndefined(member)]))
}

/**
 * Where in an input stands an object that keeps its content out of sight (a `Map`, a `Date`, a `Redacted`) although the
 * schema wants a structure or a map. Effect's `Struct` and `Record` take any object, and would write these as empty.
 */
export const findOpaque = (schema: Schema.Top, value: unknown): ReadonlyArray<string | number> | undefined =>
  find(schema.ast, value, [])

const find = (ast: SchemaAST.AST, value: unknown, path: ReadonlyArray<string | number>): typeof path | undefined => {
  if (SchemaAST.isArrays(ast) && Array.isArray(value)) {
    const [element] = ast.rest
    return element && first(value, (item, index) => find(element, item, [...path, index]))
  }
  if (!SchemaAST.isObjects(ast) || !isObject(value)) return undefined
  if (Object.prototype.toString.call(value) !== "[object Object]" || Redacted.isRedacted(value)) return path
  return first(ast.propertySignatures, ({ name, type }) => find(type, value[String(name)], [...path, String(name)]))
}

const first = <A, B>(items: ReadonlyArray<A>, f: (item: A, index: number) => B | undefined): B | undefined => {
  for (const [index, item] of items.entries()) {
    const found = f(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

const isObject = (value: unknown): value is { [key: string]: unknown } => typeof value === "object" && value !== null
