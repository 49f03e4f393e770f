/**
 * All that the model says of inputs, wherever it stands in them: values that hold to it are taken, and of values that
 * break one rule the service's text is told, with the place. What is expected is made from the model, not from what is
 * generated from it. The texts themselves are checked against those that the service was seen to answer.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { inputRefusal } from "../../../src/testing/pool/Validation.ts"
import { type Shape, shapeOf, structureOf } from "../../../codegen/Model.ts"
import { model, operations, overlay } from "../../support/shapes.ts"

type Text = Extract<Shape, { readonly pattern?: string }>

/** Where the service is known to take more than its model says. */
const relaxed = new Map([
  ["DomainType", "^[a-z0-9](?:[a-z0-9.\\-]{0,61}[a-z0-9])?$"],
  ["PasswordType", "^[\\S]+.*[\\S]+$"]
])

const patternOf = (name: string, shape: Text): string | undefined =>
  relaxed.get(name) ?? overlay.fixes.patterns[name]?.pattern ?? shape.pattern

const expression = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, pattern.includes("\\p{") ? "u" : "")

/** Texts that hold to all that is said of them. */
const text = (name: string, shape: Text): fc.Arbitrary<string> => {
  const { max = Infinity, min = 0 } = shape
  const pattern = patternOf(name, shape)
  if (pattern === undefined) return fc.string({ minLength: min, maxLength: Math.min(max, min + 12) })
  // fast-check knows neither `\p{…}`, for which letters and digits stand, nor a look behind.
  const simple = pattern.replaceAll("\\p{Z}", " ").replaceAll(/\\p\{\w\}/g, "a-zA-Z0-9").replaceAll(/\(\?<!.*?\)/g, "")
  return fc.stringMatching(new RegExp(`^(?:${simple})$`))
    .map((drawn) => drawn.padEnd(min, "a"))
    .filter((drawn) => drawn.length <= max && expression(pattern).test(drawn))
}

/** Values on the wire that hold to the model; lists and maps are small. */
const strict = (name: string): fc.Arbitrary<unknown> => {
  const known = arbitraries.get(name)
  if (known !== undefined) return known
  const made = make(name, shapeOf(model, name))
  arbitraries.set(name, made)
  return made
}

const arbitraries = new Map<string, fc.Arbitrary<unknown>>()

const make = (name: string, shape: Shape): fc.Arbitrary<unknown> => {
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members)
      return fc.record(Object.fromEntries(members.map(([member, { target }]) => [member, strict(target)])), {
        requiredKeys: members.filter(([, { required }]) => required).map(([member]) => member),
        noNullPrototype: true
      })
    }
    case "list": {
      const { max = Infinity, min = 0 } = shape
      return fc.array(strict(shape.member), { minLength: min, maxLength: Math.min(max, min + 1) })
    }
    case "map": {
      const { min = 0 } = shape
      const keys = strict(shape.key).map(String)
      return fc.dictionary(keys, strict(shape.value), { minKeys: min, maxKeys: min + 1, noNullPrototype: true })
    }
    case "enum":
      return fc.constantFrom(...shape.values)
    case "integer":
    case "long":
      return fc.integer({ min: shape.min ?? -5, max: shape.max ?? 2 ** 31 - 1 })
    case "boolean":
      return fc.boolean()
    case "timestamp":
      return fc.double({ min: 0, max: 4e9, noNaN: true })
    case "blob":
      return fc.uint8Array({ maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString("base64"))
    case "document":
      return fc.constantFrom<unknown>({}, [], "text", 1.5, true, { a: [null, { b: "c" }] })
    case "string":
      return text(name, shape)
  }
}

/** One value of a shape, without the members that may be missing; it is the same every time. */
const least = (name: string): unknown => {
  const known = leasts.get(name)
  if (known !== undefined) return known
  const shape = shapeOf(model, name)
  const made = shape.type === "structure"
    ? Object.fromEntries(
      Object.entries(shape.members).flatMap(([member, { required, target }]) =>
        required === true ? [[member, least(target)]] : []
      )
    )
    : shape.type === "list"
    ? Array.from({ length: shape.min ?? 0 }, () => least(shape.member))
    : fc.sample(strict(name), 1)[0]
  leasts.set(name, made)
  return made
}

const leasts = new Map<string, unknown>()

/** A place in the input of an operation. */
interface Site {
  readonly shape: string
  readonly path: string
  /** Whether it stands in a list or a map, which tell of their texts and numbers as a whole. */
  readonly within: "" | "Member" | "Map value"
  readonly hidden: boolean
  /** The input with a value at this place, and all else as it should be. */
  readonly input: (value: unknown) => unknown
}

