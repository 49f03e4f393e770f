/** What a program tells with a sign-in, for triggers and for threat protection, goes with every request of it. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import {
  adminSignIn,
  type AdminStep,
  makeSession,
  resumeSignIn,
  signIn,
  type SignInOptions,
  type Step,
  UserContext
} from "../../src/auth/index.ts"
import * as AppClientOperations from "../../src/auth/AppClientOperations.ts"
import { makeAuth } from "../../src/promise/auth.ts"
import type { Triggers } from "../../src/testing/pool/Triggers.ts"
import { clientOf } from "./client.ts"
import { code, makePool, type Pool, totpCode } from "../support/pool.ts"

const secret = Redacted.make
const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = secret("Correct-horse-1")
const username = "anna@example.com"
const clientMetadata = { tenant: "t1" }

/** A pool whose triggers tell what metadata they saw. */
const watched = () => {
  const seen: Array<readonly [trigger: string, metadata: unknown]> = []
  const watch = (trigger: keyof Triggers) => <Event extends { readonly request: unknown }>(event: Event) => {
    seen.push([trigger, Object(event.request).clientMetadata])
    return event
  }
  const pool = makePool({
    users: [{ name, aliases: [username], password: Redacted.value(password), mfa: ["SMS_MFA"], hasAllFactors: true }],
    triggers: { PostAuthentication: watch("PostAuthentication"), PreTokenGeneration: watch("PreTokenGeneration") }
  })
  return { pool, seen }
}

/** Answers whatever is asked, without metadata of its own. */
const answered = <R, E>(step: Step<R, E>): Effect.Effect<Step<R, E>, E, R> =>
  Effect.gen(function*() {
    switch (step._tag) {
      case "SmsMfa":
        return yield* step.respond({ code: secret(code) })
      case "SelectChallenge":
        return yield* Effect.flatMap(step.respond({ challenge: "PASSWORD_SRP", password }), answered)
      case "Custom":
        return yield* step.respond({ answer: secret("the grail") })
      default:
        return step
    }
  })

const authRequests = ({ requests }: Pool) => requests.filter(({ operation }) => /Auth(Challenge)?$/.test(operation))

const flows: ReadonlyArray<SignInOptions> = [
  { flow: "USER_SRP_AUTH", username, password },
  { flow: "USER_PASSWORD_AUTH", username, password },
  { flow: "USER_AUTH", username },
  { flow: "USER_AUTH", username, preferredChallenge: "PASSWORD", password },
  { flow: "USER_AUTH", username, preferredChallenge: "PASSWORD_SRP", password },
  { flow: "CUSTOM_AUTH", username },
  { flow: "CUSTOM_AUTH", username, password }
]

