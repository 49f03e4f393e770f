/** A step that is put away as a text and taken up again, in another process, leads where it would have led. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  adminResumeSignIn,
  adminSignIn,
  AppClient,
  Authenticator,
  makeSession,
  registerPasskey,
  respondWithPasskey,
  resumeSignIn,
  signIn,
  type SignInError,
  type SignInOptions,
  type Step
} from "../../src/auth/index.ts"
import { initiateAuth, respondToAuthChallenge } from "../../src/operations/Auth.ts"
import { makeAuth } from "../../src/promise/auth.ts"
import type { Cognito } from "../../src/Service.ts"
import * as Testing from "../../src/testing/index.ts"
import { makeAuthenticator } from "./authenticator.ts"
import { clientOf } from "./client.ts"
import { clientSecret, code, makePool, type PoolOptions, type PoolUser, totpCode } from "../support/pool.ts"

const secret = Redacted.make
const password = "Correct-horse-1"
const name = "8f1c2d3e-0000-4000-8000-000000000000"
const username = "anna"

const anna = (more: Partial<PoolUser> = {}): PoolUser => ({
  name,
  aliases: [username, "a@example.com"],
  password,
  ...more
})

const bySrp: SignInOptions = { flow: "USER_SRP_AUTH", username, password: secret(password) }

/** A sign-in with all that its user needs to answer with. */
interface Journey {
  readonly label: string
  readonly pool: PoolOptions
  readonly options: SignInOptions
  /** What the user chooses where there is a choice. */
  readonly choice?: "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN" | "PASSWORD" | "PASSWORD_SRP"
  readonly tags: ReadonlyArray<string>
}

const choice: SignInOptions = { flow: "USER_AUTH", username }
const full: PoolOptions = { users: [anna({ hasAllFactors: true })] }

const journeys: ReadonlyArray<Journey> = [
  ...(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"] as const).map((mfa): Journey => ({
    label: mfa,
    pool: { users: [anna({ mfa: [mfa] })] },
    options: bySrp,
    tags: [{ SMS_MFA: "SmsMfa", SOFTWARE_TOKEN_MFA: "SoftwareTokenMfa", EMAIL_OTP: "EmailOtp" }[mfa], "SignedIn"]
  })),
  {
    label: "a choice of second factors",
    pool: { users: [anna({ mfa: ["SMS_MFA", "SOFTWARE_TOKEN_MFA"] })] },
    options: bySrp,
    tags: ["SelectMfaType", "SoftwareTokenMfa", "SignedIn"]
  },
  {
    label: "a new password, then an app that is set up",
    pool: { users: [anna({ temporary: true })], mfaRequired: true, clientSecret },
    options: bySrp,
    tags: ["NewPasswordRequired", "MfaSetup", "SignedIn"]
  },
  ...(["EMAIL_OTP", "SMS_OTP", "WEB_AUTHN", "PASSWORD", "PASSWORD_SRP"] as const).map((factor): Journey => ({
    label: `a choice of first factors: ${factor}`,
    pool: { ...full, clientSecret },
    options: choice,
    choice: factor,
    tags: [
      "SelectChallenge",
      ...{
        EMAIL_OTP: ["EmailOtp"],
        SMS_OTP: ["SmsOtp"],
        WEB_AUTHN: ["WebAuthn"],
        PASSWORD: [],
        PASSWORD_SRP: []
      }[factor],
      "SignedIn"
    ]
  })),
  {
    label: "the pool's own question",
    pool: { users: [anna()] },
    options: { flow: "CUSTOM_AUTH", username },
    tags: ["Custom", "SignedIn"]
  },
  {
    label: "the pool's own question before a proof that was begun",
    pool: {
      users: [anna()],
      triggers: {
        DefineAuthChallenge: ({ request }) => {
          const last = Object(request).session.at(-1)?.challengeName
          const next: { readonly [after: string]: { readonly [member: string]: string | boolean } } = {
            SRP_A: { challengeName: "CUSTOM_CHALLENGE" },
            CUSTOM_CHALLENGE: { challengeName: "PASSWORD_VERIFIER" },
            PASSWORD_VERIFIER: { issueTokens: true }
          }
          return { response: next[last] ?? { failAuthentication: true } }
        }
      }
    },
    options: { flow: "CUSTOM_AUTH", username, password: secret(password) },
    tags: ["Custom", "SignedIn"]
  },
  {
    label: "a device that is known",
    pool: { users: [anna({ mfa: ["SMS_MFA"] })], devices: true },
    options: bySrp,
    tags: ["SmsMfa", "SignedIn"]
  }
]

