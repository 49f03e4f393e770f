/**
 * Writes `src/schema/`: one module a domain with the schemas of its requests, responses and what these are made of, and
 * `Common.ts` for what more than one domain uses.
 */
import { type Member, type Model, operationOf, shapeOf, structureOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { isEmpty, memberComment, sentence, structureSentence } from "./docs.ts"
import { type Form, write } from "./shapes.ts"
import { comment, header, property } from "./text.ts"

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

/** A shape as a type and as a schema. */
interface Text {
  readonly type: string
  readonly schema: string
}

const secret: Text = { type: "Redacted.Redacted<string>", schema: "Wire.Secret" }

const plainOrSecret: Text = { type: `string | ${secret.type}`, schema: "Wire.PlainOrSecret" }

const mapOf = ({ schema, type }: Text): Text => ({
  type: `{ readonly [name: string]: ${type} }`,
  schema: `Schema.Record(Schema.String, ${schema})`
})

/** How shapes are written; maps with secrets are so where a program receives them, and may be where it sends them. */
const formOf = ({ secrets }: Overlay, received: boolean): Form<Text> => ({
  string: { type: "string", schema: "Schema.String" },
  number: { type: "number", schema: "Schema.Finite" },
  boolean: { type: "boolean", schema: "Schema.Boolean" },
  blob: { type: "Uint8Array", schema: "Wire.Blob" },
  timestamp: { type: "Date", schema: "Wire.Timestamp" },
  document: { type: "Schema.Json", schema: "Wire.Document" },
  list: ({ schema, type }) => ({ type: `ReadonlyArray<${type}>`, schema: `Schema.Array(${schema})` }),
  map: mapOf,
  named: (name) => ({ type: name, schema: name }),
  special: (name) => {
    if (name in secrets.shapes) return secret
    return name in secrets.maps ? mapOf(received ? secret : plainOrSecret) : undefined
  }
})

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
      return `${comment(sentence(overlay, "enums", name))}\n`
        + `export type ${name} = ${values.join(" | ")} | (string & {})\n`
        + `export const ${name} = Wire.OpenEnum([${values.join(", ")}])\n`
    }
    const structure = structureOf(model, name)
    const doc = comment(structureSentence(model, overlay, name))
    if (isEmpty(structure)) {
      return `${doc}\nexport type ${name} = typeof ${name}.Type\nexport const ${name} = Wire.Empty\n`
    }
    const members = Object.entries(structure.members).map(([member, value]) => field(name, member, value))
    return `${doc}\nexport interface ${name} {\n${members.map(({ type }) => type).join("\n")}\n}\n`
      + `export const ${name} = Schema.Struct({\n${members.map(({ schema }) => schema).join(",\n")}\n})\n`
  }

  /** A member in the type and in the schema of its structure. The type has the docs, which editors show. */
  const field = (structure: string, name: string, member: Member): Text => {
    const form = formOf(overlay, received_.has(structure))
    const { schema, type } = `${structure}.${name}` in overlay.secrets.members
      ? secret
      : write(model, form, member.target)
    const doc = memberComment(overlay, structure, name, member)
    return {
      type: `${doc}readonly ${property(name)}${member.required ? "" : "?"}: ${type}`,
      schema: `${property(name)}: ${member.required ? schema : `Schema.optionalKey(${schema})`}`
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

/** The text of `src/schema/index.ts`. */
export const schemaIndex = (domains: ReadonlyArray<string>): string =>
  header("All schemas: requests, responses and what they are made of.")
  + [...domains, common].sort().map((name) => `export * from "./${name}.ts"`).join("\n")