const isHidden = (name: string, path = name): boolean => {
  const shape = shapeOf(model, name)
  return name in overlay.secrets.shapes || name in overlay.secrets.maps || path in overlay.secrets.members
    || ("sensitive" in shape && shape.sensitive === true)
}

const lowerFirst = (member: string): string => member.charAt(0).toLowerCase() + member.slice(1)

const isLeaf = (name: string): boolean => !["structure", "list", "map"].includes(shapeOf(model, name).type)

/** A place and all that are in it. */
const sites = (site: Site): ReadonlyArray<Site> => {
  const { path, shape: name } = site
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return [
        site,
        ...Object.entries(shape.members).flatMap(([member, { target }]) =>
          sites({
            shape: target,
            path: path === "" ? lowerFirst(member) : `${path}.${lowerFirst(member)}`,
            within: "",
            hidden: site.hidden || isHidden(name) || isHidden(target, `${name}.${member}`),
            input: (value) => site.input({ ...Object(least(name)), [member]: value })
          })
        )
      ]
    case "list": {
      const before = Array.from({ length: Math.max((shape.min ?? 0) - 1, 0) }, () => least(shape.member))
      return [
        site,
        ...inner(site, shape.member, `${before.length + 1}.member`, "Member", (item) => [...before, item])
      ]
    }
    case "map": {
      const key = String(least(shape.key))
      return [site, ...inner(site, shape.value, `${key}.member`, "Map value", (entry) => ({ [key]: entry }))]
    }
    default:
      return [site]
  }
}

/** The places in a list or a map. */
const inner = (
  { hidden, input, path, shape }: Site,
  target: string,
  step: string,
  within: "Member" | "Map value",
  whole: (part: unknown) => unknown
): ReadonlyArray<Site> =>
  sites({
    shape: target,
    path: isLeaf(target) ? path : `${path}.${step}`,
    within: isLeaf(target) ? within : "",
    hidden: hidden || isHidden(shape) || isHidden(target),
    input: (part) => input(whole(part))
  })

const sitesOf = (input: string): ReadonlyArray<Site> =>
  sites({ shape: input, path: "", within: "", hidden: false, input: (value) => value })

/** The rules of a text or a number, in the order in which lists and maps tell of them. */
const rules = (name: string): ReadonlyArray<string> => {
  const shape = shapeOf(model, name)
  if (shape.type === "enum") return [`Member must satisfy enum value set: [${shape.values.join(", ")}]`]
  if (shape.type !== "string" && shape.type !== "integer" && shape.type !== "long") return []
  const what = shape.type === "string" ? "length" : "value"
  const pattern = patternOf(name, shape)
  return [
    ...(shape.max === undefined ? [] : [`Member must have ${what} less than or equal to ${shape.max}`]),
    ...(shape.min === undefined ? [] : [`Member must have ${what} greater than or equal to ${shape.min}`]),
    ...(pattern === undefined ? [] : [`Member must satisfy regular expression pattern: ${pattern}`])
  ]
}

/** A text that breaks a pattern and nothing else, where there is one among some. */
const breaking = (name: string, shape: Text): string | undefined => {
  const { max = Infinity, min = 0 } = shape
  const pattern = patternOf(name, shape)
  if (pattern === undefined) return undefined
  return ["", " ", "\u0001", "\u00a0", "!", "_", "-", "é", "a b", "x"]
    .map((part) => part.repeat(Math.max(1, Math.ceil(min / Math.max(part.length, 1)))))
    .find((candidate) => candidate.length >= min && candidate.length <= max && !expression(pattern).test(candidate))
}

/** A value, and what is said of it. */
type Case = readonly [value: unknown, said: string]

const tooMuch = (what: string, max: number | undefined, value: (more: number) => unknown): ReadonlyArray<Case> =>
  max === undefined ? [] : [[value(max + 1), `Member must have ${what} less than or equal to ${max}`]]

const tooLittle = (what: string, min: number | undefined, value: (less: number) => unknown): ReadonlyArray<Case> =>
  // Nothing is shorter than nothing.
  min === undefined || (min === 0 && what === "length")
    ? []
    : [[value(min - 1), `Member must have ${what} greater than or equal to ${min}`]]

