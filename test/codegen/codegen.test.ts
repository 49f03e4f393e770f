/**
 * The generator's inputs: what the import makes of a Smithy AST, and what the overlay's check finds.
 */
import { Schema } from "effect"
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { formatModel, modelFile, readModel } from "../../codegen/Model.ts"
import { checkOverlay, readOverlay } from "../../codegen/Overlay.ts"
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

  it("fits the model", () => {
    expect(checkOverlay(model, overlay)).toEqual([])
  })

  it("is found out where it misses an operation or a secret, or names what is not there", () => {
    const { Tags: _, ...domains } = overlay.domains
    const { PasswordType: __, ...shapes } = overlay.secrets.shapes
    const docs = { ...overlay.docs, members: { ...overlay.docs.members, "UserType.Shoes": "Size of the shoes." } }
    expect(checkOverlay(model, { ...overlay, domains, docs, secrets: { ...overlay.secrets, shapes } })).toEqual([
      "domains: ListTagsForResource is missing",
      "domains: TagResource is missing",
      "domains: UntagResource is missing",
      "secrets: PasswordType is missing",
      "docs.members: UserType.Shoes is not in the model"
    ])
  })
})
