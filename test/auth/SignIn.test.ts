/** Sign-in of every flow and through every challenge, against a pool that plays the service's side. */
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Match from "effect/Match"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { createHash } from "node:crypto"
import { describe, expect, it } from "vitest"
import { adminSignIn, type AppClient, signIn, type SignInOptions, type Step } from "../../src/auth/index.ts"
import type { Cognito } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"
import { clientOf } from "./client.ts"
import { clientSecret as aSecret, code, makePool, type Pool, type PoolUser, totpCode } from "../support/pool.ts"

const secret = Redacted.make

const password = "Correct-horse-1"
const anna = (more: Partial<PoolUser> = {}): PoolUser => ({
  name: "8f1c2d3e-0000-4000-8000-000000000000",
  aliases: ["anna@example.com"],
  password,
  ...more
})

const run = <A, E>(pool: Pool, effect: Effect.Effect<A, E, AppClient | Cognito | Signer>, devices = true): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, clientOf(pool, devices)))

const bySrp = (given = password, username = "anna@example.com") =>
  signIn({ flow: "USER_SRP_AUTH", username, password: secret(given) })

const as = <Tag extends Step<never>["_tag"], R>(tag: Tag, step: Step<R>): Extract<Step<R>, { readonly _tag: Tag }> => {
  expect(step._tag).toBe(tag)
  // Seen to be of that tag.
  return step as Extract<Step<R>, { readonly _tag: Tag }>
}

