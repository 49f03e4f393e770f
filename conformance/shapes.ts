/**
 * Schemas for the shapes of any service of AWS's protocol, made of what the generated modules of the library are made
 * of, and the values of test cases in the library's form.
 *
 * What Cognito does not have (unions, sparse lists, other forms of timestamps) has no schema: {@link obstacle} says so of
 * a case before it is run.
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { makeServiceError, type ServiceError } from "../src/errors/ServiceError.ts"
import { read, write } from "../src/protocol/Codec.ts"
import { asLeaf, type Misfit, refuse, within } from "../src/protocol/Conversion.ts"
import * as Wire from "../src/protocol/Wire.ts"

const Traits = Schema.Record(Schema.String, Schema.Unknown)

const Reference = Schema.Struct({ target: Schema.String, traits: Schema.optionalKey(Traits) })
type Reference = typeof Reference.Type

export const Shape = Schema.Struct({
  type: Schema.String,
  members: Schema.optionalKey(Schema.Record(Schema.String, Reference)),
  member: Schema.optionalKey(Reference),
  key: Schema.optionalKey(Reference),
  value: Schema.optionalKey(Reference),
  traits: Schema.optionalKey(Traits)
})
export type Shape = typeof Shape.Type

export interface Shapes {
  readonly [id: string]: Shape
}

type AnySchema = Schema.Codec<unknown, unknown>

/** A shape by its id; Smithy's own, such as `smithy.api#String`, need no definition. */
export const shapeOf = (shapes: Shapes, id: string): Shape => {
  const shape = shapes[id]
  if (shape !== undefined) return shape
  const [namespace, name = ""] = id.split("#")
  if (namespace !== "smithy.api") throw new Error(`no shape ${id}`)
  return name === "Unit" ? { type: "structure", members: {} } : { type: name.replace(/^Primitive/, "").toLowerCase() }
}

export const localName = (id: string): string => id.split("#").at(-1) ?? id

const trait = (shapes: Shapes, { target, traits }: Reference, name: string): unknown =>
  traits?.[name] ?? shapeOf(shapes, target).traits?.[name]

/** The feature that a value of a shape needs and Cognito does not have, if there is one. */
export const obstacle = (shapes: Shapes, reference: Reference, value: unknown): string | undefined => {
  if (value === null) return undefined
  const shape = shapeOf(shapes, reference.target)
  const format = trait(shapes, reference, "smithy.api#timestampFormat") ?? "epoch-seconds"
  const inside = (reference: Reference | undefined, values: ReadonlyArray<unknown>) =>
    reference && first(values, (value) => obstacle(shapes, reference, value))
  if (shape.type === "timestamp" && format !== "epoch-seconds") return `Cognito has no timestamps as ${String(format)}`
  if ((shape.type === "float" || shape.type === "double") && typeof value !== "number") {
    return "Cognito has no floats, let alone NaN and infinities"
  }
  if (shape.traits?.["smithy.api#sparse"] !== undefined && Object.values(Object(value)).includes(null)) {
    return "Cognito has no sparse lists and maps"
  }
  switch (shape.type) {
    case "structure":
      return first(Object.entries(Object(value)), ([name, item]) => inside(shape.members?.[name], [item]))
    case "list":
      return inside(shape.member, Object.values(Object(value)))
    case "map":
      return inside(shape.value, Object.values(Object(value)))
    default:
      return leaf(shape.type) === undefined ? `Cognito has no ${shape.type} shapes` : undefined
  }
}

const first = <A, B>(items: ReadonlyArray<A>, f: (item: A) => B | undefined): B | undefined => {
  for (const item of items) {
    const found = f(item)
    if (found !== undefined) return found
  }
  return undefined
}

/** As the generator has them; Cognito's numbers are whole, but a schema of the library does not ask for it. */
const leaf = (type: string): AnySchema | undefined => {
  switch (type) {
    case "string":
      return Schema.String
    case "integer":
    case "long":
    case "float":
    case "double":
      return Schema.Finite
    case "boolean":
      return Schema.Boolean
    case "blob":
      return Wire.Blob
    case "timestamp":
      return Wire.Timestamp
    case "document":
      return Wire.Document
    case "enum":
      return Wire.OpenEnum([])
    default:
      return undefined
  }
}

