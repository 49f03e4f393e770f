/** What ends a session and what does not: races of refreshes and sign-outs, refusals, stores that are shared, slow or fail. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import {
  type AppClient,
  makeSession,
  type Session,
  SessionLock,
  type SessionOptions,
  type SignedIn,
  signIn
} from "../../src/auth/index.ts"
import { fromLease } from "../../src/auth/SessionLock.ts"
import { verdictOf } from "../../src/auth/SessionRefusal.ts"
import { limited, type Store } from "../../src/auth/Storage.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import * as ServiceErrors from "../../src/errors/ServiceErrors.generated.ts"
import { getTokensFromRefreshToken, initiateAuth } from "../../src/operations/Auth.ts"
import { getUser } from "../../src/operations/Users.ts"
import type { Cognito } from "../../src/Service.ts"
import * as Testing from "../../src/testing/index.ts"
import { clientOf } from "./client.ts"
import { makePool, type Pool } from "../support/pool.ts"

type Service = Session["Service"]

const [anna, bert] = ["8f1c2d3e-0000-4000-8000-000000000000", "bert"] as const
const password = "Correct-horse-1"
const hour = "61 minutes"

const poolOf = (more: { readonly rotation?: boolean } = {}) =>
  makePool({ users: [{ name: anna, password }, { name: bert, password }], ...more })

const signedInAs = (username: string) =>
  Effect.gen(function*() {
    const step = yield* signIn({ flow: "USER_PASSWORD_AUTH", username, password: Redacted.make(password) })
    return step._tag === "SignedIn" ? step : assert.fail(step._tag)
  })

const started = (options?: SessionOptions) =>
  Effect.gen(function*() {
    const session = yield* makeSession(options)
    yield* session.start(yield* signedInAs(anna))
    return session
  })

const onPool = <A, E>(pool: Pool, effect: Effect.Effect<A, E, AppClient | Cognito>) =>
  Effect.provide(effect, clientOf(pool))

const asked = ({ requests }: Pool, operation: string) => requests.filter((request) => request.operation === operation)

const refreshes = (pool: Pool) => asked(pool, "GetTokensFromRefreshToken")

const slowly = (pool: Pool, ...operations: ReadonlyArray<string>) => pool.fault({ operations, latency: "50 millis" })

/** A store in memory of which the program may look at all. */
const storeOf = (items = new Map<string, string>()): Store & { readonly items: Map<string, string> } => ({
  items,
  get: (key) => Effect.sync(() => items.get(key)),
  set: (key, value) => Effect.sync(() => void items.set(key, String(value))),
  remove: (key) => Effect.sync(() => void items.delete(key))
})

const delayed = (store: Store, millis: () => number): Store => {
  const later = <A, E>(answer: Effect.Effect<A, E>) => Effect.suspend(() => Effect.delay(answer, millis()))
  return {
    get: (key) => later(store.get(key)),
    set: (key, value) => later(store.set(key, value)),
    remove: (key) => later(store.remove(key))
  }
}

const failure = new KeyValueStore.KeyValueStoreError({ method: "set", key: "k", message: "no space" })

const forkNow = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** Lets time pass until a fiber ends; what it waits for is in part no matter of the clock. */
const ended = <A, E>(fiber: Fiber.Fiber<A, E>) =>
  Effect.gen(function*() {
    for (let turns = 0; turns < 500 && fiber.pollUnsafe() === undefined; turns++) {
      yield* TestClock.adjust("50 millis")
      yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
    }
    return yield* Fiber.join(fiber)
  })

const valueOf = (secret: Redacted.Redacted<string> | undefined) => secret && Redacted.value(secret)

