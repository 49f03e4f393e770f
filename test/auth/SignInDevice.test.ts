/** Devices in a sign-in: one for a user under whichever name, and none that locks its user out. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import {
  adminSignIn,
  type AppClient,
  DeviceStore,
  forgetSessionDevice,
  makeDeviceStore,
  makeSession,
  signIn,
  type SignInOptions,
  type Step
} from "../../src/auth/index.ts"
import { limited, type Store } from "../../src/auth/Storage.ts"
import type { Signer } from "../../src/client/Signer.ts"
import { makeAuth } from "../../src/promise/auth.ts"
import type { Cognito } from "../../src/Service.ts"
import { clientOf } from "./client.ts"
import { code, makePool, type Pool } from "../support/pool.ts"

const secret = Redacted.make
const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = secret("Correct-horse-1")
const names = ["anna@example.com", name, "ANNA@example.com", "anna"]

const poolOf = () =>
  makePool({
    users: [{ name, aliases: ["anna@example.com", "anna"], password: Redacted.value(password), mfa: ["SMS_MFA"] }],
    devices: true,
    anyCase: true
  })

const run = <A, E>(pool: Pool, effect: Effect.Effect<A, E, AppClient | Cognito | Signer>): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, clientOf(pool)))

/** Types the code where it is asked for, and tells how often that was. */
const signedIn = <R, E>(begun: Effect.Effect<Step<R, E>, E, R>) =>
  Effect.gen(function*() {
    const first = yield* begun
    const last = first._tag === "SmsMfa" ? yield* first.respond({ code: secret(code) }) : first
    if (last._tag !== "SignedIn") return expect.unreachable(last._tag)
    return { ...last, codes: first === last ? 0 : 1 }
  })

const by = (flow: "USER_SRP_AUTH" | "USER_PASSWORD_AUTH", username = "anna@example.com") =>
  signedIn(signIn({ flow, username, password }))

/** The store of devices that the client has. */
const deviceStore = Effect.flatMap(DeviceStore, (store) => store ? Effect.succeed(store) : Effect.die("no store"))

const user = ({ clientId, id }: Pool) => ({ userPoolId: id, clientId, username: name })

describe("one user under several names", () => {
  it("has one device, and types one code", async () => {
    const pool = poolOf()
    const all = await run(pool, Effect.forEach(names, (username) => by("USER_SRP_AUTH", username)))
    expect(all.map(({ codes }) => codes)).toEqual([1, 0, 0, 0])
    expect(new Set(all.map(({ device }) => device?.key)).size).toBe(1)
    expect([...pool.devices()]).toHaveLength(1)
  })

  it("has one device where the password is sent at once, and types a code once a name", async () => {
    const pool = poolOf()
    const twice = [...names, ...names]
    const all = await run(pool, Effect.forEach(twice, (username) => by("USER_PASSWORD_AUTH", username)))
    // The pool's own name is known as soon as one has been typed that is not.
    expect(all.map(({ codes }) => codes)).toEqual([1, 0, 1, 1, 0, 0, 0, 0])
    expect(new Set(all.map(({ device }) => device?.key)).size).toBe(1)
    expect([...pool.devices()]).toHaveLength(1)
  })

  it("has one device whoever signs it in", async () => {
    const pool = poolOf()
    const admin = signedIn(adminSignIn({ flow: "ADMIN_USER_PASSWORD_AUTH", username: "anna", password }))
    const all = await run(pool, Effect.all([by("USER_SRP_AUTH"), admin, admin]))
    expect(all.map(({ codes }) => codes)).toEqual([1, 1, 0])
    expect([...pool.devices()]).toHaveLength(1)
  })

  it("has one device in the browser's storage", async () => {
    const pool = poolOf()
    const items = new Map<string, string>()
    const auth = makeAuth({
      userPoolId: pool.id,
      clientId: pool.clientId,
      layer: clientOf(pool, false),
      deviceStorage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
        removeItem: (key) => void items.delete(key)
      }
    })
    const tags: Array<string> = []
    for (const username of names) {
      const step = await auth.signIn({ flow: "USER_SRP_AUTH", username, password: Redacted.value(password) })
      tags.push(step._tag)
      if (step._tag === "SmsMfa") await step.respond({ code })
    }
    expect(tags).toEqual(["SmsMfa", "SignedIn", "SignedIn", "SignedIn"])
    expect([...items.keys()]).toEqual([`effect-cognito/device/${pool.id}/${pool.clientId}/${name}`])
  })

  it("of two users who had the same address in turn, each has the own device", async () => {
    const other = "9a000000-0000-4000-8000-000000000000"
    const pool = makePool({
      users: [
        { name, aliases: ["anna"], password: Redacted.value(password), mfa: ["SMS_MFA"] },
        { name: other, aliases: ["bert"], password: Redacted.value(password), mfa: ["SMS_MFA"] }
      ],
      devices: true
    })
    await run(
      pool,
      Effect.gen(function*() {
        const store = yield* deviceStore
        const [anna, bert] = [yield* by("USER_PASSWORD_AUTH", "anna"), yield* by("USER_PASSWORD_AUTH", "bert")]
        // As if "bert" had been Anna's before.
        yield* store.setUsername({ ...user(pool), username: "bert" }, name)
        const again = yield* by("USER_PASSWORD_AUTH", "bert")
        expect(again.device?.key).toBe(bert.device?.key)
        expect((yield* store.get(user(pool)))?.key).toBe(anna.device?.key)
        expect((yield* by("USER_PASSWORD_AUTH", "bert")).codes).toBe(0)
        expect((yield* by("USER_PASSWORD_AUTH", "anna")).codes).toBe(0)
      })
    )
  })
})