/** Values that break a rule of a shape, with what is said of it. */
const broken = (name: string): ReadonlyArray<Case> => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "string": {
      const wrong = breaking(name, shape)
      const said = `Member must satisfy regular expression pattern: ${patternOf(name, shape)}`
      const texts = (length: number) => "a".repeat(length)
      return [
        ...tooMuch("length", shape.max, texts),
        ...tooLittle("length", shape.min, texts),
        ...(wrong === undefined ? [] : [[wrong, said] as const])
      ]
    }
    case "integer":
    case "long":
      return [...tooMuch("value", shape.max, (number) => number), ...tooLittle("value", shape.min, (number) => number)]
    case "enum":
      return [["none of them", `Member must satisfy enum value set: [${shape.values.join(", ")}]`]]
    case "list": {
      const lists = (length: number) => Array.from({ length }, () => least(shape.member))
      return [...tooMuch("length", shape.max, lists), ...tooLittle("length", shape.min, lists)]
    }
    case "map": {
      const maps = (size: number) =>
        Object.fromEntries(Array.from({ length: size }, (_, index) => [`key${index}`, least(shape.value)]))
      return [...tooMuch("length", shape.max, maps), ...tooLittle("length", shape.min, maps)]
    }
    case "blob":
      return tooMuch("length", shape.max, (length) => Buffer.alloc(length).toString("base64"))
    default:
      return []
  }
}

const types: { readonly [type: string]: string } = {
  string: "a String",
  enum: "a String",
  integer: "an Integer",
  long: "a Long",
  boolean: "an Boolean",
  timestamp: "a Timestamp",
  blob: "a Blob"
}

const instead: { readonly [type: string]: string } = {
  structure: "Expected null",
  list: "Expected list or null",
  map: "Expected map or null"
}

/** Values of other JSON types, with what is said of them. */
const misread = ({ type }: Shape): ReadonlyArray<Case> => {
  if (type === "document") return []
  const scalar = (token: string) => instead[type] ?? `${token} can not be converted to ${types[type]}`
  const isText = type === "string" || type === "enum" || type === "blob"
  const isNumber = type === "integer" || type === "long" || type === "timestamp"
  return [
    ...(type === "structure" || type === "map"
      ? []
      : [[{}, "Start of structure or map found where not expected."] as const]),
    ...(type === "list" ? [] : [[[], "Start of list found where not expected"] as const]),
    ...(isText ? [] : [["text", scalar("STRING_VALUE")] as const]),
    ...(isNumber ? [] : [[1, scalar("NUMBER_VALUE")] as const]),
    ...(type === "boolean" ? [] : [[true, scalar("TRUE_VALUE")] as const, [false, scalar("FALSE_VALUE")] as const])
  ]
}

const one = "1 validation error detected: "

describe.each(operations.map(({ input, name }) => ({ name, input })))("$name", ({ input, name }) => {
  const places = sitesOf(input)

  it("takes what holds to the model", () => {
    expect(inputRefusal(name, least(input))).toBeUndefined()
    fc.assert(
      fc.property(strict(input), (value) => {
        expect(inputRefusal(name, value)).toBeUndefined()
      }),
      { numRuns: 25 }
    )
  })

  it("takes null for what is not there, and what nobody knows", () => {
    const members = Object.keys(structureOf(model, input).members)
    const nulls = Object.fromEntries(members.map((member) => [member, null]))
    expect(inputRefusal(name, { ...nulls, MemberOfTomorrow: { a: 1 }, ...Object(least(input)) })).toBeUndefined()
  })

  it("tells of each required member that is missing", () => {
    for (const { input, path, shape: structure } of places) {
      const shape = shapeOf(model, structure)
      if (shape.type !== "structure") continue
      for (const [member, { required }] of Object.entries(shape.members)) {
        if (required !== true) continue
        const { [member]: _, ...without } = Object(least(structure))
        const place = path === "" ? lowerFirst(member) : `${path}.${lowerFirst(member)}`
        const message = `${one}Value null at '${place}' failed to satisfy constraint: Member must not be null`
        const refusal = { type: "InvalidParameterException", message }
        expect(inputRefusal(name, input(without))).toEqual(refusal)
        expect(inputRefusal(name, input({ ...without, [member]: null }))).toEqual(refusal)
      }
    }
  })

  it("tells of each rule that is broken, and where", () => {
    for (const { hidden, input, path, shape, within } of places) {
      for (const [value, said] of broken(shape)) {
        const refusal = inputRefusal(name, input(value))
        expect(refusal?.type, path).toBe("InvalidParameterException")
        const problem = within === "" ? said : `${within} must satisfy constraint: [${rules(shape).join(", ")}]`
        expect(refusal?.message).toContain(`at '${path}' failed to satisfy constraint: ${problem}`)
        if (hidden) expect(refusal?.message).toContain(`Value at '${path}'`)
        else if (within === "" && typeof value !== "object" && shapeOf(model, shape).type !== "blob") {
          expect(refusal?.message).toContain(`Value '${String(value)}' at '${path}'`)
        }
      }
    }
  })

  it("tells of nothing but the pattern where nothing else is broken", () => {
    for (const { hidden, input, path, shape: text, within } of places) {
      const shape = shapeOf(model, text)
      const wrong = shape.type === "string" && within === "" ? breaking(text, shape) : undefined
      if (shape.type !== "string" || wrong === undefined) continue
      expect(inputRefusal(name, input(wrong))).toEqual({
        type: "InvalidParameterException",
        message: `${one}Value ${hidden ? "" : `'${wrong}' `}at '${path}' failed to satisfy constraint: `
          + `Member must satisfy regular expression pattern: ${patternOf(text, shape)}`
      })
    }
  })

  it("tells of each value of another JSON type, before all else", () => {
    for (const { input, path, shape } of places) {
      if (path === "") continue
      for (const [value, message] of misread(shapeOf(model, shape))) {
        expect(inputRefusal(name, input(value)), path).toEqual({ type: "SerializationException", message })
      }
    }
  })

  it("never tells a secret", () => {
    fc.assert(
      fc.property(strict(input), fc.nat(), (value, seed) => {
        const refusal = inputRefusal(name, planted(input, value, seed))
        expect(refusal?.message ?? "").not.toContain(canary)
      }),
      { numRuns: 15 }
    )
  })
})

