/** What calls leave in memory, and what they take: nothing that stays, and no more than a few kilobytes each. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { adminGetUser, layerPublic, listUsers, Transport } from "../../src/index.ts"
import { layer, layerSigner } from "../../src/node/index.ts"
import { answer } from "../faults/faults.ts"
import { faultServer } from "../faults/faultServer.ts"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** The bytes that are held. */
const held = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

/** A client whose requests a function answers, by their number. */
const answering = (body: (request: number) => string) => {
  let requests = 0
  const send = () =>
    Effect.callback<{ status: number; headers: {}; body: Uint8Array }>((resume) => {
      const bytes = new TextEncoder().encode(body(++requests))
      queueMicrotask(() => resume(Effect.succeed({ status: 200, headers: {}, body: bytes })))
    })
  return ManagedRuntime.make(Layer.merge(
    Layer.provide(layerPublic({ region: "eu-central-1" }), Layer.succeed(Transport, { send })),
    layerSigner({ region: "eu-central-1", credentials })
  ))
}

const times = <A, E, R>(count: number, effect: Effect.Effect<A, E, R>) => {
  let left = count
  return Effect.whileLoop({ while: () => left-- > 0, body: () => effect, step: () => {} })
}

describe("memory", () => {
  it("is as much after 100,000 calls as after 2,000", async () => {
    const runtime = answering(() => `{"Username":"anna"}`)
    const call = Effect.suspend(() => adminGetUser(user))
    await runtime.runPromise(times(2000, call))
    const before = held()
    await runtime.runPromise(times(98_000, call))
    expect(held() - before).toBeLessThan(1_000_000)
    await runtime.dispose()
  })

  it("is as much after 10,000 pages as after 1,000", async () => {
    const page = JSON.stringify(
      Array.from({ length: 20 }, (_, n) => ({ Username: `user-${n}`, UserStatus: "CONFIRMED" }))
    )
    const runtime = answering((request) =>
      `{"Users":${page}${request < 10_000 ? `,"PaginationToken":"${request}"` : ""}}`
    )
    let users = 0
    let before = 0
    const all = Stream.runForEach(listUsers.items({ UserPoolId: user.UserPoolId }), () =>
      Effect.sync(() => {
        if (++users === 20_000) before = held()
      }))
    await runtime.runPromise(all)
    expect(users).toBe(200_000)
    expect(held() - before).toBeLessThan(1_000_000)
    await runtime.dispose()
  })

  it("a call takes at most 40 KB, most of it at once free again", async () => {
    const runtime = answering(() => `{"Username":"anna","UserAttributes":[{"Name":"email","Value":"a@example.com"}]}`)
    const call = Effect.suspend(() => adminGetUser(user))
    await runtime.runPromise(times(2000, call))
    const takes = async (): Promise<number> => {
      const before = held()
      await runtime.runPromise(times(100, call))
      // Without a collection in between, what was taken is what is used.
      return (process.memoryUsage().heapUsed - before) / 100
    }
    const taken = [await takes(), await takes(), await takes()]
    expect(Math.min(...taken)).toBeGreaterThan(1000)
    expect(Math.min(...taken)).toBeLessThan(40_000)
    await runtime.dispose()
  })
})

describe("sockets", () => {
  it("are 50 for 1,000 calls at once", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([answer({ body: `{"Username":"anna"}` })])
      const calls = Array.from({ length: 1000 }, () => adminGetUser(user))
      const live = layer({ region: "eu-central-1", endpoint: server.url, credentials })
      const users = yield* Effect.provide(Effect.all(calls, { concurrency: "unbounded" }), live)
      expect(users).toHaveLength(1000)
      expect(server.requests).toHaveLength(1000)
      expect(server.connections()).toBe(50)
    }).pipe(Effect.scoped, Effect.runPromise))
})