const flows: ReadonlyArray<SignInOptions> = [
  { flow: "USER_SRP_AUTH", username: "anna", password },
  { flow: "USER_PASSWORD_AUTH", username: "anna", password },
  { flow: "USER_AUTH", preferredChallenge: "PASSWORD", username: "anna", password },
  { flow: "USER_AUTH", preferredChallenge: "PASSWORD_SRP", username: "anna", password }
]

/** What makes the pool refuse a device that the store has. */
const refusals: ReadonlyArray<
  readonly [string, (pool: Pool, store: DeviceStore, key: string) => Effect.Effect<unknown>]
> = [
  ["the pool has forgotten it", (pool) => Effect.sync(() => pool.forgetDevices())],
  [
    "its password is another",
    (pool, store) =>
      Effect.flatMap(
        store.get(user(pool)),
        (keys) => keys === undefined ? Effect.void : store.set(user(pool), { ...keys, password: secret("AAAA") })
      )
  ],
  [
    "its group is another",
    (pool, store) =>
      Effect.flatMap(
        store.get(user(pool)),
        (keys) => keys === undefined ? Effect.void : store.set(user(pool), { ...keys, groupKey: "-other" })
      )
  ],
  ["its key is none", (pool, store) => store.set(user(pool), { key: "x!", groupKey: "-g", password: secret("AAAA") })],
  ["its key is another's", (pool, store) =>
    store.set(user(pool), {
      key: "eu-central-1_00000000-0000-4000-8000-000000000000",
      groupKey: "-g",
      password: secret("AAAA")
    })],
  ...["DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"].flatMap((challenge) =>
    [
      ["ResourceNotFoundException", "Device does not exist."],
      ["InvalidParameterException", "Invalid device key given."],
      ["NotAuthorizedException", "Incorrect username or password."]
    ].map(([error = "", message = ""]) =>
      [
        `${challenge}: ${message}`,
        (pool: Pool) =>
          Effect.sync(() =>
            pool.fault({
              where: ({ ChallengeName }) => ChallengeName === challenge,
              times: 1,
              error: { name: error, message }
            })
          )
      ] as const
    )
  )
]

describe.each(refusals)("a device that is refused, as %s", (_, spoil) => {
  it.each(flows)("is dropped, and the sign-in goes on without it: $flow $preferredChallenge", async (options) => {
    const pool = poolOf()
    await run(
      pool,
      Effect.gen(function*() {
        const store = yield* deviceStore
        const first = yield* signedIn(signIn(options))
        yield* spoil(pool, store, first.device?.key ?? "")
        const second = yield* signedIn(signIn(options))
        expect(second.codes).toBe(1)
        expect(second.device?.key).not.toBe(first.device?.key)
        expect((yield* store.get(user(pool)))?.key).toBe(second.device?.key)
        pool.clearFaults()
        expect((yield* signedIn(signIn(options))).codes).toBe(0)
      })
    )
  })
})

it.each(flows)("a device that the pool has forgotten is named once: $flow $preferredChallenge", async (options) => {
  const pool = poolOf()
  await run(
    pool,
    Effect.gen(function*() {
      const { device } = yield* signedIn(signIn(options))
      pool.forgetDevices()
      const before = pool.requests.length
      yield* signedIn(signIn(options))
      const named = pool.requests.slice(before).filter(({ input }) =>
        JSON.stringify(input).includes(device?.key ?? "-")
      )
      expect(named).toHaveLength(1)
    })
  )
})

it("a device that is refused is dropped, too, where tokens follow at once and no other takes its place", async () => {
  const pool = makePool({ users: [{ name, aliases: ["anna"], password: Redacted.value(password) }], devices: true })
  const signIn = by("USER_PASSWORD_AUTH", "anna")
  await run(
    pool,
    Effect.gen(function*() {
      const store = yield* deviceStore
      expect((yield* signIn).device?.confirmed).toBe(true)
      pool.forgetDevices()
      pool.fault({ operations: ["ConfirmDevice"], error: { name: "InternalErrorException" } })
      expect((yield* signIn).device?.confirmed).toBe(false)
      expect(yield* store.get(user(pool))).toBeUndefined()
    })
  )
})

