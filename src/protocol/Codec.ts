/**
 * Reading of outputs and writing of inputs, prepared once: makes of a value what `Schema.decodeUnknownResult` and
 * `Schema.encodeUnknownResult` make of it, in a fraction of their time.
 *
 * A converter is made from the schema itself, for the forms that the generated schemas have. Anything else, in the schema
 * or in the value, is left to Effect: a form that is not known here for that value alone, a value that does not fit for
 * the whole, so that errors are Effect's as well.
 *
 * It is not part of the public API.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import { PlainOrSecret, Secret, Timestamp } from "./Wire.ts"

/** What a converter answers where it leaves a value to Effect. */
export const undecided: unique symbol = Symbol("undecided")

/** Converts a value, or answers {@link undecided}. */
export interface Converter {
  (value: unknown): unknown
}

/** The reader of a schema. `null` members and entries count as absent, as they do on the wire; unknown ones are left out. */
export const readerOf = ({ ast }: Schema.Top): Converter => converterOf(reading, ast)

/**
 * The writer of a schema. Members that are `undefined` count as absent. Only plain objects without unknown members are
 * written, since an object of a class may keep its content out of sight.
 */
export const writerOf = ({ ast }: Schema.Top): Converter => converterOf(writing, ast)

/** One of the two ways, in what sets it apart. */
interface Direction {
  readonly known: WeakMap<SchemaAST.AST, Converter>
  /** The converter of a schema whose values are told apart from what stands on the wire. */
  readonly special: (ast: SchemaAST.AST) => Converter | undefined
  readonly effect: (schema: Schema.Codec<unknown>) => (value: unknown) => Result.Result<unknown, unknown>
  readonly isObject: (value: unknown) => value is JsonObject
  /** The keys of a map; `undefined` where one of them is no key in JSON. */
  readonly keysOf: (value: JsonObject) => ReadonlyArray<string> | undefined
  readonly isAbsent: (value: unknown) => boolean
  /** Whether members that the schema does not know are left to Effect. */
  readonly isClosed: boolean
  /** Converters that answer with the value itself where there is nothing to change: nobody else has it. */
  readonly keepers: WeakSet<Converter>
}

const converterOf = (direction: Direction, ast: SchemaAST.AST): Converter => {
  const known = direction.known.get(ast)
  if (known !== undefined) return known
  const converter = makeConverter(direction, ast) ?? effectConverter(direction, ast)
  direction.known.set(ast, converter)
  return converter
}

/** `undefined` for a form that is not known. */
const makeConverter = (direction: Direction, ast: SchemaAST.AST): Converter | undefined => {
  const special = direction.special(ast)
  if (special !== undefined) return special
  if (transformationOf(ast) !== undefined) return undefined
  if (SchemaAST.isNumber(ast)) return ast.checks === Schema.Finite.ast.checks ? finite : undefined
  if (ast.checks !== undefined) return undefined
  if (SchemaAST.isString(ast)) return string
  if (SchemaAST.isBoolean(ast)) return boolean
  if (SchemaAST.isArrays(ast)) return arrayConverter(direction, ast)
  if (SchemaAST.isObjects(ast)) {
    return ast.indexSignatures.length === 0 ? structConverter(direction, ast) : recordConverter(direction, ast)
  }
  // An open enumeration: its first choice takes any string.
  const [first] = SchemaAST.isUnion(ast) ? ast.types : []
  return first !== undefined && SchemaAST.isString(first) ? makeConverter(direction, first) : undefined
}

/** Effect's own, for one value. */
const effectConverter = (direction: Direction, ast: SchemaAST.AST): Converter => {
  const convert = direction.effect(Schema.make<Schema.Codec<unknown>>(ast))
  return (value) => {
    const result = convert(value)
    return Result.isSuccess(result) ? result.success : undecided
  }
}

const string: Converter = (value) => typeof value === "string" ? value : undecided
const boolean: Converter = (value) => typeof value === "boolean" ? value : undecided
const finite: Converter = (value) => typeof value === "number" && Number.isFinite(value) ? value : undecided

const arrayConverter = (direction: Direction, { elements, rest }: SchemaAST.Arrays): Converter | undefined => {
  const [element] = rest
  if (element === undefined || elements.length > 0 || rest.length > 1) return undefined
  const convert = converterOf(direction, element)
  const copy: Converter = (value) => {
    if (!Array.isArray(value)) return undecided
    const items: Array<unknown> = []
    for (let index = 0; index < value.length; index++) {
      const item = convert(value[index])
      if (item === undecided) return undecided
      items.push(item)
    }
    return items
  }
  if (!direction.keepers.has(convert)) return copy
  const keep: Converter = (value) => {
    if (!Array.isArray(value)) return undecided
    for (let index = 0; index < value.length; index++) {
      const item = value[index]
      if (convert(item) !== item) return copy(value)
    }
    return value
  }
  direction.keepers.add(keep)
  return keep
}

