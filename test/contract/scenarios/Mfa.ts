/** Multi-factor authentication against cognito-local, and what it lacks against the scripted server. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import { respondToAuthChallenge } from "../../../src/operations/Auth.ts"
import * as Mfa from "../../../src/operations/Mfa.ts"
import { getUser } from "../../../src/operations/Users.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { failureTag, present, type Scenarios } from "../../support/scenario.ts"
import { totp } from "../../support/totp.ts"
import { createPool, createUser, signIn, tokensOf } from "./setup.ts"

export const live: Scenarios = {
  "a user pool's settings": Effect.gen(function*() {
    const { UserPoolId } = yield* createPool("mfa")
    const before = yield* Mfa.getUserPoolMfaConfig({ UserPoolId })
    assert.equal(before.MfaConfiguration, "OFF")
    assert.deepEqual(before.SoftwareTokenMfaConfiguration, { Enabled: false })
    const set = yield* Mfa.setUserPoolMfaConfig({
      UserPoolId,
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true }
    })
    assert.equal(set.MfaConfiguration, "OPTIONAL")
    assert.deepEqual(yield* Mfa.getUserPoolMfaConfig({ UserPoolId }), set)
    assert.equal(
      yield* failureTag(Mfa.getUserPoolMfaConfig({ UserPoolId: "local_nowhere" })),
      "ResourceNotFoundException"
    )
  }),

  "a user signs in with an authenticator app": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("totp")
    yield* Mfa.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: "OPTIONAL" })
    yield* createUser(UserPoolId, "ada")
    const { AccessToken } = yield* tokensOf(ClientId, "ada")
    const prefer = Mfa.setUserMFAPreference({
      AccessToken,
      SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true }
    })

    const { SecretCode } = yield* Mfa.associateSoftwareToken({ AccessToken })
    assert.equal(yield* failureTag(prefer), "InvalidParameterException")
    const verify = (UserCode: Redacted.Redacted<string>) =>
      Mfa.verifySoftwareToken({ AccessToken, UserCode, FriendlyDeviceName: "phone" })
    assert.equal(yield* failureTag(verify(Redacted.make("no code"))), "CodeMismatchException")
    const code = yield* totp(present(SecretCode))
    assert.equal((yield* verify(code)).Status, "SUCCESS")
    yield* prefer
    const me = yield* getUser({ AccessToken })
    assert.equal(me.PreferredMfaSetting, "SOFTWARE_TOKEN_MFA")
    assert.deepEqual(me.UserMFASettingList, ["SOFTWARE_TOKEN_MFA"])

    const challenge = yield* signIn(ClientId, "ada")
    assert.equal(challenge.ChallengeName, "SOFTWARE_TOKEN_MFA")
    assert.equal(Redacted.value(present(challenge.ChallengeParameters?.FRIENDLY_DEVICE_NAME)), "phone")
    const respond = (answer: Redacted.Redacted<string>) =>
      respondToAuthChallenge({
        ClientId,
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session: present(challenge.Session),
        ChallengeResponses: { USERNAME: "ada", SOFTWARE_TOKEN_MFA_CODE: answer }
      })
    assert.equal(yield* failureTag(respond(Redacted.make("no code"))), "CodeMismatchException")
    const { AuthenticationResult } = yield* respond(code)
    const again = yield* getUser({ AccessToken: present(AuthenticationResult?.AccessToken) })
    assert.equal(again.Username, "ada")
  })
}

const user = { UserPoolId: "eu-central-1_aBcDeFgHi", Username: "ada" }

export const scripted: ScriptedScenarios = {
  "an administrator sets what a user may use": [
    exchange(Mfa.adminSetUserMFAPreference, {
      input: {
        ...user,
        SMSMfaSettings: { Enabled: false },
        EmailMfaSettings: { Enabled: true, PreferredMfa: true },
        WebAuthnMfaSettings: { Enabled: true }
      },
      output: {}
    }),
    exchange(Mfa.adminDeleteSoftwareToken, { input: user, output: {} })
  ]
}
