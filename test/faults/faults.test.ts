/**
 * Whatever happens on the network, over every transport: a call ends, in its output or in one typed error, and a
 * connection that is of no more use is closed.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { describe, expect } from "vitest"
import { adminGetUser } from "../../src/operations/Users.ts"
import type { TimeLimits } from "../../src/client/TimeLimits.ts"
import { answer, chunked, end, flood, message, packed, partial, raw, reset, trickle } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { clientOver, type Traits, transports, until } from "./transports.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "b" }

const good = `{"Username":"b"}`

const user1 = { Username: "b" }

const html = "<html><body>Bad gateway</body></html>"

/** Far more than any test takes; the faults that end by a limit say so. */
const patient: TimeLimits = { attempt: "50 seconds" }
const impatient: TimeLimits = { attempt: "250 millis" }

const because = (_tag: string, more: object = {}) => ({ _tag: "ClientError", reason: { _tag, ...more } })
const broken = because("TransportError")
const late = because("TimeoutError", { limit: "attempt", millis: 250 })
const tooLarge = because("ResponseTooLargeError", { status: 200, limit: 10_000_000 })

interface Case {
  readonly fault: Fault
  /** What the call ends in: an error where it has a `_tag`, else its output. */
  readonly result: object
  readonly limits?: TimeLimits
  /** What it ends in over transports with a trait. */
  readonly over?: { readonly [_ in keyof Traits]?: object }
  /** Whether the response comes in whole, so that its connection may be kept. */
  readonly whole?: true
}

