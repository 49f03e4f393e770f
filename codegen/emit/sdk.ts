/**
 * Writes `src/sdk/generated/`: the modules that name every operation, shape and error as the AWS SDK for JavaScript does:
 * a domain's plain types and commands, the client with a method for each operation, the paginators and the exceptions.
 *
 * The types are as loose as the SDK's: what the model requires may be `undefined`, lists are not read-only.
 */
import { type Model, operationOf, shapeOf, structureOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { memberComment, sentence, structureSentence, withMentions } from "./docs.ts"
import { pagination } from "./operations.ts"
import { common, type Placement } from "./schema.ts"
import { type Form, write } from "./shapes.ts"
import { comment, header, lowerFirst, property } from "./text.ts"

const plain: Form<string> = {
  string: "string",
  number: "number",
  boolean: "boolean",
  blob: "Uint8Array",
  timestamp: "Date",
  document: "DocumentType",
  list: (item) => `Array<${item}>`,
  map: (value) => `Record<string, ${value}>`,
  named: (name) => name
}

/** What an operation does, where other operations are no links. */
const purpose = (model: Model, overlay: Overlay, name: string): string =>
  withMentions(model, sentence(overlay, "operations", name), (other) => `\`${lowerFirst(other)}\``)

/** The text of `<domain>.ts`: the types and the commands of a domain, or the types of `Common`. */
export const domainModule = (model: Model, overlay: Overlay, placement: Placement, domain: string): string => {
  const own = [...placement].filter(([, module]) => module === domain).map(([name]) => name)
  const shared = new Set<string>()
  const form: Form<string> = {
    ...plain,
    named: (name) => {
      if (!own.includes(name)) shared.add(name)
      return name
    }
  }
  const types = own.map((name) => declaration(model, overlay, form, name)).join("\n")
  const operations = domain === common ? [] : overlay.domains[domain]?.operations ?? []
  const commands = operations.map((name) => command(model, overlay, name)).join("\n")
  return [
    header(
      domain === common
        ? "Types that more than one domain uses, in their plain form."
        : `${
          overlay.domains[domain]?.about
        }\n\nThe commands for \`operations/${domain}.ts\`, and their types in plain form.`
    ),
    operations.length === 0
      ? ""
      : `import { ${operations.map(lowerFirst).join(", ")} } from "../../operations/${domain}.ts"\n`,
    operations.length === 0 ? "" : `import type { AnyOperation } from "../../Operation.ts"\n`,
    operations.length === 0 ? "" : `import { Command } from "../Command.ts"\n`,
    types.includes("DocumentType") ? `import type { DocumentType } from "../Document.ts"\n` : "",
    operations.length === 0 ? "" : `import type { MetadataBearer } from "../ServiceException.ts"\n`,
    shared.size === 0 ? "" : `import type { ${[...shared].sort().join(", ")} } from "./${common}.ts"\n`,
    "\n",
    [commands, types].filter((text) => text !== "").join("\n")
  ].join("")
}

const declaration = (model: Model, overlay: Overlay, form: Form<string>, name: string): string => {
  const shape = shapeOf(model, name)
  if (shape.type === "enum") {
    const names = overlay.enumNames[name] ?? shape.names ?? shape.values
    return enumeration(name, shape.values, names, sentence(overlay, "enums", name))
  }
  const members = Object.entries(structureOf(model, name).members).map(([key, member]) =>
    `${memberComment(overlay, name, key, member)}${property(key)}${member.required ? "" : "?"}: `
    + `${write(model, form, member.target)} | undefined`
  )
  return `${comment(structureSentence(model, overlay, name))}\nexport interface ${name} {\n${members.join("\n")}\n}\n`
}

const enumeration = (
  name: string,
  values: ReadonlyArray<string>,
  names: ReadonlyArray<string>,
  doc: string
): string => {
  const members = values.map((value, index) => `${property(names[index] ?? value)}: ${JSON.stringify(value)}`)
  return `${comment(doc)}\nexport const ${name} = {\n${members.join(",\n")}\n} as const\n`
    + `export type ${name} = (typeof ${name})[keyof typeof ${name}]\n`
}

/** Whether an operation can be called without an input. */
const isOptional = (model: Model, name: string): boolean =>
  Object.values(structureOf(model, operationOf(model, name).input).members).every(({ required }) => !required)

const command = (model: Model, overlay: Overlay, name: string): string => {
  const { input, output } = operationOf(model, name)
  const bases = output === undefined ? "MetadataBearer" : `${output}, MetadataBearer`
  const constructor = isOptional(model, name)
    ? `\nconstructor(input: ${name}CommandInput = {}) {\nsuper(input)\n}`
    : ""
  return `export interface ${name}CommandInput extends ${input} {}\n`
    + `export interface ${name}CommandOutput extends ${bases} {}\n\n`
    + `${comment(`${purpose(model, overlay, name)}\n\n@see {@link ${lowerFirst(name)}}`)}\n`
    + `export class ${name}Command extends Command<${name}CommandInput, ${name}CommandOutput> {\n`
    + `readonly operation: AnyOperation = ${lowerFirst(name)}${constructor}\n}\n`
}

/** The text of `index.ts`. */
export const sdkIndex = (domains: ReadonlyArray<string>): string =>
  header("All commands, and all types and enumerations.")
  + [...domains, common].sort().map((name) => `export * from "./${name}.ts"`).join("\n")

const paged = (model: Model, overlay: Overlay): ReadonlyArray<string> =>
  Object.keys(model.operations).filter((name) => pagination(overlay, name, operationOf(model, name)) !== undefined)
    .sort()

/** The type arguments of an operation's methods. */
const ends = (name: string): string => `<Commands.${name}CommandInput, Commands.${name}CommandOutput>`

/** The text of `OperationMethods.ts`. */
export const methodsModule = (model: Model, overlay: Overlay): string => {
  const methods = Object.keys(model.operations).sort().map((name) => {
    const Method = isOptional(model, name) ? "OptionalMethod" : "Method"
    return `${comment(purpose(model, overlay, name))}\n${lowerFirst(name)}: ${Method}${ends(name)}`
  })
  const lists = paged(model, overlay).map((name) =>
    `${comment(`The pages of \`${lowerFirst(name)}\`, each fetched when the loop comes to it.`)}\n`
    + `paginate${name}: PaginateMethod${ends(name)}`
  )
  return [
    header("The types of the methods that `CognitoIdentityProvider` has, one for each operation and each list."),
    `import type { Method, OptionalMethod } from "../Client.ts"\n`,
    `import type { PaginateMethod } from "../Paginator.ts"\n`,
    `import type * as Commands from "./index.ts"\n\n`,
    `${comment("All operations as methods, each awaited or with a callback, and the lists among them as pages.")}\n`,
    `export interface OperationMethods {\n${[...methods, ...lists].join("\n")}\n}\n`
  ].join("")
}

/** The text of `ServiceTypes.ts`. */
export const typesModule = (model: Model): string => {
  const union = (end: string) =>
    Object.keys(model.operations).sort().map((name) => `| Commands.${name}Command${end}`).join("\n")
  return [
    header("The inputs of all commands, and their outputs."),
    `import type * as Commands from "./index.ts"\n\n`,
    `${comment("What any command is made with.")}\nexport type ServiceInputTypes =\n${union("Input")}\n\n`,
    `${comment("What any command comes to.")}\nexport type ServiceOutputTypes =\n${union("Output")}\n`
  ].join("")
}

/** The text of `CognitoIdentityProvider.ts`. */
export const clientModule = (model: Model, overlay: Overlay): string => {
  const methods = Object.keys(model.operations).sort().map((name) =>
    `${lowerFirst(name)}: method(Commands.${name}Command)`
  )
  const lists = paged(model, overlay).map((name) => `paginate${name}: paginateMethod(paginators.paginate${name})`)
  return [
    header("The client with a method for each operation."),
    `import { CognitoIdentityProviderClient, method } from "../Client.ts"\n`,
    `import { paginateMethod } from "../Paginator.ts"\n`,
    `import { stubbed, type StubbedClient, type Stubs } from "../stub.ts"\n`,
    `import * as Commands from "./index.ts"\n`,
    `import type { OperationMethods } from "./OperationMethods.ts"\n`,
    `import * as paginators from "./OperationPaginators.ts"\n\n`,
    `${
      comment(
        "All operations as methods, each awaited or with a callback; the methods are added to the class below. For a program that is bundled, "
          + "`CognitoIdentityProviderClient` with single commands, or `make`, is smaller."
      )
    }\n`,
    `// oxlint-disable-next-line typescript/no-unsafe-declaration-merging -- All of these methods are assigned below.\n`
    + `export class CognitoIdentityProvider extends CognitoIdentityProviderClient {\n`,
    `${comment("A client for tests, which answers by itself; see `effect-cognito/testing`.")}\n`,
    `static stub(stubs: Stubs = {}): StubbedClient<CognitoIdentityProvider> {\n`,
    `return stubbed((config) => new CognitoIdentityProvider(config), stubs)\n}\n}\n\n`,
    `export interface CognitoIdentityProvider extends OperationMethods {}\n\n`,
    `Object.assign(CognitoIdentityProvider.prototype, {\n${[...methods, ...lists].join(",\n")}\n})\n`
  ].join("")
}