/** The schema of a shape. Members of kinds that Cognito does not have are left out. */
export const schemaOf = (shapes: Shapes, id: string): AnySchema => {
  const schema = make(shapes, id, [])
  if (schema === undefined) throw new Error(`no schema for ${id}`)
  return schema
}

const make = (shapes: Shapes, id: string, around: ReadonlyArray<string>): AnySchema | undefined => {
  const shape = shapeOf(shapes, id)
  const of = (reference: Reference | undefined) => reference && make(shapes, reference.target, [...around, id])
  switch (shape.type) {
    case "structure":
      return around.includes(id) ? lazily(() => schemaOf(shapes, id)) : structure(shapes, shape, of)
    case "list": {
      const item = of(shape.member)
      return item && Schema.Array(item)
    }
    case "map": {
      const value = of(shape.value)
      return value && Schema.Record(Schema.String, value)
    }
    case "enum":
      return Wire.OpenEnum(
        Object.entries(shape.members ?? {}).map(([name, { traits }]) =>
          String(traits?.["smithy.api#enumValue"] ?? name)
        )
      )
    default:
      return leaf(shape.type)
  }
}

/** A structure within itself, of which Cognito has none: its schema is made when a value of it comes. */
const lazily = (schema: () => AnySchema): AnySchema => {
  const through = (convert: (value: unknown) => Result.Result<unknown, Misfit>) => (value: unknown) => {
    const result = convert(value)
    if (Result.isSuccess(result)) return result.success
    const refusal = refuse(result.failure.problem)
    result.failure.path.toReversed().forEach(within)
    return refusal
  }
  return Schema.Unknown.annotate(asLeaf({
    kind: "document",
    read: (settings) => through((value) => read(schema(), value, settings)),
    write: (settings) => through((value) => write(schema(), value, settings)),
    zero: () => null
  }))
}

const structure = (shapes: Shapes, shape: Shape, of: (reference: Reference) => AnySchema | undefined): AnySchema => {
  const fields = Object.entries(shape.members ?? {}).flatMap(([name, reference]) => {
    const schema = of(reference)
    const required = trait(shapes, reference, "smithy.api#required") !== undefined
    return schema === undefined ? [] : [[name, required ? schema : Schema.optionalKey(schema)] as const]
  })
  return fields.length === 0 ? Wire.Empty : Schema.Struct(Object.fromEntries(fields))
}

/** The class of an error's shape, as the generator would write it. */
export const errorOf = (shapes: Shapes, id: string) => {
  const members = Object.entries(shapeOf(shapes, id).members ?? {}).filter(([name]) => !isMessage(name))
  const fields = members.flatMap(([name, { target }]) => {
    const schema = make(shapes, target, [])
    return schema === undefined ? [] : [[name, Schema.optionalKey(schema)] as const]
  })
  return makeServiceError<ServiceError>(localName(id), Object.fromEntries(fields))
}

export const isMessage = (name: string): boolean => name === "message" || name === "Message"

/** A value of a case in the library's form: bytes from text, dates from seconds, and no member instead of `null`. */
export const typed = (shapes: Shapes, id: string, value: unknown): unknown => {
  const shape = shapeOf(shapes, id)
  const entries = Object.entries(Object(value))
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(entries.map(([name, item]) => {
        const target = shape.members?.[name]?.target
        return [name, item === null || target === undefined ? undefined : typed(shapes, target, item)]
      }))
    case "list":
      return entries.map(([, item]) => typed(shapes, shape.member?.target ?? "", item))
    case "map":
      return Object.fromEntries(entries.map(([key, item]) => [key, typed(shapes, shape.value?.target ?? "", item)]))
    case "blob":
      return new TextEncoder().encode(String(value))
    case "timestamp":
      return new Date(Math.round(Number(value) * 1000))
    default:
      return value
  }
}
