/**
 * Between the values of plain JavaScript programs and the library's: secrets are plain strings there and `Redacted` here.
 *
 * Documents, times and bytes are the same in both.
 */
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

/** The type of a value in which secrets are plain. */
export type Plain<T> = T extends Redacted.Redacted<infer A> ? A
  : T extends string | Date | Uint8Array ? T
  : T extends ReadonlyArray<infer A> ? Array<Plain<A>>
  : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> }
  : T

/** The type of an input that may have its secrets plain or `Redacted`, and `undefined` for what is absent. */
export type PlainInput<T> = T extends Redacted.Redacted<infer A> ? A | T
  : T extends string | Date | Uint8Array ? T
  : T extends ReadonlyArray<infer A> ? ReadonlyArray<PlainInput<A>>
  : T extends object ? { [K in keyof T]: PlainInput<T[K]> | Absent<T, K> }
  : T

/** `undefined` where a member is optional. */
type Absent<T, K extends keyof T> = {} extends Pick<T, K> ? undefined : never

type Convert = (value: unknown) => unknown

/**
 * Makes an input of a plain one: secrets are wrapped, and what is absent (`undefined`, `null`) or not in the schema is
 * left out. What does not fit is left for the operation to refuse.
 */
export const fromPlain = ({ ast }: Schema.Top): Convert => {
  const convert = inputs.get(ast) ?? converterOf(ast) ?? same
  inputs.set(ast, convert)
  return convert
}

const inputs = new WeakMap<SchemaAST.AST, Convert>()

/** Makes an output of a schema plain, in place: it was read for this call, and nobody else has it. */
export const toPlain = ({ ast }: Schema.Top): Convert => {
  const convert = outputs.get(ast) ?? unwrapperOf(ast) ?? same
  outputs.set(ast, convert)
  return convert
}

const outputs = new WeakMap<SchemaAST.AST, Convert>()

/** Makes any value plain, in place. */
export const unwrapAll = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return Redacted.value(value)
  if (!Array.isArray(value) && !isPlainObject(value)) return value
  for (const [key, member] of Object.entries(value)) {
    const plain = unwrapAll(member)
    if (plain !== member) Object.assign(value, { [key]: plain })
  }
  return value
}

/** `undefined` where there is no secret, so that it need not be looked for. */
const unwrapperOf = (ast: SchemaAST.AST): Convert | undefined => {
  if (SchemaAST.isArrays(ast)) {
    const item = ast.rest[0] && unwrapperOf(ast.rest[0])
    return item && ((value) => (Array.isArray(value) && value.forEach((element) => item(element)), value))
  }
  if (!SchemaAST.isObjects(ast)) {
    return isSecret(ast) || SchemaAST.isUnion(ast) && ast.types.some(isSecret)
      ? unwrap
      : undefined
  }
  if (ast.indexSignatures.length > 0) {
    return ast.indexSignatures.some(({ type }) => unwrapperOf(type))
      ? unwrapAll
      : undefined
  }
  const members = ast.propertySignatures.flatMap(({ name, type }) => {
    const convert = unwrapperOf(type)
    return convert === undefined ? [] : [[String(name), convert] as const]
  })
  if (members.length === 0) return undefined
  return (value) => {
    if (!isPlainObject(value)) return value
    for (const [name, convert] of members) {
      if (name in value) value[name] = convert(value[name])
    }
    return value
  }
}

const unwrap: Convert = (value) => Redacted.isRedacted(value) ? Redacted.value(value) : value

const same: Convert = (value) => value

/** `undefined` where nothing is to be converted. */
const converterOf = (ast: SchemaAST.AST): Convert | undefined => {
  if (isSecret(ast)) return (value) => typeof value === "string" ? Redacted.make(value) : value
  if (SchemaAST.isArrays(ast)) {
    const item = ast.rest[0] && converterOf(ast.rest[0])
    return item && ((value) => Array.isArray(value) ? value.map((element) => item(element)) : value)
  }
  return SchemaAST.isObjects(ast) ? objectConverter(ast) : undefined
}

const objectConverter = (ast: SchemaAST.Objects): Convert => {
  const known = new Map(ast.propertySignatures.map(({ name, type }) => [String(name), converterOf(type) ?? same]))
  const entry = ast.indexSignatures[0] && (converterOf(ast.indexSignatures[0].type) ?? same)
  return (value) => {
    if (!isPlainObject(value)) return value
    const members = Object.entries(value).flatMap(([key, member]) => {
      const convert = known.get(key) ?? entry
      return convert === undefined || member === undefined || member === null ? [] : [[key, convert(member)]]
    })
    return Object.fromEntries(members)
  }
}

/** Of what else is an object the schemas decide: a `Date` for a structure is refused, not taken for an empty one. */
const isPlainObject = (value: unknown): value is { [key: string]: unknown } =>
  Object.prototype.toString.call(value) === "[object Object]" && !Redacted.isRedacted(value)

/** Whether a schema makes a `Redacted` of a string. */
const isSecret = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isDeclaration(ast) && ast.encoding !== undefined
  && Redacted.isRedacted(
    Option.getOrUndefined(Schema.decodeUnknownOption(Schema.make<Schema.Codec<unknown>>(ast))("secret"))
  )