describe("an ended session stays ended", () => {
  describe.each(["local", "global", "revoke"] as const)("signed out: %s", (how) => {
    describe.each([false, true])("with rotation: %s", (rotation) => {
      it.effect("while a refresh is under way", () => {
        const pool = poolOf({ rotation })
        return onPool(
          pool,
          Effect.gen(function*() {
            const store = storeOf()
            const session = yield* started({ store })
            yield* TestClock.adjust(hour)
            slowly(pool, "GetTokensFromRefreshToken")
            const refreshing = yield* forkNow(Effect.exit(session.accessToken))
            yield* TestClock.adjust("10 millis")
            const ending = yield* forkNow(Effect.exit(session.signOut(how)))
            yield* TestClock.adjust("10 millis")
            // At once, in memory and in the store.
            assert.isUndefined(yield* session.signedIn)
            assert.strictEqual(store.items.size, 0)
            const exit = yield* ended(refreshing)
            assert.strictEqual(exit._tag, "Failure")
            assert.strictEqual((yield* ended(ending))._tag, "Success")
            assert.isUndefined(yield* session.signedIn)
            assert.strictEqual(store.items.size, 0)
            // What the refresh has brought has ended as well.
            if (how !== "local") assert.deepStrictEqual(pool.refreshTokens(), [])
          })
        )
      })
    })
  })

  it.effect.each([false, true])(
    "where the service is silent and the program gives up, with rotation: %s",
    (rotation) => {
      const pool = poolOf({ rotation })
      return onPool(
        pool,
        Effect.gen(function*() {
          const store = storeOf()
          const session = yield* started({ store })
          pool.fault({ operations: ["RevokeToken"], latency: "1 day" })
          const ending = yield* forkNow(Effect.timeoutOption(session.signOut("revoke"), "60 millis"))
          yield* TestClock.adjust("60 millis")
          assert.strictEqual((yield* ended(ending))._tag, "None")
          assert.isUndefined(yield* session.signedIn)
          assert.strictEqual(store.items.size, 0)
        })
      )
    }
  )

  it.effect("where another tab has signed out while this one refreshes; what was brought ends", () => {
    const pool = poolOf({ rotation: true })
    return onPool(
      pool,
      Effect.gen(function*() {
        const store = storeOf()
        const first = yield* started({ store })
        const second = yield* makeSession({ store })
        yield* TestClock.adjust(hour)
        slowly(pool, "GetTokensFromRefreshToken")
        const refreshing = yield* forkNow(Effect.exit(first.accessToken))
        yield* TestClock.adjust("10 millis")
        yield* second.signOut("local")
        assert.strictEqual((yield* ended(refreshing))._tag, "Failure")
        assert.isUndefined(yield* first.signedIn)
        assert.strictEqual(store.items.size, 0)
        assert.deepStrictEqual(pool.refreshTokens(), [])
      })
    )
  })

  it.effect("with the tokens that others have made of it since", () => {
    const pool = poolOf({ rotation: true })
    return onPool(
      pool,
      Effect.gen(function*() {
        const store = storeOf()
        const first = yield* started({ store })
        const second = yield* makeSession({ store })
        const { refreshToken } = yield* first.refresh
        yield* second.signOut("revoke")
        assert.strictEqual(asked(pool, "RevokeToken").at(-1)?.input.Token, valueOf(refreshToken))
        assert.deepStrictEqual(pool.refreshTokens(), [])
        assert.strictEqual(store.items.size, 0)
      })
    )
  })

  it.effect("and another user's session is not taken for it", () => {
    const pool = poolOf({ rotation: true })
    return onPool(
      pool,
      Effect.gen(function*() {
        const store = storeOf()
        const session = yield* started({ store })
        const bertSignedIn = yield* signedInAs(bert)
        yield* TestClock.adjust(hour)
        slowly(pool, "GetTokensFromRefreshToken")
        const refreshing = yield* forkNow(Effect.flip(session.accessToken))
        const calling = yield* forkNow(Effect.flip(session.as(getUser)({})))
        yield* TestClock.adjust("10 millis")
        yield* session.start(bertSignedIn)
        yield* TestClock.adjust("1 second")
        // Neither user acts with the other's tokens.
        assert.strictEqual((yield* ended(refreshing))._tag, "NotSignedInError")
        assert.strictEqual((yield* ended(calling))._tag, "NotSignedInError")
        assert.strictEqual((yield* session.signedIn)?.username, bert)
        assert.strictEqual((yield* (yield* makeSession({ store })).signedIn)?.username, bert)
      })
    )
  })

  it("under any order of refreshes, sign-outs, sign-ins and calls", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.tuple(
            fc.constantFrom("refresh", "local", "global", "revoke", "start", "call", "wait"),
            fc.integer({ min: 0, max: 120 })
          ),
          { minLength: 2, maxLength: 8 }
        ),
        fc.boolean(),
        async (steps, rotation) => {
          const pool = poolOf({ rotation })
          await Effect.gen(function*() {
            const store = storeOf()
            const session = yield* started({ store })
            const others = yield* Effect.all(steps.map(() => signedInAs(anna)))
            slowly(pool, "GetTokensFromRefreshToken", "RevokeToken", "GlobalSignOut")
            // What the last of start and sign-out, both of which are at once, leaves.
            let isSignedIn = true
            for (const [index, [step, millis]] of steps.entries()) {
              const signedIn = others[index]
              if (step === "refresh") yield* forkNow(Effect.exit(session.refresh))
              else if (step === "call") yield* forkNow(Effect.exit(session.as(getUser)({})))
              else if (step === "start" && signedIn !== undefined) {
                yield* session.start(signedIn)
                isSignedIn = true
              } else if (step === "local" || step === "global" || step === "revoke") {
                yield* forkNow(Effect.exit(session.signOut(step)))
                isSignedIn = false
                assert.isUndefined(yield* session.signedIn)
              }
              yield* TestClock.adjust(millis)
            }
            yield* TestClock.adjust("1 minute")
            const held = yield* session.signedIn
            // All of a user's sessions may have ended at the service meanwhile; none comes back.
            if (!isSignedIn) assert.isUndefined(held)
            assert.strictEqual(store.items.size, held === undefined ? 0 : 1)
            const stored = yield* (yield* makeSession({ store })).signedIn
            assert.strictEqual(valueOf(stored?.tokens.accessToken), valueOf(held?.tokens.accessToken))
          }).pipe(Effect.provide(clientOf(pool)), Effect.provide(TestClock.layer()), Effect.runPromise)
        }
      ),
      { numRuns: 40 }
    ), 120_000)
})

