/**
 * The part of a Smithy 2.0 JSON AST that describes Cognito, as a schema: what `import.ts` reads. Traits that no part of
 * the generator needs (documentation, examples, waiters) are dropped; shapes of a kind that Cognito does not have
 * (unions, floats, sparse lists) do not decode, so that their arrival is noticed.
 *
 * @see https://smithy.io/2.0/spec/json-ast.html
 */
import { Schema } from "effect"

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
