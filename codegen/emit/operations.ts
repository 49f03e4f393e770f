/**
 * Writes `src/operations/`: one module a domain.
 */
import { type Model, type Operation, operationOf, shapeOf, structureOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { mentioned, sentence, withMentions } from "./docs.ts"
import { common, type Placement } from "./schema.ts"
import { comment, header, lowerFirst } from "./text.ts"

const reference = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_"

/** The text of a domain's module. */
export const operationsModule = (model: Model, overlay: Overlay, placement: Placement, domain: string): string => {
  const { about, operations } = overlay.domains[domain] ?? { about: "", operations: [] }
  const specs = operations.map((name) => {
    const operation = operationOf(model, name)
    return { name, operation, paginated: pagination(overlay, name, operation) }
  })
  const isPublic = specs.some(({ operation }) => operation.public)
  const isSigned = specs.some(({ operation }) => !operation.public)
  const isPaged = specs.some(({ paginated }) => paginated !== undefined)
  const hasPlain = specs.some(({ paginated }) => paginated === undefined)
  const makers = [...(isSigned ? ["signed"] : []), ...(isPublic ? ["unsigned"] : [])]
  const body = specs.map((spec) => declaration(model, overlay, placement, spec)).join("\n")
  const noOutput = specs.some(({ operation }) => operation.output === undefined)
  return [
    header(about),
    noOutput ? `import * as Schema from "effect/Schema"\n` : "",
    `import * as Errors from "../errors/ServiceErrors.generated.ts"\n`,
    `import { ${[...(hasPlain ? ["type Operation"] : []), ...makers].join(", ")} } from "../Operation.ts"\n`,
    isPaged ? `import { paged, type PagedOperation } from "../Pagination.ts"\n` : "",
    body.includes("Common.") ? `import type * as Common from "../schema/${common}.ts"\n` : "",
    `import * as Schemas from "../schema/${domain}.ts"\n`,
    `import type { Cognito } from "../Service.ts"\n`,
    linkImports(model, overlay, domain),
    isSigned ? `import type { Signer } from "../client/Signer.ts"\n` : "",
    "\n",
    body
  ].join("")
}

/** Imports of the operations of other modules to which the documentation links. */
const linkImports = (model: Model, overlay: Overlay, domain: string): string => {
  const own = overlay.domains[domain]?.operations ?? []
  const others = own.flatMap((name) => mentioned(model, sentence(overlay, "operations", name)))
    .filter((name) => !own.includes(name))
  return Object.entries(overlay.domains).map(([module, { operations }]) => {
    const names = operations.filter((name) => others.includes(name)).map(lowerFirst).sort()
    return names.length === 0 ? "" : `import type { ${names.join(", ")} } from "./${module}.ts"\n`
  }).join("")
}

interface Spec {
  readonly name: string
  readonly operation: Operation
  readonly paginated: Operation["paginated"]
}

/** How an operation pages, by the model or the overlay. */
export const pagination = (overlay: Overlay, name: string, operation: Operation): Operation["paginated"] =>
  operation.paginated ?? overlay.pagination.operations[name]

const declaration = (
  model: Model,
  overlay: Overlay,
  placement: Placement,
  { name, operation, paginated }: Spec
): string => {
  const { errors, input, output } = operation
  const value = lowerFirst(name)
  const requirement = operation.public ? "Cognito" : "Cognito | Signer"
  const types = `Schemas.${input}, ${output === undefined ? "void" : `Schemas.${output}`}, ${name}Error, ${requirement}`
  const spec = `${operation.public ? "unsigned" : "signed"}({\n`
    + `name: "${name}",\n`
    + `input: Schemas.${input},\n`
    + `output: ${output === undefined ? "Schema.Void" : `Schemas.${output}`},\n`
    + `errors: [\n${errors.map((error) => `Errors.${error}`).join(",\n")}\n]`
    + (overlay.once.once[name] === undefined ? "\n})" : ",\nonce: true\n})")
  const operationValue = paginated === undefined
    ? `Operation<${types}> = ${spec}`
    : `PagedOperation<${types}, ${itemType(model, placement, output, paginated.items)}> = paged(${spec}, `
      + `{ token: "${paginated.token}", items: "${paginated.items}" })`
  return `${comment(doc(model, overlay, name, operation, paginated))}\nexport const ${value}: ${operationValue}\n\n`
    + `${comment(`The errors that {@link ${value}} declares.`)}\n`
    + `export type ${name}Error =\n${errors.map((error) => `  | Errors.${error}`).join("\n")}\n`
}

const itemType = (model: Model, placement: Placement, output: string | undefined, items: string): string => {
  const target = structureOf(model, output ?? "").members[items]?.target ?? ""
  const list = shapeOf(model, target)
  if (list.type !== "list") throw new Error(`${output}.${items} is not a list`)
  return `${placement.get(list.member) === common ? "Common" : "Schemas"}.${list.member}`
}

const doc = (
  model: Model,
  overlay: Overlay,
  name: string,
  operation: Operation,
  paginated: Operation["paginated"]
): string =>
  [
    withMentions(model, sentence(overlay, "operations", name), (other) => `{@link ${lowerFirst(other)}}`),
    ...(overlay.fixes.notes[name] === undefined ? [] : ["", overlay.fixes.notes[name]]),
    "",
    `- Authorization: ${authorization(model, operation)}.`,
    ...(paginated === undefined
      ? []
      : [`- Pages: \`.pages(input)\` and \`.items(input)\` stream ${paginated.items} by \`${paginated.token}\`.`]),
    ...(overlay.once.once[name] === undefined
      ? []
      : [`- Retries: only where the service has not carried it out. ${overlay.once.once[name]}`]),
    `- Errors: ${operation.errors.map((error) => `{@link Errors.${error}}`).join(", ")}.`,
    "",
    `@see ${reference}${name}.html`
  ].join("\n")

const authorization = (model: Model, { input, public: isPublic }: Operation): string => {
  if (!isPublic) return "AWS credentials"
  const members = structureOf(model, input).members
  const token = members.AccessToken
  if (token === undefined) return "none"
  return token.required
    ? "the user's access token"
    : "the user's access token" + (members.Session === undefined ? "" : ", or the session of a sign-in")
}

/** The text of `src/operations/index.ts`. */
export const operationsIndex = (domains: ReadonlyArray<string>): string =>
  header("All operations.") + [...domains].sort().map((name) => `export * from "./${name}.ts"`).join("\n")
