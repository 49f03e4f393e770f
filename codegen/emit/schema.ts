/**
 * Writes `src/schema/`: one module a domain with the schemas of its requests, responses and what these are made of, and
 * `Common.ts` for what more than one domain uses.
 */
import { type Member, type Model, shapeOf, type Structure, structureOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { comment, header, lowerFirst, property } from "./text.ts"

/** Which module of `src/schema/` holds a named schema. */
export type Placement = ReadonlyMap<string, string>

export const common = "Common"

/** Structures and enumerations, the shapes that get a schema of their own, that a shape refers to. */
const references = (model: Model, name: string): ReadonlyArray<string> => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return Object.values(shape.members).flatMap(({ target }) => named(model, target))
    case "list":
      return named(model, shape.member)
    case "map":
      return [...named(model, shape.key), ...named(model, shape.value)]
    default:
      return []
  }
}

const named = (model: Model, name: string): ReadonlyArray<string> =>
  ["structure", "enum"].includes(shapeOf(model, name).type) ? [name] : references(model, name)

/** Places each schema in the domain that uses it, or in `Common` where several do. */
export const place = (model: Model, overlay: Overlay): Placement => {
  const users = new Map<string, Set<string>>()
  const visit = (domain: string, name: string): void => {
    const domains = users.get(name) ?? new Set()
    users.set(name, domains)
    if (domains.has(domain)) return
    domains.add(domain)
    references(model, name).forEach((next) => visit(domain, next))
  }
  for (const [domain, { operations }] of Object.entries(overlay.domains)) {
    for (const operation of operations) {
      const { input, output } = operationOf(model, operation)
      visit(domain, input)
      if (output !== undefined) visit(domain, output)
    }
  }
  return new Map([...users].map(([name, [first = common, ...others]]) => [name, others.length === 0 ? first : common]))
}

const operationOf = (model: Model, name: string) => {
  const operation = model.operations[name]
  if (operation === undefined) throw new Error(`the model has no operation ${name}`)
  return operation
}

/** The shapes that a program only sends, and those that it only or also receives. */
const received = (model: Model): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (name: string): void => {
    if (names.has(name)) return
    names.add(name)
    references(model, name).forEach(visit)
  }
  for (const { output } of Object.values(model.operations)) {
    if (output !== undefined) visit(output)
  }
  return names
}

/** How a shape is written as a type and as a schema. */
interface Form {
  readonly type: string
  readonly schema: string
}

const secret: Form = { type: "Redacted.Redacted<string>", schema: "Wire.Secret" }

const plainOrSecret: Form = { type: `string | ${secret.type}`, schema: "Wire.PlainOrSecret" }