const structConverter = (direction: Direction, { propertySignatures }: SchemaAST.Objects): Converter => {
  const { isAbsent, isClosed, isObject, keepers } = direction
  const members = propertySignatures.map(({ name, type }) => ({
    name: String(name),
    optional: SchemaAST.isOptional(type),
    convert: converterOf(direction, type)
  }))
  const names = new Set<string | symbol>(members.map(({ name }) => name))
  const copy: Converter = (value) => {
    if (!isObject(value)) return undecided
    if (isClosed) { for (const key of Reflect.ownKeys(value)) if (!names.has(key)) return undecided }
    const output: { [name: string]: unknown } = {}
    for (const { convert, name, optional } of members) {
      const member = value[name]
      if (isAbsent(member)) {
        if (optional) continue
        return undecided
      }
      const item = convert(member)
      if (item === undecided) return undecided
      output[name] = item
    }
    return output
  }
  if (!members.every(({ convert }) => keepers.has(convert))) return copy
  const keep: Converter = (value) => {
    if (!isObject(value)) return undecided
    let present = 0
    for (const { convert, name, optional } of members) {
      const member = value[name]
      if (isAbsent(member)) {
        if (optional) continue
        return undecided
      }
      if (convert(member) !== member) return copy(value)
      present++
    }
    // Else there are members that are to be left out.
    return Object.keys(value).length === present ? value : copy(value)
  }
  keepers.add(keep)
  return keep
}

const recordConverter = (
  direction: Direction,
  { indexSignatures, propertySignatures }: SchemaAST.Objects
): Converter | undefined => {
  const [signature] = indexSignatures
  if (signature === undefined || indexSignatures.length > 1 || propertySignatures.length > 0) return undefined
  const { checks, encoding } = signature.parameter
  if (!SchemaAST.isString(signature.parameter) || checks !== undefined || encoding !== undefined) return undefined
  const { isAbsent, isObject, keysOf } = direction
  const convert = converterOf(direction, signature.type)
  return (value) => {
    const keys = isObject(value) ? keysOf(value) : undefined
    if (!isObject(value) || keys === undefined) return undecided
    const output: { [name: string]: unknown } = {}
    for (const name of keys) {
      const entry = value[name]
      if (isAbsent(entry)) continue
      const item = name === "__proto__" ? undecided : convert(entry)
      if (item === undecided) return undecided
      output[name] = item
    }
    return output
  }
}

export interface JsonObject {
  readonly [name: string]: unknown
}

/** What `JSON.parse` makes of an object. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Of no class, and not made by one: what else there is in such an object, its own members show. */
const isPlain = (value: unknown): value is JsonObject => {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** By what a schema's values are told apart from what stands on the wire, if they are. */
const transformationOf = (ast: SchemaAST.AST): unknown => ast.encoding?.at(-1)?.transformation

const secret = transformationOf(Secret.ast)
const timestamp = transformationOf(Timestamp.ast)
const plainOrSecret = SchemaAST.isUnion(PlainOrSecret.ast) ? PlainOrSecret.ast.types : undefined

const readSecret: Converter = (value) => typeof value === "string" ? Redacted.make(value) : undecided
const readTimestamp: Converter = (value) => {
  if (typeof value !== "number") return undecided
  const date = new Date(Math.round(value * 1000))
  return Number.isNaN(date.getTime()) ? undecided : date
}

const reading: Direction = {
  known: new WeakMap(),
  special: (ast) => {
    const transformation = transformationOf(ast)
    if (transformation === undefined) return undefined
    if (transformation === secret) return readSecret
    return transformation === timestamp ? readTimestamp : undefined
  },
  effect: Schema.decodeUnknownResult,
  isObject: isJsonObject,
  keysOf: Object.keys,
  isAbsent: (value) => value === undefined || value === null,
  isClosed: false,
  keepers: new WeakSet([string, boolean, finite])
}

const writeSecret: Converter = (value) => Redacted.isRedacted(value) ? string(Redacted.value(value)) : undecided
const writePlainOrSecret: Converter = (value) => typeof value === "string" ? value : writeSecret(value)

const writing: Direction = {
  known: new WeakMap(),
  special: (ast) => {
    if (transformationOf(ast) === secret) return writeSecret
    return SchemaAST.isUnion(ast) && ast.types === plainOrSecret ? writePlainOrSecret : undefined
  },
  effect: Schema.encodeUnknownResult,
  isObject: isPlain,
  keysOf: (value) => {
    const keys = Reflect.ownKeys(value)
    return keys.every((key) => typeof key === "string") ? keys : undefined
  },
  isAbsent: (value) => value === undefined,
  isClosed: true,
  // An input is the program's, which may change it.
  keepers: new WeakSet()
}
