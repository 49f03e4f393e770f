/** Self-service registration against cognito-local, and what it lacks against the scripted server. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import { adminConfirmSignUp, confirmSignUp, resendConfirmationCode, signUp } from "../../../src/operations/SignUp.ts"
import { adminGetUser } from "../../../src/operations/Users.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { confirmationCode, failureTag, type Scenarios } from "../../support/scenario.ts"
import { createPool, password, signIn, tokensOf } from "./setup.ts"

export const live: Scenarios = {
  "a user signs up and confirms with a code": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("registration")
    const user = { ClientId, Username: "ada" }
    const registration = {
      ...user,
      Password: password,
      UserAttributes: [{ Name: "email", Value: "ada@example.com" }]
    }
    const { CodeDeliveryDetails, UserConfirmed, UserSub } = yield* signUp(registration)
    assert.equal(UserConfirmed, false)
    assert.match(UserSub, /^[0-9a-f-]{36}$/)
    assert.deepEqual(CodeDeliveryDetails, {
      AttributeName: "email",
      DeliveryMedium: "EMAIL",
      Destination: "ada@example.com"
    })
    assert.equal(yield* failureTag(signUp(registration)), "UsernameExistsException")
    assert.equal(yield* failureTag(signIn(ClientId, "ada")), "UserNotConfirmedException")

    const confirm = (code: string) => confirmSignUp({ ...user, ConfirmationCode: Redacted.make(code) })
    const mismatch = yield* Effect.flip(confirm("000000"))
    assert.equal(mismatch._tag, "CodeMismatchException")
    assert.equal(mismatch.message, "Incorrect confirmation code")
    yield* confirm(confirmationCode)
    assert.equal((yield* adminGetUser({ UserPoolId, Username: "ada" })).UserStatus, "CONFIRMED")
    assert.equal(yield* failureTag(confirm(confirmationCode)), "ExpiredCodeException")
    yield* tokensOf(ClientId, "ada")
    assert.equal(yield* failureTag(signUp({ ...registration, ClientId: "nowhere" })), "ResourceNotFoundException")
  }),

  "an administrator confirms a user": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("confirmation")
    yield* signUp({
      ClientId,
      Username: "grace",
      Password: password,
      UserAttributes: [{ Name: "email", Value: "grace@example.com" }]
    })
    const user = { UserPoolId, Username: "grace" }
    assert.equal((yield* adminGetUser(user)).UserStatus, "UNCONFIRMED")
    yield* adminConfirmSignUp(user)
    assert.equal((yield* adminGetUser(user)).UserStatus, "CONFIRMED")
    const again = yield* Effect.flip(adminConfirmSignUp(user))
    assert.equal(again._tag, "NotAuthorizedException")
    assert.equal(again.message, "User cannot be confirmed. Current status is CONFIRMED")
  })
}

export const scripted: ScriptedScenarios = {
  "a code is sent once more": [
    exchange(resendConfirmationCode, {
      input: {
        ClientId: "1example23456789",
        Username: "ada",
        SecretHash: Redacted.make("c2VjcmV0IGhhc2g="),
        UserContextData: { IpAddress: "203.0.113.7", EncodedData: "eyJ9" },
        AnalyticsMetadata: { AnalyticsEndpointId: "endpoint" }
      },
      answer: `{"CodeDeliveryDetails":{"AttributeName":"email","DeliveryMedium":"EMAIL","Destination":"a***@e***"}}`,
      output: { CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "a***@e***" } }
    })
  ]
}
