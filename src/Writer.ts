/**
 * Writing of inputs, prepared once: makes of an input what `Schema.encodeUnknownResult` makes of it, in a fraction of its
 * time; `Reader.ts`'s other direction.
 *
 * A writer takes plain objects and arrays whose values fit, without members that are not known. Anything else is left to
 * Effect's own encoder: a form of schema that is not known here for that value alone, a value that does not fit for the
 * input as a whole, so that errors are Effect's as well.
 *
 * It is not part of the public API.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { transformationOf, undecided } from "./Reader.ts"
import { PlainOrSecret, Secret } from "./schema/Wire.ts"

/** Writes a value, or answers {@link undecided}. Members that are `undefined` count as absent. */
export interface Writer {
  (value: unknown): unknown
}

/** The writer of a schema. */
export const writerOf = ({ ast }: Schema.Top): Writer => writerOfAst(ast)

const writers = new WeakMap<SchemaAST.AST, Writer>()

const writerOfAst = (ast: SchemaAST.AST): Writer => {
  const known = writers.get(ast)
  if (known !== undefined) return known
  const writer = makeWriter(ast) ?? effectWriter(ast)
  writers.set(ast, writer)
  return writer
}

/** `undefined` for a form that is not known. */
const makeWriter = (ast: SchemaAST.AST): Writer | undefined => {
  const transformation = transformationOf(ast)
  if (transformation !== undefined) return transformation === transformationOf(Secret.ast) ? writeSecret : undefined
  if (SchemaAST.isNumber(ast)) return ast.checks === Schema.Finite.ast.checks ? writeFinite : undefined
  if (ast.checks !== undefined) return undefined
  if (SchemaAST.isString(ast)) return writeString
  if (SchemaAST.isBoolean(ast)) return writeBoolean
  if (SchemaAST.isArrays(ast)) return arrayWriter(ast)
  if (SchemaAST.isObjects(ast)) return ast.indexSignatures.length === 0 ? structWriter(ast) : recordWriter(ast)
  if (!SchemaAST.isUnion(ast)) return undefined
  if (ast.types === plainOrSecret) return writePlainOrSecret
  // An open enumeration: its first choice takes any string.
  const [first] = ast.types
  return first !== undefined && SchemaAST.isString(first) ? makeWriter(first) : undefined
}

const plainOrSecret = SchemaAST.isUnion(PlainOrSecret.ast) ? PlainOrSecret.ast.types : undefined

/** Effect's encoder, for one value. */
const effectWriter = (ast: SchemaAST.AST): Writer => {
  const encode = Schema.encodeUnknownResult(Schema.make<Schema.Codec<unknown>>(ast))
  return (value) => {
    const result = encode(value)
    return Result.isSuccess(result) ? result.success : undecided
  }
}

const writeString: Writer = (value) => typeof value === "string" ? value : undecided
const writeBoolean: Writer = (value) => typeof value === "boolean" ? value : undecided
const writeFinite: Writer = (value) => typeof value === "number" && Number.isFinite(value) ? value : undecided
const writeSecret: Writer = (value) => Redacted.isRedacted(value) ? writeString(Redacted.value(value)) : undecided
const writePlainOrSecret: Writer = (value) => typeof value === "string" ? value : writeSecret(value)

const arrayWriter = ({ elements, rest }: SchemaAST.Arrays): Writer | undefined => {
  const [element] = rest
  if (element === undefined || elements.length > 0 || rest.length > 1) return undefined
  const write = writerOfAst(element)
  return (value) => {
    if (!Array.isArray(value)) return undecided
    const items: Array<unknown> = []
    for (let index = 0; index < value.length; index++) {
      const item = write(value[index])
      if (item === undecided) return undecided
      items.push(item)
    }
    return items
  }
}

const structWriter = ({ propertySignatures }: SchemaAST.Objects): Writer => {
  const members = propertySignatures.map(({ name, type }) => ({
    name: String(name),
    optional: SchemaAST.isOptional(type),
    write: writerOfAst(type)
  }))
  const names = new Set<string | symbol>(members.map(({ name }) => name))
  return (value) => {
    if (!isPlain(value)) return undecided
    for (const key of Reflect.ownKeys(value)) if (!names.has(key)) return undecided
    const output: { [name: string]: unknown } = {}
    for (const { name, optional, write } of members) {
      const member = value[name]
      if (member === undefined) {
        if (optional) continue
        return undecided
      }
      const item = write(member)
      if (item === undecided) return undecided
      output[name] = item
    }
    return output
  }
}

const recordWriter = ({ indexSignatures, propertySignatures }: SchemaAST.Objects): Writer | undefined => {
  const [signature] = indexSignatures
  if (signature === undefined || indexSignatures.length > 1 || propertySignatures.length > 0) return undefined
  const { checks, encoding } = signature.parameter
  if (!SchemaAST.isString(signature.parameter) || checks !== undefined || encoding !== undefined) return undefined
  const write = writerOfAst(signature.type)
  return (value) => {
    if (!isPlain(value)) return undecided
    const output: { [name: string]: unknown } = {}
    for (const name of Reflect.ownKeys(value)) {
      if (typeof name === "symbol" || name === "__proto__") return undecided
      const entry = value[name]
      if (entry === undefined) continue
      const item = write(entry)
      if (item === undecided) return undecided
      output[name] = item
    }
    return output
  }
}

/** Of no class, and not made by one: what else there is in such an object, its own members show. */
const isPlain = (value: unknown): value is { readonly [name: string]: unknown } => {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