/** Answers a step as its user does. `put` puts a step away and takes it up again, or not. */
const answer = (
  step: Step<Cognito>,
  { choice }: Journey,
  put: (step: Step<Cognito>) => Effect.Effect<Step<Cognito>, unknown, AppClient>
): Effect.Effect<Step<Cognito>, unknown, AppClient | Cognito> => {
  switch (step._tag) {
    case "SmsMfa":
    case "EmailOtp":
    case "SmsOtp":
      return step.respond({ code: secret(code) })
    case "SoftwareTokenMfa":
      return step.respond({ code: secret(totpCode()) })
    case "SelectMfaType":
      return step.respond({ type: "SOFTWARE_TOKEN_MFA" })
    case "NewPasswordRequired":
      return step.respond({ password: secret("New-password-1"), attributes: { name: "Anna" } })
    case "MfaSetup":
      return Effect.gen(function*() {
        const setup = yield* step.associate
        // In the middle of it, too.
        const midway = { ...step, state: setup.state }
        const again = yield* put(midway)
        if (again._tag !== "MfaSetup") return expect.unreachable(again._tag)
        const same = again === midway ? setup : yield* again.associate
        expect(same.secret).toEqual(setup.secret)
        return yield* same.verify({ code: secret(totpCode(Redacted.value(same.secret))) })
      })
    case "SelectChallenge":
      return choice === "PASSWORD" || choice === "PASSWORD_SRP"
        ? step.respond({ challenge: choice, password: secret(password) })
        : step.respond({ challenge: choice ?? "EMAIL_OTP" })
    case "WebAuthn":
      return respondWithPasskey(step)
    case "Custom":
      return step.respond({ answer: secret("the grail") })
    default:
      return Effect.die(step._tag)
  }
}

it.each(journeys)("$label", (journey) =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), async (putsAway) => {
      const pool = makePool(journey.pool)
      const authenticator = makeAuthenticator("http://localhost")
      const inProcess = <A, E>(effect: Effect.Effect<A, E, AppClient | Cognito>) =>
        effect.pipe(
          Effect.provideService(Authenticator, authenticator),
          Effect.provide(clientOf(pool)),
          Effect.runPromise
        )
      if (journey.choice === "WEB_AUTHN") {
        await inProcess(Effect.gen(function*() {
          const session = yield* makeSession()
          const step = yield* signIn({ flow: "USER_PASSWORD_AUTH", username, password: secret(password) })
          if (step._tag !== "SignedIn") return expect.unreachable(step._tag)
          yield* session.start(step)
          yield* registerPasskey(session)
        }))
      }
      const puts = [...putsAway]
      const put = (step: Step<Cognito>) =>
        step._tag !== "SignedIn" && puts.shift() === true ? resumeSignIn(step.state) : Effect.succeed(step)
      let step: Step<Cognito> = await inProcess(signIn(journey.options))
      const tags = [step._tag]
      while (step._tag !== "SignedIn") {
        const before: Step<Cognito> = step
        // Each request may be another process's, with a client of its own.
        step = await inProcess(Effect.flatMap(put(before), (step) => answer(step, journey, put)))
        tags.push(step._tag)
      }
      expect(tags).toEqual(journey.tags)
      expect(step).toMatchObject({ username: name, typedName: username })
    }),
    { numRuns: 4, examples: [[[true, true, true, true]], [[false, false, false, false]]] }
  ), 60_000)

