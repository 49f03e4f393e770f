/**
 * TLS over every transport: a certificate that nobody vouches for, and what is no TLS at all, end a call before
 * anything of it is sent. On Node a program can name whom it trusts, and who it is.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { describe, expect } from "vitest"
import { layerNode } from "../../src/node/index.ts"
import { adminGetUser } from "../../src/operations/Users.ts"
import { certificate, key } from "./certificate.ts"
import { answer, raw } from "./faults.ts"
import { faultServer } from "./faultServer.ts"
import { clientOver, transports, until } from "./transports.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "b" }

const answers = [answer({ body: `{"Username":"b"}` })]

describe.each(transports)("over %s", (_name, transport) => {
  it.live("a certificate that signs itself", () =>
    Effect.gen(function*() {
      const server = yield* faultServer(answers, { tls: true })
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), clientOver(transport, server.url)))
      expect(error).toMatchObject({ reason: { _tag: "TransportError", code: "DEPTH_ZERO_SELF_SIGNED_CERT" } })
      expect(server.requests).toEqual([])
      yield* until(() => server.open() === 0)
    }))

  it.live("no TLS on the other side", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([], { onConnect: raw("HTTP/1.1 400 Bad Request\r\n\r\n") })
      const url = server.url.replace("http:", "https:")
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), clientOver(transport, url)))
      expect(error).toMatchObject({ reason: { _tag: "TransportError" } })
    }))

  it.live("a handshake that is not answered", () =>
    Effect.gen(function*() {
      const server = yield* faultServer([], { onConnect: raw() })
      const url = server.url.replace("http:", "https:")
      const error = yield* Effect.flip(
        Effect.provide(adminGetUser(user), clientOver(transport, url, { attempt: "200 millis" }))
      )
      expect(error).toMatchObject({ reason: { _tag: "TimeoutError", limit: "attempt" } })
    }))
})

describe("on Node", () => {
  const limits = { connection: "50 seconds" } as const

  it.live("trusts an authority it is given, and uses the connection again", () =>
    Effect.gen(function*() {
      const server = yield* faultServer(answers, { tls: true })
      const calls = Effect.forEach([1, 2, 3], () => adminGetUser(user))
      const users = yield* Effect.provide(calls, clientOver(layerNode({ ca: certificate }), server.url, limits))
      expect(users).toEqual([{ Username: "b" }, { Username: "b" }, { Username: "b" }])
      expect(server.connections()).toBe(1)
    }))

  it.live("a key that is none is no defect, and is not shown", () =>
    Effect.gen(function*() {
      const server = yield* faultServer(answers, { tls: true })
      const transport = layerNode({ ca: certificate, cert: certificate, key: Redacted.make("not-a-key") })
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), clientOver(transport, server.url)))
      expect(error).toMatchObject({ reason: { _tag: "TransportError" } })
      expect(JSON.stringify(error)).not.toContain("not-a-key")
    }))

  it.live("shows its own certificate", () =>
    Effect.gen(function*() {
      const server = yield* faultServer(answers, { tls: true, askForCertificate: true })
      const own = layerNode({ ca: certificate, cert: certificate, key: Redacted.make(key) })
      expect(yield* Effect.provide(adminGetUser(user), clientOver(own, server.url))).toEqual({ Username: "b" })
      const none = layerNode({ ca: certificate })
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), clientOver(none, server.url)))
      expect(error).toMatchObject({ reason: { _tag: "TransportError" } })
    }))
})
