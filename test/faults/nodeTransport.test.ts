/**
 * What `layerNode` alone can do: connections that are kept and shared, their limits, and the end of them all with the
 * layer's scope.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { Agent } from "node:http"
import type { Socket } from "node:net"
import { describe, expect } from "vitest"
import { layerNode } from "../../src/node/index.ts"
import { adminGetUser } from "../../src/operations/Users.ts"
import { answer, raw, together } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { clientOver, until } from "./transports.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "b" }

const good = answer({ body: `{"Username":"b"}` })

/** Calls one after the other, or all at once. */
const calls = (n: number) => Effect.forEach(Array.from({ length: n }), () => adminGetUser(user))
const pool = (n: number) =>
  Effect.forEach(Array.from({ length: n }), () => adminGetUser(user), { concurrency: "unbounded" })

describe("connections", () => {
  it.live("are used again, one after the other and side by side", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([...Array.from({ length: 20 }, () => good), together(5, good)])
      yield* Effect.provide(
        Effect.andThen(calls(20), Effect.andThen(pool(5), pool(5))),
        clientOver(layerNode(), server.url)
      )
      expect(server.connections()).toBe(5)
      expect(server.requests).toHaveLength(30)
    }))

  it.live("are no more than asked for; further calls wait", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([together(3, good)])
      const users = yield* Effect.provide(pool(21), clientOver(layerNode({ maxSockets: 3 }), server.url))
      expect(users).toHaveLength(21)
      expect(server.connections()).toBe(3)
    }))

  it.live("to wait for one does not count against the limit for a connection", () =>
    Effect.gen(function*() {
      const slowly: Fault = (socket, request) => setTimeout(() => good(socket, request), 300)
      const server = yield* faultServer([slowly, slowly, good])
      const transport = layerNode({ maxSockets: 1 })
      const users = yield* Effect.provide(pool(3), clientOver(transport, server.url, { connection: "150 millis" }))
      expect(users).toHaveLength(3)
    }))

  it.live("that cannot be made end in the limit for a connection", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([], { onConnect: raw() })
      const url = server.url.replace("http:", "https:")
      const error = yield* Effect.flip(
        Effect.provide(adminGetUser(user), clientOver(layerNode(), url, { connection: "100 millis" }))
      )
      expect(error).toMatchObject({ reason: { _tag: "TimeoutError", limit: "connection", millis: 100 } })
      yield* until(() => server.open() === 0)
    }))

  it.live("that closed while idle are not used again", () =>
    Effect.gen(function*() {
      const closing: Fault = (socket, request) => {
        good(socket, request)
        setTimeout(() => socket.end(), 20)
      }
      const server = yield* faultServer([closing, good])
      const twice = Effect.andThen(
        adminGetUser(user),
        Effect.andThen(until(() => server.open() === 0), adminGetUser(user))
      )
      expect(yield* Effect.provide(twice, clientOver(layerNode(), server.url))).toEqual({ Username: "b" })
      expect(server.connections()).toBe(2)
    }))

  it.live("are closed after a while without use", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([good])
      const call = Effect.andThen(adminGetUser(user), until(() => server.open() === 0))
      yield* Effect.provide(call, clientOver(layerNode({ keepAlive: "50 millis" }), server.url))
    }))

  it.live("are closed with the scope", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([good])
      const open = Effect.map(adminGetUser(user), () => server.open())
      expect(yield* Effect.provide(open, clientOver(layerNode(), server.url))).toBe(1)
      yield* until(() => server.open() === 0)
    }))

  it.live("are closed when their call is interrupted", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([raw()])
      const live = yield* Layer.build(clientOver(layerNode(), server.url))
      const fiber = yield* Effect.forkChild(Effect.provide(adminGetUser(user), live))
      yield* until(() => server.requests.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => server.open() === 0)
    }))
})

it.live("leaves no listener on a connection", () =>
  Effect.gen(function*() {
    const server = yield* faultServer([good])
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    yield* Effect.addFinalizer(() => Effect.sync(() => agent.destroy()))
    const listeners = Effect.sync(() =>
      Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []).map((socket: Socket) =>
        socket.eventNames().map((name) => [name, socket.listenerCount(name)])
      )
    )
    const [before, after] = yield* Effect.gen(function*() {
      yield* calls(2)
      yield* Effect.sleep(10)
      const before = yield* listeners
      yield* calls(20)
      yield* Effect.sleep(10)
      return [before, yield* listeners] as const
    }).pipe(Effect.provide(clientOver(layerNode({ agent }), server.url, { connection: "50 seconds" })))
    expect(before).toHaveLength(1)
    expect(after).toEqual(before)
    // Who made the agent closes it.
    expect(server.open()).toBe(1)
  }))

it.live("sends the headers that are needed and no others", () =>
  Effect.gen(function*() {
    const server = yield* faultServer([good])
    yield* Effect.provide(adminGetUser(user), clientOver(layerNode(), server.url))
    const [request = ""] = server.requests
    const lines = request.split("\r\n")
    expect(lines[0]).toBe("POST / HTTP/1.1")
    expect(lines.slice(1, -2).map((line) => line.split(":")[0]?.toLowerCase()).sort()).toEqual([
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "user-agent",
      "x-amz-date",
      "x-amz-target"
    ])
    expect(lines.at(-1)).toBe(`{"UserPoolId":"eu-central-1_a","Username":"b"}`)
  }))
