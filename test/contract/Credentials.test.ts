/** Credentials that are loaded: when, how often, and what those who wait for them get. */
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import {
  type AwsCredentials,
  Credentials,
  layerConfig,
  layerLoaded,
  layerStatic
} from "../../src/client/Credentials.ts"
import { layerProvider } from "../../src/credentials/index.ts"
import { CredentialsError } from "../../src/errors/ClientError.ts"
import { adminGetUser, layer, Transport } from "../../src/index.ts"

const forGood = (accessKeyId: string): AwsCredentials => ({ accessKeyId, secretAccessKey: Redacted.make("s") })

const get = Effect.flatMap(Credentials, ({ get }) => get)
const id = Effect.map(get, ({ accessKeyId }) => accessKeyId)

const refused = new CredentialsError({ message: "refused" })

/** A load that counts; each gives credentials that last an hour, but where `fails` says no. */
const loading = (fails: (load: number) => boolean = () => false, before: Effect.Effect<void> = Effect.void) => {
  const loads = { count: 0 }
  const load = Effect.gen(function*() {
    const nth = ++loads.count
    yield* before
    if (fails(nth)) return yield* refused
    const now = yield* Clock.currentTimeMillis
    return { ...forGood(`key-${nth}`), expiration: new Date(now + 3_600_000) }
  })
  return { loads, live: layerLoaded(load) }
}

describe("loaded credentials", () => {
  it.effect("are not loaded before they are needed, and then once", () =>
    Effect.gen(function*() {
      const { live, loads } = loading()
      yield* Effect.gen(function*() {
        expect(loads.count).toBe(0)
        expect([yield* id, yield* id, yield* id]).toEqual(["key-1", "key-1", "key-1"])
        expect(loads.count).toBe(1)
      }).pipe(Effect.provide(live))
    }))

  it.effect("are loaded again after a load that never ended, which nobody waits for longer than its limit", () =>
    Effect.gen(function*() {
      let loads = 0
      const live = layerLoaded(Effect.suspend(() => ++loads === 1 ? Effect.never : Effect.succeed(forGood("key"))))
      yield* Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(Effect.flip(id))
        yield* TestClock.adjust("25 seconds")
        expect((yield* Fiber.join(waiting)).message).toBe("the credentials were not loaded within 25 seconds")
        expect(yield* id).toBe("key")
        expect(loads).toBe(2)
      }).pipe(Effect.provide(live))
    }))

  it.effect("name the source that does not answer", () =>
    Effect.gen(function*() {
      const silent = layerProvider(() => new Promise(() => {}), "container")
      const waiting = yield* Effect.forkChild(Effect.flip(Effect.provide(id, silent)))
      yield* TestClock.adjust("20 seconds")
      const { message, sources } = yield* Fiber.join(waiting)
      expect([message, sources]).toEqual(["no credentials from container: no answer within 20 seconds", ["container"]])
    }))

  it.effect("are loaded once for a hundred that wait", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const { live, loads } = loading(() => false, Deferred.await(gate))
      yield* Effect.gen(function*() {
        const waiting = yield* Effect.forkChild(Effect.all(Array.from({ length: 100 }, () => id), {
          concurrency: "unbounded"
        }))
        yield* TestClock.adjust("1 second")
        yield* Deferred.succeed(gate, undefined)
        expect(new Set(yield* Fiber.join(waiting))).toEqual(new Set(["key-1"]))
        expect(loads.count).toBe(1)
      }).pipe(Effect.provide(live))
    }))

  it.effect("that do not expire are kept for good", () =>
    Effect.gen(function*() {
      let loads = 0
      const live = layerLoaded(Effect.sync(() => forGood(`key-${++loads}`)))
      yield* Effect.gen(function*() {
        expect(yield* id).toBe("key-1")
        yield* TestClock.adjust("1000 days")
        expect(yield* id).toBe("key-1")
      }).pipe(Effect.provide(live))
    }))

  it.effect("are refreshed from 5 minutes before they expire, and nobody waits for it", () =>
    Effect.gen(function*() {
      const { live, loads } = loading(() => false, Effect.sleep("2 seconds"))
      yield* Effect.gen(function*() {
        const first = yield* Effect.forkChild(id)
        yield* TestClock.adjust("2 seconds")
        expect(yield* Fiber.join(first)).toBe("key-1")
        yield* TestClock.adjust("54 minutes")
        expect(yield* id).toBe("key-1")
        expect(loads.count).toBe(1)
        yield* TestClock.adjust("2 minutes")
        expect([yield* id, yield* id]).toEqual(["key-1", "key-1"])
        yield* Effect.yieldNow
        expect(loads.count).toBe(2)
        yield* TestClock.adjust("2 seconds")
        expect(yield* id).toBe("key-2")
        expect(loads.count).toBe(2)
      }).pipe(Effect.provide(live))
    }))

  it.effect("stay where a refresh fails, until they expire; the next try is 10 seconds later", () =>
    Effect.gen(function*() {
      const { live, loads } = loading((load) => load > 1)
      yield* Effect.gen(function*() {
        yield* id
        yield* TestClock.adjust("56 minutes")
        for (const seconds of [0, 9, 1, 10]) {
          yield* TestClock.adjust(seconds * 1000)
          expect(yield* id).toBe("key-1")
          yield* Effect.yieldNow
        }
        expect(loads.count).toBe(4)
        yield* TestClock.adjust("4 minutes")
        expect(yield* Effect.flip(get)).toEqual(refused)
      }).pipe(Effect.provide(live))
    }))

  it.effect("are waited for again once they have expired", () =>
    Effect.gen(function*() {
      const { live, loads } = loading()
      yield* Effect.gen(function*() {
        yield* id
        yield* TestClock.adjust("2 hours")
        expect(yield* id).toBe("key-2")
        expect(loads.count).toBe(2)
      }).pipe(Effect.provide(live))
    }))

  it.effect("that failed are loaded anew for the next call", () =>
    Effect.gen(function*() {
      const { live } = loading((load) => load === 1)
      yield* Effect.gen(function*() {
        expect(yield* Effect.flip(get)).toEqual(refused)
        expect(yield* id).toBe("key-2")
      }).pipe(Effect.provide(live))
    }))

  it.effect("that have expired already are an error, and so is an expiration that is no time", () =>
    Effect.gen(function*() {
      for (const expiration of [new Date(-1), new Date(NaN)]) {
        const live = layerLoaded(Effect.succeed({ ...forGood("a"), expiration }))
        const error = yield* Effect.flip(Effect.provide(get, live))
        expect(error.message).toBe("the credentials that were loaded have expired already")
      }
    }))

  it.effect("are loaded on for the others where the one that began it is interrupted", () =>
    Effect.gen(function*() {
      const gate = yield* Deferred.make<void>()
      const { live, loads } = loading(() => false, Deferred.await(gate))
      yield* Effect.gen(function*() {
        const first = yield* Effect.forkChild(id, { startImmediately: true })
        const second = yield* Effect.forkChild(id, { startImmediately: true })
        yield* Fiber.interrupt(first)
        yield* Deferred.succeed(gate, undefined)
        expect(yield* Fiber.join(second)).toBe("key-1")
        expect(loads.count).toBe(1)
      }).pipe(Effect.provide(live))
    }))

  it.effect("that are being loaded when the layer closes are given up, and those who wait are told", () =>
    Effect.gen(function*() {
      const scope = yield* Scope.make()
      const { live } = loading(() => false, Effect.never)
      const context = yield* Layer.buildWithScope(live, scope)
      const waiting = yield* Effect.forkChild(Effect.provideContext(get, context), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      expect((yield* Effect.flip(Fiber.join(waiting))).message).toBe("the credentials' load was interrupted")
    }))
})

