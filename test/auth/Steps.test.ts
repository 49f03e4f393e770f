/** Steps that the pool of the other tests does not make: what is new, what is asked out of turn, what is not right. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { layerAppClient, signIn, type SignInError, type SignInOptions, type Step } from "../../src/auth/index.ts"
import { N } from "../../src/auth/Srp.ts"
import { initiateAuth, respondToAuthChallenge } from "../../src/operations/Auth.ts"
import { associateSoftwareToken, verifySoftwareToken } from "../../src/operations/Mfa.ts"
import type { InitiateAuthResponse } from "../../src/schema/Auth.ts"
import type { Cognito } from "../../src/Service.ts"
import * as Testing from "../../src/testing/index.ts"
import { code } from "../support/pool.ts"

const secret = Redacted.make
const password = secret("Correct-horse-1")
const options: SignInOptions = { flow: "USER_PASSWORD_AUTH", username: "anna", password }
const tokens = { AuthenticationResult: { AccessToken: secret("a"), ExpiresIn: 3600 } }
const session = { Session: secret("s".repeat(20)) }

const app = layerAppClient({
  userPoolId: "eu-central-1_aBcDeFgHi",
  clientId: "4kweljr01yrea5qfflyxio4em",
  clientSecret: secret("s3cr3t")
})

/** Signs in where the service answers with these, one after the other. */
const answered = <A>(
  use: (step: Step<Cognito>) => Effect.Effect<A, SignInError, Cognito | Testing.Requests>,
  first: InitiateAuthResponse,
  ...others: ReadonlyArray<InitiateAuthResponse>
) =>
  Effect.runPromise(
    Effect.flatMap(signIn(options), use).pipe(
      Effect.provide([
        app,
        Testing.layer(
          Testing.stub(initiateAuth, first),
          Testing.stub(respondToAuthChallenge, Testing.sequence(...others)),
          Testing.stub(associateSoftwareToken, { SecretCode: secret("JBSWY3DPEHPK3PXP") }),
          Testing.stub(verifySoftwareToken, { Status: "SUCCESS" })
        )
      ])
    )
  )

const lastRequest = Effect.map(Testing.requests, (requests) => requests.at(-1)?.input)

it("a challenge of tomorrow is given with its parameters, and answered with what is wanted", () =>
  answered(
    (step) =>
      Effect.gen(function*() {
        if (step._tag !== "Unknown") return expect.unreachable(step._tag)
        expect(step.name).toBe("RIDDLE")
        expect(step.parameters.text && Redacted.value(step.parameters.text)).toBe("what goes on four legs?")
        const last = yield* step.respond({ responses: { SOLUTION: secret("a man") } })
        expect(last._tag).toBe("SignedIn")
        expect(yield* lastRequest).toMatchObject({
          ChallengeName: "RIDDLE",
          ChallengeResponses: {
            USERNAME: secret("sphinx-1"),
            SOLUTION: secret("a man"),
            SECRET_HASH: expect.anything()
          }
        })
      }),
    {
      ChallengeName: "RIDDLE",
      ...session,
      ChallengeParameters: { text: secret("what goes on four legs?"), USER_ID_FOR_SRP: secret("sphinx-1") }
    },
    tokens
  ))

it("a password that is asked for alone is sent", () =>
  answered(
    (step) =>
      Effect.gen(function*() {
        if (step._tag !== "Password") return expect.unreachable(step._tag)
        expect((yield* step.respond({ password }))._tag).toBe("SignedIn")
        expect(yield* lastRequest).toMatchObject({ ChallengeResponses: { PASSWORD: password } })
      }),
    { ChallengeName: "PASSWORD", ...session },
    tokens
  ))

it("a password that is asked for by SRP is not", () =>
  answered(
    (step) =>
      Effect.gen(function*() {
        if (step._tag !== "PasswordSrp") return expect.unreachable(step._tag)
        expect((yield* step.respond({ password }))._tag).toBe("SignedIn")
        const { ChallengeResponses } = Object(yield* lastRequest)
        expect(Object.keys(ChallengeResponses).sort()).toEqual(["SECRET_HASH", "SRP_A", "USERNAME"])
      }),
    { ChallengeName: "PASSWORD_SRP", ...session },
    tokens
  ))

describe("what cannot go on says so", () => {
  const cases: ReadonlyArray<readonly [name: string, answer: InitiateAuthResponse]> = [
    ["an answer with nothing in it", {}],
    ["tokens without an access token", { AuthenticationResult: { IdToken: secret("i") } }],
    ["a proof of a password that was not begun", { ChallengeName: "PASSWORD_VERIFIER", ...session }],
    ["a proof of a device that was not begun", { ChallengeName: "DEVICE_PASSWORD_VERIFIER", ...session }]
  ]

  it.each(cases)("%s", async (_, answer) => {
    await expect(answered(Effect.succeed, answer)).rejects.toMatchObject({ _tag: "UnexpectedStepError" })
  })

  it("parameters that are not the JSON that they should be are as if absent", () =>
    answered(
      (step) =>
        Effect.sync(() => {
          expect(step).toMatchObject({ _tag: "NewPasswordRequired", requiredAttributes: [], attributes: {} })
        }),
      {
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        ...session,
        ChallengeParameters: { requiredAttributes: secret("{"), userAttributes: secret("[1]") }
      }
    ))
})