describe("refusals", () => {
  const ending = [
    "NotAuthorizedException",
    "UserNotFoundException",
    "PasswordResetRequiredException",
    "UserNotConfirmedException"
  ]
  const names = [
    ...new Set(
      [...getTokensFromRefreshToken.spec.errors, ...initiateAuth.spec.errors].map(({ identifier }) => identifier)
    )
  ]

  it("each error of the two operations has its place", () => {
    assert.deepStrictEqual(
      names.filter((_tag) => verdictOf({ _tag }) !== "stay").sort(),
      [...ending, "RefreshTokenReuseException"].sort()
    )
    // So has it in the documentation.
    const page = readFileSync(new URL("../../docs/sign-in.md", import.meta.url), "utf8")
    const rows = [...page.matchAll(/^\| `(\w+Exception)` \| (.*) \|$/gm)]
    assert.deepStrictEqual(rows.map(([, name]) => name).sort(), [...ending, "RefreshTokenReuseException"].sort())
    // Those that are named are errors of the service.
    for (const name of ending) assert.property(ServiceErrors, name)
  })

  it.effect.each(names)("%s", (name) => {
    const pool = poolOf()
    return onPool(
      pool,
      Effect.gen(function*() {
        const store = storeOf()
        const session = yield* started({ store })
        // The token is good for another half minute.
        yield* TestClock.adjust(3_570_000)
        pool.fault({ operations: ["GetTokensFromRefreshToken"], error: { name } })
        const asking = yield* forkNow(
          Effect.forEach(Array.from({ length: 10 }), () => Effect.exit(session.accessToken))
        )
        const exits = yield* ended(asking)
        const isOver = verdictOf({ _tag: name }) !== "stay"
        assert.deepStrictEqual(exits.map(({ _tag }) => _tag), exits.map(() => isOver ? "Failure" : "Success"))
        assert.strictEqual(store.items.size, isOver ? 0 : 1)
        assert.strictEqual((yield* session.signedIn) === undefined, isOver)
        if (isOver) assert.strictEqual(refreshes(pool).length, 1)
        // When the token has ended, that is told; when the service is well again, all is.
        pool.clearFaults()
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* Effect.exit(session.accessToken))._tag, isOver ? "Failure" : "Success")
      }).pipe(Effect.provideService(RetryPolicy, { maxAttempts: 1 }))
    )
  })

  it.effect("an answer without tokens takes none away that are good yet, and is an error of its own later", () =>
    Effect.gen(function*() {
      const session = yield* makeSession()
      yield* session.start(signedInWith("one", 3_600_000))
      yield* TestClock.adjust(3_570_000)
      assert.strictEqual(Redacted.value(yield* session.accessToken), "one")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* Effect.flip(session.accessToken))._tag, "UnexpectedStepError")
      assert.isDefined(yield* session.signedIn)
    }).pipe(Effect.provide([clientOf(poolOf()), Testing.layer(Testing.stub(getTokensFromRefreshToken, {}))])))
})