describe("credentials of the configuration", () => {
  const configured = (env: { readonly [name: string]: string }) =>
    Layer.provide(layerConfig, ConfigProvider.layer(ConfigProvider.fromEnv({ env })))

  it.effect("are those under AWS's names", () =>
    Effect.gen(function*() {
      const keys = { AWS_ACCESS_KEY_ID: "AKID", AWS_SECRET_ACCESS_KEY: "secret" }
      expect(yield* Effect.provide(get, configured(keys))).toEqual({
        accessKeyId: "AKID",
        secretAccessKey: Redacted.make("secret")
      })
      expect(yield* Effect.provide(get, configured({ ...keys, AWS_SESSION_TOKEN: "token" }))).toMatchObject({
        sessionToken: Redacted.make("token")
      })
    }))

  it.effect("that are not there are a typed error of the call", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(Effect.provide(get, configured({ AWS_ACCESS_KEY_ID: "AKID" })))
      expect(error).toMatchObject({ _tag: "CredentialsError", sources: ["configuration"] })
      expect(error.message).toContain("AWS_SECRET_ACCESS_KEY")
    }))
})

describe("a client without credentials in its options", () => {
  const unsent = Layer.succeed(Transport, {
    send: ({ headers }) =>
      Effect.succeed({
        status: 200,
        headers: {},
        body: new TextEncoder().encode(JSON.stringify({ Username: headers["authorization"]?.split("/")[0] }))
      })
  })
  const user = { UserPoolId: "eu-central-1_a", Username: "anna" }
  const client = Layer.provide(layer({ region: "eu-central-1" }), unsent)

  it.effect("signs with those of the service, as they are at each attempt", () =>
    Effect.gen(function*() {
      const { live } = loading()
      yield* Effect.gen(function*() {
        const { Username } = yield* adminGetUser(user)
        expect(Username).toBe("AWS4-HMAC-SHA256 Credential=key-1")
        yield* TestClock.adjust("2 hours")
        expect((yield* adminGetUser(user)).Username).toBe("AWS4-HMAC-SHA256 Credential=key-2")
      }).pipe(Effect.provide(Layer.provide(client, live)))
    }))

  it.effect("fails with their error, once", () =>
    Effect.gen(function*() {
      const { live, loads } = loading(() => true)
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), Layer.provide(client, live)))
      expect(error).toMatchObject({ _tag: "ClientError", reason: refused })
      expect(loads.count).toBe(1)
    }))

  it.effect("takes fixed ones from there, too", () =>
    Effect.gen(function*() {
      const live = Layer.provide(client, layerStatic(forGood("AKID")))
      expect((yield* Effect.provide(adminGetUser(user), live)).Username).toContain("Credential=AKID")
    }))
})
