/**
 * AWS's endpoint rules and partitions as AWS publishes them, as schemas, and what the repo's own form makes of them.
 * Functions and parameters that Cognito's rules do not use, and properties of endpoints (such as another signature or
 * another region to sign for), do not decode, so that their arrival is noticed.
 *
 * @see https://smithy.io/2.0/additional-specs/rules-engine/specification.html
 */
import { Schema } from "effect"
import type { Condition, Endpoints, Rule } from "./Endpoints.ts"

const ref = <const Name extends string>(name: Name) => Schema.Struct({ ref: Schema.Literal(name) })

const call = <const Name extends string, const Arguments extends ReadonlyArray<Schema.Top>>(
  fn: Name,
  argv: Arguments
) => Schema.Struct({ fn: Schema.Literal(fn), argv: Schema.Tuple(argv) })

const partitionAttribute = <const Name extends string>(name: Name) =>
  call("getAttr", [ref("PartitionResult"), Schema.Literal(name)])

const Parameter = Schema.Struct({ ref: Schema.Literals(["UseFIPS", "UseDualStack"]) })

const Supports = Schema.Union([partitionAttribute("supportsFIPS"), partitionAttribute("supportsDualStack")])

const True = Schema.Literal(true)

const SmithyCondition = Schema.Union([
  call("isSet", [Schema.Struct({ ref: Schema.Literals(["Endpoint", "Region"]) })]),
  Schema.Struct({
    fn: Schema.Literal("aws.partition"),
    argv: Schema.Tuple([ref("Region")]),
    assign: Schema.Literal("PartitionResult")
  }),
  call("booleanEquals", [Schema.Union([Parameter, Supports]), True]),
  call("booleanEquals", [True, Supports]),
  call("stringEquals", [ref("Region"), Schema.String]),
  call("stringEquals", [Schema.String, partitionAttribute("name")])
])
type SmithyCondition = typeof SmithyCondition.Type

const conditions = { conditions: Schema.Array(SmithyCondition) }

const None = Schema.Record(Schema.String, Schema.Never)

const EndpointRule = Schema.Struct({
  type: Schema.Literal("endpoint"),
  ...conditions,
  endpoint: Schema.Struct({ url: Schema.Union([Schema.String, ref("Endpoint")]), properties: None, headers: None })
})

const ErrorRule = Schema.Struct({ type: Schema.Literal("error"), ...conditions, error: Schema.String })

interface TreeRule {
  readonly type: "tree"
  readonly conditions: ReadonlyArray<SmithyCondition>
  readonly rules: ReadonlyArray<SmithyRule>
}
type SmithyRule = typeof EndpointRule.Type | typeof ErrorRule.Type | TreeRule

const TreeRule: Schema.Codec<TreeRule> = Schema.Struct({
  type: Schema.Literal("tree"),
  ...conditions,
  rules: Schema.Array(Schema.suspend((): Schema.Codec<SmithyRule> => SmithyRule))
})

const SmithyRule: Schema.Codec<SmithyRule> = Schema.Union([EndpointRule, ErrorRule, TreeRule])

/** A Smithy AST, of which only the rules are read. */
const Ast = Schema.Struct({ shapes: Schema.Record(Schema.String, Schema.Unknown) })

const Service = Schema.Struct({
  type: Schema.Literal("service"),
  traits: Schema.Struct({
    "smithy.rules#endpointRuleSet": Schema.Struct({ version: Schema.Literal("1.0"), rules: Schema.Array(SmithyRule) })
  })
})

const Partitions = Schema.Struct({
  partitions: Schema.Array(Schema.Struct({
    regionRegex: Schema.String,
    regions: Schema.Record(Schema.String, Schema.Unknown),
    outputs: Schema.Struct({
      name: Schema.String,
      dnsSuffix: Schema.String,
      dualStackDnsSuffix: Schema.String,
      supportsFIPS: Schema.Boolean,
      supportsDualStack: Schema.Boolean
    })
  }))
})

/** The rules of the only service in a Smithy AST, with the partitions of AWS's file of partitions. */
export const toEndpoints = (ast: unknown, partitions: unknown): Endpoints => {
  const isService = (shape: unknown) => Object(shape).type === "service"
  const service = Object.values(Schema.decodeUnknownSync(Ast)(ast).shapes).find(isService)
  // What is not known must not be dropped in silence, except among the traits.
  const { traits } = Schema.decodeUnknownSync(Service)(service)
  return {
    partitions: Schema.decodeUnknownSync(Partitions)(partitions).partitions.map((
      { outputs, regionRegex, regions }
    ) => ({
      ...outputs,
      regionRegex,
      regions: Object.keys(regions).sort()
    })),
    rules: traits["smithy.rules#endpointRuleSet"].rules.map((rule) => toRule(rule, []))
  }
}

const toRule = (rule: SmithyRule, asked: ReadonlyArray<string>): Rule => {
  const conditions = rule.conditions.map(toCondition)
  const path = [...asked, ...conditions.flatMap(([test, name]) => test === "isSet" || test === "isTrue" ? [name] : [])]
  switch (rule.type) {
    case "tree":
      return { if: conditions, rules: rule.rules.map((rule) => toRule(rule, path)) }
    case "endpoint":
      return { if: conditions, url: toUrl(rule.endpoint.url) }
    case "error":
      return { if: conditions, error: path.join("+") }
  }
}

const toUrl = (url: typeof EndpointRule.Type["endpoint"]["url"]): string =>
  typeof url === "string" ? url.replaceAll("{PartitionResult#", "{") : `{${url.ref}}`

const toCondition = (condition: SmithyCondition): Condition => {
  switch (condition.fn) {
    case "isSet":
      return ["isSet", condition.argv[0].ref]
    case "aws.partition":
      return ["hasPartition"]
    case "booleanEquals": {
      const subject = condition.argv[0] === true ? condition.argv[1] : condition.argv[0]
      return "ref" in subject ? ["isTrue", subject.ref] : ["partitionIs", subject.argv[1]]
    }
    case "stringEquals": {
      const [left, right] = condition.argv
      return typeof left === "string" ? ["partitionEquals", left] : ["regionEquals", String(right)]
    }
  }
}
