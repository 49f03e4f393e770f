/**
 * What the transports have in common, seen from the other side of a socket: what they put on the wire, what they refuse
 * to put there, how much they take, and what they make of a response.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { describe, expect } from "vitest"
import { MaxResponseSize, Transport } from "../../src/client/Transport.ts"
import type { TransportRequest } from "../../src/protocol/Message.ts"
import { answer, chunked, packed, raw } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { transports, until } from "./transports.ts"

const request = (url: string, more: Partial<TransportRequest> = {}): TransportRequest => ({
  method: "POST",
  url,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "A.B", authorization: "c" },
  body: new TextEncoder().encode(`{"é":1}`),
  ...more
})

const send = (url: string, more?: Partial<TransportRequest>) =>
  Effect.flatMap(Transport, (transport) => transport.send(request(url, more)))

/** What runtimes add by themselves. */
const added = /^(accept|accept-encoding|accept-language|connection|host|sec-fetch-mode|user-agent)$/

describe.each(transports)("over %s", (_name, transport, traits) => {
  it.live("sends the request as it is", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([answer({ body: "{}" })])
      yield* Effect.provide(send(`${server.url}a/b%20c`), transport)
      const [head = "", body] = (server.requests[0] ?? "").split("\r\n\r\n")
      const [first, ...lines] = head.split("\r\n")
      const headers = lines.map((line) => line.replace(/^[^:]+/, (key) => key.toLowerCase()))
      expect(first).toBe("POST /a/b%20c HTTP/1.1")
      expect(headers.filter((line) => !added.test(line.split(":")[0] ?? "")).sort()).toEqual([
        "authorization: c",
        "content-length: 8",
        "content-type: application/x-amz-json-1.1",
        "x-amz-target: A.B"
      ])
      expect(Buffer.from(body ?? "", "latin1").toString()).toBe(`{"é":1}`)
    }))

  it.live("gives status, headers and bytes as they came", () =>
    Effect.gen(function*() {
      const fault = answer({
        status: "418 Teapot",
        headers: ["X-Amzn-RequestId: a-1", "X-Twice: 1", "x-twice: 2", "retry-after: 1", "__proto__: x"],
        body: Buffer.from([0, 255, 13, 10])
      })
      const server = yield* faultServer([fault])
      const response = yield* Effect.provide(send(server.url), transport)
      expect(response.status).toBe(418)
      expect(response.headers).toMatchObject({
        "x-amzn-requestid": "a-1",
        "x-twice": "1, 2",
        "retry-after": "1",
        "content-length": "4"
      })
      expect([...response.body]).toEqual([0, 255, 13, 10])
    }))

  it.live.each<readonly [name: string, headers: { readonly [name: string]: string }]>([
    ["a line break in a value", { "x-a": "b\r\nx-evil: 1" }],
    ["a line feed at the end", { "x-a": "b\n" }],
    ["a carriage return", { "x-a": "b\rx" }],
    ["a zero", { "x-a": "b\0" }],
    ["what is not ASCII", { "x-a": "é" }],
    ["what is not Latin 1", { "x-a": "\u560d\u560ax" }],
    ["a line break in a name", { "x-a: b\r\nx-evil": "1" }],
    ["no name", { "": "b" }]
  ])("does not send %s", ([, headers]) =>
    Effect.gen(function*() {
      const server = yield* faultServer([answer({ body: "{}" })])
      const error = yield* Effect.flip(Effect.provide(send(server.url, { headers }), transport))
      expect(error).toMatchObject({ _tag: "TransportError", code: "ERR_INVALID_CHAR" })
      expect(server.connections()).toBe(0)
    }))

  it.live.each<readonly [url: string]>([["no URL"], ["ftp://127.0.0.1/"], ["http://"]])(
    "makes of %j an error",
    ([url]) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(Effect.provide(send(url), transport))
        expect(error).toMatchObject({ _tag: "TransportError" })
      })
  )

  const bodies: ReadonlyArray<readonly [name: string, fault: (size: number) => Fault]> = [
    ["of known length", (size) => answer({ body: "a".repeat(size) })],
    ["of unknown length", (size) => raw(`${chunked}${size.toString(16)}\r\n${"a".repeat(size)}\r\n0\r\n\r\n`)],
    ["in small pieces", (size) => raw(`${chunked}${"1\r\na\r\n".repeat(size)}0\r\n\r\n`)]
  ]

  it.live.each(bodies)("takes a body up to the limit, %s", ([, fault]) =>
    Effect.gen(function*() {
      const server = yield* faultServer([fault(1000), fault(1001)])
      const limited = Effect.provideService(send(server.url), MaxResponseSize, 1000)
      const [response, error] = yield* Effect.provide(Effect.all([limited, Effect.flip(limited)]), transport)
      expect(new TextDecoder().decode(response.body)).toBe("a".repeat(1000))
      expect(error).toMatchObject({ _tag: "ResponseTooLargeError", status: 200, limit: 1000 })
    }))

  it.live("takes any body where there is no limit", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([answer({ body: "a".repeat(10_000_001) })])
      const unlimited = Effect.provideService(send(server.url), MaxResponseSize, Infinity)
      const response = yield* Effect.provide(unlimited, transport)
      expect(response.body).toHaveLength(10_000_001)
    }))

  it.live("counts what is unpacked, or refuses what is packed", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([answer(packed("gzip", 100)), answer(packed("gzip", 1000))])
      const limited = Effect.provideService(Effect.result(send(server.url)), MaxResponseSize, 1000)
      const outcomes = yield* Effect.provide(Effect.all([limited, limited]), transport)
      expect(outcomes).toMatchObject(
        traits.refusesPacked
          ? [{ failure: { _tag: "TransportError" } }, { failure: { _tag: "TransportError" } }]
          : [{ success: { status: 200 } }, { failure: { _tag: "ResponseTooLargeError" } }]
      )
    }))

  it.live("does not wait for the body that it refuses", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([raw("HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n")])
      const limited = Effect.provideService(Effect.flip(send(server.url)), MaxResponseSize, 1000)
      expect(yield* Effect.provide(limited, transport)).toMatchObject({ _tag: "ResponseTooLargeError" })
      yield* until(() => server.openAfterRequest() === 0)
    }))
})
