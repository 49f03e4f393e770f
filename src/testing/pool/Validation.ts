/**
 * Checks inputs as the service's model says, with the service's texts. What depends on the state is the operations' to
 * check.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/CommonErrors.html
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { isJsonObject } from "../../protocol/Codec.ts"
import type { Constraint, Leaf } from "./Constraint.ts"
import { inputs, shapes } from "./Constraints.generated.ts"

/** Why an input is refused. */
export interface InputRefusal {
  readonly type: "InvalidParameterException" | "SerializationException"
  readonly message: string
}

/** Why the service refuses the JSON of a body as the input of an operation, or undefined. */
export const inputRefusal = (operation: string, input: unknown): InputRefusal | undefined => {
  const shape = inputs[operation] ?? ""
  const unreadable = misread(shape, input)
  if (unreadable !== undefined) return { type: "SerializationException", message: unreadable }
  const violations = violated(shape, input, "")
  if (violations.length === 0) return undefined
  const count = violations.length === 1 ? "1 validation error" : `${violations.length} validation errors`
  return { type: "InvalidParameterException", message: `${count} detected: ${violations.join("; ")}` }
}

/**
 * Where the service takes more than its model says: the domain of managed login may be a host name of one's own.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-add-custom-domain.html
 */
const relaxed: { readonly [shape: string]: Constraint } = {
  DomainType: { type: "string", min: 1, max: 63, pattern: "^[a-z0-9](?:[a-z0-9.\\-]{0,61}[a-z0-9])?$" }
}

const constraintOf = (shape: string): Constraint => {
  const constraint = relaxed[shape] ?? shapes[shape]
  if (constraint === undefined) throw new Error(`there is no shape ${shape}`)
  return constraint
}

/** A value of another JSON type than the shape's is an error of its own, before all others. */
const misread = (shape: string, value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined
  const constraint = constraintOf(shape)
  switch (constraint.type) {
    case "structure":
      if (!isJsonObject(value)) return unexpected(value)
      return firstOf(Object.entries(constraint.members), ([member, { target }]) => misread(target, value[member]))
    case "list":
      return Array.isArray(value) ? firstOf(value, (item) => misread(constraint.member, item)) : unexpected(value)
    case "map":
      return isJsonObject(value)
        ? firstOf(Object.values(value), (entry) => misread(constraint.value, entry))
        : unexpected(value)
    case "document":
      return undefined
    case "blob":
      return typeof value === "string" && Result.isSuccess(Base64.decode(value)) ? undefined : unexpected(value)
    case "enum":
      return typeof value === "string" ? undefined : converted(value, "String")
    default:
      return misreadLeaf(constraint.type, value)
  }
}

const misreadLeaf = (type: Leaf["type"], value: unknown): string | undefined => {
  if (type === "string") return typeof value === "string" ? undefined : converted(value, "String")
  if (type === "boolean") return typeof value === "boolean" ? undefined : converted(value, "Boolean")
  if (typeof value !== "number") {
    return converted(value, type === "timestamp" ? "Timestamp" : type === "long" ? "Long" : "Integer")
  }
  return type === "timestamp" || Number.isInteger(value) ? undefined : converted(value, "Integer")
}

const firstOf = <A>(values: ReadonlyArray<A>, problem: (value: A) => string | undefined): string | undefined => {
  for (const value of values) {
    const found = problem(value)
    if (found !== undefined) return found
  }
  return undefined
}

const tokens: { readonly [type: string]: string } = { number: "NUMBER_VALUE", string: "STRING_VALUE" }

const converted = (value: unknown, type: string): string =>
  typeof value === "object"
    ? unexpected(value)
    : `${
      typeof value === "boolean" ? `${String(value).toUpperCase()}_VALUE` : tokens[typeof value]
    } cannot be converted to ${type}`

