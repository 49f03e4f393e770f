/**
 * Thousands of calls that are interrupted, each at another point of its way, leave nothing behind: no connection, no
 * timer, no listener.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect } from "vitest"
import { getUser } from "../../src/operations/Users.ts"
import { partial, raw } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { clientOver, transports, until } from "./transports.ts"

/** What a request meets: never a whole answer. */
const silences = [raw(), raw("HTTP/1.1 200 OK\r\n"), raw(partial)]

/** Tells which request came in, and what to do then. */
class Arrivals {
  readonly waiting = new Map<string, () => void>()

  readonly fault: Fault = (socket, request) => {
    const [token = ""] = /token-\d+/.exec(request) ?? []
    silences[Number(token.slice(6)) % silences.length]?.(socket)
    // Now and then the answer should have begun.
    if (token.endsWith("1")) setImmediate(() => this.waiting.get(token)?.())
    else this.waiting.get(token)?.()
  }

  wait(token: string): Effect.Effect<void> {
    return Effect.callback((resume) => {
      this.waiting.set(token, () => resume(Effect.void))
      return Effect.sync(() => this.waiting.delete(token))
    })
  }
}

/** A call that is interrupted as it begins, on its way, or, half of them, when its request has come in. */
const interrupted = (n: number, arrivals: Arrivals) => {
  const token = `token-${n}`
  const moments = [Effect.yieldNow, Effect.sleep(n % 3), arrivals.wait(token), arrivals.wait(token)]
  return Effect.raceFirst(getUser({ AccessToken: Redacted.make(token) }), moments[n % moments.length] ?? Effect.void)
}

/** What keeps the process alive beyond what already did, by kind. */
const newResources = (before: ReadonlyArray<string>): ReadonlyArray<string> => {
  const known = [...before]
  return process.getActiveResourcesInfo().filter((kind) => {
    const index = known.indexOf(kind)
    if (index >= 0) known.splice(index, 1)
    return index < 0
  })
}

const processListeners = (): ReadonlyArray<unknown> =>
  process.eventNames().map((name) => [name, process.listenerCount(name)])

const counted = transports.flatMap(([name, transport, { interruptions }]) =>
  interruptions === undefined ? [] : [[name, transport, interruptions] as const]
)

describe.each(counted)(
  "over %s",
  (_name, transport, count) => {
    it.live("nothing is left", () =>
      Effect.gen(function*() {
        const warnings: Array<Error> = []
        const warn = (warning: Error) => warnings.push(warning)
        process.on("warning", warn)
        yield* Effect.addFinalizer(() => Effect.sync(() => process.off("warning", warn)))
        const arrivals = new Arrivals()
        const server = yield* faultServer([arrivals.fault])
        const [resources, listeners] = [process.getActiveResourcesInfo(), processListeners()]

        // Limits that do not pass: their timers would be left.
        const calls = Effect.gen(function*() {
          yield* Effect.forEach(Array(count).keys(), (n) => interrupted(n, arrivals), {
            concurrency: 100,
            discard: true
          })
          yield* until(() => server.openAfterRequest() === 0)
        })
        yield* Effect.provide(calls, clientOver(transport, server.url, { attempt: "1 hour", total: "1 hour" }))
        expect(server.requests.length).toBeGreaterThanOrEqual(count / 2)
        // `fetch` opens connections to have them at hand, and keeps them for some seconds.
        yield* until(() => server.open() === 0)
        yield* until(() => newResources(resources).length === 0)
        expect(processListeners()).toEqual(listeners)
        expect(warnings).toEqual([])
      }))
  }
)