const canary = "CANARY"

/** Texts that break what is said of secrets: patterns and lengths, the longest of which is that of all texts. */
const canaries = [` ${canary} `, canary.repeat(50), canary.repeat(400), ` ${canary.repeat(22_000)}`]

/** A value with canaries for its secrets. */
const planted = (name: string, value: unknown, seed: number, hidden = isHidden(name)): unknown => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(Object(value)).map(([member, inner], index) => {
          const target = shape.members[member]?.target ?? ""
          return [member, planted(target, inner, seed + index, hidden || isHidden(target, `${name}.${member}`))]
        })
      )
    case "list":
      return Array.isArray(value)
        ? value.map((item, index) => planted(shape.member, item, seed + index, hidden || isHidden(shape.member)))
        : value
    case "map":
      return Object.fromEntries(
        Object.entries(Object(value)).map(([key, entry]) => [key, planted(shape.value, entry, seed, hidden)])
      )
    case "string":
      return hidden ? canaries[seed % canaries.length] : value
    default:
      return value
  }
}

it("the sweep goes through what there is", () => {
  const all = operations.flatMap(({ input }) => sitesOf(input))
  expect(all.length).toBeGreaterThan(900)
  expect(all.flatMap(({ shape }) => broken(shape)).length).toBeGreaterThan(900)
  // Of each pattern a text is known that breaks it, but of the one that takes all texts.
  const unbroken = all.map(({ shape }) => shape).filter((name) => {
    const shape = shapeOf(model, name)
    return shape.type === "string" && patternOf(name, shape) !== undefined && breaking(name, shape) === undefined
  })
  expect(unbroken.filter((name, index) => unbroken.indexOf(name) === index)).toEqual(["SmsInviteMessageType"])
})

