/** User pools against cognito-local, and what it lacks against the scripted server. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import * as UserPools from "../../../src/operations/UserPools.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { failureTag, present, type Scenarios } from "../../support/scenario.ts"

export const live: Scenarios = {
  "a user pool is made, changed and deleted": Effect.gen(function*() {
    const { UserPool: made } = yield* UserPools.createUserPool({
      PoolName: "customers",
      AliasAttributes: ["email"],
      MfaConfiguration: "OPTIONAL",
      Policies: { PasswordPolicy: { MinimumLength: 14, RequireSymbols: false } },
      Schema: [{ Name: "tier", AttributeDataType: "Number", NumberAttributeConstraints: { MinValue: "1" } }],
      UserPoolTags: { team: "shop" }
    })
    const UserPoolId = present(made?.Id)
    assert.equal(made?.Name, "customers")
    assert.equal(made.Policies?.PasswordPolicy?.MinimumLength, 14)
    assert.equal(made.Policies.PasswordPolicy.RequireSymbols, false)
    assert.equal(made.MfaConfiguration, "OPTIONAL")
    assert.deepEqual(made.SchemaAttributes?.find(({ Name }) => Name === "custom:tier"), {
      Name: "custom:tier",
      AttributeDataType: "Number",
      DeveloperOnlyAttribute: false,
      Mutable: true,
      Required: false,
      NumberAttributeConstraints: { MinValue: "1" }
    })

    const attribute = { UserPoolId, CustomAttributes: [{ Name: "shoe_size", AttributeDataType: "Number" }] } as const
    yield* UserPools.addCustomAttributes(attribute)
    assert.equal(yield* failureTag(UserPools.addCustomAttributes(attribute)), "InvalidParameterException")
    yield* UserPools.updateUserPool({ UserPoolId, MfaConfiguration: "OFF", UserPoolTags: { team: "support" } })
    const { UserPool: read } = yield* UserPools.describeUserPool({ UserPoolId })
    assert.equal(read?.MfaConfiguration, "OFF")
    assert.deepEqual(read.UserPoolTags, { team: "support" })
    assert.deepEqual(read.SchemaAttributes?.map(({ Name }) => Name).filter((name) => name?.startsWith("custom:")), [
      "custom:tier",
      "custom:shoe_size"
    ])
    assert.equal(read.EstimatedNumberOfUsers, 0)
    assert.ok(read.CreationDate instanceof Date)

    const listed = Effect.map(
      Stream.runCollect(UserPools.listUserPools.items({ MaxResults: 60 })),
      (pools) => pools.some(({ Id, Name }) => Id === UserPoolId && Name === "customers")
    )
    assert.equal(yield* listed, true)
    yield* UserPools.deleteUserPool({ UserPoolId })
    assert.equal(yield* listed, false)
    const gone = yield* Effect.flip(UserPools.describeUserPool({ UserPoolId }))
    assert.equal(gone._tag, "ResourceNotFoundException")
    assert.equal(gone.message, `User Pool ${UserPoolId} not found`)
    assert.equal(yield* failureTag(UserPools.deleteUserPool({ UserPoolId })), "ResourceNotFoundException")
    assert.equal(yield* failureTag(UserPools.updateUserPool({ UserPoolId })), "ResourceNotFoundException")
  })
}

export const scripted: ScriptedScenarios = {
  "the signing certificate": [
    exchange(UserPools.getSigningCertificate, {
      input: { UserPoolId: "eu-central-1_aBcDeFgHi" },
      answer: `{"Certificate":"MIICvTCCAaWgAwIBAgIJAJ"}`,
      output: { Certificate: "MIICvTCCAaWgAwIBAgIJAJ" }
    })
  ]
}
