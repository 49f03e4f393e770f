/**
 * What happens to an input before it is sent: it is checked, and an absent member is absent in the body.
 */
import { it } from "@effect/vitest"
import * as Result from "effect/Result"
import { describe, expect } from "vitest"
import { encode } from "../../src/protocol/AwsJson.ts"
import { createUserPool, createUserPoolClient, listUsers, startWebAuthnRegistration } from "../../src/index.ts"

const text = (result: ReturnType<typeof encode>): string =>
  Result.match(result, { onSuccess: (bytes) => new TextDecoder().decode(bytes), onFailure: (error) => error.message })

/** What a program in plain JavaScript may pass: the compiler has not seen it. */
const untyped = (value: object): never => value as never

describe("inputs", () => {
  it("write undefined members as absent ones, at any depth", () => {
    const input = untyped({
      PoolName: "a",
      MfaConfiguration: undefined,
      Policies: { PasswordPolicy: { MinimumLength: 8, RequireNumbers: undefined } },
      Schema: [{ Name: "shoe", Required: undefined }],
      UserPoolTags: { team: "a", unit: undefined }
    })
    expect(text(encode(createUserPool.spec, input))).toBe(
      `{"PoolName":"a","Policies":{"PasswordPolicy":{"MinimumLength":8}},"UserPoolTags":{"team":"a"},"Schema":[{"Name":"shoe"}]}`
    )
  })

  it.each([
    ["a missing member", {}, ".UserPoolId: Missing key"],
    ["a required member that is undefined", { UserPoolId: undefined }, ".UserPoolId: Missing key"],
    ["null", { UserPoolId: null }, ".UserPoolId: Expected string"],
    ["a member that is not known", { UserPoolId: "a", Size: 3 }, ".Size: Expected no excess property"],
    ["a number that JSON cannot hold", { UserPoolId: "a", Limit: Infinity }, ".Limit: Expected a finite number"],
    ["a list with a hole", { UserPoolId: "a", AttributesToGet: ["email", 5] }, ".AttributesToGet[1]: Expected string"]
  ])("refuse %s and say where", (_, input, problem) => {
    expect(text(encode(listUsers.spec, untyped(input)))).toBe(`ListUsers: EncodeError: input${problem}`)
  })

  it("name no value that does not fit", () => {
    expect(text(encode(startWebAuthnRegistration.spec, untyped({ AccessToken: "eyJsecret" })))).not.toContain(
      "eyJsecret"
    )
  })

  it("keep the order and the exactness of what they hold", () => {
    const input = { UserPoolId: "a", ClientName: "ü \u{1F98A} \ud800", CallbackURLs: ["b", "a"] }
    expect(text(encode(createUserPoolClient.spec, input))).toBe(
      `{"UserPoolId":"a","ClientName":"ü \u{1F98A} \\ud800","CallbackURLs":["b","a"]}`
    )
  })
})
