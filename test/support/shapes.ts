/**
 * Values of the API's shapes, made from the model: an arbitrary for each shape in its plain form (as the AWS SDK has it:
 * strings for secrets, `Date`, `Uint8Array`), and the same value in the library's form and in the wire's.
 */
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { type Model, type Operation, readModel, type Shape, shapeOf, type Structure } from "../../codegen/Model.ts"
import { corrected, readOverlay } from "../../codegen/Overlay.ts"

const read = readModel()

export const overlay = readOverlay(read)
export const model: Model = corrected(read, overlay)

/** The operations of the model with their names. */
export const operations: ReadonlyArray<Operation & { readonly name: string }> = Object.entries(model.operations).map(
  ([name, operation]) => ({ name, ...operation })
)

const isSecret = (shape: string, path: string): boolean =>
  shape in overlay.secrets.shapes || path in overlay.secrets.members

/** An arbitrary of a shape's plain form, within the model's constraints where they are not larger than a test needs. */
export const plain = (name: string): fc.Arbitrary<unknown> => {
  const known = arbitraries.get(name)
  if (known !== undefined) return known
  const made = make(name, shapeOf(model, name))
  arbitraries.set(name, made)
  return made
}

const arbitraries = new Map<string, fc.Arbitrary<unknown>>()

/** Lists and texts are no longer than this, for the sake of the run's time. */
const longest = 3

const make = (name: string, shape: Shape): fc.Arbitrary<unknown> => {
  switch (shape.type) {
    case "string":
      return text(name, shape)
    case "integer":
    case "long":
      return fc.integer({ min: shape.min ?? -5, max: shape.max ?? 2 ** 31 })
    case "boolean":
      return fc.boolean()
    case "blob":
      return fc.uint8Array({ maxLength: 32 })
    case "timestamp":
      // Whole milliseconds of the years that a user pool can tell of.
      return fc.integer({ min: 0, max: 4e12 }).map((millis) => new Date(millis))
    case "document":
      return document
    case "enum":
      // A value of tomorrow now and then.
      return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...shape.values) }, { weight: 1, arbitrary: fc.string() })
    case "list": {
      const minLength = Math.min(shape.min ?? 0, longest)
      return fc.array(plain(shape.member), { minLength, maxLength: Math.min(shape.max ?? longest, longest) })
    }
    case "map":
      return fc.dictionary(plain(shape.key).map(String).filter(isKept), plain(shape.value), {
        maxKeys: longest,
        noNullPrototype: true
      })
    case "structure": {
      const members = Object.entries(shape.members)
      return fc.record(Object.fromEntries(members.map(([member, { target }]) => [member, plain(target)])), {
        requiredKeys: members.filter(([, { required }]) => required).map(([member]) => member),
        noNullPrototype: true
      })
    }
  }
}

/**
 * An entry of this name sets the prototype of what the official client makes, and is lost; the library keeps it, as tests
 * of its own hold.
 */
const isKept = (key: string): boolean => key !== "__proto__"

/**
 * JSON values. A member that is `null` as a whole would be an absent one; numbers are safe integers, since the AWS SDK
 * makes larger ones into other types, depending on the runtime.
 */
const document: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, tie("leaf"), tie("list"), tie("members")),
  leaf: fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string()),
  list: fc.array(tie("value"), { maxLength: longest }),
  members: fc.dictionary(fc.string(), tie("value"), { maxKeys: longest, noNullPrototype: true })
})).value.map((value) => value ?? {})

const text = (name: string, shape: Extract<Shape, { readonly pattern?: string }>): fc.Arbitrary<unknown> => {
  const pattern = overlay.fixes.patterns[name]?.pattern ?? shape.pattern
  const min = shape.min ?? 0
  const free = fc.string({ unit: "grapheme", maxLength: 12 })
  const fitting = pattern === undefined ? free : fc.stringMatching(withoutClasses(pattern))
  // Too short a text is filled up, since to throw it away would take for ever.
  return fc.oneof({ weight: 4, arbitrary: fitting }, { weight: 1, arbitrary: free }).map((value) =>
    value.slice(0, 64).padEnd(min, "a")
  )
}

/** fast-check knows neither `\p{…}`, for which letters and digits stand, nor a look behind. */
const withoutClasses = (pattern: string): RegExp =>
  new RegExp(`^(?:${pattern.replaceAll(/\\p\{\w\}/g, "a-zA-Z0-9").replaceAll(/\(\?<!.*?\)/g, "")})$`)

/** How a value of a shape is written otherwise: `secret` takes the secrets, `leaf` the values that JSON cannot hold. */
interface Form {
  readonly secret: (value: unknown) => unknown
  readonly leaf: (value: unknown) => unknown
}

const rewrite = (form: Form, name: string, value: unknown, path = name): unknown => {
  if (isSecret(name, path)) return form.secret(value)
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return mapValues(value, (member, key) => rewrite(form, memberOf(shape, key), member, `${name}.${key}`))
    case "list":
      return Array.isArray(value) ? value.map((item) => rewrite(form, shape.member, item)) : value
    case "map":
      return mapValues(
        value,
        (item) => name in overlay.secrets.maps ? form.secret(item) : rewrite(form, shape.value, item)
      )
    case "document":
      return value
    default:
      return form.leaf(value)
  }
}

const memberOf = (shape: Structure, key: string): string => shape.members[key]?.target ?? ""

const mapValues = (value: unknown, f: (member: unknown, key: string) => unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, f(member, key)]))
    : value

const asIs = (value: unknown): unknown => value

/** A plain value in the library's form: secrets are `Redacted`. */
export const typed = (name: string, value: unknown): unknown =>
  rewrite({ secret: Redacted.make, leaf: asIs }, name, value)

/** A plain value as it stands in a body: times are seconds, bytes are Base64. */
export const wire = (name: string, value: unknown): unknown =>
  rewrite(
    {
      secret: asIs,
      leaf: (value) =>
        value instanceof Date
          ? value.getTime() / 1000
          : value instanceof Uint8Array
          ? Buffer.from(value).toString("base64")
          : value
    },
    name,
    value
  )

/** The plain form of a value of the library's. */
export const unwrap = (value: unknown): unknown =>
  Redacted.isRedacted(value)
    ? Redacted.value(value)
    : Array.isArray(value)
    ? value.map(unwrap)
    : value instanceof Date || value instanceof Uint8Array
    ? value
    : mapValues(value, unwrap)

/** Adds to each structure of a body a member that no one knows, and `null` for the members that it lacks. */
export const dilute = (name: string, value: unknown, extra: unknown): unknown => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure": {
      const absent = Object.keys(shape.members).map((member) => [member, null])
      const present = Object.entries(Object(value)).map(([member, item]) => [
        member,
        dilute(memberOf(shape, member), item, extra)
      ])
      return Object.fromEntries([["MemberOfTomorrow", extra], ...absent, ...present])
    }
    case "list":
      return Array.isArray(value) ? value.map((item) => dilute(shape.member, item, extra)) : value
    case "map":
      return mapValues(value, (item) => dilute(shape.value, item, extra))
    default:
      return value
  }
}

/** Writes JSON with numbers such as `1.483899206155E+9`. */
export const withExponents = (value: unknown): string =>
  typeof value === "number"
    ? value.toExponential().toUpperCase()
    : Array.isArray(value)
    ? `[${value.map(withExponents).join()}]`
    : typeof value === "object" && value !== null
    ? `{${Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}:${withExponents(member)}`).join()}}`
    : JSON.stringify(value)