describe.each(flows.map((options) => ({ options, label: Object.values(options).map(String).join(" ") })))(
  "$label",
  ({ options }) => {
    it("metadata go with every request, to every trigger that tokens need", async () => {
      const { pool, seen } = watched()
      const step = await Effect.gen(function*() {
        return yield* answered(yield* signIn({ ...options, clientMetadata }))
      }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
      expect(step._tag).toBe("SignedIn")
      expect(authRequests(pool).length).toBeGreaterThan(1)
      for (const { input } of authRequests(pool)) expect(input).toMatchObject({ ClientMetadata: clientMetadata })
      expect(seen).toEqual([["PostAuthentication", clientMetadata], ["PreTokenGeneration", clientMetadata]])
    })

    it("context and analytics go with every request", async () => {
      const { pool } = watched()
      const context = {
        userContextData: { EncodedData: "fingerprint" },
        analyticsMetadata: { AnalyticsEndpointId: "endpoint" }
      }
      await Effect.gen(function*() {
        yield* answered(yield* signIn({ ...options, ...context }))
        yield* Effect.provideService(Effect.flatMap(signIn(options), answered), UserContext, context)
      }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
      for (const { input } of authRequests(pool)) {
        expect(input).toMatchObject({
          UserContextData: context.userContextData,
          AnalyticsMetadata: context.analyticsMetadata
        })
      }
    })
  }
)

it("an answer's own metadata come first, for that answer alone", async () => {
  const { pool } = watched()
  await Effect.gen(function*() {
    const step = yield* signIn({ flow: "USER_SRP_AUTH", username, password, clientMetadata })
    if (step._tag !== "SmsMfa") return expect.unreachable(step._tag)
    yield* step.respond({ code: secret(code), clientMetadata: { own: "1" } })
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
  expect(pool.requests.map(({ input }) => input.ClientMetadata)).toEqual([
    clientMetadata,
    clientMetadata,
    { own: "1" }
  ])
})

it("so with an administrator's sign-in, which tells of the request that it answers", async () => {
  const { pool, seen } = watched()
  const contextData = {
    IpAddress: "192.0.2.1",
    ServerName: "www.example.com",
    ServerPath: "/login",
    HttpHeaders: [{ headerName: "user-agent", headerValue: "x" }]
  }
  await Effect.gen(function*() {
    const options = { flow: "USER_SRP_AUTH", username, password, clientMetadata, contextData } as const
    const step: AdminStep = yield* adminSignIn(options)
    expect((yield* answered(step))._tag).toBe("SignedIn")
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
  expect(pool.requests).toHaveLength(3)
  for (const { input } of pool.requests) {
    expect(input).toMatchObject({ ClientMetadata: clientMetadata, ContextData: contextData })
    expect(input).not.toHaveProperty("UserContextData")
  }
  expect(seen.map(([, metadata]) => metadata)).toEqual([clientMetadata, clientMetadata])
})

it("and with a sign-in that was put away, whose request tells of itself anew", async () => {
  const { pool } = watched()
  await Effect.gen(function*() {
    const first = yield* signIn({
      flow: "USER_SRP_AUTH",
      username,
      password,
      clientMetadata,
      userContextData: { EncodedData: "one" }
    })
    if (first._tag !== "SmsMfa") return expect.unreachable(first._tag)
    expect(Redacted.value(first.state)).not.toContain("one")
    yield* answered(yield* resumeSignIn(first.state, { userContextData: { EncodedData: "two" } }))
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
  expect(pool.requests.at(-1)?.input).toMatchObject({
    ClientMetadata: clientMetadata,
    UserContextData: { EncodedData: "two" }
  })
})

it.each(["GetTokensFromRefreshToken", "REFRESH_TOKEN_AUTH"] as const)(
  "a session's own metadata go with its refreshes: %s",
  async (refreshBy) => {
    const { pool } = watched()
    await Effect.gen(function*() {
      const session = yield* makeSession({ clientMetadata, refreshBy })
      const step = yield* answered(yield* signIn({ flow: "USER_SRP_AUTH", username, password }))
      if (step._tag !== "SignedIn") return expect.unreachable(step._tag)
      yield* session.start(step)
      yield* session.refresh
    }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
    expect(pool.requests.at(-1)?.input).toMatchObject({ ClientMetadata: clientMetadata })
  }
)

it("signing up and recovery tell of the device, unless their input does", async () => {
  const pool = makePool()
  const context = {
    userContextData: { EncodedData: "fingerprint" },
    analyticsMetadata: { AnalyticsEndpointId: "endpoint" }
  }
  const Username = "anna"
  await Effect.gen(function*() {
    yield* AppClientOperations.signUp({
      Username,
      Password: password,
      UserAttributes: [{ Name: "email", Value: "a@example.com" }]
    })
    yield* AppClientOperations.resendConfirmationCode({ Username })
    yield* AppClientOperations.confirmSignUp({ Username, ConfirmationCode: secret(code) })
    yield* AppClientOperations.forgotPassword({ Username })
    const ConfirmationCode = secret(code)
    yield* AppClientOperations.confirmForgotPassword({ Username, ConfirmationCode, Password: secret("Other-horse-2") })
    yield* AppClientOperations.forgotPassword({ Username, UserContextData: { EncodedData: "own" } })
  }).pipe(
    Effect.provideService(UserContext, context),
    Effect.provide(clientOf(pool)),
    Effect.runPromise
  )
  expect(pool.requests.map(({ input }) => [input.UserContextData, input.AnalyticsMetadata])).toEqual([
    ...Array.from({ length: 5 }, () => [context.userContextData, context.analyticsMetadata]),
    [{ EncodedData: "own" }, context.analyticsMetadata]
  ])
})

it("all of it goes with plain async code's sign-in too", async () => {
  const pool = makePool({ users: [{ name, password: Redacted.value(password), mfa: ["SOFTWARE_TOKEN_MFA"] }] })
  const auth = makeAuth({ userPoolId: pool.id, clientId: pool.clientId, layer: clientOf(pool) })
  const context = { userContextData: { EncodedData: "one" }, analyticsMetadata: { AnalyticsEndpointId: "endpoint" } }
  const options = { flow: "USER_SRP_AUTH", username: name, password: "Correct-horse-1", clientMetadata } as const
  const step = await auth.signIn({ ...options, ...context })
  if (step._tag !== "SoftwareTokenMfa") return expect.unreachable(step._tag)
  const again = await auth.resume(step.state, context)
  if (again._tag !== "SoftwareTokenMfa") return expect.unreachable(again._tag)
  expect((await again.respond({ code: totpCode() }))._tag).toBe("SignedIn")
  expect(pool.requests).toHaveLength(3)
  for (const { input } of pool.requests) {
    expect(input).toMatchObject({
      ClientMetadata: clientMetadata,
      UserContextData: context.userContextData,
      AnalyticsMetadata: context.analyticsMetadata
    })
  }
})