it(
  "the set-up of an app goes on after its code was taken, here or taken up again, and what followed failed",
  async () => {
    for (const isPutAway of [false, true]) {
      const pool = makePool({ users: [anna()], mfaRequired: true })
      await Effect.gen(function*() {
        const challenge = yield* signIn(bySrp)
        if (challenge._tag !== "MfaSetup") return expect.unreachable(challenge._tag)
        const setup = yield* challenge.associate
        pool.fault({ operations: ["RespondToAuthChallenge"], error: { name: "InternalErrorException", status: 500 } })
        const right = { code: secret(totpCode(Redacted.value(setup.secret))) }
        expect((yield* Effect.flip(setup.verify(right)))._tag).toBe("InternalErrorException")
        pool.clearFaults()
        const again = isPutAway ? yield* resumeSignIn(setup.state) : challenge
        const same = isPutAway && again._tag === "MfaSetup" ? yield* again.associate : setup
        expect((yield* same.verify({ code: secret("000000") }))._tag).toBe("SignedIn")
      }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
      const verified = pool.requests.filter(({ operation }) => operation === "VerifySoftwareToken")
      expect(verified).toHaveLength(1)
    }
  },
  60_000
)

it("e-mail is set up as a second factor", async () => {
  const pool = makePool({ users: [anna()], mfaRequired: true, mfa: { EmailMfaConfiguration: {} } })
  await Effect.gen(function*() {
    const challenge = yield* signIn(bySrp)
    if (challenge._tag !== "MfaSetup") return expect.unreachable(challenge._tag)
    expect(challenge.options).toContain("EMAIL_OTP")
    const bad = yield* Effect.flip(challenge.setUpEmail({ email: "no address" }))
    expect(bad._tag).toBe("InvalidParameterException")
    const asked = yield* challenge.setUpEmail({ email: "anna@new.example.com" })
    if (asked._tag !== "EmailOtp") return expect.unreachable(asked._tag)
    expect((yield* asked.respond({ code: secret(code) }))._tag).toBe("SignedIn")
    expect(pool.attributes(name)).toMatchObject({ email: "anna@new.example.com", email_verified: "true" })
    expect((yield* signIn(bySrp))._tag).toBe("EmailOtp")
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
})

it("so for an administrator's sign-in, by its own function", async () => {
  const pool = makePool({ users: [anna({ mfa: ["SMS_MFA"] })] })
  await Effect.gen(function*() {
    const step = yield* adminSignIn({ flow: "ADMIN_USER_PASSWORD_AUTH", username, password: secret(password) })
    if (step._tag !== "SmsMfa") return expect.unreachable(step._tag)
    const wrong = yield* Effect.flip(resumeSignIn(step.state))
    expect(wrong).toMatchObject({ _tag: "InvalidStateError", message: expect.stringContaining("adminResume") })
    const again = yield* adminResumeSignIn(step.state)
    if (again._tag !== "SmsMfa") return expect.unreachable(again._tag)
    expect((yield* again.respond({ code: secret(code) }))._tag).toBe("SignedIn")
    const own = yield* signIn(bySrp)
    if (own._tag !== "SmsMfa") return expect.unreachable(own._tag)
    expect((yield* Effect.flip(adminResumeSignIn(own.state)))._tag).toBe("InvalidStateError")
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
  expect(pool.requests.map(({ operation }) => operation)).toContain("AdminRespondToAuthChallenge")
})

it("plain async code does the same", async () => {
  const pool = makePool({ users: [anna({ mfa: ["SMS_MFA"] })], mfaRequired: false })
  const auth = () => makeAuth({ userPoolId: pool.id, clientId: pool.clientId, layer: clientOf(pool) })
  const step = await auth().signIn({ flow: "USER_SRP_AUTH", username, password })
  if (step._tag !== "SmsMfa") return expect.unreachable(step._tag)
  expect(typeof step.state).toBe("string")
  const again = await auth().resume(step.state)
  if (again._tag !== "SmsMfa") return expect.unreachable(again._tag)
  expect((await again.respond({ code }))._tag).toBe("SignedIn")
  await expect(auth().resume("{}")).rejects.toMatchObject({ name: "InvalidStateError" })
  await expect(auth().adminResume(step.state)).rejects.toMatchObject({ name: "InvalidStateError" })
})

describe("a step that the pool of the other tests does not make", () => {
  const tokens = { AuthenticationResult: { AccessToken: secret("a"), ExpiresIn: 3600 } }
  const session = { Session: secret("s".repeat(20)) }
  const app = { userPoolId: "eu-central-1_aBcDeFgHi", clientId: "4kweljr01yrea5qfflyxio4em" }

  const cases: ReadonlyArray<
    readonly [string, (step: Step<Cognito>) => Effect.Effect<Step<Cognito>, SignInError, Cognito>]
  > = [
    ["PASSWORD", (step) => step._tag === "Password" ? step.respond({ password: secret("p") }) : Effect.die(step._tag)],
    ["RIDDLE", (step) => step._tag === "Unknown" ? step.respond({ responses: { A: "b" } }) : Effect.die(step._tag)],
    [
      "DEVICE_SRP_AUTH",
      (step) =>
        step._tag === "DeviceSrp"
          ? step.respond({ key: "k", groupKey: "-g", password: secret("p") })
          : Effect.die(step._tag)
    ]
  ]

  it.each(cases)("%s", async (ChallengeName, respond) => {
    const asked = { ChallengeName, ...session, ChallengeParameters: { USERNAME: secret("anna-1"), more: secret("x") } }
    const answers = (isResumed: boolean) =>
      Effect.gen(function*() {
        const step = yield* signIn({ flow: "USER_PASSWORD_AUTH", username, password: secret("p") })
        if (step._tag === "SignedIn") return expect.unreachable(step._tag)
        const taken = isResumed ? yield* resumeSignIn(step.state) : step
        expect(Object.keys(taken).sort()).toEqual(Object.keys(step).sort())
        const last = yield* respond(taken)
        const { input } = (yield* Testing.requests).at(-1) ?? {}
        const { SRP_A: _, ...responses } = Object(input).ChallengeResponses
        return { tag: last._tag, input: { ...Object(input), ChallengeResponses: responses } }
      }).pipe(
        Effect.provideService(AppClient, app),
        Effect.provide(
          Testing.layer(Testing.stub(initiateAuth, asked), Testing.stub(respondToAuthChallenge, tokens))
        ),
        Effect.runPromise
      )
    const [straight, resumed] = [await answers(false), await answers(true)]
    expect(straight.tag).toBe("SignedIn")
    expect(resumed).toEqual(straight)
  })
})

describe("a state", () => {
  const pool = () => makePool({ users: [anna({ mfa: ["SMS_MFA"] })] })
  const stateOf = Effect.gen(function*() {
    const step = yield* signIn({ ...bySrp, clientMetadata: { tenant: "t1" } })
    return step._tag === "SmsMfa" ? step.state : expect.unreachable(step._tag)
  })

  it("holds what it takes and no password", () =>
    Effect.gen(function*() {
      const text = Redacted.value(yield* stateOf)
      expect(text).not.toContain(password)
      expect(Object.keys(JSON.parse(text)).sort()).toEqual([
        "by",
        "challenge",
        "clientId",
        "clientMetadata",
        "isNamedLate",
        "typed",
        "userPoolId",
        "username",
        "version"
      ])
      expect(text.length).toBeLessThan(2_000)
    }).pipe(Effect.provide(clientOf(pool())), Effect.runPromise))

  it.each(["", "null", "{}", "[]", `{"version":2}`, "x".repeat(100_000)])(
    "is none: %s",
    (text) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(resumeSignIn(secret(text)))
        expect(error._tag).toBe("InvalidStateError")
        expect(error.message.length).toBeLessThan(200)
      }).pipe(Effect.provide(clientOf(pool())), Effect.runPromise)
  )

  it("is of one app client", async () => {
    const state = await Effect.runPromise(Effect.provide(stateOf, clientOf(pool())))
    for (const app of [{ userPoolId: "eu-central-1_other" }, { clientId: "other" }]) {
      const client = { userPoolId: pool().id, clientId: pool().clientId, ...app }
      const error = await Effect.runPromise(
        Effect.flip(resumeSignIn(state)).pipe(Effect.provideService(AppClient, client))
      )
      expect(error).toMatchObject({ _tag: "InvalidStateError", message: "the state is of another app client" })
    }
  })

  it("that is not secret is refused, as what is shown of one is", async () => {
    const shown = Effect.flip(resumeSignIn(secret(String(secret("x")))))
    expect((await Effect.runPromise(Effect.provide(shown, clientOf(pool()))))._tag).toBe("InvalidStateError")
  })
})
