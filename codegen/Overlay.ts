/**
 * What the repo adds to the API's model: which module an operation belongs to, which values are secrets, which lists
 * page although the model does not say so, corrections, what must not be carried out twice, and the documentation. Each file of `overlay/` is decoded
 * strictly and checked against the model, so that no entry outlives what it is about.
 */
import { Result, Schema } from "effect"
import { readFileSync } from "node:fs"
import type { Model, Structure } from "./Model.ts"
import { Problem } from "./Problem.ts"

const Reasons = Schema.Record(Schema.String, Schema.String)

const Domains = Schema.Record(
  Schema.String,
  Schema.Struct({
    about: Schema.String,
    operations: Schema.Array(Schema.String)
  })
)

const Secrets = Schema.Struct({
  /** Shapes of which every value is a secret. */
  shapes: Reasons,
  /** Members that are secrets although their shape is not. */
  members: Reasons,
  /** Maps that hold secrets among other values. */
  maps: Reasons,
  /** Shapes that the model marks as sensitive and the library leaves plain. */
  plain: Reasons,
  /** Members whose name is like a secret's, and which are none. */
  lookalikes: Reasons
})

const Once = Schema.Struct({
  /** Operations that must not be carried out twice, each with its reason. */
  once: Reasons,
  /** Operations that change something and may be carried out twice, each with its reason. Those that read need no place. */
  repeatable: Reasons
})

const Pagination = Schema.Struct({
  reason: Schema.String,
  operations: Schema.Record(Schema.String, Schema.Struct({ token: Schema.String, items: Schema.String }))
})

const Fixes = Schema.Struct({
  patterns: Schema.Record(Schema.String, Schema.Struct({ pattern: Schema.String, reason: Schema.String })),
  /** Members whose shape is another. */
  targets: Schema.Record(Schema.String, Schema.Struct({ target: Schema.String, reason: Schema.String })),
  /** Sentences for the documentation of single operations. */
  notes: Reasons
})

const Docs = Schema.Struct({
  operations: Schema.Record(Schema.String, Schema.String),
  errors: Schema.Record(Schema.String, Schema.String),
  structures: Schema.Record(Schema.String, Schema.String),
  enums: Schema.Record(Schema.String, Schema.String),
  /** By member, or by structure and member (`Structure.Member`), which wins. */
  members: Schema.Record(Schema.String, Schema.String)
})

const EnumNames = Schema.Record(Schema.String, Schema.Array(Schema.String))

export interface Overlay {
  readonly domains: typeof Domains.Type
  readonly secrets: typeof Secrets.Type
  readonly pagination: typeof Pagination.Type
  readonly fixes: typeof Fixes.Type
  readonly once: typeof Once.Type
  readonly docs: typeof Docs.Type
  /** The names that the AWS SDK has for the values of an enumeration, where they are not the model's. */
  readonly enumNames: typeof EnumNames.Type
}

const read = <A>(name: string, schema: Schema.Codec<A, unknown>): A => {
  const file = fileOf(name)
  const text = readFileSync(new URL(`../${file}`, import.meta.url), "utf8")
  const decoded = Schema.decodeUnknownResult(Schema.fromJsonString(schema), { onExcessProperty: "error" })(text)
  if (Result.isFailure(decoded)) throw new Problem(`${file}: ${decoded.failure.message}`)
  return decoded.success
}

const fileOf = (name: string): string => `codegen/overlay/${name}.json`

/** Reads the overlay as it is. */
export const readOverlayFiles = (): Overlay => ({
  domains: read("domains", Domains),
  secrets: read("secrets", Secrets),
  pagination: read("pagination", Pagination),
  fixes: read("fixes", Fixes),
  once: read("once", Once),
  docs: read("docs", Docs),
  enumNames: read("enumNames", EnumNames)
})

/** Reads the overlay and checks it against the model; throws a {@link Problem} with everything that is wrong. */
export const readOverlay = (model: Model): Overlay => {
  const overlay = readOverlayFiles()
  const problems = checkOverlay(model, overlay)
  if (problems.length > 0) throw new Problem(problems.join("\n"))
  return overlay
}

/** The model with the shapes that the overlay gives to members. */
export const corrected = (model: Model, { fixes }: Overlay): Model => {
  const members = (name: string, structure: Structure) =>
    Object.fromEntries(
      Object.entries(structure.members).map(([member, { target, ...traits }]) => [
        member,
        { target: fixes.targets[`${name}.${member}`]?.target ?? target, ...traits }
      ])
    )
  const shapes = Object.entries(model.shapes).map(([name, shape]) => [
    name,
    shape.type === "structure" ? { ...shape, members: members(name, shape) } : shape
  ])
  return { ...model, shapes: Object.fromEntries(shapes) }
}

