/** Passwords against cognito-local, and what it lacks against the scripted server. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import * as Passwords from "../../../src/operations/Passwords.ts"
import { adminGetUser } from "../../../src/operations/Users.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { confirmationCode, failureTag, type Scenarios } from "../../support/scenario.ts"
import { createPool, createUser, password, signIn, tokensOf, wrongPassword } from "./setup.ts"

const newPassword = Redacted.make("Staple-Battery-2")

export const live: Scenarios = {
  "a user changes the password": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("passwords")
    yield* createUser(UserPoolId, "ada")
    const { AccessToken } = yield* tokensOf(ClientId, "ada")
    const change = { AccessToken, ProposedPassword: newPassword }
    assert.equal(
      yield* failureTag(Passwords.changePassword({ ...change, PreviousPassword: wrongPassword })),
      "InvalidPasswordException"
    )
    yield* Passwords.changePassword({ ...change, PreviousPassword: password })
    const { AuthenticationResult } = yield* signIn(ClientId, "ada", newPassword)
    assert.ok(AuthenticationResult?.AccessToken)
  }),

  "a user recovers a forgotten password": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("recovery")
    yield* createUser(UserPoolId, "ada")
    const user = { ClientId, Username: "ada" }
    const { CodeDeliveryDetails } = yield* Passwords.forgotPassword(user)
    assert.deepEqual(CodeDeliveryDetails, {
      AttributeName: "email",
      DeliveryMedium: "EMAIL",
      Destination: "ada@example.com"
    })
    const confirm = (code: string) =>
      Passwords.confirmForgotPassword({ ...user, ConfirmationCode: Redacted.make(code), Password: newPassword })
    assert.equal(yield* failureTag(confirm("000000")), "CodeMismatchException")
    yield* confirm(confirmationCode)
    const { AuthenticationResult } = yield* signIn(ClientId, "ada", newPassword)
    assert.ok(AuthenticationResult?.AccessToken)
    assert.equal(
      yield* failureTag(Passwords.forgotPassword({ ClientId, Username: "nobody" })),
      "UserNotFoundException"
    )
  }),

  "an administrator sets a password": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("resets")
    yield* createUser(UserPoolId, "ada")
    const user = { UserPoolId, Username: "ada" }
    yield* Passwords.adminSetUserPassword({ ...user, Password: newPassword, Permanent: false })
    assert.equal((yield* adminGetUser(user)).UserStatus, "FORCE_CHANGE_PASSWORD")
    assert.equal((yield* signIn(ClientId, "ada", newPassword)).ChallengeName, "NEW_PASSWORD_REQUIRED")
    assert.equal(
      yield* failureTag(Passwords.adminSetUserPassword({ ...user, Username: "nobody", Password: newPassword })),
      "UserNotFoundException"
    )
  })
}

export const scripted: ScriptedScenarios = {
  "an administrator resets a password": [
    exchange(Passwords.adminResetUserPassword, {
      input: { UserPoolId: "eu-central-1_aBcDeFgHi", Username: "ada", ClientMetadata: { reason: "lost \"phone\"" } },
      output: {}
    })
  ]
}