const signedInWith = (accessToken: string, millis: number, issuedAt?: Date): SignedIn => ({
  _tag: "SignedIn",
  username: anna,
  typedName: anna,
  tokens: {
    accessToken: Redacted.make(accessToken),
    idToken: undefined,
    refreshToken: Redacted.make("refresh"),
    expiresAt: new Date(millis),
    ...(issuedAt === undefined ? {} : { issuedAt })
  },
  device: undefined
})

describe("two programs, one store, rotation without grace", () => {
  const both = (store: Store, options: SessionOptions = {}) =>
    Effect.gen(function*() {
      const first = yield* started({ ...options, store })
      const second = yield* makeSession({ ...options, store })
      yield* TestClock.adjust(hour)
      return [first, second] as const
    })

  const tokensOf = (sessions: ReadonlyArray<Service>) =>
    Effect.forEach(sessions, ({ accessToken }) => Effect.map(accessToken, Redacted.value), { concurrency: "unbounded" })

  describe.each([0, 1, 20, 400, 900])("a store that takes %i ms", (millis) => {
    it.effect("both go on with the winner's tokens", () => {
      const pool = poolOf({ rotation: true })
      return onPool(
        pool,
        Effect.gen(function*() {
          const items = storeOf()
          let isSlow = false
          // What it waits for beside the clock takes its time.
          const sessions = yield* both(delayed(items, () => isSlow ? millis : 0), { patience: "1 hour" })
          isSlow = true
          slowly(pool, "GetTokensFromRefreshToken")
          const asking = yield* forkNow(tokensOf(sessions))
          const tokens = yield* ended(asking)
          assert.strictEqual(new Set(tokens).size, 1)
          assert.strictEqual(items.items.size, 1)
          assert.strictEqual(pool.refreshTokens().length, 1)
          const stored = yield* (yield* makeSession({ store: items })).signedIn
          assert.strictEqual(valueOf(stored?.tokens.accessToken), tokens[0])
        })
      )
    })
  })

  it.effect("with a lock there is one refresh", () => {
    const pool = poolOf({ rotation: true })
    const owners = new Map<string, string>()
    const lock = fromLease({
      acquire: (name, owner) => Effect.sync(() => !owners.has(name) && (owners.set(name, owner), true)),
      release: (name, owner) => Effect.sync(() => owners.get(name) === owner && owners.delete(name))
    })
    return onPool(
      pool,
      Effect.gen(function*() {
        const sessions = yield* both(storeOf())
        slowly(pool, "GetTokensFromRefreshToken")
        const asking = yield* forkNow(tokensOf(sessions))
        assert.strictEqual(new Set(yield* ended(asking)).size, 1)
        assert.strictEqual(refreshes(pool).length, 1)
        assert.strictEqual(owners.size, 0)
      }).pipe(Effect.provideService(SessionLock, lock))
    )
  })

  it.effect("a token that was used up by nobody who shares the store ends the session, after a while", () => {
    const pool = poolOf({ rotation: true })
    return onPool(
      pool,
      Effect.gen(function*() {
        const store = storeOf()
        const session = yield* started({ store })
        const copy = yield* makeSession({ store: storeOf(new Map(store.items)) })
        yield* copy.refresh
        const refreshing = yield* forkNow(Effect.flip(session.refresh))
        yield* TestClock.adjust("2 seconds")
        assert.isDefined(yield* session.signedIn)
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual((yield* ended(refreshing))._tag, "RefreshTokenReuseException")
        assert.isUndefined(yield* session.signedIn)
        assert.strictEqual(store.items.size, 0)
      })
    )
  })

  it.effect("what was refused is removed, and nothing else", () => {
    const pool = poolOf()
    return onPool(
      pool,
      Effect.gen(function*() {
        const store = storeOf()
        const [first, second] = yield* both(store)
        // Somebody signs in anew while the first one's refresh is refused.
        pool.revokeAll()
        const fresh = yield* signedInAs(anna)
        slowly(pool, "GetTokensFromRefreshToken")
        const asking = yield* forkNow(first.accessToken)
        yield* TestClock.adjust("10 millis")
        yield* second.start(fresh)
        assert.strictEqual(valueOf(yield* ended(asking)), valueOf(fresh.tokens.accessToken))
        assert.strictEqual(store.items.size, 1)
      })
    )
  })
})

