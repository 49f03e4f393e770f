/**
 * Inputs are checked as the service's model says, operation by operation: what fits is taken, and each member that is
 * missing, of another type, too long, too short, out of range or of no listed value is told by its path.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { inputRefusal } from "../../../src/testing/pool/Validation.ts"
import { type Shape, shapeOf, structureOf } from "../../../codegen/Model.ts"
import { model, operations, overlay } from "../../support/shapes.ts"

type Json = { readonly [member: string]: unknown }

/** A value on the wire that fits a shape, the smallest there is. */
const fitting = (name: string): unknown => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([member, { required, target }]) =>
          required === true ? [[member, fitting(target)]] : []
        )
      )
    case "list":
      return Array.from({ length: shape.min ?? 0 }, () => fitting(shape.member))
    case "map":
    case "document":
      return {}
    case "boolean":
      return true
    case "enum":
      return shape.values[0]
    case "integer":
    case "long":
      return shape.min ?? 1
    case "timestamp":
      return 1
    case "blob":
      return ""
    default:
      return text(name, shape)
  }
}

/** fast-check knows neither `\p{…}`, for which letters stand, nor a look behind. */
const text = (name: string, shape: Extract<Shape, { readonly pattern?: string }>): string => {
  const pattern = overlay.fixes.patterns[name]?.pattern ?? shape.pattern
  const min = shape.min ?? 0
  if (pattern === undefined) return "a".repeat(Math.max(min, 1))
  const simple = new RegExp(`^(?:${pattern.replaceAll(/\\p\{\w\}/g, "a-z").replaceAll(/\(\?<!.*?\)/g, "")})$`)
  const candidates = [
    "a".repeat(Math.max(min, 1)),
    "arn:aws:iam::123456789012:role/a",
    ...fc.sample(fc.stringMatching(simple), { numRuns: 200, seed: 1 })
  ]
  return candidates.find((candidate) =>
    candidate.length >= Math.max(min, 1) && candidate.length <= (shape.max ?? Infinity) &&
    /^[\w\-.:/@ ]*$/.test(candidate) && simple.test(candidate)
  ) ?? ""
}

const lowerFirst = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1)

/** A value of another JSON type. */
const other = (shape: Shape): unknown =>
  shape.type === "string" || shape.type === "enum" || shape.type === "blob" ? {} : "a text"

/** Values that break the constraints of a shape, with what is said of them. */
const broken = (shape: Shape): ReadonlyArray<readonly [value: unknown, said: string]> => {
  switch (shape.type) {
    case "string":
      return [
        ...(shape.max === undefined || shape.max > 200_000
          ? []
          : [["a".repeat(shape.max + 1), `length less than or equal to ${shape.max}`] as const]),
        ...((shape.min ?? 0) > 0 ? [["", `length greater than or equal to ${shape.min}`] as const] : [])
      ]
    case "integer":
      return [
        ...(shape.max === undefined ? [] : [[shape.max + 1, `value less than or equal to ${shape.max}`] as const]),
        ...(shape.min === undefined ? [] : [[shape.min - 1, `value greater than or equal to ${shape.min}`] as const])
      ]
    case "enum":
      return [["none of them", `enum value set: [${shape.values.join(", ")}]`]]
    default:
      return []
  }
}

describe.each(operations.map(({ input, name }) => ({ name, input })))("$name", ({ input, name }) => {
  const right = fitting(input) as Json
  const members = Object.entries(structureOf(model, input).members)

  it("takes what fits", () => {
    expect(inputRefusal(name, right)).toBeUndefined()
    expect(inputRefusal(name, { ...right, MemberOfTomorrow: 1 })).toBeUndefined()
  })

  it("refuses what does not, and says where", () => {
    for (const [member, { required, target }] of members) {
      const place = `'${lowerFirst(member)}'`
      const { [member]: _, ...without } = right
      if (required === true) {
        const missing = {
          type: "InvalidParameterException",
          message:
            `1 validation error detected: Value null at ${place} failed to satisfy constraint: Member must not be null`
        }
        expect(inputRefusal(name, without)).toEqual(missing)
        expect(inputRefusal(name, { ...right, [member]: null })).toEqual(missing)
      }
      const shape = shapeOf(model, target)
      if (shape.type !== "document") {
        expect(inputRefusal(name, { ...right, [member]: other(shape) })?.type, member).toBe("SerializationException")
      }
      // The service takes more of a domain than its model says.
      if (target === "DomainType") continue
      for (const [value, said] of broken(shape)) {
        const refusal = inputRefusal(name, { ...right, [member]: value })
        expect(refusal?.type, member).toBe("InvalidParameterException")
        expect(refusal?.message).toContain(`at ${place} failed to satisfy constraint: Member must`)
        expect(refusal?.message).toContain(said)
      }
    }
  })
})

it("secrets and names are not quoted", () => {
  const long = "s3cr3t".repeat(100)
  const refusal = inputRefusal("SignUp", { ClientId: "a", Username: long, Password: long })
  expect(refusal?.message).toMatch(/^2 validation errors detected: Value at 'username' .*; Value at 'password' /)
  expect(refusal?.message).not.toContain("s3cr3t")
})

it("what is within lists and maps is told by its place", () => {
  const UserAttributes = [{ Name: "a", Value: "b" }, { Name: "" }]
  expect(inputRefusal("SignUp", { ClientId: "a", Username: "b", UserAttributes })?.message)
    .toContain("Value '' at 'userAttributes.2.member.name' failed to satisfy constraint")
})