describe.each([["a client without a secret", undefined], ["a client with a secret", aSecret]])(
  "%s",
  (_, clientSecret) => {
    const poolOf = (user: PoolUser = anna(), more = {}) =>
      makePool({ users: [user], ...(clientSecret === undefined ? {} : { clientSecret }), ...more })

    it("signs in by SRP, over an alias", () =>
      Effect.gen(function*() {
        const { device, tokens, username } = as("SignedIn", yield* bySrp())
        expect(Redacted.value(tokens.accessToken).split(".")).toHaveLength(3)
        expect(tokens.refreshToken && Redacted.value(tokens.refreshToken).split(".")).toHaveLength(5)
        expect(tokens.expiresAt.getTime() - Date.now()).toBeGreaterThan(3_500_000)
        expect(username).toBe(anna().name)
        expect(device).toBeUndefined()
      }).pipe((effect) => run(poolOf(), effect)))

    it("does not send the password", async () => {
      const pool = poolOf()
      await run(pool, bySrp())
      expect(pool.requests.map(({ operation }) => operation)).toEqual(["InitiateAuth", "RespondToAuthChallenge"])
      expect(JSON.stringify(pool.requests)).not.toContain(password)
    })

    it.each(["USER_SRP_AUTH", "USER_PASSWORD_AUTH"] as const)(
      "a wrong password is NotAuthorizedException: %s",
      (flow) =>
        Effect.gen(function*() {
          const error = yield* Effect.flip(signIn({ flow, username: "anna@example.com", password: secret("wrong") }))
          expect(error._tag).toBe("NotAuthorizedException")
          expect(error.message).toBe("Incorrect username or password.")
        }).pipe((effect) => run(poolOf(), effect))
    )

    it("signs in with the password itself, and tells the pool's name of the user", () =>
      Effect.gen(function*() {
        const options = { username: "anna@example.com", password: secret(password) }
        const signedIn = as("SignedIn", yield* signIn({ flow: "USER_PASSWORD_AUTH", ...options }))
        expect(signedIn).toMatchObject({ username: anna().name, typedName: "anna@example.com" })
      }).pipe((effect) => run(poolOf(), effect)))

    it.each(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"] as const)(
      "asks for a second factor, again after a wrong code, and no more after the right one: %s",
      (factor) =>
        Effect.gen(function*() {
          const challenge = yield* bySrp()
          if (challenge._tag !== "SmsMfa" && challenge._tag !== "SoftwareTokenMfa" && challenge._tag !== "EmailOtp") {
            return expect.unreachable(challenge._tag)
          }
          expect(challenge).toMatchObject(
            factor === "SOFTWARE_TOKEN_MFA"
              ? { friendlyDeviceName: "phone" }
              : { destination: factor === "SMS_MFA" ? "+*******1234" : "a***@e***" }
          )
          const wrong = yield* Effect.flip(challenge.respond({ code: secret("000000") }))
          expect(wrong._tag).toBe("CodeMismatchException")
          const right = secret(factor === "SOFTWARE_TOKEN_MFA" ? totpCode() : code)
          as("SignedIn", yield* challenge.respond({ code: right }))
          const again = yield* Effect.flip(challenge.respond({ code: right }))
          expect(again._tag).toBe("ChallengeAnsweredError")
        }).pipe((effect) => run(poolOf(anna({ mfa: [factor] })), effect))
    )

    it("has one of several second factors chosen", () =>
      Effect.gen(function*() {
        const choice = as("SelectMfaType", yield* bySrp())
        expect(choice.options).toEqual(["SMS_MFA", "SOFTWARE_TOKEN_MFA"])
        const challenge = as("SoftwareTokenMfa", yield* choice.respond({ type: "SOFTWARE_TOKEN_MFA" }))
        as("SignedIn", yield* challenge.respond({ code: secret(totpCode()) }))
      }).pipe((effect) => run(poolOf(anna({ mfa: ["SMS_MFA", "SOFTWARE_TOKEN_MFA"] })), effect)))

    it("sets a second factor up", () =>
      Effect.gen(function*() {
        const challenge = as("MfaSetup", yield* bySrp())
        expect(challenge.options).toEqual(["SOFTWARE_TOKEN_MFA"])
        const app = yield* challenge.associate
        const wrong = yield* Effect.flip(app.verify({ code: secret("000000") }))
        expect(wrong._tag).toBe("EnableSoftwareTokenMFAException")
        const right = secret(totpCode(Redacted.value(app.secret)))
        as("SignedIn", yield* app.verify({ code: right, friendlyDeviceName: "phone" }))
      }).pipe((effect) => run(poolOf(anna(), { mfaRequired: true }), effect)))

    it("has a new password set, with the attributes that are missing", () =>
      Effect.gen(function*() {
        const challenge = as("NewPasswordRequired", yield* bySrp())
        expect(challenge.requiredAttributes).toEqual(["name"])
        expect(challenge.attributes).toMatchObject({ email: "anna@example.com" })
        const missing = yield* Effect.flip(challenge.respond({ password: secret("New-password-1") }))
        expect(missing._tag).toBe("InvalidParameterException")
        as("SignedIn", yield* challenge.respond({ password: secret("New-password-1"), attributes: { name: "Anna" } }))
        as("SignedIn", yield* bySrp("New-password-1"))
      }).pipe((effect) => run(poolOf(anna({ temporary: true })), effect)))

    describe("USER_AUTH", () => {
      const factors = ["PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]
      const options = { flow: "USER_AUTH", username: "anna@example.com" } as const

      it("gives the choice, of which each way leads in", () =>
        Effect.gen(function*() {
          const begin = Effect.map(signIn(options), (step) => as("SelectChallenge", step))
          expect((yield* begin).options).toEqual(factors)
          for (const challenge of ["PASSWORD", "PASSWORD_SRP"] as const) {
            as("SignedIn", yield* (yield* begin).respond({ challenge, password: secret(password) }))
            const wrong = yield* Effect.flip((yield* begin).respond({ challenge, password: secret("wrong") }))
            expect(wrong._tag).toBe("NotAuthorizedException")
          }
          const mail = as("EmailOtp", yield* (yield* begin).respond({ challenge: "EMAIL_OTP" }))
          as("SignedIn", yield* mail.respond({ code: secret(code) }))
          const text = as("SmsOtp", yield* (yield* begin).respond({ challenge: "SMS_OTP" }))
          as("SignedIn", yield* text.respond({ code: secret(code) }))
          const passkey = as("WebAuthn", yield* (yield* begin).respond({ challenge: "WEB_AUTHN" }))
          expect(passkey.options).toMatchObject({ rpId: "localhost", challenge: expect.any(String) })
        }).pipe((effect) => run(poolOf(anna({ hasAllFactors: true })), effect)))

      it.each<SignInOptions>([
        { ...options, preferredChallenge: "PASSWORD", password: secret(password) },
        { ...options, preferredChallenge: "PASSWORD_SRP", password: secret(password) }
      ])("goes straight to the preferred one: $preferredChallenge", (preferring) =>
        Effect.gen(function*() {
          as("SignedIn", yield* signIn(preferring))
        }).pipe((effect) => run(poolOf(anna({ hasAllFactors: true })), effect)))
    })

    describe("CUSTOM_AUTH", () => {
      const options = { flow: "CUSTOM_AUTH", username: anna().name } as const

      it("passes the question on, and the answer back", () =>
        Effect.gen(function*() {
          const challenge = as("Custom", yield* signIn(options))
          expect(challenge.parameters).toMatchObject({ question: "what is your quest?" })
          as("SignedIn", yield* challenge.respond({ answer: secret("the grail") }))
        }).pipe((effect) => run(poolOf(), effect)))

      it("begins with SRP where there is a password", () =>
        Effect.gen(function*() {
          as("SignedIn", yield* signIn({ ...options, password: secret(password) }))
          const wrong = yield* Effect.flip(signIn({ ...options, password: secret("wrong") }))
          expect(wrong._tag).toBe("NotAuthorizedException")
        }).pipe((effect) => run(poolOf(), effect)))
    })

    it("an administrator signs a user in", async () => {
      const pool = poolOf(anna({ mfa: ["SMS_MFA"] }))
      await Effect.gen(function*() {
        const username = "anna@example.com"
        const options = { flow: "ADMIN_USER_PASSWORD_AUTH", username, password: secret(password) } as const
        const challenge = as("SmsMfa", yield* adminSignIn(options))
        as("SignedIn", yield* challenge.respond({ code: secret(code) }))
        as("SmsMfa", yield* adminSignIn({ flow: "USER_SRP_AUTH", username, password: secret(password) }))
      }).pipe((effect) => run(pool, effect))
      expect(new Set(pool.requests.map(({ operation }) => operation))).toEqual(
        new Set(["AdminInitiateAuth", "AdminRespondToAuthChallenge"])
      )
      expect(pool.requests.every(({ input }) => input.UserPoolId === pool.id)).toBe(true)
    })

    describe("devices", () => {
      const tracking = () => poolOf(anna({ mfa: ["SMS_MFA"] }), { devices: true })
      const withCode = Effect.gen(function*() {
        const challenge = as("SmsMfa", yield* bySrp())
        return as("SignedIn", yield* challenge.respond({ code: secret(code) }))
      })

      it("one that is new is made known, and then signs in without a second factor", () =>
        Effect.gen(function*() {
          const { device } = yield* withCode
          expect(device).toMatchObject({ confirmed: true, userConfirmationNecessary: false })
          const { device: known } = as("SignedIn", yield* bySrp())
          expect(known).toEqual(device)
        }).pipe((effect) => run(tracking(), effect)))

      it("one that the pool has forgotten is forgotten here as well", async () => {
        const pool = tracking()
        await Effect.gen(function*() {
          const { device } = yield* withCode
          pool.forgetDevices()
          const { device: other } = yield* withCode
          expect(other?.key).not.toBe(device?.key)
          as("SignedIn", yield* bySrp())
          pool.forgetDevices()
          const byPassword = {
            flow: "USER_PASSWORD_AUTH",
            username: "anna@example.com",
            password: secret(password)
          } as const
          const challenge = as("SmsMfa", yield* signIn(byPassword))
          const { device: third } = as("SignedIn", yield* challenge.respond({ code: secret(code) }))
          expect(third?.key).not.toBe(other?.key)
          as("SignedIn", yield* signIn(byPassword))
        }).pipe((effect) => run(pool, effect))
      })

      it("without a store it is told, and not made known", () =>
        Effect.gen(function*() {
          expect((yield* withCode).device).toMatchObject({ confirmed: false })
          yield* withCode
        }).pipe((effect) => run(tracking(), effect, false)))
    })
  }
)

describe("sessions", () => {
  it("one that has expired is an error of its own", async () => {
    const pool = makePool({ users: [anna({ mfa: ["SMS_MFA"] })] })
    await Effect.gen(function*() {
      const challenge = as("SmsMfa", yield* bySrp())
      pool.expire()
      const error = yield* Effect.flip(challenge.respond({ code: secret(code) }))
      expect(error._tag).toBe("SessionExpiredError")
    }).pipe((effect) => run(pool, effect))
  })

  it("so it is where an app is set up", async () => {
    const pool = makePool({ users: [anna()], mfaRequired: true })
    await Effect.gen(function*() {
      const challenge = as("MfaSetup", yield* bySrp())
      const app = yield* challenge.associate
      pool.expire()
      expect((yield* Effect.flip(app.verify({ code: secret(totpCode(Redacted.value(app.secret))) })))._tag).toBe(
        "SessionExpiredError"
      )
      expect((yield* Effect.flip(challenge.associate))._tag).toBe("SessionExpiredError")
    }).pipe((effect) => run(pool, effect))
  })

  it("an answer while another is under way is refused", async () => {
    const pool = makePool({ users: [anna({ mfa: ["SMS_MFA"] })] })
    await Effect.gen(function*() {
      const challenge = as("SmsMfa", yield* bySrp())
      const answer = Effect.exit(challenge.respond({ code: secret(code) }))
      const exits = yield* Effect.all([answer, answer], { concurrency: "unbounded" })
      expect(exits.filter(({ _tag }) => _tag === "Success")).toHaveLength(1)
    }).pipe((effect) => run(pool, effect))
  })
})

/** Bytes that look random and are the same for the same seed. */
const bytesOf = (seed: string) => {
  let drawn = 0
  return (size: number): Uint8Array =>
    createHash("shake256", { outputLength: size }).update(`${drawn++} ${seed}`).digest()
}

it("signs in whoever knows the password, and nobody else", () =>
  fc.assert(
    fc.asyncProperty(
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.string({ unit: "grapheme", minLength: 1 }),
      fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
      fc.string(),
      async (name, password, clientSecret, seed) => {
        const random = bytesOf(seed)
        const pool = makePool({
          users: [{ name, password }],
          random,
          ...(clientSecret === undefined ? {} : { clientSecret })
        })
        const tags = await run(
          pool,
          Effect.all([
            Effect.map(bySrp(password, name), ({ _tag }) => _tag),
            Effect.map(Effect.flip(bySrp(`${password}x`, name)), ({ _tag }) => _tag)
          ]).pipe(Effect.provideService(SecureRandom.SecureRandom, SecureRandom.make(random)))
        )
        expect(tags).toEqual(["SignedIn", "NotAuthorizedException"])
      }
    ),
    { numRuns: 15 }
  ))

it("all steps can be matched", () => {
  const next = Match.type<Step<Cognito>>().pipe(
    Match.tag("SignedIn", ({ username }) => `hello ${username}`),
    Match.tag("SmsMfa", "EmailOtp", "SmsOtp", ({ destination }) => `a code was sent to ${destination}`),
    Match.tag("SoftwareTokenMfa", () => "a code of the app"),
    Match.tag("NewPasswordRequired", ({ requiredAttributes }) => requiredAttributes.join()),
    Match.tag("SelectMfaType", "SelectChallenge", "MfaSetup", ({ options }) => options.join()),
    Match.tag("Password", "PasswordSrp", () => "a password"),
    Match.tag("WebAuthn", () => "a passkey"),
    Match.tag("Custom", ({ parameters }) => Object.keys(parameters).join()),
    Match.tag("DeviceSrp", () => "a device"),
    Match.tag("Unknown", ({ name }) => name),
    Match.exhaustive
  )
  const sent: Step<Cognito> = { _tag: "SmsMfa", state: secret(""), destination: "+1", respond: () => Effect.never }
  expect(next(sent)).toBe("a code was sent to +1")
})