/** The text of a module. `domain` is a domain of the overlay or `Common`. */
export const schemaModule = (model: Model, overlay: Overlay, placement: Placement, domain: string): string => {
  const received_ = received(model)
  const own = new Set([...placement].filter(([, module]) => module === domain).map(([name]) => name))
  const emitted: Array<string> = []
  const done = new Set<string>()
  const imports = new Set<string>()

  const emit = (name: string): void => {
    if (done.has(name)) return
    done.add(name)
    if (!own.has(name)) {
      imports.add(name)
      return
    }
    references(model, name).forEach(emit)
    emitted.push(declaration(name))
  }

  const declaration = (name: string): string => {
    const shape = shapeOf(model, name)
    if (shape.type === "enum") {
      const values = shape.values.map((value) => JSON.stringify(value))
      return `${comment(overlay.docs.enums[name] ?? "")}\n`
        + `export type ${name} = ${values.join(" | ")} | (string & {})\n`
        + `export const ${name} = Wire.OpenEnum([${values.join(", ")}])\n`
    }
    const structure = structureOf(model, name)
    const doc = comment(structureDoc(model, overlay, name))
    if (isEmpty(structure)) {
      return `${doc}\nexport type ${name} = typeof ${name}.Type\nexport const ${name} = Wire.Empty\n`
    }
    const members = Object.entries(structure.members).map(([member, value]) => field(name, member, value))
    return `${doc}\nexport interface ${name} {\n${members.map(({ type }) => type).join("\n")}\n}\n`
      + `export const ${name} = Schema.Struct({\n${members.map(({ schema }) => schema).join(",\n")}\n})\n`
  }

  /** A member in the type and in the schema of its structure. The type has the docs, which editors show. */
  const field = (structure: string, member: string, { deprecated, required, target }: Member): Form => {
    const path = `${structure}.${member}`
    const text = overlay.docs.members[path] ?? overlay.docs.members[member]
    const notes = [...(text === undefined ? [] : [text]), ...(deprecated ? ["@deprecated AWS no longer sets it."] : [])]
    const doc = notes.length === 0 ? "" : `${comment(notes.join("\n\n"))}\n`
    const { schema, type } = path in overlay.secrets.members ? secret : form(target, received_.has(structure))
    return {
      type: `${doc}readonly ${property(member)}${required ? "" : "?"}: ${type}`,
      schema: `${property(member)}: ${required ? schema : `Schema.optionalKey(${schema})`}`
    }
  }

  const form = (name: string, received: boolean): Form => {
    const { secrets } = overlay
    if (name in secrets.shapes) return secret
    const shape = shapeOf(model, name)
    switch (shape.type) {
      case "string":
        return { type: "string", schema: "Schema.String" }
      case "integer":
      case "long":
        return { type: "number", schema: "Schema.Finite" }
      case "boolean":
        return { type: "boolean", schema: "Schema.Boolean" }
      case "blob":
        return { type: "Uint8Array", schema: "Wire.Blob" }
      case "timestamp":
        return { type: "Date", schema: "Wire.Timestamp" }
      case "document":
        return { type: "Schema.Json", schema: "Wire.Document" }
      case "list": {
        const { schema, type } = form(shape.member, received)
        return { type: `ReadonlyArray<${type}>`, schema: `Schema.Array(${schema})` }
      }
      case "map": {
        const { schema, type } = name in secrets.maps
          ? (received ? secret : plainOrSecret)
          : form(shape.value, received)
        return { type: `{ readonly [name: string]: ${type} }`, schema: `Schema.Record(Schema.String, ${schema})` }
      }
      default:
        return { type: name, schema: name }
    }
  }

  for (const operation of overlay.domains[domain]?.operations ?? []) {
    const { input, output } = operationOf(model, operation)
    emit(input)
    if (output !== undefined) emit(output)
  }
  // Left over in `Common`, which has no operations of its own.
  own.forEach(emit)

  const about = overlay.domains[domain]?.about
  const body = emitted.join("\n")
  return [
    header(
      about === undefined
        ? "Schemas that more than one domain uses."
        : `Requests and responses of \`operations/${domain}.ts\`, and what they are made of.`
    ),
    body.includes("Redacted.") ? `import type * as Redacted from "effect/Redacted"\n` : "",
    body.includes("Schema.") ? `import * as Schema from "effect/Schema"\n` : "",
    imports.size === 0 ? "" : `import { ${[...imports].sort().join(", ")} } from "./${common}.ts"\n`,
    body.includes("Wire.") ? `import * as Wire from "../protocol/Wire.ts"\n` : "",
    "\n",
    body
  ].join("")
}

/** What a structure is, in a sentence. */
export const structureDoc = (model: Model, overlay: Overlay, name: string): string => {
  for (const [operation, { input, output }] of Object.entries(model.operations)) {
    if (input === name) return `Input of \`${lowerFirst(operation)}\`.`
    if (output === name) {
      return `Output of \`${lowerFirst(operation)}\`.${isEmpty(structureOf(model, name)) ? " It has no members." : ""}`
    }
  }
  return overlay.docs.structures[name] ?? ""
}

const isEmpty = (structure: Structure): boolean => Object.keys(structure.members).length === 0

/** The text of `src/schema/index.ts`. */
export const schemaIndex = (domains: ReadonlyArray<string>): string =>
  header("All schemas: requests, responses and what they are made of.")
  + [...domains, common].sort().map((name) => `export * from "./${name}.ts"`).join("\n")
