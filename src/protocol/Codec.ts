/**
 * Reading and writing of values: between what stands in a JSON body and what a program sees, by the schemas of the
 * operations. With the values that hold no others, which are `Wire.ts`'s, all rules of the wire that are about values are
 * here: what is absent, `null` or not known, times, bytes, documents, secrets, and objects that keep their content out of
 * sight. Nothing else looks into a schema.
 *
 * It takes Effect's schemas and makes of a value what Effect's own decoding and encoding make of it, in a fraction of the
 * time, where Effect has a rule (the property tests compare the two). It does not parse or print JSON, and knows no
 * operation: that is `AwsJson.ts`.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import {
  type Converter,
  isOpenObject,
  type JsonObject,
  type Leaf,
  leafOf,
  type Misfit,
  refuse,
  refused,
  type Settings,
  takeMisfit,
  text,
  typed,
  within
} from "./Conversion.ts"

/**
 * Reads a value that `JSON.parse` gave, which it changes and gives back. Members that are not known are left out. `places`
 * gets each place where a member was corrected, once, without the indices and keys on the way:
 * `Users[].Attributes[].Name`.
 */
export const read = (
  { ast }: Schema.Top,
  value: unknown,
  settings: Settings = typed,
  places?: Array<string>
): Result.Result<unknown, Misfit> => {
  corrected.length = 0
  const output = converterOf(reading, settings, ast)(value)
  if (output === refused) return Result.fail(takeMisfit())
  if (corrected.length > 0) new Set(corrected).forEach((place) => places?.push(place.slice(1)))
  return Result.succeed(output)
}

/**
 * Writes a value as what `JSON.stringify` takes; the value stays as it is. Throws what reading it throws: a getter, or a
 * value that is too deep for the stack.
 */
export const write = (
  { ast }: Schema.Top,
  value: unknown,
  settings: Settings = typed
): Result.Result<unknown, Misfit> => {
  const output = converterOf(writing, settings, ast)(value)
  return output === refused ? Result.fail(takeMisfit()) : Result.succeed(output)
}

/** A body with its secrets replaced, each by what a function makes of it and of its key. What has none is kept as it is. */
export const replaceSecrets = (
  ast: SchemaAST.AST,
  value: unknown,
  replace: (secret: string, key: string) => string,
  key = ""
): unknown => {
  const shape = shapeOf(ast)
  if (typeof value === "string") return shape.kind === "secret" ? replace(value, key) : value
  if (shape.kind === "list" && Array.isArray(value)) {
    const items = value.map((item) => replaceSecrets(shape.item, item, replace, key))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  if (shape.kind !== "structure" && shape.kind !== "map" || !isJsonObject(value)) return value
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => {
    const type = shape.kind === "map" ? shape.entry : shape.members.find((member) => member.name === name)?.type
    return [name, type === undefined ? member : replaceSecrets(type, member, replace, name)]
  })
  return entries.every(([name, member]) => member === value[name]) ? value : Object.fromEntries(entries)
}

/** The secrets of a value that was written in plain form. */
export const secretTexts = ({ ast }: Schema.Top, value: unknown): ReadonlyArray<string> => {
  const found: Array<string> = []
  replaceSecrets(ast, value, (secret, key) => {
    // Among secrets of a sign-in this is none, and the service speaks of it.
    if (key !== "USERNAME") found.push(secret)
    return secret
  })
  return found
}

/** What a made-up value is made of. */
export interface Maker {
  /** The value of a leaf, which may go by the name of its member. */
  readonly leaf: (leaf: Leaf, name: string) => unknown
  /** Whether a structure gets a member. */
  readonly has: (member: Member) => boolean
}

/** Makes up a value of a schema. Lists and maps are empty. */
export const makeUp = (ast: SchemaAST.AST, maker: Maker, name = ""): unknown => {
  const shape = shapeOf(ast)
  switch (shape.kind) {
    case "list":
      return []
    case "map":
      return {}
    case "structure":
      return Object.fromEntries(
        shape.members.filter(maker.has).map((member) => [member.name, makeUp(member.type, maker, member.name)])
      )
    default:
      return maker.leaf(shape, name)
  }
}

/** What a schema stands for on the wire. */
type Shape = Leaf | List | Map | Structure

interface List {
  readonly kind: "list"
  readonly item: SchemaAST.AST
}

interface Map {
  readonly kind: "map"
  readonly entry: SchemaAST.AST
}

