/**
 * The generator's inputs: what the import makes of a Smithy AST, and what the overlay's check finds.
 */
import { Schema } from "effect"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { changes } from "../../codegen/changes.ts"
import { operationsModule } from "../../codegen/emit/operations.ts"
import { place } from "../../codegen/emit/schema.ts"
import { comment } from "../../codegen/emit/text.ts"
import { formatModel, type Model, modelFile, readModel, structureOf } from "../../codegen/Model.ts"
import { checkOverlay, type Overlay, readOverlay } from "../../codegen/Overlay.ts"
import { Smithy, toModel } from "../../codegen/Smithy.ts"

const smithy = (shapes: object) => Schema.decodeUnknownSync(Smithy)({ smithy: "2.0", shapes })

const service = {
  "a.b#Service": {
    type: "service",
    version: "2016-04-18",
    operations: [{ target: "a.b#GetThing" }],
    traits: { "aws.protocols#awsJson1_1": {}, "smithy.api#documentation": "dropped" }
  }
}

const operation = {
  "a.b#GetThing": {
    type: "operation",
    input: { target: "a.b#GetThingRequest" },
    output: { target: "smithy.api#Unit" },
    errors: [{ target: "a.b#LostException" }],
    traits: { "smithy.api#optionalAuth": {} }
  },
  "a.b#GetThingRequest": {
    type: "structure",
    members: {
      Name: { target: "a.b#NameType", traits: { "smithy.api#required": {} } },
      Count: { target: "smithy.api#Integer" },
      Kind: { target: "a.b#KindType" }
    }
  },
  "a.b#NameType": {
    type: "string",
    traits: { "smithy.api#length": { min: 1, max: 8 }, "smithy.api#pattern": "[a-z]+", "smithy.api#sensitive": {} }
  },
  "a.b#KindType": {
    type: "enum",
    members: { A: { target: "smithy.api#Unit", traits: { "smithy.api#enumValue": "a" } } }
  },
  "a.b#LostException": {
    type: "structure",
    members: { message: { target: "smithy.api#String" } },
    traits: { "smithy.api#error": "client", "smithy.api#httpError": 404 }
  }
}

describe("import", () => {
  it("keeps what the generator needs", () => {
    expect(toModel(smithy({ ...service, ...operation }))).toEqual({
      version: "2016-04-18",
      operations: { GetThing: { input: "GetThingRequest", public: true, errors: ["LostException"] } },
      errors: { LostException: { status: 404, members: { message: { target: "String" } } } },
      shapes: {
        GetThingRequest: {
          type: "structure",
          members: {
            Name: { target: "NameType", required: true },
            Count: { target: "Integer" },
            Kind: { target: "KindType" }
          }
        },
        NameType: { type: "string", min: 1, max: 8, pattern: "[a-z]+", sensitive: true },
        KindType: { type: "enum", values: ["a"], names: ["A"] },
        Integer: { type: "integer" },
        String: { type: "string" }
      }
    })
  })

  it("refuses another protocol, a shape of an unknown kind and a missing shape", () => {
    expect(() => toModel(smithy({ "a.b#Service": { type: "service", version: "1", operations: [] } }))).toThrow(
      "awsJson1_1"
    )
    expect(() => smithy({ "a.b#Choice": { type: "union", members: {} } })).toThrow()
    const { "a.b#NameType": _, ...rest } = operation
    expect(() => toModel(smithy({ ...service, ...rest }))).toThrow("a.b#NameType")
  })

  it("writes the model as it reads it", () => {
    expect(formatModel(readModel())).toBe(readFileSync(modelFile, "utf8"))
  })
})

