/**
 * The part of a Smithy 2.0 JSON AST that describes Cognito, as a schema, and what the repo's own model makes of it. Traits that no part of
 * the generator needs (documentation, examples, waiters) are dropped; shapes of a kind that Cognito does not have
 * (unions, floats, sparse lists) do not decode, so that their arrival is noticed.
 *
 * @see https://smithy.io/2.0/spec/json-ast.html
 */
import { Schema } from "effect"
import type { Member, Model, Operation as ModelOperation } from "./Model.ts"

const Unit = Schema.Struct({})

const Length = Schema.Struct({
  min: Schema.optionalKey(Schema.Finite),
  max: Schema.optionalKey(Schema.Finite)
})

const Traits = Schema.Struct({
  "smithy.api#length": Schema.optionalKey(Length),
  "smithy.api#range": Schema.optionalKey(Length),
  "smithy.api#pattern": Schema.optionalKey(Schema.String),
  "smithy.api#required": Schema.optionalKey(Unit),
  "smithy.api#sensitive": Schema.optionalKey(Unit),
  "smithy.api#deprecated": Schema.optionalKey(Unit),
  "smithy.api#enumValue": Schema.optionalKey(Schema.String),
  "smithy.api#error": Schema.optionalKey(Schema.Literals(["client", "server"])),
  "smithy.api#httpError": Schema.optionalKey(Schema.Finite),
  "smithy.api#optionalAuth": Schema.optionalKey(Unit),
  "smithy.api#paginated": Schema.optionalKey(Schema.Struct({
    inputToken: Schema.String,
    outputToken: Schema.String,
    items: Schema.String
  })),
  "aws.api#service": Schema.optionalKey(Schema.Struct({ endpointPrefix: Schema.optionalKey(Schema.String) })),
  "aws.auth#sigv4": Schema.optionalKey(Schema.Struct({ name: Schema.String })),
  "aws.protocols#awsJson1_1": Schema.optionalKey(Unit)
})

const traits = { traits: Schema.optionalKey(Traits) }

const Reference = Schema.Struct({ target: Schema.String, ...traits })

const Members = Schema.Record(Schema.String, Reference)

const Simple = Schema.Struct({
  type: Schema.Literals(["string", "integer", "long", "boolean", "blob", "timestamp", "document"]),
  ...traits
})

const List = Schema.Struct({ type: Schema.Literal("list"), member: Reference, ...traits })

const MapShape = Schema.Struct({ type: Schema.Literal("map"), key: Reference, value: Reference, ...traits })

const Enum = Schema.Struct({ type: Schema.Literal("enum"), members: Members, ...traits })

const Structure = Schema.Struct({ type: Schema.Literal("structure"), members: Members, ...traits })

const Operation = Schema.Struct({
  type: Schema.Literal("operation"),
  input: Reference,
  output: Reference,
  errors: Schema.optionalKey(Schema.Array(Reference)),
  ...traits
})

const Service = Schema.Struct({
  type: Schema.Literal("service"),
  version: Schema.String,
  operations: Schema.Array(Reference),
  ...traits
})

export const Shape = Schema.Union([Simple, List, MapShape, Enum, Structure, Operation, Service])
export type Shape = typeof Shape.Type

export const Smithy = Schema.Struct({
  smithy: Schema.String,
  shapes: Schema.Record(Schema.String, Shape)
})
export interface Smithy extends Schema.Struct.Type<typeof Smithy.fields> {}

type Of<Type extends Shape["type"]> = Extract<Shape, { type: Type }>

const local = (id: string): string => id.split("#").at(-1) ?? id

const unit = "smithy.api#Unit"

// Smithy's own simple shapes that Cognito's members may name directly.
const prelude: { readonly [name: string]: Model["shapes"][string] } = {
  String: { type: "string" },
  Boolean: { type: "boolean" },
  Integer: { type: "integer" },
  Long: { type: "long" },
  Timestamp: { type: "timestamp" },
  Document: { type: "document" }
}

const flag = <K extends string>(key: K, trait: object | undefined) =>
  (trait === undefined ? {} : { [key]: true }) as { readonly [_ in K]?: true }

