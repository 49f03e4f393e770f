/**
 * Reading of outputs, prepared once: makes of a parsed body what `Schema.decodeUnknownResult` makes of it, in a fraction
 * of its time.
 *
 * A reader is made from the schema itself. It takes what is as the service sends it, in the forms that the generated
 * schemas have. Anything else, in the schema or in the body, is left to Effect's own decoder: a form that is not known
 * here for that value alone, a value that does not fit for the body as a whole, so that errors are Effect's as well.
 *
 * It is not part of the public API.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { Secret, Timestamp } from "./schema/Wire.ts"

/** What a reader, or a writer, answers where it leaves a value to Effect. */
export const undecided: unique symbol = Symbol("undecided")

/** Reads a value. `null` members and entries count as absent, as they do on the wire. */
export interface Reader {
  (value: unknown): unknown
}

/** The reader of a schema. */
export const readerOf = ({ ast }: Schema.Top): Reader => readerOfAst(ast)

const readers = new WeakMap<SchemaAST.AST, Reader>()

const readerOfAst = (ast: SchemaAST.AST): Reader => {
  const known = readers.get(ast)
  if (known !== undefined) return known
  const reader = makeReader(ast) ?? effectReader(ast)
  readers.set(ast, reader)
  return reader
}

/** `undefined` for a form that is not known. */
const makeReader = (ast: SchemaAST.AST): Reader | undefined => {
  const transformation = transformationOf(ast)
  if (transformation !== undefined) {
    if (transformation === transformationOf(Secret.ast)) return readSecret
    return transformation === transformationOf(Timestamp.ast) ? readTimestamp : undefined
  }
  if (SchemaAST.isNumber(ast)) return ast.checks === Schema.Finite.ast.checks ? readFinite : undefined
  if (ast.checks !== undefined) return undefined
  if (SchemaAST.isString(ast)) return readString
  if (SchemaAST.isBoolean(ast)) return readBoolean
  if (SchemaAST.isArrays(ast)) return arrayReader(ast)
  if (SchemaAST.isObjects(ast)) return ast.indexSignatures.length === 0 ? structReader(ast) : recordReader(ast)
  // An open enumeration: its first choice takes any string.
  const [first] = SchemaAST.isUnion(ast) ? ast.types : []
  return first !== undefined && SchemaAST.isString(first) ? makeReader(first) : undefined
}

/** By what a schema's values are told apart from what stands on the wire, if they are. */
export const transformationOf = (ast: SchemaAST.AST): unknown => ast.encoding?.at(-1)?.transformation

/** Effect's decoder, for one value. */
const effectReader = (ast: SchemaAST.AST): Reader => {
  const decode = Schema.decodeUnknownResult(Schema.make<Schema.Codec<unknown>>(ast))
  return (value) => {
    const result = decode(value)
    return Result.isSuccess(result) ? result.success : undecided
  }
}

const readString: Reader = (value) => typeof value === "string" ? value : undecided
const readBoolean: Reader = (value) => typeof value === "boolean" ? value : undecided
const readFinite: Reader = (value) => typeof value === "number" && Number.isFinite(value) ? value : undecided
const readSecret: Reader = (value) => typeof value === "string" ? Redacted.make(value) : undecided
const readTimestamp: Reader = (value) => {
  if (typeof value !== "number") return undecided
  const date = new Date(Math.round(value * 1000))
  return Number.isNaN(date.getTime()) ? undecided : date
}

const arrayReader = ({ elements, rest }: SchemaAST.Arrays): Reader | undefined => {
  const [element] = rest
  if (element === undefined || elements.length > 0 || rest.length > 1) return undefined
  const read = readerOfAst(element)
  return (value) => {
    if (!Array.isArray(value)) return undecided
    const items: Array<unknown> = []
    for (let index = 0; index < value.length; index++) {
      const item = read(value[index])
      if (item === undecided) return undecided
      items.push(item)
    }
    return items
  }
}

const structReader = ({ propertySignatures }: SchemaAST.Objects): Reader => {
  const members = propertySignatures.map(({ name, type }) => ({
    name: String(name),
    optional: SchemaAST.isOptional(type),
    read: readerOfAst(type)
  }))
  return (value) => {
    if (!isObject(value)) return undecided
    const output: { [name: string]: unknown } = {}
    for (const { name, optional, read } of members) {
      const member = value[name]
      if (member === undefined || member === null) {
        if (optional) continue
        return undecided
      }
      const item = read(member)
      if (item === undecided) return undecided
      output[name] = item
    }
    return output
  }
}

const recordReader = ({ indexSignatures, propertySignatures }: SchemaAST.Objects): Reader | undefined => {
  const [signature] = indexSignatures
  if (signature === undefined || indexSignatures.length > 1 || propertySignatures.length > 0) return undefined
  const { checks, encoding } = signature.parameter
  if (!SchemaAST.isString(signature.parameter) || checks !== undefined || encoding !== undefined) return undefined
  const read = readerOfAst(signature.type)
  return (value) => {
    if (!isObject(value)) return undecided
    const output: { [name: string]: unknown } = {}
    for (const name of Object.keys(value)) {
      const entry = value[name]
      if (entry === null) continue
      const item = name === "__proto__" ? undecided : read(entry)
      if (item === undecided) return undecided
      output[name] = item
    }
    return output
  }
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)
