/** The end of a sign-in as a text, from tokens that came another way, and what is none. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Context from "effect/Context"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import {
  AppClient,
  decodeSignedIn,
  encodeSignedIn,
  layerAppClient,
  makeSession,
  type SignedIn,
  signedInFromResult,
  signIn
} from "../../src/auth/index.ts"
import * as Session from "../../src/auth/Session.ts"
import { adminInitiateAuth, initiateAuth } from "../../src/operations/Auth.ts"
import { createUserPoolClient } from "../../src/operations/AppClients.ts"
import { getUser } from "../../src/operations/Users.ts"
import { makeAuth } from "../../src/promise/auth.ts"
import * as promised from "../../src/promise/index.ts"
import { clientOf } from "./client.ts"
import { makePool } from "../support/pool.ts"

const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = "Correct-horse-1"
const secret = Redacted.make

const poolOf = (more: { readonly devices?: boolean } = {}) =>
  makePool({ users: [{ name, aliases: ["anna"], password }], ...more })

const signedIn = Effect.gen(function*() {
  const step = yield* signIn({ flow: "USER_SRP_AUTH", username: "anna", password: secret(password) })
  return step._tag === "SignedIn" ? step : expect.unreachable(step._tag)
})

describe("as a text", () => {
  it.each([false, true])("is what it was, with a device: %s", (devices) =>
    Effect.gen(function*() {
      const first = yield* signedIn
      const again = yield* decodeSignedIn(encodeSignedIn(first))
      expect(Redacted.value(encodeSignedIn(again))).toBe(Redacted.value(encodeSignedIn(first)))
      expect(again).toEqual({ ...first, device: first.device })
      const session = yield* makeSession()
      yield* session.start(again)
      expect((yield* session.as(getUser)({})).Username).toBe(name)
    }).pipe(Effect.provide(clientOf(poolOf({ devices }))), Effect.runPromise))

  it("that is none is refused, and not told", async () => {
    const error = await Effect.runPromise(Effect.flip(decodeSignedIn(secret(`{"canary":1}`))))
    expect(error._tag).toBe("InvalidStateError")
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("canary")
  })
})

describe("what has lost its tokens is refused where a session starts", () => {
  const spoiled: ReadonlyArray<readonly [string, (signedIn: SignedIn) => unknown]> = [
    ["JSON", (signedIn) => JSON.parse(JSON.stringify(signedIn))],
    ["no tokens", ({ tokens: _, ...rest }) => rest],
    ["plain tokens", (signedIn) => ({ ...signedIn, tokens: { ...signedIn.tokens, accessToken: "a" } })],
    ["a plain refresh token", (signedIn) => ({ ...signedIn, tokens: { ...signedIn.tokens, refreshToken: "a" } })],
    ["a date that is none", (signedIn) => ({ ...signedIn, tokens: { ...signedIn.tokens, expiresAt: new Date(NaN) } })],
    ["nothing", () => undefined]
  ]

  it.each(spoiled)("%s", (_, spoil) =>
    Effect.gen(function*() {
      const session = yield* makeSession()
      // As who does not check types may call it.
      const error = yield* Effect.flip(session.start(spoil(yield* signedIn) as SignedIn))
      expect(error).toMatchObject({ _tag: "ClientError", operation: "Session.start", reason: { _tag: "EncodeError" } })
      expect(yield* session.signedIn).toBeUndefined()
    }).pipe(Effect.provide(clientOf(poolOf())), Effect.runPromise))

  it("and the message says what does not lose them", () =>
    Effect.gen(function*() {
      const session = yield* makeSession()
      const error = yield* Effect.flip(session.start(JSON.parse(JSON.stringify(yield* signedIn))))
      expect(error.message).toContain("Session.encode")
    }).pipe(Effect.provide(clientOf(poolOf())), Effect.runPromise))

  it("plain async code's has its tokens in JSON, and starts", async () => {
    const pool = poolOf()
    const auth = makeAuth({ userPoolId: pool.id, clientId: pool.clientId, layer: clientOf(pool) })
    const step = await auth.signIn({ flow: "USER_SRP_AUTH", username: "anna", password })
    const session = await auth.makeSession()
    if (step._tag !== "SignedIn") return expect.unreachable(step._tag)
    await session.start(JSON.parse(JSON.stringify(step)))
    expect(await session.as(getUser)({})).toMatchObject({ Username: name })
    const lost = JSON.parse(JSON.stringify({ ...step, tokens: { ...step.tokens, accessToken: undefined } }))
    await expect(session.start(lost)).rejects.toMatchObject({ name: "EncodeError" })
    const noDate = { ...step, tokens: { ...step.tokens, expiresAt: "soon" } }
    await expect(session.start(JSON.parse(JSON.stringify(noDate)))).rejects.toMatchObject({ name: "EncodeError" })
  })
})

describe("tokens that came another way", () => {
  it("start a session, with the device that came with them", () =>
    Effect.gen(function*() {
      const { clientId, userPoolId } = yield* AppClient
      const { AuthenticationResult = {} } = yield* adminInitiateAuth({
        UserPoolId: userPoolId,
        ClientId: clientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "anna", PASSWORD: secret(password) }
      })
      const made = yield* Session.fromResult(AuthenticationResult)
      expect(made).toMatchObject({ username: name, device: { confirmed: false } })
      const session = yield* makeSession()
      yield* session.start(made)
      yield* session.refresh
      expect((yield* session.as(getUser)({})).Username).toBe(name)
      expect((yield* signedInFromResult(AuthenticationResult, { username: "given" })).username).toBe("given")
    }).pipe(Effect.provide(clientOf(poolOf({ devices: true }))), Effect.runPromise))

  it.each([{}, { IdToken: secret("i") }, { AccessToken: secret("opaque") }])(
    "that are not enough are told: %#",
    async (given) => {
      const error = await Effect.runPromise(Effect.flip(signedInFromResult(given)))
      expect(error._tag).toBe("UnexpectedStepError")
    }
  )

  it("so in plain async code", async () => {
    const pool = poolOf()
    const layer = clientOf(pool)
    const client = promised.make({ initiateAuth }, { layer })
    const { AuthenticationResult = {} } = await client.initiateAuth({
      ClientId: pool.clientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "anna", PASSWORD: password }
    })
    const auth = makeAuth({ userPoolId: pool.id, clientId: pool.clientId, layer })
    const session = await auth.makeSession()
    await session.start(await auth.fromResult(AuthenticationResult))
    expect(await session.as(getUser)({})).toMatchObject({ Username: name })
    await expect(auth.fromResult({})).rejects.toMatchObject({ name: "UnexpectedStepError" })
  })
})

it("sessions of several app clients are side by side, in one store, each with its service", async () => {
  const pool = poolOf()
  class Staff extends Context.Service<Staff, Session.Session["Service"]>()("test/Staff") {}
  class Shop extends Context.Service<Shop, Session.Session["Service"]>()("test/Shop") {}
  await Effect.gen(function*() {
    const { UserPoolClient: { ClientId = "" } = {} } = yield* createUserPoolClient({
      UserPoolId: pool.id,
      ClientName: "staff",
      ExplicitAuthFlows: ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    })
    const store = yield* KeyValueStore.KeyValueStore
    const clients = [
      layerAppClient({ userPoolId: pool.id, clientId: pool.clientId }),
      layerAppClient({ userPoolId: pool.id, clientId: ClientId })
    ] as const
    const sessions = Layer.mergeAll(
      Layer.provide(Layer.effect(Shop, Session.make({ store })), clients[0]),
      Layer.provide(Layer.effect(Staff, Session.make({ store })), clients[1])
    )
    yield* Effect.gen(function*() {
      const [shop, staff] = [yield* Shop, yield* Staff]
      yield* shop.start(yield* Effect.provide(signedIn, clients[0]))
      yield* staff.start(yield* Effect.provide(signedIn, clients[1]))
      yield* Effect.all([shop.refresh, staff.refresh])
      yield* shop.signOut("revoke")
      expect(yield* shop.signedIn).toBeUndefined()
      expect((yield* staff.as(getUser)({})).Username).toBe(name)
      expect(yield* store.size).toBe(1)
    }).pipe(Effect.provide(sessions))
  }).pipe(Effect.provide([clientOf(pool), KeyValueStore.layerMemory]), Effect.runPromise)
})