interface Structure {
  readonly kind: "structure"
  readonly members: ReadonlyArray<Member>
}

/** A member of a structure. */
export interface Member {
  readonly name: string
  readonly optional: boolean
  readonly type: SchemaAST.AST
}

/** Tells the shape of a schema, of the forms that the generated schemas have. */
const shapeOf = (ast: SchemaAST.AST): Shape => {
  const shape = leafOf(ast) ?? (ast.encoding === undefined ? builtIn(ast) : undefined)
  if (shape === undefined) throw new TypeError("a schema of a form that the wire does not have")
  return shape
}

const builtIn = (ast: SchemaAST.AST): Shape | undefined => {
  if (SchemaAST.isNumber(ast)) return ast.checks === Schema.Finite.ast.checks ? number : undefined
  if (ast.checks !== undefined) return undefined
  if (SchemaAST.isString(ast)) return string
  if (SchemaAST.isBoolean(ast)) return boolean
  if (SchemaAST.isVoid(ast)) return nothing
  if (SchemaAST.isArrays(ast)) {
    const [item] = ast.rest
    return item !== undefined && ast.rest.length + ast.elements.length === 1 ? { kind: "list", item } : undefined
  }
  return SchemaAST.isObjects(ast) ? structureOrMap(ast) : undefined
}

const structureOrMap = ({ indexSignatures, propertySignatures }: SchemaAST.Objects): Structure | Map | undefined => {
  const [signature] = indexSignatures
  if (signature === undefined) return { kind: "structure", members: propertySignatures.map(memberOf) }
  const { parameter, type } = signature
  const isAnyKey = SchemaAST.isString(parameter) && parameter.checks === undefined && parameter.encoding === undefined
  const isOnly = indexSignatures.length + propertySignatures.length === 1
  return isAnyKey && isOnly ? { kind: "map", entry: type } : undefined
}

const memberOf = ({ name, type }: SchemaAST.PropertySignature): Member => ({
  name: String(name),
  optional: SchemaAST.isOptional(type),
  type
})

/** A value that JSON has a form for. */
const native = (kind: Leaf["kind"], convert: Converter, zero: unknown): Leaf => ({
  kind,
  read: () => convert,
  write: () => convert,
  zero: () => zero
})

const nothing = native("void", () => undefined, undefined)
const string = native("text", text, "")
const boolean = native("boolean", (value) => typeof value === "boolean" ? value : refuse("Expected boolean"), false)
const number = native("number", (value) => {
  if (typeof value !== "number") return refuse("Expected number")
  return Number.isFinite(value) ? value : refuse("Expected a finite number")
}, 0)

/** Where members were corrected in the value that is being read. */
const corrected: Array<string> = []

/** One of the two ways: how it converts what holds other values. */
interface Direction {
  readonly way: "read" | "write"
  readonly list: (item: Converter, settings: Settings) => Converter
  readonly map: (entry: Converter, settings: Settings) => Converter
  readonly structure: (members: ReadonlyArray<Member>, settings: Settings) => Converter
  /** The converters that were made, by settings and schema. */
  readonly made: WeakMap<Settings, WeakMap<SchemaAST.AST, Converter>>
}

const converterOf = (direction: Direction, settings: Settings, ast: SchemaAST.AST): Converter => {
  let known = direction.made.get(settings)
  if (known === undefined) direction.made.set(settings, known = new WeakMap())
  let converter = known.get(ast)
  if (converter === undefined) known.set(ast, converter = makeConverter(direction, settings, shapeOf(ast)))
  return converter
}

const makeConverter = (direction: Direction, settings: Settings, shape: Shape): Converter => {
  switch (shape.kind) {
    case "list":
      return direction.list(converterOf(direction, settings, shape.item), settings)
    case "map":
      return direction.map(converterOf(direction, settings, shape.entry), settings)
    case "structure":
      return direction.structure(shape.members, settings)
    default:
      return shape[direction.way](settings)
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

// Readers write what they read over what was there, since nobody else has the parsed body. They make a copy only where
// something is to be left out, which is rare.

const listReader = (read: Converter, { missing }: Settings): Converter => (value) => {
  if (!Array.isArray(value)) return refuse("Expected array")
  let hasNull = false
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index]
    if (item === null) {
      hasNull = true
      continue
    }
    const before = corrected.length
    const output = read(item)
    if (output === refused) return within(index)
    if (output !== item) value[index] = output
    if (corrected.length > before) moveCorrections(before, "[]")
  }
  return hasNull && missing === "corrected" ? value.filter((item) => item !== null) : value
}

