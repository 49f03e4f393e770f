/**
 * Writes `src/sdk/generated/`: the modules that name every operation, shape and error as the AWS SDK for JavaScript does: the
 * plain types, the commands, the client with a method for each, the paginators and the exceptions.
 *
 * The types are as loose as the SDK's: what the model requires may be `undefined`, lists are not read-only.
 */
import { type Member, type Model, shapeOf, structureOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { pagination } from "./operations.ts"
import { common, type Placement, structureDoc } from "./schema.ts"
import { comment, header, lowerFirst, property } from "./text.ts"

/** The text of `models/<domain>.ts`: the structures and enumerations of a domain, or those of `Common`. */
export const modelsModule = (model: Model, overlay: Overlay, placement: Placement, domain: string): string => {
  const own = [...placement].filter(([, module]) => module === domain).map(([name]) => name)
  const imports = new Set<string>()

  const typeOf = (name: string): string => {
    const shape = shapeOf(model, name)
    switch (shape.type) {
      case "string":
        return "string"
      case "integer":
      case "long":
        return "number"
      case "boolean":
        return "boolean"
      case "blob":
        return "Uint8Array"
      case "timestamp":
        return "Date"
      case "document":
        return "DocumentType"
      case "list":
        return `Array<${typeOf(shape.member)}>`
      case "map":
        return `Record<string, ${typeOf(shape.value)}>`
      default:
        if (!own.includes(name)) imports.add(name)
        return name
    }
  }

  const member = (structure: string, name: string, { deprecated, required, target }: Member): string => {
    const text = overlay.docs.members[`${structure}.${name}`] ?? overlay.docs.members[name]
    const notes = [...(text === undefined ? [] : [text]), ...(deprecated ? ["@deprecated AWS no longer sets it."] : [])]
    const doc = notes.length === 0 ? "" : `${comment(notes.join("\n\n"))}\n`
    return `${doc}${property(name)}${required ? "" : "?"}: ${typeOf(target)} | undefined`
  }

  const declarations = own.map((name) => {
    const shape = shapeOf(model, name)
    if (shape.type === "enum") {
      const names = overlay.enumNames[name] ?? shape.names ?? shape.values
      return enumeration(name, shape.values, names, overlay.docs.enums[name] ?? "")
    }
    const members = Object.entries(structureOf(model, name).members).map(([key, value]) => member(name, key, value))
    return `${comment(structureDoc(model, overlay, name))}\nexport interface ${name} {\n${members.join("\n")}\n}\n`
  })
  const body = declarations.join("\n")
  return [
    header(
      domain === common
        ? "Types that more than one domain uses, in their plain form."
        : `Inputs and outputs of \`commands/${domain}.ts\`, and what they are made of, in their plain form.`
    ),
    body.includes("DocumentType") ? `import type { DocumentType } from "../../Document.ts"\n` : "",
    imports.size === 0 ? "" : `import type { ${[...imports].sort().join(", ")} } from "./${common}.ts"\n`,
    "\n",
    body
  ].join("")
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

/** The text of `commands/<domain>.ts`. */
export const commandsModule = (model: Model, overlay: Overlay, domain: string): string => {
  const { about, operations } = overlay.domains[domain] ?? { about: "", operations: [] }
  const models = operations.flatMap((name) => {
    const { input, output } = operationOf(model, name)
    return output === undefined ? [input] : [input, output]
  })
  return [
    header(`${about}\n\nThe commands of \`operations/${domain}.ts\`.`),
    `import { ${operations.map(lowerFirst).join(", ")} } from "../../../operations/${domain}.ts"\n`,
    `import { Command } from "../../Command.ts"\n`,
    `import type { ${models.sort().join(", ")} } from "../models/${domain}.ts"\n`,
    `import type { MetadataBearer } from "../../ServiceException.ts"\n\n`,
    operations.map((name) => command(model, overlay, name)).join("\n")
  ].join("")
}

const operationOf = (model: Model, name: string) => {
  const operation = model.operations[name]
  if (operation === undefined) throw new Error(`the model has no operation ${name}`)
  return operation
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
    + `${comment(`${overlay.docs.operations[name] ?? ""}\n\n@see {@link ${lowerFirst(name)}}`)}\n`
    + `export class ${name}Command extends Command<${name}CommandInput, ${name}CommandOutput> {\n`
    + `readonly operation = ${lowerFirst(name)}${constructor}\n}\n`
}

/** The text of `commands/index.ts` and of `models/index.ts`. */
export const promiseIndex = (about: string, modules: ReadonlyArray<string>): string =>
  header(about) + [...modules].sort().map((name) => `export * from "./${name}.ts"`).join("\n")

const paged = (model: Model, overlay: Overlay): ReadonlyArray<string> =>
  Object.keys(model.operations).filter((name) => pagination(overlay, name, operationOf(model, name)) !== undefined)

/** The text of `CognitoIdentityProvider.ts`. */
export const clientModule = (model: Model, overlay: Overlay): string => {
  const names = Object.keys(model.operations).sort()
  const lists = [...paged(model, overlay)].sort()
  const types = names.map((name) => {
    const Method = isOptional(model, name) ? "OptionalMethod" : "Method"
    return `${comment(overlay.docs.operations[name] ?? "")}\n`
      + `${lowerFirst(name)}: ${Method}<Commands.${name}CommandInput, Commands.${name}CommandOutput>`
  })
  const listTypes = lists.map((name) =>
    `${comment(`The pages of \`${lowerFirst(name)}\`, each fetched when the loop comes to it.`)}\n`
    + `paginate${name}: PaginateMethod<Commands.${name}CommandInput, Commands.${name}CommandOutput>`
  )
  const methods = names.map((name) => `${lowerFirst(name)}: method(Commands.${name}Command)`)
  const listMethods = lists.map((name) => `paginate${name}: paginateMethod(paginators.paginate${name})`)
  return [
    header("The promise client with a method for each operation."),
    `import { CognitoIdentityProviderClient, type Method, method, type OptionalMethod } from "../Client.ts"\n`,
    `import * as Commands from "./commands/index.ts"\n`,
    `import { type PaginateMethod, paginateMethod } from "../Paginator.ts"\n`,
    `import * as paginators from "./paginators.ts"\n`,
    `import { stubbed, type StubbedClient, type Stubs } from "../stub.ts"\n\n`,
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
    `export interface CognitoIdentityProvider {\n${[...types, ...listTypes].join("\n")}\n}\n\n`,
    `Object.assign(CognitoIdentityProvider.prototype, {\n${[...methods, ...listMethods].join(",\n")}\n})\n`
  ].join("")
}

/** The text of `paginators.ts`. */
export const paginatorsModule = (model: Model, overlay: Overlay): string => {
  const names = [...paged(model, overlay)].sort()
  const declarations = names.map((name) => {
    const operation = operationOf(model, name)
    const token = pagination(overlay, name, operation)?.token ?? ""
    const members = structureOf(model, operation.input).members
    const size = ["Limit", "MaxResults"].find((member) => member in members)
    const size_ = size === undefined ? "" : `, pageSize: "${size}"`
    return `${comment(`The pages of \`${lowerFirst(name)}\`.`)}\n`
      + `export const paginate${name}: Paginate<Commands.${name}CommandInput, Commands.${name}CommandOutput> =\n`
      + `paginator(Commands.${name}Command, { token: "${token}"${size_} })\n`
  })
  return [
    header("The operations that list in pages, as async iterables of their pages."),
    `import * as Commands from "./commands/index.ts"\n`,
    `import { type Paginate, paginator } from "../Paginator.ts"\n\n`,
    declarations.join("\n")
  ].join("")
}

/** The text of `exceptions.ts`. */
export const exceptionsModule = (model: Model, overlay: Overlay): string => {
  const names = Object.keys(model.errors)
  const declarations = names.map((name) => {
    const { members = {}, status = 400 } = model.errors[name] ?? {}
    const fault = status >= 500 ? "server" : "client"
    const others = Object.keys(members).filter((member) => member !== "message")
    return `${comment(overlay.docs.errors[name] ?? "")}\n`
      + `export class ${name} extends CognitoIdentityProviderServiceException {\n`
      + `override readonly name = "${name}"\noverride readonly $fault = "${fault}"\n`
      + others.map((member) => `readonly ${member}?: string | undefined\n`).join("")
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
