/** From sign-up to a first sign-in, a forgotten password, an address that is verified, an app that is set up. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import * as AppClientOperations from "../../src/auth/AppClientOperations.ts"
import * as auth from "../../src/auth/index.ts"
import { associateSoftwareToken, setUserMFAPreference, verifySoftwareToken } from "../../src/operations/Mfa.ts"
import {
  getUser,
  getUserAttributeVerificationCode,
  updateUserAttributes,
  verifyUserAttribute
} from "../../src/operations/Users.ts"
import type { Cognito } from "../../src/Service.ts"
import { clientOf } from "./client.ts"
import { clientSecret, code, makePool, totpCode } from "../support/pool.ts"

const secret = Redacted.make
const Username = "anna@example.com"
const Password = secret("Correct-horse-1")

const signedUp = Effect.gen(function*() {
  const { Session } = yield* AppClientOperations.signUp({
    Username,
    Password,
    UserAttributes: [{ Name: "email", Value: Username }]
  })
  return yield* AppClientOperations.confirmSignUp({
    Username,
    ConfirmationCode: secret(code),
    ...(Session === undefined ? {} : { Session })
  })
})

const signedIn = (password = Password) =>
  Effect.gen(function*() {
    const step = yield* auth.signIn({ flow: "USER_SRP_AUTH", username: Username, password })
    return step._tag === "SignedIn" ? step : expect.unreachable(step._tag)
  })

const attributesOf = (session: auth.Session["Service"]) =>
  Effect.map(
    session.as(getUser)({}),
    ({ UserAttributes }) => Object.fromEntries(UserAttributes.map(({ Name, Value }) => [Name, Value]))
  )

describe.each([["without a secret", {}], ["with a secret", { clientSecret }]])("a client %s", (_, more) => {
  const run = <A, E>(
    effect: Effect.Effect<A, E, auth.AppClient | Cognito>,
    pool = makePool({ ...more, byEmail: true })
  ): Promise<A> => Effect.runPromise(Effect.provide(effect, clientOf(pool)))

  it("confirmation signs the user in", () =>
    run(Effect.gen(function*() {
      const { Session } = yield* signedUp
      if (Session === undefined) return expect.unreachable()
      const step = yield* auth.signIn({ flow: "USER_AUTH", username: Username, session: Session })
      expect(step._tag).toBe("SignedIn")
      const again = yield* Effect.flip(auth.signIn({ flow: "USER_AUTH", username: Username, session: Session }))
      expect(again._tag).toBe("SessionExpiredError")
    })))

  it("an unconfirmed user cannot sign in, a wrong code does not confirm, and a code is sent again", () =>
    run(Effect.gen(function*() {
      yield* AppClientOperations.signUp({ Username, Password })
      expect((yield* Effect.flip(signedIn()))._tag).toBe("UserNotConfirmedException")
      const wrong = yield* Effect.flip(
        AppClientOperations.confirmSignUp({ Username, ConfirmationCode: secret("000000") })
      )
      expect(wrong._tag).toBe("CodeMismatchException")
      const { CodeDeliveryDetails } = yield* AppClientOperations.resendConfirmationCode({ Username })
      expect(CodeDeliveryDetails?.DeliveryMedium).toBe("EMAIL")
    })))

  it("another password takes the place of one that was forgotten", () =>
    run(Effect.gen(function*() {
      yield* signedUp
      yield* AppClientOperations.forgotPassword({ Username })
      const other = secret("Other-horse-2")
      yield* AppClientOperations.confirmForgotPassword({ Username, ConfirmationCode: secret(code), Password: other })
      yield* signedIn(other)
      expect((yield* Effect.flip(signedIn()))._tag).toBe("NotAuthorizedException")
    })))

  it("an address is changed and verified", () =>
    run(Effect.gen(function*() {
      yield* signedUp
      const session = yield* auth.makeSession()
      yield* session.start(yield* signedIn())
      const UserAttributes = [{ Name: "email", Value: "other@example.com" }]
      yield* session.as(updateUserAttributes)({ UserAttributes })
      expect(yield* attributesOf(session)).toMatchObject({ email: "other@example.com", email_verified: "false" })
      yield* session.as(getUserAttributeVerificationCode)({ AttributeName: "email" })
      yield* session.as(verifyUserAttribute)({ AttributeName: "email", Code: secret(code) })
      expect(yield* attributesOf(session)).toMatchObject({ email_verified: "true" })
    })))

  it("an authenticator app is set up, and asked for from then on", () => {
    const pool = makePool({ ...more, byEmail: true })
    return run(
      Effect.gen(function*() {
        yield* signedUp
        const session = yield* auth.makeSession()
        yield* session.start(yield* signedIn())
        const { SecretCode = Redacted.make("") } = yield* session.as(associateSoftwareToken)({})
        const app = Redacted.value(SecretCode)
        yield* session.as(verifySoftwareToken)({ UserCode: secret(totpCode(app)) })
        yield* session.as(setUserMFAPreference)({ SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } })
        const step = yield* auth.signIn({ flow: "USER_SRP_AUTH", username: Username, password: Password })
        if (step._tag !== "SoftwareTokenMfa") return expect.unreachable(step._tag)
        // Each code is taken once.
        expect((yield* Effect.flip(step.respond({ code: secret(totpCode(app)) })))._tag).toBe("ExpiredCodeException")
        pool.advance("1 minute")
        const next = secret(totpCode(app, Date.now() + 60_000))
        expect((yield* step.respond({ code: next }))._tag).toBe("SignedIn")
      }),
      pool
    )
  })
})
