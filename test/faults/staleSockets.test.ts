/**
 * Sockets that the other end closed while they were kept, seen or not: what may be repeated goes out again at once, and
 * what may not is carried out once at most.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as fc from "fast-check"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { Agent } from "node:http"
import type { Socket } from "node:net"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { describe, expect } from "vitest"
import { TimeLimits } from "../../src/client/TimeLimits.ts"
import { adminCreateUser, adminGetUser } from "../../src/operations/Users.ts"
import { answer, message, partial, together } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { nodeClient, until } from "./transports.ts"

const program = fileURLToPath(new URL("./frozen.ts", import.meta.url))

const UserPoolId = "eu-central-1_a"
const user = { UserPoolId, Username: "b" }
/** A call after which the agent has its socket back. */
const repeatable = Effect.tap(adminGetUser.exchange(user), Effect.sleep(5))
const onceOnly = (Username: string) => adminCreateUser.exchange({ UserPoolId, Username })

const good = answer({ body: `{"Username":"b"}` })

/** Answers, and does something to the connection after a while. */
const answering = (millis: number, close: (socket: Socket) => void): Fault => (socket, request) => {
  good(socket, request)
  setTimeout(() => close(socket), millis)
}

/** Answers, and meets the next request on the connection in another way than the script says. */
const nextMeets = (close: (socket: Socket) => void): Fault => (socket, request) => {
  good(socket, request)
  socket.removeAllListeners("data")
  socket.once("data", () => close(socket))
}

const resets = (socket: Socket) => socket.resetAndDestroy()

const reset = { reason: { _tag: "TransportError", code: "ECONNRESET" } }

describe("a kept connection that is reset before any byte of an answer", () => {
  it.live("costs what may be repeated no attempt, and is an error for the rest", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([nextMeets(resets), good, nextMeets(resets)])
      const live = yield* Layer.build(nodeClient(server.url))
      yield* Effect.provide(repeatable, live)
      expect((yield* Effect.provide(repeatable, live)).attempts).toBe(1)
      expect(server.connections()).toBe(2)
      yield* Effect.provide(repeatable, live)
      const requests = server.requests.length
      expect(yield* Effect.flip(Effect.provide(onceOnly("anna"), live))).toMatchObject({ ...reset, attempts: 1 })
      expect(server.requests.length).toBe(requests)
    }))

  it.live("is that of several, all of which had died", () =>
    Effect.gen(function*() {
      const dying = together(6, nextMeets(resets))
      const server = yield* faultServer([...Array.from({ length: 6 }, () => dying), good])
      const live = yield* Layer.build(nodeClient(server.url))
      const six = Effect.forEach(Array.from({ length: 6 }), () => repeatable, { concurrency: "unbounded" })
      yield* Effect.provide(six, live)
      for (const { attempts } of yield* Effect.provide(six, live)) expect(attempts).toBe(1)
    }))

  it.live("is met again over a program's own agent, as often as it has such", () =>
    Effect.gen(function*() {
      const dying = together(3, nextMeets(resets))
      const server = yield* faultServer([dying, dying, dying, good])
      const agent = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent({ keepAlive: true })),
        (agent) => Effect.sync(() => agent.destroy())
      )
      const live = yield* Layer.build(nodeClient(server.url, { agent }))
      yield* Effect.provide(Effect.forEach([1, 2, 3], () => repeatable, { concurrency: "unbounded" }), live)
      expect((yield* Effect.provide(repeatable, live)).attempts).toBe(1)
    }))

  it.live("is no matter for an agent that shows no sockets", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([good])
      const real = yield* Effect.acquireRelease(
        Effect.sync(() => new Agent({ keepAlive: true })),
        (agent) => Effect.sync(() => agent.destroy())
      )
      // Its `addRequest` is all that Node asks of an agent.
      const addRequest: unknown = Reflect.get(real, "addRequest")
      const agent = { addRequest: (...args: Array<unknown>) => Reflect.apply(addRequest as () => void, real, args) }
      const live = yield* Layer.build(nodeClient(server.url, { agent: { http: agent } }))
      for (const name of ["anna", "bert"]) {
        yield* Effect.provide(onceOnly(name), live)
        yield* Effect.sleep(20)
      }
      expect(server.requests).toHaveLength(2)
    }))

  it.live("is no such where a byte had come", () =>
    Effect.gen(function*() {
      const half = (socket: Socket) => socket.write(partial.slice(0, 20), () => setTimeout(() => resets(socket), 20))
      const server = yield* faultServer([nextMeets(half), good])
      const live = yield* Layer.build(nodeClient(server.url))
      yield* Effect.provide(repeatable, live)
      expect(yield* Effect.flip(Effect.provide(repeatable, live))).toMatchObject(reset)
      expect(server.connections()).toBe(1)
    }))

  it.live("is no such where it is new", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([resets])
      const live = yield* Layer.build(nodeClient(server.url))
      expect(yield* Effect.flip(Effect.provide(repeatable, live))).toMatchObject(reset)
      expect(server.connections()).toBe(1)
    }))
})

/** What becomes of a connection after an answer on it. */
const fates = {
  "stays": () => good,
  "ends": (millis: number) => answering(millis, (socket) => socket.end()),
  "is reset": (millis: number) => answering(millis, resets),
  "is reset at the next request": () => nextMeets(resets),
  "ends at the next request": () => nextMeets((socket) => socket.end()),
  "gets an answer and ends": () => (socket: Socket) => void socket.end(message({ body: `{"Username":"b"}` }))
} satisfies { readonly [name: string]: (millis: number) => Fault }