const cases: { readonly [name: string]: Case } = {
  "a reset before the headers": { fault: reset(), result: broken },
  "a reset within the headers": { fault: reset("HTTP/1.1 200 OK\r\nconte"), result: broken },
  "a reset within the body": { fault: reset(partial), result: broken },
  "an end before the headers": { fault: end(), result: broken },
  "an end within the headers": { fault: end("HTTP/1.1 200 OK\r\nconte"), result: broken },
  "an end within the body": { fault: end(partial), result: broken },
  "an end within a body of unknown length": {
    fault: end(`HTTP/1.1 200 OK\r\n\r\n{"Username"`),
    result: because("DecodeError", { status: 200 })
  },
  "an end within a chunk": { fault: end(`${chunked}10\r\n{"Username"`), result: broken },
  "an end between chunks": { fault: end(`${chunked}10\r\n${good}\r\n`), result: broken },
  "a chunk without a size": { fault: raw(`${chunked}xyz\r\n${good}\r\n0\r\n\r\n`), result: broken },
  "a chunk of another size": { fault: raw(`${chunked}4\r\n${good}\r\n0\r\n\r\n`), result: broken },
  "no answer": { fault: raw(), result: late, limits: impatient },
  "a stall within the headers": { fault: raw("HTTP/1.1 200 OK\r\nconte"), result: late, limits: impatient },
  "a stall within the body": { fault: raw(partial), result: late, limits: impatient },
  "headers byte by byte": { fault: trickle("HTTP/1.1 200 OK\r\nx: ", "y"), result: late, limits: impatient },
  "a body byte by byte": { fault: trickle(partial, " "), result: late, limits: impatient },
  "nothing but 1xx": {
    fault: trickle("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
    result: late,
    limits: impatient
  },
  "headers without end": { fault: flood("HTTP/1.1 200 OK\r\n", `x: ${"y".repeat(1000)}\r\n`), result: broken },
  "a body without end": { fault: flood(chunked, `3e8\r\n${" ".repeat(1000)}\r\n`), result: tooLarge },
  "a body that says it is large": {
    fault: raw(
      `HTTP/1.1 200 OK\r\nx-amzn-requestid: a-1\r\ncontent-length: 10000001\r\n\r\n{`
    ),
    result: because("ResponseTooLargeError", { status: 200, limit: 10_000_000, requestId: "a-1" })
  },
  "an error's body without end": {
    fault: flood(chunked.replace("200 OK", "502 Bad Gateway"), `3e8\r\n${" ".repeat(1000)}\r\n`),
    result: because("ResponseTooLargeError", { status: 502 })
  },
  "a body that unpacks to much": {
    fault: answer(packed("gzip", 100_000_000)),
    result: tooLarge,
    over: { refusesPacked: broken }
  },
  "the same of deflate": {
    fault: answer(packed("deflate", 20_000_000)),
    result: tooLarge,
    over: { refusesPacked: broken },
    whole: true
  },
  "the same of brotli": {
    fault: answer(packed("br", 20_000_000)),
    result: tooLarge,
    over: { refusesPacked: broken },
    whole: true
  },
  "packed bytes that are none": {
    fault: answer({ headers: ["content-encoding: gzip"], body: good }),
    result: broken,
    whole: true
  },
  "throttling": {
    fault: answer({ status: "400 Bad Request", body: `{"__type":"TooManyRequestsException"}` }),
    result: { _tag: "TooManyRequestsException" }
  },
  "throttling without a body": {
    fault: answer({ status: "429 Slow" }),
    result: because("DecodeError", { status: 429 })
  },
  "a proxy's page": {
    fault: answer({ status: "502 Bad Gateway", headers: ["content-type: text/html"], body: html }),
    result: because("DecodeError", { status: 502 })
  },
  "a page with status 200": {
    fault: answer({ headers: ["content-type: text/html"], body: html }),
    result: because("DecodeError", { status: 200 })
  },
  "a wrong content type": { fault: answer({ headers: ["content-type: text/html"], body: good }), result: user1 },
  "a wrong date": { fault: answer({ headers: ["date: Thu, 01 Jan 1970 00:00:00 GMT"], body: good }), result: user1 },
  "a date that is none": { fault: answer({ headers: ["date: \u00ff"], body: good }), result: user1 },
  "a redirect": {
    fault: answer({ status: "307 Over There", headers: ["location: /elsewhere"], body: good }),
    result: because("DecodeError", { status: 307 })
  },
  // A success that says nothing: the name that it leaves out is corrected, as any other required member.
  "204": { fault: raw("HTTP/1.1 204 No Content\r\n\r\n"), result: { Username: "" } },
  "304": { fault: raw("HTTP/1.1 304 Not Modified\r\n\r\n"), result: because("DecodeError", { status: 304 }) },
  "100 and then 200": {
    fault: raw("HTTP/1.1 100 Continue\r\n\r\n", message({ body: good })),
    result: broken,
    over: { toleratesContinue: user1 }
  },
  "103 and then 200": { fault: raw("HTTP/1.1 103 Early Hints\r\n\r\n", message({ body: good })), result: user1 },
  "101": {
    fault: raw("HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n", message({ body: good })),
    result: broken
  },
  "invalid UTF-8": {
    fault: answer({ body: Buffer.from([...Buffer.from(`{"Username":"`), 0xff, 0xfe, ...Buffer.from(`"}`)]) }),
    result: because("DecodeError", { status: 200 })
  },
  "nesting beyond measure": {
    fault: answer({ body: `{"Username":"b","UserAttributes":${"[".repeat(200_000)}${"]".repeat(200_000)}}` }),
    result: because("DecodeError", { status: 200 })
  },
  "a null at a great depth": {
    fault: answer({ body: `{"Username":"b","New":${`{"a":`.repeat(100_000)}null${"}".repeat(100_000)}}` }),
    result: user1
  },
  "members named after the prototype": {
    fault: answer({ body: `{"__proto__":{"polluted":1,"Username":"x"},"constructor":{"polluted":1},"Username":"b"}` }),
    result: user1
  },
  "two lengths": {
    fault: raw(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n`, message({ body: good }).subarray(17)),
    result: broken
  },
  "a length and chunks": {
    fault: raw(`HTTP/1.1 200 OK\r\ncontent-length: 1\r\n${chunked.slice(17)}10\r\n${good}\r\n0\r\n\r\n`),
    result: broken
  },
  "another protocol": { fault: raw("SSH-2.0-OpenSSH_9.9\r\n"), result: broken }
}

const isBroken = (result: { readonly reason?: { readonly _tag: string } }): boolean =>
  ["TransportError", "TimeoutError", "ResponseTooLargeError"].includes(result.reason?._tag ?? "")

describe.each(transports)("over %s", (_name, transport, traits) => {
  it.live.each(Object.entries(cases))(
    "%s",
    ([, { fault, limits = patient, over = {}, result, whole = false }]) =>
      Effect.gen(function*() {
        const server = yield* faultServer([fault])
        const outcome = yield* Effect.result(
          Effect.provide(adminGetUser(user), clientOver(transport, server.url, limits))
        )
        const [expected = result] = Object.entries(over).flatMap(([trait, other]) => trait in traits ? [other] : [])
        expect(Result.isSuccess(outcome)).toBe(!("_tag" in expected))
        expect(Result.merge(outcome)).toMatchObject(expected)
        expect({}).not.toHaveProperty("polluted")
        expect(server.requests).toHaveLength(1)
        if (isBroken(expected) && !whole) yield* until(() => server.openAfterRequest() === 0)
      })
  )

  it.live("a server that resets at once", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([], { onConnect: reset() })
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), clientOver(transport, server.url)))
      expect(error).toMatchObject(broken)
    }))

  it.live("nobody there", () =>
    Effect.gen(function*() {
      const { url } = yield* Effect.scoped(faultServer([]))
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), clientOver(transport, url)))
      expect(error).toMatchObject(because("TransportError", { code: "ECONNREFUSED" }))
    }))

  const named = (name: string) => message({ body: `{"Username":"${name}"}` })
  const evil = named("evil")

  it.live.each<readonly [name: string, first: Fault]>([
    ["with the first", (socket) => socket.write(Buffer.concat([named("1"), evil]))],
    ["after the first", (socket) => socket.write(named("1"), () => setTimeout(() => socket.write(evil), 20))],
    ["in part", (socket) => socket.write(named("1"), () => setTimeout(() => socket.write(evil.subarray(0, 20)), 20))]
  ])("does not take a second answer for the next request's: %s", ([, first]) =>
    Effect.gen(function*() {
      const server = yield* faultServer([first, answer({ body: `{"Username":"2"}` })])
      const names = Effect.gen(function*() {
        const { Username: one } = yield* adminGetUser(user)
        yield* Effect.sleep(100)
        const { Username: two } = yield* adminGetUser(user)
        return [one, two]
      })
      expect(yield* Effect.provide(names, clientOver(transport, server.url))).toEqual(["1", "2"])
      // What went on was not the connection that is out of step.
      expect(server.connections()).toBe(2)
    }))
})