const unexpected = (value: unknown): string =>
  Array.isArray(value)
    ? "Start of list found where not expected"
    : isJsonObject(value)
    ? "Start of structure or map found where not expected."
    : "Unexpected field type"

/** What is wrong with a value and with all in it. */
const violated = (shape: string, value: unknown, path: string): ReadonlyArray<string> => {
  const constraint = constraintOf(shape)
  const own = problemsOf(constraint, value).map((problem) =>
    `Value ${quoted(constraint, value)}at '${path}' failed to satisfy constraint: ${problem}`
  )
  return [...own, ...within(constraint, value, path)]
}

const within = (constraint: Constraint, value: unknown, path: string): ReadonlyArray<string> => {
  const at = (step: string) => path === "" ? step : `${path}.${step}`
  switch (constraint.type) {
    case "structure":
      return Object.entries(constraint.members).flatMap(([member, { required, target }]) => {
        const given = Object(value)[member]
        const place = at(member.charAt(0).toLowerCase() + member.slice(1))
        if (given !== null && given !== undefined) return violated(target, given, place)
        return required === true
          ? [`Value null at '${place}' failed to satisfy constraint: Member must not be null`]
          : []
      })
    case "list":
      return (Array.isArray(value) ? value : []).flatMap((item, index) =>
        item === null ? [] : violated(constraint.member, item, at(`${index + 1}.member`))
      )
    case "map":
      return Object.entries(Object(value)).flatMap(([key, entry]) => [
        ...violated(constraint.key, key, path),
        ...(entry === null ? [] : violated(constraint.value, entry, at(`${key}.member`)))
      ])
    default:
      return []
  }
}

const problemsOf = (constraint: Constraint, value: unknown): ReadonlyArray<string> => {
  switch (constraint.type) {
    case "enum":
      return constraint.values.includes(String(value))
        ? []
        : [`Member must satisfy enum value set: [${constraint.values.join(", ")}]`]
    case "string":
      return [
        ...lengthProblems(String(value).length, constraint),
        ...(matches(constraint.pattern, String(value))
          ? []
          : [`Member must satisfy regular expression pattern: ${constraint.pattern}`])
      ]
    case "list":
      return lengthProblems(Array.isArray(value) ? value.length : 0, constraint)
    case "map":
      return lengthProblems(Object.keys(Object(value)).length, constraint)
    case "integer":
    case "long":
      return rangeProblems(Number(value), constraint)
    default:
      return []
  }
}

interface Bounds {
  readonly min?: number
  readonly max?: number
}

const lengthProblems = (length: number, { max = Infinity, min = 0 }: Bounds): ReadonlyArray<string> => [
  ...(length < min ? [`Member must have length greater than or equal to ${min}`] : []),
  ...(length > max ? [`Member must have length less than or equal to ${max}`] : [])
]

const rangeProblems = (number: number, { max = Infinity, min = -Infinity }: Bounds): ReadonlyArray<string> => [
  ...(number < min ? [`Member must have value greater than or equal to ${min}`] : []),
  ...(number > max ? [`Member must have value less than or equal to ${max}`] : [])
]

/** Secrets and names are not quoted: the service's model marks them. */
const quoted = (constraint: Constraint, value: unknown): string => {
  if ("hidden" in constraint && constraint.hidden === true) return ""
  return typeof value === "object" ? `'${JSON.stringify(value)}' ` : `'${String(value)}' `
}

const compiled = new Map<string, RegExp>()

const matches = (pattern: string | undefined, text: string): boolean => {
  if (pattern === undefined) return true
  const known = compiled.get(pattern) ?? expressionOf(pattern)
  compiled.set(pattern, known)
  return known.test(text)
}

/** Java's classes of letters need the flag `u`, in which fewer characters may be escaped. */
const expressionOf = (pattern: string): RegExp =>
  pattern.includes("\\p{") ? new RegExp(`^(?:${pattern})$`, "u") : new RegExp(`^(?:${pattern})$`)