const mapReader = (read: Converter, { missing }: Settings): Converter => (value) => {
  if (!isJsonObject(value)) return refuse("Expected object")
  const entries = Object.entries(value).filter(([, entry]) => entry !== null || missing === "absent")
  for (const entry of entries) {
    if (entry[1] === null) continue
    const before = corrected.length
    const output = read(entry[1])
    if (output === refused) return within(entry[0])
    entry[1] = output
    if (corrected.length > before) moveCorrections(before, "{}")
  }
  return Object.fromEntries(entries)
}

/** Notes that corrections, from one on, stand within something. */
const moveCorrections = (from: number, step: string): void => {
  for (let index = from; index < corrected.length; index++) corrected[index] = step + corrected[index]
}

const structureReader = (all: ReadonlyArray<Member>, settings: Settings): Converter => {
  const corrects = settings.missing === "corrected"
  const zero: Maker = { has: ({ optional }) => !optional, leaf: (leaf) => leaf.zero(settings) }
  const members = all.map(({ name, optional, type }) => ({
    name,
    type,
    isCorrected: corrects && !optional,
    read: converterOf(reading, settings, type)
  }))
  return (value) => {
    if (!isJsonObject(value)) return refuse("Expected object")
    // The members are written back as they are read.
    const structure: { [name: string]: unknown } = value
    let present = 0
    for (const { isCorrected, name, read, type } of members) {
      const member = structure[name]
      if (isAbsent(member)) {
        if (!isCorrected) continue
        corrected.push(`.${name}`)
        structure[name] = makeUp(type, zero)
      } else {
        const before = corrected.length
        const output = read(member)
        if (output === refused) return within(name)
        if (output !== member) structure[name] = output
        if (corrected.length > before) moveCorrections(before, `.${name}`)
      }
      present++
    }
    if (Object.keys(structure).length === present) return structure
    const known: { [name: string]: unknown } = {}
    for (const { isCorrected, name } of members) {
      if (isCorrected || !isAbsent(structure[name])) known[name] = structure[name]
    }
    return known
  }
}

const reading: Direction = {
  way: "read",
  list: listReader,
  map: mapReader,
  structure: structureReader,
  made: new WeakMap()
}

/** Whether a program's value counts as absent. */
const isUnset = (value: unknown, { secrets }: Settings): boolean =>
  value === undefined || value === null && secrets === "plain"

const listWriter = (write: Converter, settings: Settings): Converter => (value) => {
  if (!Array.isArray(value)) return refuse("Expected array")
  const items: Array<unknown> = []
  for (let index = 0; index < value.length; index++) {
    const item: unknown = value[index]
    if (settings.secrets === "plain" && isAbsent(item)) continue
    const written = write(item)
    if (written === refused) return within(index)
    items.push(written)
  }
  return items
}

const mapWriter = (write: Converter, settings: Settings): Converter => (value) => {
  if (!isOpenObject(value)) return refuse("Expected object")
  const entries: Array<[string, unknown]> = []
  for (const key of Object.keys(value)) {
    const entry = value[key]
    if (isUnset(entry, settings)) continue
    const item = write(entry)
    if (item === refused) return within(key)
    entries.push([key, item])
  }
  return Object.fromEntries(entries)
}

const structureWriter = (all: ReadonlyArray<Member>, settings: Settings): Converter => {
  const isPlain = settings.secrets === "plain"
  const members = all.map(({ name, optional, type }) => ({
    name,
    optional,
    write: converterOf(writing, settings, type)
  }))
  const names = new Set(members.map(({ name }) => name))
  return (value) => {
    if (!isOpenObject(value)) return refuse("Expected object")
    if (!isPlain) {
      for (const key of Object.keys(value)) {
        if (names.has(key) || value[key] === undefined) continue
        refuse("Expected no excess property")
        return within(key)
      }
    }
    const structure: { [name: string]: unknown } = {}
    for (const { name, optional, write } of members) {
      const member = value[name]
      if (isUnset(member, settings)) {
        if (optional) continue
        refuse("Missing key")
        return within(name)
      }
      const item = write(member)
      if (item === refused) return within(name)
      structure[name] = item
    }
    return structure
  }
}

const writing: Direction = {
  way: "write",
  list: listWriter,
  map: mapWriter,
  structure: structureWriter,
  made: new WeakMap()
}

/** What `JSON.parse` makes of an object. */
export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)