describe("overlay", () => {
  const model = readModel()
  const overlay = readOverlay(model)

  /** Members of which only their shape says that they are secrets. */
  const passwordMembers = Object.entries(model.shapes).flatMap(([name, shape]) =>
    shape.type === "structure"
      ? Object.entries(shape.members).flatMap(([member, { target }]) =>
        target === "PasswordType" ? [`${name}.${member}`] : []
      )
      : []
  )

  it("fits the model", () => {
    expect(checkOverlay(model, overlay)).toEqual([])
  })

  it("is found out where it misses an operation or a secret, or names what is not there", () => {
    const { Tags: _, ...domains } = overlay.domains
    const { PasswordType: __, ...shapes } = overlay.secrets.shapes
    const docs = { ...overlay.docs, members: { ...overlay.docs.members, "UserType.Shoes": "Size of the shoes." } }
    expect(checkOverlay(model, { ...overlay, domains, docs, secrets: { ...overlay.secrets, shapes } })).toEqual([
      "codegen/overlay/domains.json: ListTagsForResource is missing",
      "codegen/overlay/domains.json: TagResource is missing",
      "codegen/overlay/domains.json: UntagResource is missing",
      "codegen/overlay/secrets.json: PasswordType is missing",
      ...passwordMembers.map((path) =>
        `codegen/overlay/secrets.json: ${path} looks like a secret: mark it in shapes or members, or say in lookalikes why it is none`
      ),
      "codegen/overlay/docs.json: members: UserType.Shoes is not in the model"
    ])
  })

  /** The model with a member more in the input of an operation. */
  const withMember = (member: string, target = "StringType"): Model => {
    const input = structureOf(model, "SignUpRequest")
    const shape = { ...input, members: { ...input.members, [member]: { target } } }
    return { ...model, shapes: { ...model.shapes, SignUpRequest: shape } }
  }

  it.each(["RecoveryPhrase", "BackupCode", "ApiKey", "OneTimePasscode", "PrivateThing", "RefreshTokenHint"])(
    "a new member %s is to be decided: it looks like a secret, and nothing is said of it",
    (member) => {
      const problems = checkOverlay(withMember(member), overlay)
      expect(problems.filter((problem) => problem.includes(`SignUpRequest.${member}`))).toEqual([
        expect.stringContaining(`codegen/overlay/secrets.json: SignUpRequest.${member} looks like a secret`),
        `codegen/overlay/docs.json: members: SignUpRequest.${member} is missing`
      ])
    }
  )

  it("a member that is decided, or of a shape that is, or of no text, is not asked for again", () => {
    const looks = (made: Model, more: Partial<Overlay["secrets"]> = {}) =>
      checkOverlay(made, { ...overlay, secrets: { ...overlay.secrets, ...more } })
        .filter((problem) => problem.includes("looks like"))
    expect(
      looks(withMember("RecoveryPhrase"), {
        members: { ...overlay.secrets.members, "SignUpRequest.RecoveryPhrase": "it is" }
      })
    )
      .toEqual([])
    expect(
      looks(withMember("RecoveryPhrase"), {
        lookalikes: { ...overlay.secrets.lookalikes, RecoveryPhrase: "it is not" }
      })
    )
      .toEqual([])
    expect(looks(withMember("RecoveryPhrase", "PasswordType"))).toEqual([])
    expect(looks(withMember("ForcesSecretRotation", "BooleanType"))).toEqual([])
  })

  it("a new operation is to be decided: where it stands, and whether it may be carried out twice", () => {
    const made = {
      ...model,
      operations: { ...model.operations, ResetUserPool: { input: "SignUpRequest", errors: [] } }
    }
    expect(checkOverlay(made, overlay)).toEqual([
      "codegen/overlay/domains.json: ResetUserPool is missing",
      "codegen/overlay/once.json: ResetUserPool is missing",
      "codegen/overlay/docs.json: operations: ResetUserPool is missing"
    ])
  })

  it("a sentence that is missing ends the generation, and is named", () => {
    const { SignUp: _, ...operations } = overlay.docs.operations
    const without = { ...overlay, docs: { ...overlay.docs, operations } }
    expect(() => operationsModule(model, without, place(model, without), "SignUp")).toThrow(
      "codegen/overlay/docs.json: operations has no sentence on SignUp"
    )
  })
})

describe("comments", () => {
  it("are wrapped, and not within a link", () => {
    const words = Array.from(
      { length: 60 },
      (_, n) => n % 3 === 0 ? `{@link Errors.Some${"e".repeat(n)}Exception},` : "word"
    )
    const lines = comment(`- Errors: ${words.join(" ")}`).split("\n")
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.filter((line) => /\{@link [^}]*$/.test(line))).toEqual([])
    expect(lines.slice(1, -1).map((line) => line.replace(/^ \* {1,3}/, "")).join(" ")).toBe(
      `- Errors: ${words.join(" ")}`
    )
  })
})

describe("changes", () => {
  it("are told by name, both ways", () => {
    const model = readModel()
    const { SignUp: _, ...operations } = model.operations
    const less = { ...model, operations }
    expect(changes(less, model)).toContain("added operation SignUp")
    expect(changes(model, less)).toContain("removed operation SignUp")
    expect(changes(model, model)).toEqual([])
    expect(changes(model, { ...model, shapes: { ...model.shapes, A: { type: "enum", values: ["B"] } } })).toEqual([
      "added shape A",
      "added value A B"
    ])
  })
})

describe("codegen:import", () => {
  const root = fileURLToPath(new URL("../..", import.meta.url))

  const importing = (shapes: object, partitions: string) => {
    const folder = mkdtempSync(join(tmpdir(), "effect-cognito-import-"))
    writeFileSync(join(folder, "ast.json"), JSON.stringify({ smithy: "2.0", shapes }))
    writeFileSync(join(folder, "partitions.json"), "{}")
    const before = readFileSync(modelFile, "utf8")
    const tsx = join(root, "node_modules/.bin/tsx")
    const files = [join(folder, "ast.json"), join(folder, partitions)]
    const { status, stderr, stdout } = spawnSync(tsx, ["codegen/import.ts", ...files], { cwd: root, encoding: "utf8" })
    // Nothing is written, and nobody has to read a stack.
    expect(readFileSync(modelFile, "utf8")).toBe(before)
    expect(stderr).not.toMatch(/^\s+at /m)
    return { status, stderr, stdout }
  }

  it("says what changed, and stops where something is to be decided", () => {
    const request = operation["a.b#GetThingRequest"]
    const members = { ...request.members, RecoveryPhrase: { target: "smithy.api#String" } }
    const shapes = { ...service, ...operation, "a.b#GetThingRequest": { ...request, members } }
    const { status, stderr, stdout } = importing(shapes, "partitions.json")
    expect(status).toBe(1)
    expect(stdout).toContain("added member GetThingRequest.RecoveryPhrase")
    expect(stdout).toContain("removed operation SignUp")
    expect(stderr).toContain("codegen/overlay/secrets.json: GetThingRequest.RecoveryPhrase looks like a secret")
    expect(stderr).toContain("codegen/overlay/domains.json: GetThing is missing")
  })

  it("names a file that cannot be read", () => {
    const { status, stderr } = importing({ ...service, ...operation }, "missing.json")
    expect(status).toBe(1)
    expect(stderr).toContain("missing.json")
  })
})