it("a password that is wrong is no fault of the device's", async () => {
  const pool = poolOf()
  await run(
    pool,
    Effect.gen(function*() {
      const { device } = yield* by("USER_SRP_AUTH")
      for (const options of flows.map((options) => ({ ...options, password: secret("wrong") }))) {
        const before = pool.requests.length
        expect((yield* Effect.flip(signIn(options)))._tag).toBe("NotAuthorizedException")
        expect(pool.requests.length - before).toBeLessThanOrEqual(2)
      }
      expect((yield* by("USER_SRP_AUTH")).device?.key).toBe(device?.key)
    })
  )
})

it("a device that is new has the name that it is given", async () => {
  const pool = poolOf()
  await run(pool, signedIn(signIn({ flow: "USER_SRP_AUTH", username: "anna", password, deviceName: "Anna's laptop" })))
  const confirmed = pool.requests.find(({ operation }) => operation === "ConfirmDevice")
  expect(confirmed?.input.DeviceName).toBe("Anna's laptop")
})

describe("a store of devices that fails", () => {
  const failing = (fails: keyof Store, how: "throws" | "is silent") => {
    const items = new Map<string, string>()
    const answer = <A>(method: keyof Store, run: () => A): Promise<A> => {
      if (method !== fails) return Promise.resolve(run())
      return how === "throws" ? Promise.reject(new Error("no space")) : new Promise(() => {})
    }
    return {
      getItem: (key: string) => answer("get", () => items.get(key) ?? null),
      setItem: (key: string, value: string) => answer("set", () => void items.set(key, value)),
      removeItem: (key: string) => answer("remove", () => void items.delete(key))
    }
  }

  it.each(["get", "set", "remove"] as const)(
    "costs no sign-in, and no second code while memory has it: %s",
    async (fails) => {
      const pool = poolOf()
      const auth = makeAuth({
        userPoolId: pool.id,
        clientId: pool.clientId,
        layer: clientOf(pool, false),
        deviceStorage: failing(fails, "throws")
      })
      const codes: Array<number> = []
      for (let times = 0; times < 2; times++) {
        const step = await auth.signIn({ flow: "USER_SRP_AUTH", username: "anna", password: Redacted.value(password) })
        codes.push(step._tag === "SmsMfa" ? 1 : 0)
        const last = step._tag === "SmsMfa" ? await step.respond({ code }) : step
        expect(last._tag).toBe("SignedIn")
      }
      expect(codes).toEqual(fails === "get" ? [1, 1] : [1, 0])
    }
  )

  it("by silence is not waited for for ever", async () => {
    const pool = poolOf()
    const silent: Store = { get: () => Effect.never, set: () => Effect.never, remove: () => Effect.never }
    const store = makeDeviceStore({ store: silent, storeTimeout: "20 millis" })
    const { codes } = await run(pool, Effect.provideService(by("USER_SRP_AUTH"), DeviceStore, store))
    expect(codes).toBe(1)
    expect((await Effect.runPromise(store.get(user(pool))))?.key).toBeDefined()
    await expect(Effect.runPromise(limited(silent, "20 millis").get("k"))).rejects.toMatchObject({ method: "get" })
  })
})

describe("a device that is forgotten", () => {
  const sessionOf = Effect.gen(function*() {
    const session = yield* makeSession()
    yield* session.start(yield* by("USER_PASSWORD_AUTH"))
    return session
  })

  it("is so on both sides, and named no more by refreshes", async () => {
    const pool = poolOf()
    await run(
      pool,
      Effect.gen(function*() {
        const store = yield* deviceStore
        const session = yield* sessionOf
        yield* forgetSessionDevice(session)
        expect([...pool.devices()]).toEqual([])
        expect(yield* store.get(user(pool))).toBeUndefined()
        expect(yield* store.usernameOf({ ...user(pool), username: "anna@example.com" })).toBeUndefined()
        yield* session.refresh
        expect(pool.requests.at(-1)?.input).not.toHaveProperty("DeviceKey")
      })
    )
  })

  it("is so where the pool has forgotten it before", async () => {
    const pool = poolOf()
    await run(
      pool,
      Effect.gen(function*() {
        const store = yield* deviceStore
        const session = yield* sessionOf
        pool.forgetDevices()
        yield* forgetSessionDevice(session)
        expect(yield* store.get(user(pool))).toBeUndefined()
        expect((yield* session.signedIn)?.device).toBeUndefined()
      })
    )
  })

  it("does not keep a session from being refreshed", async () => {
    const pool = poolOf()
    await run(
      pool,
      Effect.gen(function*() {
        const session = yield* sessionOf
        pool.forgetDevices()
        pool.fault({
          operations: ["GetTokensFromRefreshToken"],
          times: 1,
          error: { name: "ResourceNotFoundException", message: "Device does not exist." }
        })
        yield* session.refresh
        expect(pool.requests.at(-1)?.input).not.toHaveProperty("DeviceKey")
        expect((yield* session.signedIn)?.device).toBeUndefined()
      })
    )
  })
})