it("metadata of an answer reach the triggers", () =>
  answered(
    (step) =>
      Effect.gen(function*() {
        if (step._tag !== "SmsMfa") return expect.unreachable(step._tag)
        yield* step.respond({ code: secret(code), clientMetadata: { device: "tv" } })
        expect(yield* lastRequest).toMatchObject({ ClientMetadata: { device: "tv" } })
      }),
    { ChallengeName: "SMS_MFA", ...session },
    tokens
  ))

it("an app is set up in the challenge's session where the service names no other", () =>
  answered(
    (step) =>
      Effect.gen(function*() {
        if (step._tag !== "MfaSetup") return expect.unreachable(step._tag)
        const { verify } = yield* step.associate
        expect((yield* verify({ code: secret(code) }))._tag).toBe("SignedIn")
        expect(yield* lastRequest).toMatchObject({ ChallengeName: "MFA_SETUP", ...session })
      }),
    { ChallengeName: "MFA_SETUP", ...session },
    tokens
  ))

it("keys of a device that the program keeps elsewhere prove it", () =>
  answered(
    (step) =>
      Effect.gen(function*() {
        if (step._tag !== "DeviceSrp") return expect.unreachable(step._tag)
        const last = yield* step.respond({ key: "device", groupKey: "-group", password: secret("device's") })
        expect(last).toMatchObject({ device: { key: "device", groupKey: "-group", confirmed: true } })
        const [begun, proved] = (yield* Testing.requests).slice(-2).map(({ input }) => Object(input))
        expect(Object.keys(begun.ChallengeResponses).sort()).toEqual(["DEVICE_KEY", "SECRET_HASH", "SRP_A", "USERNAME"])
        expect(proved).toMatchObject({ ChallengeName: "DEVICE_PASSWORD_VERIFIER" })
        expect(Object.keys(proved.ChallengeResponses).sort()).toEqual([
          "DEVICE_KEY",
          "PASSWORD_CLAIM_SECRET_BLOCK",
          "PASSWORD_CLAIM_SIGNATURE",
          "SECRET_HASH",
          "TIMESTAMP",
          "USERNAME"
        ])
      }),
    { ChallengeName: "DEVICE_SRP_AUTH", ...session },
    {
      ChallengeName: "DEVICE_PASSWORD_VERIFIER",
      ChallengeParameters: { SALT: secret("a1"), SRP_B: secret("b2"), SECRET_BLOCK: secret("AAAA") }
    },
    tokens
  ))

describe("a server's values that cannot be right end the proof", () => {
  const right = { SALT: "a1", SRP_B: "b2", SECRET_BLOCK: "AAAA" }
  const cases: ReadonlyArray<readonly [name: string, values: { readonly [name: string]: string }]> = [
    ["no salt", { SRP_B: "b2", SECRET_BLOCK: "AAAA" }],
    ["a public value that is zero", { ...right, SRP_B: "0" }],
    ["a public value that is no number", { ...right, SRP_B: "x" }],
    ["a public value that is the modulus", { ...right, SRP_B: N.toString(16) }],
    ["a public value above the modulus", { ...right, SRP_B: (N + 1n).toString(16) }],
    ["a public value of 9 MB", { ...right, SRP_B: "b".repeat(9_000_000) }],
    ["a salt of 9 MB", { ...right, SALT: "a".repeat(9_000_000) }],
    ["a block of 9 MB", { ...right, SECRET_BLOCK: "A".repeat(9_000_000) }],
    ["a block that is not Base64", { ...right, SECRET_BLOCK: "?" }]
  ]

  it.each(cases)("%s", async (_, values) => {
    const parameters = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, secret(value)]))
    const proof = answered(
      (step) => step._tag === "PasswordSrp" ? step.respond({ password }) : expect.unreachable(step._tag),
      { ChallengeName: "PASSWORD_SRP", ...session },
      { ChallengeName: "PASSWORD_VERIFIER", ChallengeParameters: parameters }
    )
    await expect(proof).rejects.toMatchObject({ _tag: "SrpError" })
  })
})

describe("what a step shows in a log", () => {
  const shown = (step: Step<Cognito>) => `${inspect(step, { depth: 9 })} ${JSON.stringify(step)} ${String(step)}`
  const canary = "c4n4ry"

  const cases: ReadonlyArray<readonly [name: string, answer: InitiateAuthResponse]> = [
    "SMS_MFA",
    "SMS_OTP",
    "EMAIL_OTP",
    "SOFTWARE_TOKEN_MFA",
    "SELECT_MFA_TYPE",
    "MFA_SETUP",
    "SELECT_CHALLENGE",
    "PASSWORD",
    "PASSWORD_SRP",
    "WEB_AUTHN",
    "CUSTOM_CHALLENGE",
    "DEVICE_SRP_AUTH",
    "RIDDLE"
  ].map((ChallengeName) => [ChallengeName, {
    ChallengeName,
    Session: secret(canary.repeat(4)),
    ChallengeParameters: {
      question: secret(canary),
      CREDENTIAL_REQUEST_OPTIONS: secret(JSON.stringify({ challenge: canary }))
    }
  }])

  it.each(cases)("%s: nothing of what was asked", (_, answer) =>
    answered((step) =>
      Effect.sync(() => {
        expect(shown(step)).toContain(step._tag)
        expect(shown(step)).not.toContain(canary)
        if (step._tag === "Custom") expect(step.parameters.question).toBe(canary)
        if (step._tag === "WebAuthn") expect(step.options).toEqual({ challenge: canary })
      }), answer))
})
