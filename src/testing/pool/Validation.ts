/**
 * Checks inputs as the service's model says, with the service's texts: first the JSON types of values, then what is
 * required, lengths, ranges, patterns and enumerations. It reads nothing of a pool's state: what depends on that is the
 * operations' to check, and so are rules that no model states.
 *
 * The service's order of several violations is its own and not always the same; here it is the model's. A fraction where
 * a whole number is wanted is refused here, and cut off by the service.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
import { isJsonObject } from "../../protocol/Codec.ts"
import type { Constraint, EnumConstraint, Leaf } from "./Constraint.ts"
import { inputs, shapes } from "./Constraints.generated.ts"

/** Why an input is refused. */
export interface InputRefusal {
  readonly type: "InvalidParameterException" | "SerializationException"
  /** Empty where the service says no more than the type. */
  readonly message: string
}

/** Why the service refuses the JSON of a body as the input of an operation (by AWS's name), or undefined. */
export const inputRefusal = (operation: string, input: unknown): InputRefusal | undefined => {
  const shape = inputs[operation]
  if (shape === undefined) throw new Error(`there is no operation ${operation}`)
  const unreadable = isJsonObject(input) ? misread(shape, input) : Array.isArray(input) ? list : ""
  if (unreadable !== undefined) return { type: "SerializationException", message: unreadable }
  const violations = violated({ shape, value: input, path: "", hidden: false })
  if (violations.length === 0) return undefined
  const count = violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`
  return { type: "InvalidParameterException", message: `${count} detected: ${violations.join("; ")}` }
}

/**
 * Where the service takes more than its model says.
 *
 * - The domain of managed login may be a host name of one's own.
 * - A password may hold spaces, not at its ends: the service's errors name this pattern, and its documentation counts
 *   such spaces as special characters.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
const relaxed: { readonly [shape: string]: Constraint } = {
  DomainType: { type: "string", min: 1, max: 63, pattern: "^[a-z0-9](?:[a-z0-9.\\-]{0,61}[a-z0-9])?$" },
  PasswordType: { type: "string", max: 256, pattern: "^[\\S]+.*[\\S]+$", hidden: true }
}

const constraintOf = (shape: string): Constraint => {
  const constraint = relaxed[shape] ?? shapes[shape]
  if (constraint === undefined) throw new Error(`there is no shape ${shape}`)
  return constraint
}

const isAbsent = (value: unknown): value is null | undefined => value === null || value === undefined

const list = "Start of list found where not expected"

/** A value of another JSON type than the shape's is an error of its own, before all others. */
const misread = (shape: string, value: unknown): string | undefined => {
  if (isAbsent(value)) return undefined
  const constraint = constraintOf(shape)
  switch (constraint.type) {
    case "structure":
      return isJsonObject(value)
        ? firstOf(Object.entries(constraint.members), ([member, { target }]) => misread(target, value[member]))
        : unexpected(value, "Expected null")
    case "list":
      return Array.isArray(value)
        ? firstOf(value, (item) => misread(constraint.member, item))
        : unexpected(value, "Expected list or null")
    case "map":
      return isJsonObject(value)
        ? firstOf(Object.values(value), (entry) => misread(constraint.value, entry))
        : unexpected(value, "Expected map or null")
    default:
      return misreadLeaf(constraint.type, value)
  }
}

const misreadLeaf = (type: (Leaf | EnumConstraint)["type"], value: unknown): string | undefined => {
  switch (type) {
    case "document":
      return undefined
    case "string":
    case "enum":
      return typeof value === "string" ? undefined : converted(value, "a String")
    case "blob":
      return typeof value === "string" ? misreadBase64(value) : converted(value, "a Blob")
    case "boolean":
      // The article is the service's.
      return typeof value === "boolean" ? undefined : converted(value, "an Boolean")
    case "timestamp":
      return typeof value === "number" ? undefined : converted(value, "a Timestamp")
    case "integer":
      return Number.isInteger(value) ? undefined : converted(value, "an Integer")
    case "long":
      return Number.isInteger(value) ? undefined : converted(value, "a Long")
  }
}

const firstOf = <A>(values: ReadonlyArray<A>, problem: (value: A) => string | undefined): string | undefined => {
  for (const value of values) {
    const found = problem(value)
    if (found !== undefined) return found
  }
  return undefined
}

const unexpected = (value: unknown, scalar: string): string =>
  Array.isArray(value) ? list : isJsonObject(value) ? "Start of structure or map found where not expected." : scalar

const converted = (value: unknown, type: string): string =>
  unexpected(value, `${token(value)} can not be converted to ${type}`)

const token = (value: unknown): string =>
  typeof value === "boolean" ? `${String(value).toUpperCase()}_VALUE` : `${(typeof value).toUpperCase()}_VALUE`

/** The service wants Base64 with its padding, and no bits that stand for nothing. */
const misreadBase64 = (text: string): string | undefined => {
  const because = (problem: string) => `'${text}' can not be converted to a Blob: ${problem}`
  if (text.length % 4 !== 0) {
    return because(`Base64 encoded length is expected a multiple of 4 bytes but found: ${text.length}`)
  }
  const [wrong] = /=(?!=?$)|[^A-Za-z0-9+/=]/u.exec(text) ?? []
  if (wrong !== undefined) return because(`Invalid Base64 character: '${wrong}'`)
  // The spelling is the service's.
  return /[^AQgw]==$|[^AEIMQUYcgkosw048=]=$/.test(text)
    ? because("Invalid last non-pad Base64 character dectected")
    : undefined
}

/** A value at its place in an input. */
interface Site {
  readonly shape: string
  readonly value: unknown
  readonly path: string
  /** Whether it is not to be quoted, wherever it stands in a message. */
  readonly hidden: boolean
}

/** What is wrong with a value and with all in it. */
const violated = (site: Site): ReadonlyArray<string> => {
  const { path, shape, value } = site
  const constraint = constraintOf(shape)
  const quoted = () => site.hidden || conceals(shape) ? "" : `'${javaText(constraint, value)}' `
  return [
    ...problemsOf(constraint, value).map((problem) =>
      `Value ${quoted()}at '${path}' failed to satisfy constraint: ${problem}`
    ),
    ...within(constraint, { ...site, hidden: site.hidden || isHidden(constraint) })
  ]
}

/** What is wrong within a value; texts and numbers in lists and maps are told of with the whole. */
const within = (constraint: Constraint, { hidden, path, value }: Site): ReadonlyArray<string> => {
  const each = (shape: string, parts: ReadonlyArray<readonly [step: number | string, part: unknown]>) =>
    isLeaf(shape) ?
      [] :
      parts.flatMap(([step, part]) =>
        isAbsent(part) ? [] : violated({ shape, value: part, path: `${path}.${step}.member`, hidden })
      )
  switch (constraint.type) {
    case "structure":
      return Object.entries(constraint.members).flatMap(([name, member]) => {
        const part = Object(value)[name]
        const step = name.charAt(0).toLowerCase() + name.slice(1)
        const place = path === "" ? step : `${path}.${step}`
        if (!isAbsent(part)) {
          return violated({ shape: member.target, value: part, path: place, hidden: hidden || member.hidden === true })
        }
        return member.required === true
          ? [`Value null at '${place}' failed to satisfy constraint: Member must not be null`]
          : []
      })
    case "list":
      return each(constraint.member, itemsOf(value).map((item, index) => [index + 1, item]))
    case "map":
      return each(constraint.value, entriesOf(value))
    default:
      return []
  }
}

const itemsOf = (value: unknown): ReadonlyArray<unknown> => Array.isArray(value) ? value : []

const entriesOf = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  isJsonObject(value) ? Object.entries(value) : []

const isLeaf = (shape: string): boolean => !["list", "map", "structure"].includes(constraintOf(shape).type)

/** What is wrong with a value itself, and with the texts and numbers in it. */
const problemsOf = (constraint: Constraint, value: unknown): ReadonlyArray<string> => {
  const own = rulesOf(constraint).filter(({ holds }) => !holds(value)).map(({ text }) => text)
  switch (constraint.type) {
    case "list":
      return [...own, ...broken("Member", constraint.member, itemsOf(value))]
    case "map":
      return [
        ...own,
        ...broken("Map keys", constraint.key, entriesOf(value).map(([key]) => key)),
        ...broken("Map value", constraint.value, entriesOf(value).map(([, entry]) => entry))
      ]
    default:
      return own
  }
}

/** All rules of a list's or a map's texts and numbers are told as soon as one of them is broken. */
const broken = (subject: string, shape: string, values: ReadonlyArray<unknown>): ReadonlyArray<string> => {
  if (!isLeaf(shape)) return []
  const rules = rulesOf(constraintOf(shape))
  return values.every((value) => isAbsent(value) || rules.every(({ holds }) => holds(value)))
    ? []
    : [`${subject} must satisfy constraint: [${rules.map(({ text }) => text).join(", ")}]`]
}

/** What a value must hold to, and how the service says it. */
interface Rule {
  readonly text: string
  readonly holds: (value: unknown) => boolean
}

const rulesOf = (constraint: Constraint): ReadonlyArray<Rule> => {
  switch (constraint.type) {
    case "enum": {
      const text = `Member must satisfy enum value set: [${constraint.values.join(", ")}]`
      return [{ text, holds: (value) => constraint.values.includes(String(value)) }]
    }
    case "string": {
      const { max = Infinity, pattern } = constraint
      const lengths = boundsOf("length", constraint, (value) => String(value).length)
      if (pattern === undefined) return lengths
      const text = `Member must satisfy regular expression pattern: ${pattern}`
      // A text that is too long is refused for that alone: some patterns would take for ever over it.
      const holds = (value: unknown) => String(value).length > max || expressionOf(pattern).test(String(value))
      return [...lengths, { text, holds }]
    }
    case "blob":
      return boundsOf("length", constraint, byteLength)
    case "list":
      return boundsOf("length", constraint, (value) => itemsOf(value).length)
    case "map":
      return boundsOf("length", constraint, (value) => entriesOf(value).length)
    case "integer":
    case "long":
      return boundsOf("value", constraint, Number)
    default:
      return []
  }
}

/** The service begins with the upper bound. */
const boundsOf = (
  what: "length" | "value",
  { max, min }: { readonly min?: number; readonly max?: number },
  measure: (value: unknown) => number
): ReadonlyArray<Rule> => [
  ...(max === undefined
    ? []
    : [{
      text: `Member must have ${what} less than or equal to ${max}`,
      holds: (value: unknown) => measure(value) <= max
    }]),
  ...(min === undefined
    ? []
    : [{
      text: `Member must have ${what} greater than or equal to ${min}`,
      holds: (value: unknown) => measure(value) >= min
    }])
]

const byteLength = (value: unknown): number => {
  const text = String(value)
  return text.length / 4 * 3 - (text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0)
}

const isHidden = (constraint: Constraint): boolean => "hidden" in constraint && constraint.hidden === true

/** Whether a value of a shape may hold what is not to be quoted. Shapes of inputs do not hold themselves. */
const conceals = (shape: string): boolean => {
  const constraint = constraintOf(shape)
  if (isHidden(constraint)) return true
  switch (constraint.type) {
    case "structure":
      return Object.values(constraint.members).some(({ hidden, target }) => hidden === true || conceals(target))
    case "list":
      return conceals(constraint.member)
    case "map":
      return conceals(constraint.key) || conceals(constraint.value)
    default:
      return false
  }
}

/** A value as Java writes it, which the service does in its errors. */
const javaText = (constraint: Constraint, value: unknown): string => {
  if (constraint.type !== "blob") return writtenOut(value)
  const length = byteLength(value)
  return `java.nio.HeapByteBuffer[pos=0 lim=${length} cap=${length}]`
}

const writtenOut = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(writtenOut).join(", ")}]`
    : isJsonObject(value)
    ? `{${Object.entries(value).map(([key, entry]) => `${key}=${writtenOut(entry)}`).join(", ")}}`
    : String(value)

const expressions = new Map<string, RegExp>()

const expressionOf = (pattern: string): RegExp => {
  const known = expressions.get(pattern)
  if (known !== undefined) return known
  const made = compiled(pattern)
  expressions.set(pattern, made)
  return made
}

/**
 * A pattern of Java's as JavaScript has it; it stands for the whole text. Classes of letters need the flag `u`, in which
 * fewer characters may be escaped. `\s` and `\S`, which stand in brackets throughout the model, know the spaces of ASCII
 * only.
 */
const compiled = (pattern: string): RegExp => {
  const isUnicode = pattern.includes("\\p{")
  const source = pattern
    .replaceAll("\\s", "\\t-\\r ")
    .replaceAll("\\S", `\\x00-\\x08\\x0e-\\x1f!-${isUnicode ? "\\u{10ffff}" : "\\uffff"}`)
  return new RegExp(`^(?:${source})$`, isUnicode ? "u" : "")
}
