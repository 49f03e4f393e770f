/**
 * `npm run codegen:import -- PATH`: turns a Smithy JSON AST of Cognito's API, such as AWS publishes it, into
 * `model.json`. Maintenance; nothing else reads the AST.
 */
import { Schema } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { formatModel, type Member, type Model, modelFile, type Operation } from "./Model.ts"
import { type Shape, Smithy } from "./Smithy.ts"

type Of<Type extends Shape["type"]> = Extract<Shape, { type: Type }>

const path = process.argv[2]
if (path === undefined) throw new Error("usage: npm run codegen:import -- PATH_OF_SMITHY_AST")
const ast = Schema.decodeUnknownSync(Smithy)(JSON.parse(readFileSync(path, "utf8")))

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

const operation = ({ errors = [], input, output, traits }: Of<"operation">): Operation => {
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

const shape = (shape: Exclude<Shape, Of<"operation"> | Of<"service">>): Model["shapes"][string] => {
  const sensitive = flag("sensitive", shape.traits?.["smithy.api#sensitive"])
  switch (shape.type) {
    case "structure":
      return { type: "structure", members: members(shape), ...sensitive }
    case "enum":
      return {
        type: "enum",
        values: Object.entries(shape.members).map(([name, { traits }]) => traits?.["smithy.api#enumValue"] ?? name)
      }
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

const operations: { [name: string]: Operation } = {}
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

const targets = Object.values(ast.shapes).flatMap((shape) =>
  shape.type === "structure"
    ? Object.values(shape.members)
    : shape.type === "list"
    ? [shape.member]
    : shape.type === "map"
    ? [shape.key, shape.value]
    : []
)
for (const { target } of targets) {
  const name = local(target)
  const simple = prelude[name]
  if (target.startsWith("smithy.api#") && simple !== undefined) shapes[name] = simple
  if (shapes[name] === undefined) throw new Error(`no shape ${target}`)
}

writeFileSync(modelFile, formatModel({ version, operations, errors, shapes }))
console.log(`${Object.keys(operations).length} operations, ${Object.keys(shapes).length} shapes`)