/** The text of `OperationPaginators.ts`. */
export const paginatorsModule = (model: Model, overlay: Overlay): string => {
  const declarations = paged(model, overlay).map((name) => {
    const operation = operationOf(model, name)
    const token = pagination(overlay, name, operation)?.token ?? ""
    const members = structureOf(model, operation.input).members
    const size = ["Limit", "MaxResults"].find((member) => member in members)
    const size_ = size === undefined ? "" : `, pageSize: "${size}"`
    return `${comment(`The pages of \`${lowerFirst(name)}\`.`)}\n`
      + `export const paginate${name}: Paginate${ends(name)} =\n`
      + `paginator(Commands.${name}Command, { token: "${token}"${size_} })\n`
  })
  return [
    header("The operations that list in pages, as async iterables of their pages."),
    `import { type Paginate, paginator } from "../Paginator.ts"\n`,
    `import * as Commands from "./index.ts"\n\n`,
    declarations.join("\n")
  ].join("")
}

/** The text of `ModeledExceptions.ts`. */
export const exceptionsModule = (model: Model, overlay: Overlay): string => {
  const names = Object.keys(model.errors)
  const declarations = names.map((name) => {
    const { members = {}, status = 400 } = model.errors[name] ?? {}
    const fault = status >= 500 ? "server" : "client"
    const others = Object.keys(members).filter((member) => member !== "message")
    return `${comment(sentence(overlay, "errors", name))}\n`
      + `export class ${name} extends CognitoIdentityProviderServiceException {\n`
      + `override readonly name = "${name}"\noverride readonly $fault = "${fault}"\n`
      + others.map((member) => `${memberComment(overlay, name, member, {})}readonly ${member}?: string | undefined\n`)
        .join("")
      + `constructor(options: ExceptionOptions<${name}>) {\n`
      + `super({ ...options, name: "${name}", $fault: "${fault}" })\n`
      + others.map((member) => `this.${member} = options.${member}\n`).join("")
      + "}\n}\n"
  })
  return [
    header("The exceptions that the service's model declares, one class each, under AWS's names."),
    `import { CognitoIdentityProviderServiceException, type ExceptionOptions } from "../ServiceException.ts"\n\n`,
    declarations.join("\n")
  ].join("")
}
