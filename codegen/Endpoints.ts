/**
 * Where the service is, as AWS's rules and partitions have it, in the repo's own compact form, `endpoints.json`.
 * Written by `import.ts`, never by hand; `emit/endpoint.ts` makes a module of it.
 */
import { Schema } from "effect"
import { readFileSync } from "node:fs"

/** What a partition says of itself, under the names that the rules use. */
const Partition = Schema.Struct({
  name: Schema.String,
  /** The regions that it takes without knowing them. */
  regionRegex: Schema.String,
  /** The regions that it knows. */
  regions: Schema.Array(Schema.String),
  dnsSuffix: Schema.String,
  dualStackDnsSuffix: Schema.String,
  supportsFIPS: Schema.Boolean,
  supportsDualStack: Schema.Boolean
})
export interface Partition extends Schema.Struct.Type<typeof Partition.fields> {}

const Condition = Schema.Union([
  /** The parameter is given. */
  Schema.Tuple([Schema.Literal("isSet"), Schema.Literals(["Endpoint", "Region"])]),
  /** The region has a partition, as every region does; from here on it may be asked. */
  Schema.Tuple([Schema.Literal("hasPartition")]),
  /** The parameter is true. */
  Schema.Tuple([Schema.Literal("isTrue"), Schema.Literals(["UseFIPS", "UseDualStack"])]),
  /** The partition says so. */
  Schema.Tuple([Schema.Literal("partitionIs"), Schema.Literals(["supportsFIPS", "supportsDualStack"])]),
  Schema.Tuple([Schema.Literal("regionEquals"), Schema.String]),
  Schema.Tuple([Schema.Literal("partitionEquals"), Schema.String])
])
export type Condition = typeof Condition.Type

/** The first rule whose conditions all hold decides; of one with rules of its own, one of these. */
export interface Rule {
  readonly if: ReadonlyArray<Condition>
  /** The URL, in which `{Region}`, `{dnsSuffix}` and `{dualStackDnsSuffix}` are filled in; or `{Endpoint}`. */
  readonly url?: string
  /** What was asked for on the way to this refusal, such as `Endpoint+UseFIPS`. */
  readonly error?: string
  readonly rules?: ReadonlyArray<Rule>
}

const Rule: Schema.Codec<Rule> = Schema.Struct({
  if: Schema.Array(Condition),
  url: Schema.optionalKey(Schema.String),
  error: Schema.optionalKey(Schema.String),
  rules: Schema.optionalKey(Schema.Array(Schema.suspend(() => Rule)))
})

export const Endpoints = Schema.Struct({
  partitions: Schema.Array(Partition),
  rules: Schema.Array(Rule)
})
export interface Endpoints extends Schema.Struct.Type<typeof Endpoints.fields> {}

export const endpointsFile: URL = new URL("endpoints.json", import.meta.url)

/** Reads the rules from the repo. */
export const readEndpoints = (): Endpoints =>
  Schema.decodeUnknownSync(Endpoints, { onExcessProperty: "error" })(JSON.parse(readFileSync(endpointsFile, "utf8")))