const members = (structure: Of<"structure">): { [name: string]: Member } =>
  Object.fromEntries(
    Object.entries(structure.members).map(([name, { target, traits }]) => [name, {
      target: local(target),
      ...flag("required", traits?.["smithy.api#required"]),
      ...flag("deprecated", traits?.["smithy.api#deprecated"])
    }])
  )

const operation = ({ errors = [], input, output, traits }: Of<"operation">): ModelOperation => {
  const paginated = traits?.["smithy.api#paginated"]
  if (paginated !== undefined && paginated.inputToken !== paginated.outputToken) {
    throw new Error(`tokens of different names: ${paginated.inputToken} and ${paginated.outputToken}`)
  }
  return {
    input: local(input.target),
    ...(output.target === unit ? {} : { output: local(output.target) }),
    ...flag("public", traits?.["smithy.api#optionalAuth"]),
    ...(paginated === undefined ? {} : { paginated: { token: paginated.inputToken, items: paginated.items } }),
    errors: errors.map(({ target }) => local(target)).sort()
  }
}

const bounds = ({ traits }: { readonly traits?: Shape["traits"] }) => {
  const { "smithy.api#length": length, "smithy.api#range": range } = traits ?? {}
  return { ...length, ...range }
}

const enumeration = ({ members }: Of<"enum">): Model["shapes"][string] => {
  const names = Object.keys(members)
  const values = Object.entries(members).map(([name, { traits }]) => traits?.["smithy.api#enumValue"] ?? name)
  return { type: "enum", values, ...(values.every((value, index) => value === names[index]) ? {} : { names }) }
}

const shape = (shape: Exclude<Shape, Of<"operation"> | Of<"service">>): Model["shapes"][string] => {
  const sensitive = flag("sensitive", shape.traits?.["smithy.api#sensitive"])
  switch (shape.type) {
    case "structure":
      return { type: "structure", members: members(shape), ...sensitive }
    case "enum":
      return enumeration(shape)
    case "list":
      return { type: "list", member: local(shape.member.target), ...bounds(shape) }
    case "map":
      return {
        type: "map",
        key: local(shape.key.target),
        value: local(shape.value.target),
        ...bounds(shape),
        ...sensitive
      }
    default: {
      const pattern = shape.traits?.["smithy.api#pattern"]
      return { type: shape.type, ...bounds(shape), ...(pattern === undefined ? {} : { pattern }), ...sensitive }
    }
  }
}

/** Turns the AST of a service into the repo's own model; throws where the API has what the library does not know. */
export const toModel = (ast: Smithy): Model => {
  const operations: { [name: string]: ModelOperation } = {}
  const errors: { [name: string]: Model["errors"][string] } = {}
  const shapes: { [name: string]: Model["shapes"][string] } = {}
  let version: string | undefined

  for (const [id, value] of Object.entries(ast.shapes)) {
    if (value.type === "service") {
      if (value.traits?.["aws.protocols#awsJson1_1"] === undefined) throw new Error("the protocol is not awsJson1_1")
      version = value.version
    } else if (value.type === "operation") {
      operations[local(id)] = operation(value)
    } else if (value.type === "structure" && value.traits?.["smithy.api#error"] !== undefined) {
      const status = value.traits["smithy.api#httpError"] ?? (value.traits["smithy.api#error"] === "server" ? 500 : 400)
      errors[local(id)] = { status, members: members(value) }
    } else {
      shapes[local(id)] = shape(value)
    }
  }
  if (version === undefined) throw new Error("the AST holds no service")

  for (const target of Object.values(ast.shapes).flatMap(targets)) {
    const name = local(target)
    const simple = prelude[name]
    if (target.startsWith("smithy.api#") && simple !== undefined) shapes[name] = simple
    if (shapes[name] === undefined) throw new Error(`no shape ${target}`)
  }
  return { version, operations, errors, shapes }
}

/** The shapes that the members of a shape name. */
const targets = (shape: Shape): ReadonlyArray<string> => {
  switch (shape.type) {
    case "structure":
      return Object.values(shape.members).map(({ target }) => target)
    case "list":
      return [shape.member.target]
    case "map":
      return [shape.key.target, shape.value.target]
    default:
      return []
  }
}
