/** A user's tokens over time: refreshed when they have to be, once for all who ask, kept, and ended. */
import { assert, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { makeSession, type SessionOptions, signIn } from "../../src/auth/index.ts"
import { getUser } from "../../src/operations/Users.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import { clientOf } from "./client.ts"
import { clientSecret, makePool } from "../support/pool.ts"

const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = "Correct-horse-1"

const poolOf = (more: { readonly rotation?: boolean; readonly clientSecret?: string } = {}) =>
  makePool({ users: [{ name, aliases: ["anna"], password }], ...more })

const signedIn = Effect.gen(function*() {
  const step = yield* signIn({ flow: "USER_SRP_AUTH", username: "anna", password: Redacted.make(password) })
  return step._tag === "SignedIn" ? step : assert.fail(step._tag)
})

const started = (options?: SessionOptions) =>
  Effect.gen(function*() {
    const session = yield* makeSession(options)
    yield* session.start(yield* signedIn)
    return session
  })

const refreshes = ({ requests }: ReturnType<typeof poolOf>) =>
  requests.filter(({ input, operation }) =>
    operation === "GetTokensFromRefreshToken" || input.AuthFlow === "REFRESH_TOKEN_AUTH"
  )

describe.each([undefined, clientSecret])("with the client secret %s", (clientSecret) => {
  const more = clientSecret === undefined ? {} : { clientSecret }

  it.effect("gives the access token as it is, and refreshes it in its last minute", () => {
    const pool = poolOf(more)
    return Effect.gen(function*() {
      const session = yield* started()
      const first = yield* session.accessToken
      yield* TestClock.adjust("58 minutes")
      assert.strictEqual(Redacted.value(yield* session.accessToken), Redacted.value(first))
      assert.strictEqual(refreshes(pool).length, 0)
      yield* TestClock.adjust("90 seconds")
      const second = yield* session.accessToken
      assert.notStrictEqual(Redacted.value(second), Redacted.value(first))
      assert.strictEqual(Redacted.value(yield* session.accessToken), Redacted.value(second))
      assert.strictEqual(refreshes(pool).length, 1)
    }).pipe(Effect.provide(clientOf(pool)))
  })

  it.effect("refreshes once for a hundred callers", () => {
    const pool = poolOf({ ...more, rotation: true })
    return Effect.gen(function*() {
      const session = yield* started()
      yield* TestClock.adjust("2 hours")
      const tokens = yield* Effect.all(Array.from({ length: 100 }, () => session.accessToken), {
        concurrency: "unbounded"
      })
      assert.strictEqual(new Set(tokens.map((token) => Redacted.value(token))).size, 1)
      assert.strictEqual(refreshes(pool).length, 1)
    }).pipe(Effect.provide(clientOf(pool)))
  })

  it.effect("keeps the refresh token that takes the place of another", () => {
    const pool = poolOf({ ...more, rotation: true })
    return Effect.gen(function*() {
      const session = yield* started()
      for (let hours = 0; hours < 3; hours++) {
        yield* TestClock.adjust("2 hours")
        yield* session.accessToken
      }
      const { refreshToken } = (yield* session.signedIn)?.tokens ?? {}
      assert.deepStrictEqual(pool.refreshTokens(), refreshToken === undefined ? [] : [Redacted.value(refreshToken)])
    }).pipe(Effect.provide(clientOf(pool)))
  })

  it.effect("refreshes by REFRESH_TOKEN_AUTH where it is told to", () => {
    const pool = poolOf(more)
    return Effect.gen(function*() {
      const session = yield* started({ refreshBy: "REFRESH_TOKEN_AUTH" })
      const before = (yield* session.signedIn)?.tokens
      const after = yield* session.refresh
      assert.deepStrictEqual(refreshes(pool).map(({ operation }) => operation), ["InitiateAuth"])
      assert.notStrictEqual(Redacted.value(after.accessToken), before && Redacted.value(before.accessToken))
      // It gives no refresh token: the one there is stays.
      assert.strictEqual(after.refreshToken, before?.refreshToken)
    }).pipe(Effect.provide(clientOf(pool)))
  })

  it.effect("signs out by revoking the refresh token", () => {
    const pool = poolOf(more)
    return Effect.gen(function*() {
      const session = yield* started()
      yield* session.signOut("revoke")
      assert.deepStrictEqual(pool.refreshTokens(), [])
      assert.isUndefined(yield* session.signedIn)
    }).pipe(Effect.provide(clientOf(pool)))
  })
})

it.effect("calls the user's operations with the access token", () =>
  Effect.gen(function*() {
    const session = yield* started()
    const { Username } = yield* session.as(getUser)({})
    assert.strictEqual(Username, name)
  }).pipe(Effect.provide(clientOf(poolOf()))))

it.effect("without anybody signed in there is no access token, and nothing is sent", () => {
  const pool = poolOf()
  return Effect.gen(function*() {
    const session = yield* makeSession()
    assert.strictEqual((yield* Effect.flip(session.accessToken))._tag, "NotSignedInError")
    assert.strictEqual((yield* Effect.flip(session.as(getUser)({})))._tag, "NotSignedInError")
    yield* session.signOut("global")
    assert.deepStrictEqual(pool.requests, [])
  }).pipe(Effect.provide(clientOf(pool)))
})

it.effect("the secret hash of a refresh is over the pool's name, which no challenge has told", () => {
  const pool = poolOf({ clientSecret: clientSecret })
  return Effect.gen(function*() {
    const options = { flow: "USER_PASSWORD_AUTH", username: "anna", password: Redacted.make(password) } as const
    const step = yield* signIn(options)
    if (step._tag !== "SignedIn") return assert.fail(step._tag)
    const session = yield* makeSession({ refreshBy: "REFRESH_TOKEN_AUTH" })
    yield* session.start(step)
    yield* session.refresh
    assert.strictEqual(refreshes(pool).length, 1)
  }).pipe(Effect.provide(clientOf(pool)))
})

it.effect("a refresh token that was revoked ends the session", () => {
  const pool = poolOf()
  return Effect.gen(function*() {
    const session = yield* started()
    pool.revokeAll()
    yield* TestClock.adjust("2 hours")
    assert.strictEqual((yield* Effect.flip(session.accessToken))._tag, "NotAuthorizedException")
    assert.strictEqual((yield* Effect.flip(session.accessToken))._tag, "NotSignedInError")
  }).pipe(Effect.provide(clientOf(pool)))
})

it.effect("signs out everywhere, and here even where that fails", () => {
  const pool = poolOf()
  return Effect.gen(function*() {
    const session = yield* started()
    const other = yield* started()
    yield* session.signOut("global")
    assert.isUndefined(yield* session.signedIn)
    assert.strictEqual((yield* Effect.flip(other.signOut("global")))._tag, "NotAuthorizedException")
    assert.isUndefined(yield* other.signedIn)
  }).pipe(Effect.provide(clientOf(pool)))
})

it.effect("an interrupted caller does not lose the new tokens", () => {
  const pool = poolOf({ rotation: true })
  return Effect.gen(function*() {
    const session = yield* started()
    yield* TestClock.adjust("2 hours")
    const asking = yield* Effect.forkChild(session.accessToken, { startImmediately: true })
    yield* Fiber.interrupt(asking)
    yield* session.as(getUser)({})
    const { refreshToken } = (yield* session.signedIn)?.tokens ?? {}
    assert.isTrue(pool.refreshTokens().includes(refreshToken === undefined ? "" : Redacted.value(refreshToken)))
  }).pipe(Effect.provide(clientOf(pool)))
})

it.effect("tells its changes", () =>
  Effect.gen(function*() {
    const session = yield* makeSession()
    const seen = yield* Effect.forkChild(Stream.runCollect(Stream.take(session.changes, 4)), { startImmediately: true })
    yield* Effect.yieldNow
    yield* session.start(yield* signedIn)
    yield* Effect.yieldNow
    yield* session.refresh
    yield* Effect.yieldNow
    yield* session.signOut("local")
    const tokens = yield* Fiber.join(seen)
    assert.deepStrictEqual([...tokens].map((held) => held !== undefined), [false, true, true, false])
  }).pipe(Effect.provide(clientOf(poolOf()))))

describe("a store", () => {
  it.effect("keeps the session for the next program, until it is over", () => {
    const pool = poolOf()
    return Effect.gen(function*() {
      const store = yield* KeyValueStore.KeyValueStore
      const session = yield* started({ store })
      const tokens = (yield* session.signedIn)?.tokens
      const next = yield* makeSession({ store })
      const found = (yield* next.signedIn)?.tokens
      assert.strictEqual(found && Redacted.value(found.accessToken), tokens && Redacted.value(tokens.accessToken))
      assert.deepStrictEqual(found?.expiresAt, tokens?.expiresAt)
      yield* next.as(getUser)({})
      yield* next.signOut("local")
      assert.isUndefined(yield* (yield* makeSession({ store })).signedIn)
      assert.strictEqual(yield* store.size, 0)
    }).pipe(Effect.provide([clientOf(pool), KeyValueStore.layerMemory]))
  })

  it.effect.each(["", "null", "{}", `{"username":1}`])(
    "that holds what is no session holds none: %s",
    (text) =>
      Effect.gen(function*() {
        const store = yield* KeyValueStore.KeyValueStore
        yield* store.set("mine", text)
        assert.isUndefined(yield* (yield* makeSession({ store, storeKey: "mine" })).signedIn)
      }).pipe(Effect.provide([clientOf(poolOf()), KeyValueStore.layerMemory]))
  )
})

it("secrets are not shown", async () => {
  const step = await Effect.runPromise(Effect.provide(signedIn, clientOf(poolOf())))
  expect(JSON.stringify(step)).not.toMatch(/access-|refresh-/)
})

describe("sessions that share a store", () => {
  const shared = (options: SessionOptions = {}) =>
    Effect.gen(function*() {
      const store = yield* Effect.provide(KeyValueStore.KeyValueStore, KeyValueStore.layerMemory)
      const first = yield* started({ ...options, store })
      return { store, first, second: yield* makeSession({ ...options, store }) }
    })

  it.effect("take each other's new tokens, of which the old ones are used up", () => {
    const pool = poolOf({ rotation: true })
    return Effect.gen(function*() {
      const { first, second } = yield* shared()
      yield* TestClock.adjust("2 hours")
      const token = yield* first.accessToken
      assert.strictEqual(Redacted.value(yield* second.accessToken), Redacted.value(token))
      assert.strictEqual(refreshes(pool).length, 1)
      // Asked for new ones, it gets new ones.
      assert.notStrictEqual(Redacted.value((yield* second.refresh).accessToken), Redacted.value(token))
      assert.strictEqual(refreshes(pool).length, 2)
    }).pipe(Effect.provide(clientOf(pool)))
  })

  it.effect("do so as well where both refresh at once", () => {
    const pool = poolOf({ rotation: true })
    return Effect.gen(function*() {
      const { first, store } = yield* shared()
      // The other session's tokens are kept only after this one has looked.
      const seen = yield* store.get(`effect-cognito/${pool.clientId}`)
      let looks = 0
      const late = {
        ...store,
        get: (key: string) => Effect.suspend(() => looks++ < 2 ? Effect.succeed(seen) : store.get(key))
      }
      const second = yield* makeSession({ store: late })
      yield* TestClock.adjust("2 hours")
      const token = yield* first.accessToken
      assert.strictEqual(Redacted.value(yield* second.accessToken), Redacted.value(token))
      assert.strictEqual(refreshes(pool).length, 2)
    }).pipe(Effect.provide(clientOf(pool)))
  })

  it.effect("end together", () => {
    const pool = poolOf()
    return Effect.gen(function*() {
      const { first, second } = yield* shared()
      yield* first.signOut("local")
      yield* TestClock.adjust("2 hours")
      assert.strictEqual((yield* Effect.flip(second.accessToken))._tag, "NotSignedInError")
      assert.isUndefined(yield* second.signedIn)
      assert.strictEqual(refreshes(pool).length, 0)
    }).pipe(Effect.provide(clientOf(pool)))
  })
})

it.effect("a token in its last minute is given where the service cannot refresh it now", () => {
  const pool = poolOf()
  pool.fault({ operations: ["GetTokensFromRefreshToken"], error: { name: "TooManyRequestsException" } })
  return Effect.gen(function*() {
    const session = yield* started()
    yield* TestClock.adjust("3570 seconds")
    const token = yield* Effect.provideService(session.accessToken, RetryPolicy, { maxAttempts: 1 })
    pool.clearFaults()
    assert.notStrictEqual(Redacted.value(yield* session.accessToken), Redacted.value(token))
  }).pipe(Effect.provideService(RetryPolicy, { maxAttempts: 1 }), Effect.provide(clientOf(pool)))
})
