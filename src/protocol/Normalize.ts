/**
 * What a call does to values beside their schemas: AWS's JSON takes absent, `null` and `undefined` for the same, and
 * Effect's structures take objects whose content they cannot see.
 *
 * It is not part of the public API.
 */
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"

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
  if (!isObject(value) || isOpaque(value)) return value
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
  if (isOpaque(value)) return path
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

const isOpaque = (value: object): boolean =>
  Object.prototype.toString.call(value) !== "[object Object]" || Redacted.isRedacted(value)