describe("texts", () => {
  const message = (operation: string, input: unknown) => inputRefusal(operation, input)?.message

  it.each([
    // Values of 'confirmationCode' are quoted by the service, and are not here: they are secrets.
    ["AdminConfirmSignUp", { UserPoolId: "YOUR_USER_POOL_ID", Username: "admin@example.com" }, undefined],
    [
      "AdminConfirmSignUp",
      { UserPoolId: "YOUR POOL", Username: "admin@example.com" },
      `${one}Value 'YOUR POOL' at 'userPoolId' failed to satisfy constraint: `
      + "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"
    ],
    [
      "CreateUserPool",
      { PoolName: "a", MfaConfiguration: "false" },
      `${one}Value 'false' at 'mfaConfiguration' failed to satisfy constraint: `
      + "Member must satisfy enum value set: [OFF, ON, OPTIONAL]"
    ],
    [
      "CreateUserPool",
      { PoolName: "a", Schema: [{ Name: "phone_number_verified" }] },
      `${one}Value 'phone_number_verified' at 'schema.1.member.name' failed to satisfy constraint: `
      + "Member must have length less than or equal to 20"
    ],
    [
      "SignUp",
      { ClientId: "a", Username: "anna", Password: "" },
      `${one}Value at 'password' failed to satisfy constraint: `
      + "Member must satisfy regular expression pattern: ^[\\S]+.*[\\S]+$"
    ],
    [
      "UpdateUserAttributes",
      { AccessToken: "a", UserAttributes: [{ Name: "" }] },
      "2 validation errors detected: Value '' at 'userAttributes.1.member.name' failed to satisfy constraint: "
      + "Member must have length greater than or equal to 1; Value '' at 'userAttributes.1.member.name' failed to satisfy "
      + "constraint: Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r ]+"
    ],
    [
      "UpdateUserPoolClient",
      { UserPoolId: "us-east-1_a", ClientId: "a", CallbackURLs: ["<!doctype", " "] },
      `${one}Value '[<!doctype,  ]' at 'callbackURLs' failed to satisfy constraint: Member must satisfy constraint: [Member `
      + "must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy "
      + "regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+]"
    ],
    [
      "TagResource",
      { ResourceArn: "arn:aws:cognito-idp:us-east-1:123456789012:userpool/a", Tags: { "": "b" } },
      `${one}Value '{=b}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have `
      + "length less than or equal to 128, Member must have length greater than or equal to 1]"
    ]
  ])("%s %j", (operation, input, said) => {
    expect(message(operation, input)).toBe(said)
  })

  it.each([[null, ""], ["text", ""], [1, ""], [[], "Start of list found where not expected"]])(
    "a body that is %j",
    (input, message) => {
      expect(inputRefusal("ListUserPools", input)).toEqual({ type: "SerializationException", message })
    }
  )

  it.each([
    [
      "23456",
      "'23456' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: 5"
    ],
    ["=+/=", "'=+/=' can not be converted to a Blob: Invalid Base64 character: '='"],
    ["+/+=", "'+/+=' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"],
    ["YR==", "'YR==' can not be converted to a Blob: Invalid last non-pad Base64 character dectected"],
    ["YQ==", undefined],
    ["YWI=", undefined],
    ["", undefined]
  ])("bytes %j", (ImageFile, said) => {
    expect(message("SetUICustomization", { UserPoolId: "us-east-1_a", ImageFile })).toBe(said)
  })

  it("the longest bytes that are taken", () => {
    const bytes = (length: number) => Buffer.alloc(length).toString("base64")
    const image = (length: number) =>
      message("SetUICustomization", { UserPoolId: "us-east-1_a", ImageFile: bytes(length) })
    expect(image(131_072)).toBeUndefined()
    expect(image(131_073)).toBe(
      `${one}Value 'java.nio.HeapByteBuffer[pos=0 lim=131073 cap=131073]' at 'imageFile' failed to satisfy constraint: `
        + "Member must have length less than or equal to 131072"
    )
    const asset = { Category: "FAVICON_ICO", ColorMode: "LIGHT", Extension: "ICO", Bytes: bytes(1_000_000) }
    expect(message("CreateManagedLoginBranding", { UserPoolId: "us-east-1_a", ClientId: "a", Assets: [asset] }))
      .toBeUndefined()
  })

  it("Java's spaces are those of ASCII", () => {
    const refusal = (ClientName: string) => message("CreateUserPoolClient", { UserPoolId: "us-east-1_a", ClientName })
    expect(refusal("a\tb c\n")).toBeUndefined()
    expect(refusal("a\u00a0b")).toContain("at 'clientName'")
  })

  it("spaces in a password, but not around it", () => {
    const refusal = (Password: string) => message("SignUp", { ClientId: "a", Username: "anna", Password })
    expect(refusal("correct horse")).toBeUndefined()
    expect(refusal("horse ")).toContain("at 'password'")
    // To Java this is no space.
    expect(refusal("horse\u00a0")).toBeUndefined()
  })

  it("of the longest texts there are, at once", () => {
    const refusal = message("SignUp", { ClientId: "a", Username: "anna", Password: `${"a".repeat(1_000_000)} ` })
    expect(refusal).toBe(
      `${one}Value at 'password' failed to satisfy constraint: Member must have length less than or equal to 256`
    )
  })

  it("a host name of one's own as a domain", () => {
    const refusal = (Domain: string) => message("CreateUserPoolDomain", { UserPoolId: "us-east-1_a", Domain })
    expect(refusal("auth.example.com")).toBeUndefined()
    expect(refusal("Auth")).toContain("at 'domain'")
  })

  it("a fraction for a whole number", () => {
    expect(message("ListUserPools", { MaxResults: 1.5 })).toBe("NUMBER_VALUE can not be converted to an Integer")
  })
})