const step = fc.record({
  fate: fc.constantFrom(...Object.keys(fates) as ReadonlyArray<keyof typeof fates>),
  millis: fc.integer({ min: 0, max: 30 }),
  gap: fc.constantFrom(0, 0, 5, 15, 60),
  repeats: fc.boolean(),
  side: fc.integer({ min: 1, max: 3 })
})

it.live(
  "any series of closes loses nothing that may be repeated, and doubles nothing",
  () =>
    Effect.promise(() =>
      fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) =>
          Effect.gen(function*() {
            const script = steps.flatMap(({ fate, millis, side }) =>
              Array.from({ length: side }, () => fates[fate](millis))
            )
            const server = yield* faultServer([...script, good])
            const live = yield* Layer.build(nodeClient(server.url))
            for (const [index, { gap, repeats, side }] of steps.entries()) {
              const names = Array.from({ length: side }, (_, at) => `user-${index}-${at}.`)
              const exits = yield* Effect.forEach(
                names,
                (name) =>
                  Effect.exit(
                    repeats ? Effect.asVoid(Effect.provide(repeatable, live)) : Effect.asVoid(
                      Effect.provide(onceOnly(name), live)
                    )
                  ),
                { concurrency: "unbounded" }
              )
              for (const exit of exits) {
                if (repeats) expect(exit._tag).toBe("Success")
                else if (Exit.isFailure(exit)) expect(String(exit)).toMatch(/ECONNRESET|EPIPE/)
              }
              for (const name of names) {
                expect(server.requests.filter((request) => request.includes(name)).length).toBeLessThanOrEqual(1)
              }
              yield* Effect.sleep(gap)
            }
          }).pipe(Effect.scoped, Effect.runPromise)),
        { numRuns: 60 }
      )
    ),
  60_000
)

it.live("what closed while the program was busy is not taken for what may not be repeated", () =>
  Effect.gen(function*() {
    const open: Array<Socket> = []
    const keep: Fault = (socket, request) => {
      open.push(socket)
      good(socket, request)
    }
    const server = yield* faultServer([keep])
    const live = yield* Layer.build(nodeClient(server.url))
    const three = Effect.forEach(["a", "b", "c"], onceOnly, { concurrency: "unbounded" })
    for (const close of [resets, (socket: Socket) => socket.end()]) {
      yield* Effect.provide(three, live)
      yield* Effect.sleep(30)
      const connections = server.connections()
      // Both ends are here: what is closed now, in the middle of a round of the loop, is not seen when the calls begin.
      yield* Effect.promise(() => readFile(program))
      const calls = Effect.suspend(() => {
        for (const socket of open.slice(-2)) close(socket)
        return three
      })
      for (const { attempts } of yield* Effect.provide(calls, live)) expect(attempts).toBe(1)
      expect(server.connections()).toBe(connections + 2)
      yield* Effect.sleep(30)
    }
    expect(server.requests).toHaveLength(12)
  }))

it.live("a call that has ended while sockets were checked sends nothing", () =>
  Effect.gen(function*() {
    const server = yield* faultServer([good])
    const live = yield* Layer.build(Layer.merge(nodeClient(server.url), Layer.succeed(TimeLimits, { attempt: 1 })))
    yield* Effect.provide(Effect.ignore(Effect.provideService(onceOnly("anna"), TimeLimits, {})), live)
    yield* Effect.sleep(30)
    const call = yield* Effect.forkChild(Effect.exit(Effect.provide(onceOnly("bert"), live)), {
      startImmediately: true
    })
    // The limit has passed before the loop comes round.
    const end = performance.now() + 20
    while (performance.now() < end);
    const exit = yield* Fiber.join(call)
    yield* Effect.sleep(30)
    expect(String(exit)).toContain("an attempt took longer than 1 ms")
    expect(server.requests).toHaveLength(1)
  }))

it.live("a socket that was kept for longer than asked, by the system's clock, is not used again", () =>
  Effect.gen(function*() {
    const server = yield* faultServer([good])
    const live = yield* Layer.build(nodeClient(server.url, { keepAlive: "10 seconds" }))
    yield* Effect.provide(onceOnly("anna"), live)
    yield* Effect.sleep(5)
    const { now } = Date
    yield* Effect.acquireRelease(
      Effect.sync(() => {
        Date.now = () => now() + 11_000
      }),
      () =>
        Effect.sync(() => {
          Date.now = now
        })
    )
    yield* Effect.provide(onceOnly("bert"), live)
    expect(server.connections()).toBe(2)
  }))

describe("a program that was frozen", () => {
  it.live.each(
    [["reset", resets], ["ended", (socket: Socket) => socket.end()]] as const
  )(
    "carries out what may not be repeated, on none of the connections that were %s meanwhile",
    ([, close]) =>
      Effect.gen(function*() {
        const open = new Set<Socket>()
        const keep: Fault = (socket, request) => {
          open.add(socket)
          socket.on("close", () => open.delete(socket))
          good(socket, request)
        }
        const server = yield* faultServer([keep])
        const child = yield* Effect.acquireRelease(
          Effect.sync(() =>
            spawn(process.execPath, ["--import", "tsx", program, server.url], { stdio: ["ignore", "pipe", "inherit"] })
          ),
          (child) => Effect.sync(() => child.kill("SIGKILL"))
        )
        const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
        const line = Effect.promise(async () => String((await lines.next()).value))
        expect(yield* line).toBe("ready")
        child.kill("SIGSTOP")
        yield* Effect.sleep(200)
        for (const socket of open) close(socket)
        yield* until(() => close !== resets || open.size === 0)
        yield* Effect.sleep(500)
        child.kill("SIGCONT")
        expect(yield* line).toBe("8 Success, 0 Failure")
        yield* Effect.promise(() => once(child, "exit"))
        expect(server.requests).toHaveLength(16)
      }),
    30_000
  )
})
