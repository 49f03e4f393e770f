/**
 * Redirects are never followed, whoever's client sends the requests: what they carry is for the endpoint alone.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { describe, expect } from "vitest"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import type { Transport } from "../../src/client/Transport.ts"
import { adminGetUser } from "../../src/operations/Users.ts"
import { answer } from "./faults.ts"
import { faultServer } from "./faultServer.ts"
import { clientOver, transports } from "./transports.ts"

/** The transport over a program's own client. */
const over = (change: (client: HttpClient.HttpClient) => HttpClient.HttpClient): Layer.Layer<Transport> =>
  Layer.provide(
    layerHttpClient,
    Layer.provide(Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, change)), FetchHttpClient.layer)
  )

const all: ReadonlyArray<readonly [string, Layer.Layer<Transport>]> = [
  ...transports.map(([name, layer]) => [name, layer] as const),
  ["a client that follows them", over(HttpClient.followRedirects())],
  [
    "a client that follows them and repeats",
    over((client) => HttpClient.retryTransient(HttpClient.followRedirects(client, 3), { times: 1 }))
  ]
]

const call = adminGetUser({ UserPoolId: "eu-central-1_a", Username: "b" })

describe.each(all)("over %s", (_, transport) => {
  it.live.each(["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])(
    "%s is not followed",
    (status) =>
      Effect.gen(function*() {
        const other = yield* faultServer([answer({ body: `{"Username":"b"}` })])
        const places = [other.url, other.url.replace("http://127.0.0.1", "//127.0.0.1"), "/elsewhere"]
        for (const place of places) {
          const server = yield* faultServer([answer({ status, headers: [`location: ${place}`] })])
          const error = yield* Effect.flip(Effect.provide(call, clientOver(transport, server.url)))
          expect(error._tag).toBe("ClientError")
          for (const request of server.requests) expect(request).toMatch(/^POST \/ /)
        }
        expect(other.requests).toEqual([])
      })
  )
})

it.live("a client may send to another address than the endpoint, and repeat that", () =>
  Effect.gen(function*() {
    const server = yield* faultServer([answer({ status: "503 Busy" }), answer({ body: `{"Username":"b"}` })])
    const proxied = over((client) =>
      HttpClient.retryTransient(HttpClient.mapRequest(client, HttpClientRequest.setUrl(`${server.url}proxied`)), {
        times: 1
      })
    )
    expect(yield* Effect.provide(call, clientOver(proxied, "http://127.0.0.1:1/"))).toEqual({ Username: "b" })
    expect(server.requests).toHaveLength(2)
  }))