describe("a store that fails", () => {
  const failing = (methods: ReadonlyArray<keyof Store>, fails: () => boolean, store = storeOf()): Store => {
    const orFail = <A>(method: keyof Store, effect: Effect.Effect<A, KeyValueStore.KeyValueStoreError>) =>
      Effect.suspend(() => methods.includes(method) && fails() ? Effect.fail(failure) : effect)
    return {
      get: (key) => orFail("get", store.get(key)),
      set: (key, value) => orFail("set", store.set(key, value)),
      remove: (key) => orFail("remove", store.remove(key))
    }
  }

  it.effect.each([false, true])("costs no session while the program runs, with rotation: %s", (rotation) => {
    const pool = poolOf({ rotation })
    return onPool(
      pool,
      Effect.gen(function*() {
        const session = yield* makeSession({ store: failing(["get", "set", "remove"], () => true) })
        const told = yield* forkNow(Stream.runCollect(Stream.take(session.failures, 2)))
        const seen = yield* forkNow(Stream.runCollect(Stream.take(session.changes, 3)))
        yield* Effect.yieldNow
        yield* session.start(yield* signedInAs(anna))
        for (let hours = 0; hours < 3; hours++) {
          yield* TestClock.adjust(hour)
          yield* session.as(getUser)({})
        }
        assert.strictEqual((yield* Fiber.join(told)).length, 2)
        assert.strictEqual((yield* Fiber.join(seen)).length, 3)
        // That tokens may be left in the store is told to who signs out; they are forgotten here.
        assert.strictEqual((yield* Effect.flip(session.signOut("revoke")))._tag, "KeyValueStoreError")
        assert.isUndefined(yield* session.signedIn)
        assert.deepStrictEqual(pool.refreshTokens(), [])
      })
    )
  })

  it.effect("and then works again has the latest", () => {
    const pool = poolOf({ rotation: true })
    return onPool(
      pool,
      Effect.gen(function*() {
        let fails = false
        const items = storeOf()
        const session = yield* started({ store: failing(["set"], () => fails, items) })
        fails = true
        yield* session.refresh
        // The older tokens that the store has yet are no news.
        yield* TestClock.adjust(hour)
        yield* session.accessToken
        fails = false
        yield* session.refresh
        const stored = yield* (yield* makeSession({ store: items })).signedIn
        assert.strictEqual(valueOf(stored?.tokens.accessToken), valueOf((yield* session.signedIn)?.tokens.accessToken))
      })
    )
  })

  it.effect("at first is read when it is well", () =>
    onPool(
      poolOf(),
      Effect.gen(function*() {
        const items = storeOf()
        yield* started({ store: items })
        let fails = true
        const next = yield* makeSession({ store: failing(["get"], () => fails, items) })
        assert.strictEqual((yield* Effect.flip(next.accessToken))._tag, "NotSignedInError")
        fails = false
        yield* next.accessToken
      })
    ))

  it.effect("by silence is waited for as long as it is said", () =>
    onPool(
      poolOf(),
      Effect.gen(function*() {
        const silent: Store = { get: () => Effect.never, set: () => Effect.never, remove: () => Effect.never }
        const making = yield* forkNow(makeSession({ store: silent, storeTimeout: "1 second" }))
        const session = yield* ended(making)
        const starting = yield* forkNow(session.start(yield* signedInAs(anna)))
        yield* TestClock.adjust("1 second")
        yield* Fiber.join(starting)
        const calling = yield* forkNow(session.as(getUser)({}))
        yield* TestClock.adjust("1 millis")
        yield* ended(calling)
        const error = yield* forkNow(Effect.flip(limited(silent, "1 second").get("k")))
        assert.include((yield* ended(error)).message, "1s")
      })
    ))
})

