/** Sign-in against cognito-local, over bare fetch: the flows that it has, which are those without SRP. */
import { layer } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import * as AppClientOperations from "../../src/auth/AppClientOperations.ts"
import * as auth from "../../src/auth/index.ts"
import * as Mfa from "../../src/operations/Mfa.ts"
import * as Users from "../../src/operations/Users.ts"
import type { Cognito } from "../../src/Service.ts"
import { layerFetch } from "../../src/client/Transport.ts"
import { createPool, createUser, password, wrongPassword } from "../contract/scenarios/setup.ts"
import { cognitoLocal } from "../support/cognitoLocal.ts"
import { confirmationCode, failureTag, present } from "../support/scenario.ts"
import { totp } from "../support/totp.ts"

const secret = Redacted.make
const code = secret(confirmationCode)

/** Runs with the app client of a pool that was made for it. */
const inPool = <A, E, R>(name: string, run: (userPoolId: string) => Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool(name)
    const app = auth.layerAppClient({ userPoolId: UserPoolId, clientId: ClientId })
    return yield* Effect.provide(run(UserPoolId), app)
  })

const byPassword = (username: string, given = password) =>
  auth.signIn({ flow: "USER_PASSWORD_AUTH", username, password: given })

const end = (step: auth.Step<Cognito>): auth.SignedIn =>
  step._tag === "SignedIn" ? step : assert.fail(`the sign-in goes on: ${step._tag}`)

const sessionOf = (signedIn: auth.SignedIn, options?: auth.SessionOptions) =>
  Effect.tap(auth.makeSession(options), (session) => session.start(signedIn))

layer(Layer.provide(cognitoLocal, layerFetch), { excludeTestServices: true })("cognito-local", (it) => {
  it.effect("a user signs up, confirms, signs in, refreshes and signs out", () =>
    inPool("sign-up", () =>
      Effect.gen(function*() {
        const email = { Name: "email", Value: "ada@example.com" }
        const { UserConfirmed } = yield* AppClientOperations.signUp({
          Username: "ada",
          Password: password,
          UserAttributes: [email]
        })
        assert.equal(UserConfirmed, false)
        assert.equal(yield* failureTag(byPassword("ada")), "UserNotConfirmedException")
        const wrong = AppClientOperations.confirmSignUp({ Username: "ada", ConfirmationCode: secret("000000") })
        assert.equal(yield* failureTag(wrong), "CodeMismatchException")
        yield* AppClientOperations.confirmSignUp({ Username: "ada", ConfirmationCode: code })

        const signedIn = end(yield* byPassword("ada"))
        assert.equal(signedIn.username, "ada")
        const session = yield* sessionOf(signedIn, { refreshBy: "REFRESH_TOKEN_AUTH" })
        assert.equal((yield* session.as(Users.getUser)({})).Username, "ada")
        const { accessToken, refreshToken } = yield* session.refresh
        assert.deepEqual(refreshToken, signedIn.tokens.refreshToken)
        assert.equal((yield* Users.getUser({ AccessToken: accessToken })).Username, "ada")
        yield* session.signOut("revoke")
        const late = yield* sessionOf(signedIn, { refreshBy: "REFRESH_TOKEN_AUTH" })
        assert.equal(yield* failureTag(late.refresh), "NotAuthorizedException")
      })))

  it.effect("a user replaces the temporary password", () =>
    inPool("invited", (UserPoolId) =>
      Effect.gen(function*() {
        const temporary = secret("Temporary-1")
        const user = { UserPoolId, Username: "grace" }
        yield* Users.adminCreateUser({ ...user, TemporaryPassword: temporary, MessageAction: "SUPPRESS" })
        const step = yield* byPassword("grace", temporary)
        if (step._tag !== "NewPasswordRequired") return assert.fail(step._tag)
        end(yield* step.respond({ password }))
        end(yield* byPassword("grace"))
      })))

  it.effect("a user sets an authenticator app up, and signs in with it", () =>
    inPool("totp", (UserPoolId) =>
      Effect.gen(function*() {
        yield* Mfa.setUserPoolMfaConfig({ UserPoolId, MfaConfiguration: "OPTIONAL" })
        yield* createUser(UserPoolId, "ada")
        const session = yield* sessionOf(end(yield* byPassword("ada")))
        const { SecretCode } = yield* session.as(Mfa.associateSoftwareToken)({})
        const UserCode = yield* totp(present(SecretCode))
        yield* session.as(Mfa.verifySoftwareToken)({ UserCode, FriendlyDeviceName: "phone" })
        const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true }
        yield* session.as(Mfa.setUserMFAPreference)({ SoftwareTokenMfaSettings })

        const step = yield* byPassword("ada")
        if (step._tag !== "SoftwareTokenMfa") return assert.fail(step._tag)
        assert.equal(step.friendlyDeviceName, "phone")
        assert.equal(yield* failureTag(step.respond({ code: secret("no code") })), "CodeMismatchException")
        end(yield* step.respond({ code: UserCode }))
      })))

  it.effect("a user who forgot the password sets another", () =>
    inPool("forgetful", (UserPoolId) =>
      Effect.gen(function*() {
        yield* createUser(UserPoolId, "ada")
        yield* AppClientOperations.forgotPassword({ Username: "ada" })
        const other = secret("Other-Horse-2")
        yield* AppClientOperations.confirmForgotPassword({ Username: "ada", ConfirmationCode: code, Password: other })
        end(yield* byPassword("ada", other))
      })))

  it.effect("a user verifies another address", () =>
    inPool("movers", (UserPoolId) =>
      Effect.gen(function*() {
        yield* createUser(UserPoolId, "ada")
        const session = yield* sessionOf(end(yield* byPassword("ada")))
        const UserAttributes = [{ Name: "email", Value: "countess@example.com" }]
        yield* session.as(Users.updateUserAttributes)({ UserAttributes })
        yield* session.as(Users.getUserAttributeVerificationCode)({ AttributeName: "email" })
        yield* session.as(Users.verifyUserAttribute)({ AttributeName: "email", Code: code })
        const { UserAttributes: attributes } = yield* session.as(Users.getUser)({})
        assert.deepEqual(attributes.find(({ Name }) => Name === "email_verified")?.Value, "true")
      })))

  it.effect("a server signs a user in", () =>
    inPool("servers", (UserPoolId) =>
      Effect.gen(function*() {
        yield* createUser(UserPoolId, "ada")
        const options = { flow: "ADMIN_USER_PASSWORD_AUTH", username: "ada" } as const
        assert.equal((yield* auth.adminSignIn({ ...options, password }))._tag, "SignedIn")
        const wrong = yield* Effect.flip(auth.adminSignIn({ ...options, password: wrongPassword }))
        assert.ok(!wrong.message.includes(Redacted.value(wrongPassword)))
      })))

  it.effect("SRP, which it does not have, is an error of its", () =>
    inPool("no-srp", (UserPoolId) =>
      Effect.gen(function*() {
        yield* createUser(UserPoolId, "ada")
        const error = yield* Effect.flip(auth.signIn({ flow: "USER_SRP_AUTH", username: "ada", password }))
        assert.equal(error._tag, "ClientError")
      })))
})
