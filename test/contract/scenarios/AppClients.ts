/** App clients against cognito-local, and what it lacks against the scripted server. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import * as AppClients from "../../../src/operations/AppClients.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { failureTag, present, type Scenarios } from "../../support/scenario.ts"
import { createPool } from "./setup.ts"

export const live: Scenarios = {
  "an app client is made, changed and deleted": Effect.gen(function*() {
    const { UserPoolId, ClientId: first } = yield* createPool("apps")
    const { UserPoolClient: made } = yield* AppClients.createUserPoolClient({
      UserPoolId,
      ClientName: "backend",
      GenerateSecret: true,
      ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
      AccessTokenValidity: 5,
      TokenValidityUnits: { AccessToken: "minutes" },
      CallbackURLs: ["https://example.com/callback?a=1&b=2"]
    })
    const ClientId = present(made?.ClientId)
    const secret = present(made?.ClientSecret)
    assert.ok(Redacted.value(secret).length >= 10)
    assert.equal(String(secret).includes(Redacted.value(secret)), false)
    assert.deepEqual(made?.TokenValidityUnits, { AccessToken: "minutes", IdToken: "minutes", RefreshToken: "days" })

    const updated = yield* AppClients.updateUserPoolClient({
      UserPoolId,
      ClientId,
      ClientName: "worker",
      EnableTokenRevocation: true
    })
    assert.equal(updated.UserPoolClient?.ClientName, "worker")
    const { UserPoolClient: read } = yield* AppClients.describeUserPoolClient({ UserPoolId, ClientId })
    assert.equal(read?.EnableTokenRevocation, true)
    assert.equal(read.AccessTokenValidity, 5)
    assert.deepEqual(read.CallbackURLs, ["https://example.com/callback?a=1&b=2"])
    assert.deepEqual(read.ExplicitAuthFlows, ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])
    assert.equal(Redacted.value(present(read.ClientSecret)), Redacted.value(secret))

    // cognito-local answers whole clients here; what the list does not declare is dropped.
    const { UserPoolClients } = yield* AppClients.listUserPoolClients({ UserPoolId })
    assert.deepEqual(UserPoolClients, [
      { ClientId: first, UserPoolId, ClientName: "web" },
      { ClientId, UserPoolId, ClientName: "worker" }
    ])

    yield* AppClients.deleteUserPoolClient({ UserPoolId, ClientId })
    const gone = { UserPoolId, ClientId }
    assert.equal(yield* failureTag(AppClients.describeUserPoolClient(gone)), "ResourceNotFoundException")
    assert.equal(yield* failureTag(AppClients.updateUserPoolClient(gone)), "ResourceNotFoundException")
    assert.equal(yield* failureTag(AppClients.deleteUserPoolClient(gone)), "ResourceNotFoundException")
    assert.equal(
      yield* failureTag(AppClients.createUserPoolClient({ UserPoolId: "local_nowhere", ClientName: "web" })),
      "ResourceNotFoundException"
    )
  })
}

const app = { UserPoolId: "eu-central-1_aBcDeFgHi", ClientId: "1example23456789" }

export const scripted: ScriptedScenarios = {
  "secrets of an app client are rotated": [
    exchange(AppClients.addUserPoolClientSecret, {
      input: { ...app, ClientSecret: Redacted.make("0123456789abcdefghijklmnopqrstuv") },
      answer: `{"ClientSecretDescriptor":{"ClientSecretId":"1example23456789--1700000000000",
        "ClientSecretValue":null,"ClientSecretCreateDate":1.7E9}}`,
      output: {
        ClientSecretDescriptor: {
          ClientSecretId: "1example23456789--1700000000000",
          ClientSecretCreateDate: new Date("2023-11-14T22:13:20Z")
        }
      }
    }),
    exchange(AppClients.listUserPoolClientSecrets, {
      input: { ...app, NextToken: "page-2" },
      answer:
        `{"ClientSecrets":[{"ClientSecretId":"secret-1","ClientSecretValue":"s3cret","ClientSecretCreateDate":1700000000.25}],
        "NextToken":"page-3","AddedLater":true}`,
      output: {
        ClientSecrets: [{
          ClientSecretId: "secret-1",
          ClientSecretValue: Redacted.make("s3cret"),
          ClientSecretCreateDate: new Date("2023-11-14T22:13:20.250Z")
        }],
        NextToken: "page-3"
      }
    }),
    exchange(AppClients.deleteUserPoolClientSecret, { input: { ...app, ClientSecretId: "secret-1" }, output: {} })
  ]
}
