/**
 * What Effect itself makes of the values of the API, for comparisons with the codec: its decoding of a body and its
 * encoding of an input, with the rules of the wire that Effect does not have applied before, by hands of their own.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** What does not fit. */
export const misfit: unique symbol = Symbol("misfit")

/** What Effect makes of a body. */
export const decoded = (schema: Schema.Codec<unknown, unknown>, body: string): unknown => {
  const value = complete(SchemaAST.toEncoded(schema.ast), JSON.parse(body))
  return Result.getOrElse(Schema.decodeUnknownResult(schema)(value), () => misfit)
}

/** What Effect makes of an input, as JSON. */
export const encoded = (schema: Schema.Codec<unknown, unknown>, input: unknown): unknown => {
  if (findOpaque(schema.ast, input)) return misfit
  const write = Schema.encodeUnknownResult(schema, { onExcessProperty: "error" })
  const result = Result.orElse(write(input), () => write(dropUndefined(input)))
  return Result.isSuccess(result) ? JSON.stringify(result.success) : misfit
}

/** Leaves out `null`, and fills in the required members that are missing then. Documents are left alone. */
const complete = (ast: SchemaAST.AST, value: unknown): unknown => {
  if (SchemaAST.isArrays(ast) && Array.isArray(value)) {
    const [element] = ast.rest
    return element === undefined ? value : value.filter((item) => item !== null).map((item) => complete(element, item))
  }
  if (!SchemaAST.isObjects(ast) || !isObject(value) || Array.isArray(value)) return value
  const known = new Map(ast.propertySignatures.map(({ name, type }) => [String(name), type]))
  const rest = ast.indexSignatures[0]?.type
  const present = Object.entries(value).filter(([, member]) => member !== null).map(([key, member]) => {
    const type = known.get(key) ?? rest
    return [key, type === undefined ? member : complete(type, member)]
  })
  const absent = [...known].filter(([key, type]) => !SchemaAST.isOptional(type) && (value[key] ?? null) === null)
  return Object.fromEntries([...absent.map(([key, type]) => [key, zero(type)]), ...present])
}

/** The zero value of a type, as it stands in a body. */
const zero = (ast: SchemaAST.AST): unknown => {
  if (SchemaAST.isNumber(ast)) return 0
  if (SchemaAST.isBoolean(ast)) return false
  if (SchemaAST.isArrays(ast)) return []
  if (SchemaAST.isObjects(ast)) return complete(ast, {})
  return SchemaAST.isDeclaration(ast) ? null : ""
}

/** A copy of an input without the members that are `undefined`. */
const dropUndefined = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(dropUndefined)
  if (!isObject(value) || isOpaque(value)) return value
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(entries.map(([key, member]) => [key, dropUndefined(member)]))
}

/** Whether an object keeps its content out of sight where the schema wants a structure or a map, or is an instance. */
const findOpaque = (ast: SchemaAST.AST, value: unknown): boolean => {
  if (SchemaAST.isArrays(ast) && Array.isArray(value)) {
    const [element] = ast.rest
    return element !== undefined && value.some((item) => findOpaque(element, item))
  }
  if (!SchemaAST.isObjects(ast) || !isObject(value)) return false
  return isOpaque(value)
    || ast.propertySignatures.some(({ name, type }) => findOpaque(type, value[String(name)]))
    || ast.indexSignatures.some(({ type }) => Object.values(value).some((entry) => findOpaque(type, entry)))
}

const isObject = (value: unknown): value is { [key: string]: unknown } => typeof value === "object" && value !== null

const isOpaque = (value: object): boolean =>
  Object.prototype.toString.call(value) !== "[object Object]" || Redacted.isRedacted(value)
