/** What users decide about their devices, and where the keys of devices are kept. */
import * as Effect from "effect/Effect"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import {
  DeviceStore,
  forgetSessionDevice,
  makeDeviceStore,
  makeSession,
  rememberSessionDevice,
  type SignedIn,
  signIn
} from "../../src/auth/index.ts"
import { defaultClientId, defaultUserPoolId } from "../../src/testing/pool/index.ts"
import { clientOf } from "./client.ts"
import { code, makePool } from "../support/pool.ts"

const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = Redacted.make("Correct-horse-1")

/** Who the device is of, whichever name was typed. */
const user = { userPoolId: defaultUserPoolId, clientId: defaultClientId, username: name }

const poolOf = (devices: boolean) =>
  makePool({ users: [{ name, aliases: ["anna"], password: Redacted.value(password), mfa: ["SMS_MFA"] }], devices })

const signedIn = Effect.gen(function*() {
  const step = yield* signIn({ flow: "USER_SRP_AUTH", username: "anna", password })
  const last = step._tag === "SmsMfa" ? yield* step.respond({ code: Redacted.make(code) }) : step
  return last._tag === "SignedIn" ? last : expect.unreachable(last._tag)
})

const sessionOf = (signedIn: SignedIn) => Effect.tap(makeSession(), (session) => session.start(signedIn))

it("a device is remembered, no more, and forgotten on both sides", async () => {
  const pool = poolOf(true)
  await Effect.gen(function*() {
    const first = yield* signedIn
    const session = yield* sessionOf(first)
    const key = first.device?.key ?? ""
    yield* rememberSessionDevice(session)
    expect(pool.devices().find((device) => device.key === key)?.remembered).toBe(true)
    yield* rememberSessionDevice(session, false)
    expect(pool.devices().find((device) => device.key === key)?.remembered).toBe(false)
    yield* forgetSessionDevice(session)
    expect(pool.devices()).toEqual([])
    expect(yield* (yield* DeviceStore)?.get(user) ?? Effect.fail("no store")).toBeUndefined()
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
})

it("a session without a device says so", () =>
  Effect.gen(function*() {
    const session = yield* sessionOf(yield* signedIn)
    expect((yield* Effect.flip(rememberSessionDevice(session)))._tag).toBe("NoDeviceError")
    expect((yield* Effect.flip(forgetSessionDevice(session)))._tag).toBe("NoDeviceError")
  }).pipe(Effect.provide(clientOf(poolOf(false))), Effect.runPromise))

it("a refresh names the device, new or known", async () => {
  const pool = poolOf(true)
  await Effect.gen(function*() {
    for (let time = 0; time < 2; time++) {
      const { device } = yield* Effect.tap(
        signedIn,
        (signedIn) => Effect.flatMap(sessionOf(signedIn), ({ refresh }) => refresh)
      )
      expect(pool.requests.at(-1)?.input.DeviceKey).toBe(device?.key)
    }
  }).pipe(Effect.provide(clientOf(pool)), Effect.runPromise)
  expect(pool.requests.map(({ operation }) => operation).filter((name) => name === "ConfirmDevice")).toHaveLength(1)
})

describe("a store that is kept", () => {
  const kept = Effect.provide(KeyValueStore.KeyValueStore, KeyValueStore.layerMemory)

  it("has a device's keys for the next start of the program", () =>
    Effect.gen(function*() {
      const store = yield* kept
      const { device } = yield* Effect.provideService(signedIn, DeviceStore, makeDeviceStore({ store }))
      expect(device?.confirmed).toBe(true)
      const next = yield* Effect.provideService(
        signIn({ flow: "USER_SRP_AUTH", username: "anna", password }),
        DeviceStore,
        makeDeviceStore({ store })
      )
      expect(next._tag).toBe("SignedIn")
      // Another device's removal is not this one's.
      yield* makeDeviceStore({ store }).remove(user, "another")
      expect((yield* makeDeviceStore({ store }).get(user))?.key).toBe(device?.key)
      yield* makeDeviceStore({ store }).remove(user, device?.key ?? "")
      expect(yield* makeDeviceStore({ store }).get(user)).toBeUndefined()
    }).pipe(Effect.provide(clientOf(poolOf(true))), Effect.runPromise))

  it("that holds something else, or fails, has nothing", () =>
    Effect.gen(function*() {
      const store = yield* kept
      yield* store.set(`effect-cognito/device/${user.userPoolId}/${user.clientId}/${name}`, "{}")
      expect(yield* makeDeviceStore({ store }).get(user)).toBeUndefined()
      const error = new KeyValueStore.KeyValueStoreError({ method: "get", key: "k", message: "no disk" })
      const broken = { ...store, get: () => Effect.fail(error), set: () => Effect.fail(error) }
      const { device } = yield* Effect.provideService(signedIn, DeviceStore, makeDeviceStore({ store: broken }))
      expect(device?.confirmed).toBe(true)
    }).pipe(Effect.provide(clientOf(poolOf(true))), Effect.runPromise))
})
