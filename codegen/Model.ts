/**
 * The repo's own model of the API: what the generator and the property tests need of AWS's, one line a shape, so that a
 * change of the API is a readable diff. Written by `import.ts`, never by hand.
 */
import { Schema } from "effect"
import { readFileSync } from "node:fs"

const bounds = {
  min: Schema.optionalKey(Schema.Finite),
  max: Schema.optionalKey(Schema.Finite)
}

const Member = Schema.Struct({
  target: Schema.String,
  required: Schema.optionalKey(Schema.Literal(true)),
  deprecated: Schema.optionalKey(Schema.Literal(true))
})
export interface Member extends Schema.Struct.Type<typeof Member.fields> {}

const sensitive = { sensitive: Schema.optionalKey(Schema.Literal(true)) }

const members = Schema.Record(Schema.String, Member)

const Structure = Schema.Struct({ type: Schema.Literal("structure"), members, ...sensitive })
export interface Structure extends Schema.Struct.Type<typeof Structure.fields> {}

const Enum = Schema.Struct({
  type: Schema.Literal("enum"),
  values: Schema.Array(Schema.String),
  /** The names of the values, where one differs from its value. */
  names: Schema.optionalKey(Schema.Array(Schema.String))
})
export interface Enum extends Schema.Struct.Type<typeof Enum.fields> {}

const Shape = Schema.Union([
  Schema.Struct({
    type: Schema.Literals(["string", "integer", "long", "boolean", "blob", "timestamp", "document"]),
    ...bounds,
    pattern: Schema.optionalKey(Schema.String),
    ...sensitive
  }),
  Schema.Struct({ type: Schema.Literal("list"), member: Schema.String, ...bounds }),
  Schema.Struct({ type: Schema.Literal("map"), key: Schema.String, value: Schema.String, ...bounds, ...sensitive }),
  Enum,
  Structure
])
export type Shape = typeof Shape.Type

const Operation = Schema.Struct({
  input: Schema.String,
  /** Absent where the operation answers with nothing. */
  output: Schema.optionalKey(Schema.String),
  /** Whether it is sent without AWS credentials. */
  public: Schema.optionalKey(Schema.Literal(true)),
  paginated: Schema.optionalKey(Schema.Struct({ token: Schema.String, items: Schema.String })),
  errors: Schema.Array(Schema.String)
})
export interface Operation extends Schema.Struct.Type<typeof Operation.fields> {}

const ErrorShape = Schema.Struct({ status: Schema.Finite, members })

export const Model = Schema.Struct({
  version: Schema.String,
  operations: Schema.Record(Schema.String, Operation),
  errors: Schema.Record(Schema.String, ErrorShape),
  shapes: Schema.Record(Schema.String, Shape)
})
export interface Model extends Schema.Struct.Type<typeof Model.fields> {}

const file = new URL("model.json", import.meta.url)

export const modelFile: URL = file

/** Reads the model from the repo. */
export const readModel = (): Model =>
  Schema.decodeUnknownSync(Model, { onExcessProperty: "error" })(JSON.parse(readFileSync(file, "utf8")))

/** Writes a model as JSON with a line an entry, sorted by name. */
export const formatModel = (model: Model): string => {
  const { version, ...sections } = Schema.encodeSync(Model)(model)
  const section = ([name, entries]: [string, object]) => {
    const lines = Object.entries(entries).sort(byName).map(([key, value]) =>
      `    ${JSON.stringify(key)}: ${JSON.stringify(value)}`
    )
    return `  ${JSON.stringify(name)}: {\n${lines.join(",\n")}\n  }`
  }
  return `{\n  "version": ${JSON.stringify(version)},\n${Object.entries(sections).map(section).join(",\n")}\n}\n`
}

const byName = ([a]: [string, unknown], [b]: [string, unknown]): number => a < b ? -1 : 1

/** The shape of a name; it is an error of the model where there is none. */
export const shapeOf = (model: Model, name: string): Shape => {
  const shape = model.shapes[name]
  if (shape === undefined) throw new Error(`the model has no shape ${name}`)
  return shape
}

export const structureOf = (model: Model, name: string): Structure => {
  const shape = shapeOf(model, name)
  if (shape.type !== "structure") throw new Error(`${name} is not a structure`)
  return shape
}

/** The operation of a name; it is an error of the overlay where there is none. */
export const operationOf = (model: Model, name: string): Operation => {
  const operation = model.operations[name]
  if (operation === undefined) throw new Error(`the model has no operation ${name}`)
  return operation
}