describe("time", () => {
  it.effect("a clock put back makes no token good for longer", () => {
    const pool = poolOf()
    return onPool(
      pool,
      Effect.gen(function*() {
        yield* TestClock.adjust("3 hours")
        const session = yield* started()
        yield* TestClock.setTime(0)
        yield* session.accessToken
        assert.strictEqual(refreshes(pool).length, 1)
        // By the clock as it is now, the new one is.
        yield* session.accessToken
        assert.strictEqual(refreshes(pool).length, 1)
      })
    )
  })

  it.effect("a call that the service refuses for the token's end is made once more with another", () => {
    const pool = poolOf()
    return onPool(
      pool,
      Effect.gen(function*() {
        const session = yield* started()
        // The service's clock is ahead.
        pool.advance("2 hours")
        yield* session.as(getUser)({})
        assert.deepStrictEqual(pool.requests.slice(-3).map(({ operation }) => operation), [
          "GetUser",
          "GetTokensFromRefreshToken",
          "GetUser"
        ])
        // Once, and not for other refusals.
        pool.fault({
          operations: ["GetUser"],
          error: { name: "NotAuthorizedException", message: "Access Token has expired" }
        })
        const before = asked(pool, "GetUser").length
        assert.strictEqual((yield* Effect.flip(session.as(getUser)({})))._tag, "NotAuthorizedException")
        assert.strictEqual(asked(pool, "GetUser").length, before + 2)
        pool.clearFaults()
        pool.fault({ operations: ["GetUser"], error: { name: "NotAuthorizedException", message: "User is disabled." } })
        yield* Effect.flip(session.as(getUser)({}))
        assert.strictEqual(asked(pool, "GetUser").length, before + 3)
      })
    )
  })

  it.effect("a token that lasts shorter than the time before its end is refreshed once in half of it", () => {
    const pool = poolOf()
    return onPool(
      pool,
      Effect.gen(function*() {
        const session = yield* started({ refreshBefore: "2 hours" })
        for (let calls = 0; calls < 5; calls++) yield* session.accessToken
        assert.strictEqual(refreshes(pool).length, 0)
        yield* TestClock.adjust("31 minutes")
        for (let calls = 0; calls < 5; calls++) yield* session.accessToken
        assert.strictEqual(refreshes(pool).length, 1)
      })
    )
  })

  it.effect.each([1e300, Number.MAX_SAFE_INTEGER, -5, 0])(
    "a lifetime that is none is bounded: %d",
    (ExpiresIn) =>
      Effect.gen(function*() {
        const store = storeOf()
        const session = yield* makeSession({ store })
        yield* session.start(signedInWith("one", 0))
        const { expiresAt } = yield* session.refresh
        assert.isFalse(Number.isNaN(expiresAt.getTime()))
        const stored = yield* (yield* makeSession({ store })).signedIn
        assert.deepStrictEqual(stored?.tokens.expiresAt, expiresAt)
      }).pipe(Effect.provide([
        clientOf(poolOf()),
        Testing.layer(
          Testing.stub(getTokensFromRefreshToken, {
            AuthenticationResult: { AccessToken: Redacted.make("two"), ExpiresIn }
          })
        )
      ]))
  )
})