/** What in the overlay does not fit the model, a line each. */
export const checkOverlay = (model: Model, overlay: Overlay): ReadonlyArray<string> => {
  const { docs, domains, enumNames, fixes, once, pagination, secrets } = overlay
  const operations = Object.keys(model.operations)
  const structures = Object.entries(model.shapes).flatMap(([name, shape]) =>
    shape.type === "structure" ? [{ name, members: Object.keys(shape.members) }] : []
  )
  const errors = Object.entries(model.errors).map(([name, { members }]) => ({ name, members: Object.keys(members) }))
  const ofType = (type: string) => Object.keys(model.shapes).filter((name) => model.shapes[name]?.type === type)
  const paths = [...structures, ...errors].flatMap(({ members, name }) => members.map((member) => `${name}.${member}`))
  const memberNames = structures.flatMap(({ members }) => members)
  const bodies = new Set(Object.values(model.operations).flatMap(({ input, output }) => [input, output]))
  const sensitive = Object.entries(model.shapes).filter(([, shape]) => "sensitive" in shape).map(([name]) => name)

  const file = (section: string): string => {
    const [name = "", entry] = section.split(".")
    return entry === undefined ? fileOf(name) : `${fileOf(name)}: ${entry}`
  }
  const unknown = (section: string, names: ReadonlyArray<string>, known: ReadonlyArray<string>) =>
    names.filter((name) => !known.includes(name)).map((name) => `${file(section)}: ${name} is not in the model`)
  const missing = (section: string, names: ReadonlyArray<string>, wanted: ReadonlyArray<string>) =>
    wanted.filter((name) => !names.includes(name)).map((name) => `${file(section)}: ${name} is missing`)
  const same = (section: string, names: ReadonlyArray<string>, wanted: ReadonlyArray<string>) => [
    ...unknown(section, names, wanted),
    ...missing(section, names, wanted)
  ]

  const placed = Object.values(domains).flatMap(({ operations }) => operations)
  const twice = placed.filter((name, index) => placed.indexOf(name) !== index)
  const decided = [secrets.shapes, secrets.maps, secrets.plain].flatMap((names) => Object.keys(names))
  const documented = [...structures, ...errors].flatMap(({ members, name }) =>
    members.filter((member) => member !== "message" && !(member in docs.members)).map((member) => `${name}.${member}`)
  )
  const writes = operations.filter((name) => !/^(Admin)?(Get|List|Describe)/.test(name))
  return [
    ...same("domains", placed, operations),
    ...twice.map((name) => `${file("domains")}: ${name} stands twice`),
    ...unknown("secrets", decided, Object.keys(model.shapes)),
    ...unknown("secrets.members", Object.keys(secrets.members), paths),
    ...unknown("secrets.lookalikes", Object.keys(secrets.lookalikes), memberNames),
    ...missing("secrets", decided, sensitive),
    ...lookalikes(model, overlay).map((path) =>
      `${
        file("secrets")
      }: ${path} looks like a secret: mark it in shapes or members, or say in lookalikes why it is none`
    ),
    ...unknown("pagination", Object.keys(pagination.operations), operations),
    ...unknown("fixes.patterns", Object.keys(fixes.patterns), ofType("string")),
    ...unknown("fixes.targets", Object.keys(fixes.targets), paths),
    ...unknown("fixes.targets", Object.values(fixes.targets).map(({ target }) => target), Object.keys(model.shapes)),
    ...unknown("fixes.notes", Object.keys(fixes.notes), operations),
    ...unknown("enumNames", Object.keys(enumNames), ofType("enum")),
    ...unknown("once", [...Object.keys(once.once), ...Object.keys(once.repeatable)], operations),
    ...missing("once", [...Object.keys(once.once), ...Object.keys(once.repeatable)], writes),
    ...Object.keys(once.repeatable).filter((name) => name in once.once).map((name) =>
      `${file("once")}: ${name} stands twice`
    ),
    ...same("docs.operations", Object.keys(docs.operations), operations),
    ...same("docs.errors", Object.keys(docs.errors), Object.keys(model.errors)),
    ...same("docs.enums", Object.keys(docs.enums), ofType("enum")),
    ...same(
      "docs.structures",
      Object.keys(docs.structures),
      structures.map(({ name }) => name).filter((name) => !bodies.has(name))
    ),
    ...unknown("docs.members", Object.keys(docs.members), [...paths, ...memberNames]),
    ...missing("docs.members", Object.keys(docs.members), documented)
  ]
}

/** Members that are texts, bytes or documents, have a secret's name, and of which nothing is decided. */
const lookalikes = (model: Model, { secrets }: Overlay): ReadonlyArray<string> =>
  Object.entries(model.shapes).flatMap(([name, shape]) => {
    if (shape.type !== "structure") return []
    return Object.entries(shape.members).flatMap(([member, { target }]) => {
      const { type = "string" } = model.shapes[target] ?? {}
      const isDecided = [secrets.shapes, secrets.plain].some((names) => target in names)
        || `${name}.${member}` in secrets.members || member in secrets.lookalikes
      return ["string", "blob", "document"].includes(type) && secretName.test(member) && !isDecided
        ? [`${name}.${member}`]
        : []
    })
  })

const secretName = /password|passcode|secret|token|phrase|private|credential|code|key|verifier|proof|salt/i
