/**
 * What all conversions of values have in common: how one refuses a value, what a program may set, and how a schema says
 * how its values are converted.
 *
 * `Wire.ts` holds the conversions of values that hold no others, `Codec.ts` those of structures, lists and maps.
 */
import * as Redacted from "effect/Redacted"
import type * as SchemaAST from "effect/SchemaAST"

/** How the program's side of a value looks. */
export interface Settings {
  /**
   * `redacted`: secrets are `Redacted`, and nothing but what the schema says is taken. `plain`: secrets are plain texts,
   * though `Redacted` ones are taken too; `null` counts as absent, and members that are not known are left out.
   */
  readonly secrets: "redacted" | "plain"
  /**
   * What becomes of a required member that a body leaves out: `corrected` gives it the zero value of its type, `absent`
   * leaves it out. So it is with `null` in lists and maps: it is left out, or stays.
   *
   * @see https://smithy.io/2.0/spec/aggregate-types.html#client-error-correction
   */
  readonly missing: "corrected" | "absent"
}

/** Values as Effect programs see them. */
export const typed: Settings = { secrets: "redacted", missing: "corrected" }

/** Values as the AWS SDK has them. */
export const plain: Settings = { secrets: "plain", missing: "absent" }

/** The first thing that does not fit its schema. `problem` tells what was expected, never what was there. */
export interface Misfit {
  readonly path: ReadonlyArray<string | number>
  readonly problem: string
}

/** Converts a value, or notes what is wrong with it and answers {@link refused}. */
export interface Converter {
  (value: unknown): unknown
}

/** What a converter answers in place of a value that does not fit. */
export const refused: unique symbol = Symbol("refused")

// One value is converted at a time, so that what is wrong with it need not be handed from call to call.
let problem = ""
let place: Array<string | number> = []

/** Refuses a value. */
export const refuse = (text: string): typeof refused => {
  problem = text
  place = []
  return refused
}

/** Notes that what was refused stands at a key. */
export const within = (key: string | number): typeof refused => {
  // Names that are not the model's may be secrets; a name that is misspelt must be seen.
  place.push(typeof key === "number" || /^[a-z_]\w{0,63}$/i.test(key) ? key : "<redacted>")
  return refused
}

/** What was noted of the last value that was refused. */
export const takeMisfit = (): Misfit => ({ path: place.reverse(), problem })

/** An object of JSON. */
export interface JsonObject {
  readonly [name: string]: unknown
}

/**
 * An object whose content its members show, of whatever class: no `Map`, `Date` or `Redacted`, which would be written as
 * if it were empty.
 */
export const isOpenObject = (value: unknown): value is JsonObject => {
  if (typeof value !== "object" || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return Object.prototype.toString.call(value) === "[object Object]" && !Redacted.isRedacted(value)
}

/** Takes any text, as it is. */
export const text: Converter = (value) => typeof value === "string" ? value : refuse("Expected string")

/** A value that holds no others, and how it is converted. */
export interface Leaf {
  readonly kind: "void" | "text" | "number" | "boolean" | "timestamp" | "blob" | "document" | "secret"
  readonly read: (settings: Settings) => Converter
  readonly write: (settings: Settings) => Converter
  /** What it is where the service left it out: the zero value of Smithy's client error correction. */
  readonly zero: (settings: Settings) => unknown
  /** The first of the values that are known of an enumeration. */
  readonly first?: string
}

const key = "effect-cognito/Leaf"

/** The annotation by which a schema says that its values are converted so. */
export const asLeaf = (leaf: Leaf): { readonly [key]: Leaf } => ({ [key]: leaf })

/** What a schema says of the conversion of its values. */
export const leafOf = (ast: SchemaAST.AST): Leaf | undefined =>
  // Nothing else is noted under this key.
  ast.annotations?.[key] as Leaf | undefined
