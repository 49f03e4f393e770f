/**
 * The transports agree: over bare `fetch` and over Effect's `HttpClient`, the same call puts the same request on the
 * network, and the same response gives the same result. The network is a `fetch` that notes what it is asked.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import { inspect } from "node:util"
import { describe, expect } from "vitest"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import { adminDeleteUser, adminGetUser } from "../../src/operations/Users.ts"
import { layer } from "../../src/Service.ts"
import { Fetch, layerFetch, MaxResponseSize, type Transport } from "../../src/client/Transport.ts"
import { userAgent } from "../../src/client/UserAgent.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "zoë" }

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: Redacted.make("secret"),
  sessionToken: Redacted.make("session-token")
}

interface Sent {
  readonly url: string
  readonly method: string | undefined
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  readonly redirect: string | undefined
}

/** A `fetch` that answers as told. */
const network = (respond: () => Response) => {
  const sent: Array<Sent> = []
  const fetch: typeof globalThis.fetch = async (url, init) => {
    sent.push({
      url: String(url),
      method: init?.method,
      headers: Object.fromEntries(new Headers(init?.headers)),
      body: await new Response(init?.body ?? null).text(),
      redirect: init?.redirect
    })
    return respond()
  }
  return { sent, fetch }
}

const overFetch = (fetch: typeof globalThis.fetch): Layer.Layer<Transport> =>
  Layer.provide(layerFetch, Layer.succeed(Fetch, fetch))

const overHttpClient = (fetch: typeof globalThis.fetch): Layer.Layer<Transport> =>
  layerHttpClient.pipe(
    Layer.provide(Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.Fetch, fetch)))
  )

const client = (transport: Layer.Layer<Transport>) =>
  Layer.provide(layer({ region: "eu-central-1", credentials }), transport)

/** The headers of a signature hold the second in which it was made. */
const withoutTime = ({ headers: { authorization, "x-amz-date": _, ...headers }, ...sent }: Sent) => ({
  ...sent,
  headers: { ...headers, authorization: authorization?.replace(/(Credential=\w+\/)\d+|Signature=\w+/g, "$1") }
})

describe.each([["fetch", overFetch], ["HttpClient", overHttpClient]] as const)("over %s", (_name, over) => {
  it.live("sends what AWS needs and nothing else, inside a span too", () =>
    Effect.gen(function*() {
      const { fetch, sent } = network(() => new Response(`{"Username":"zoë"}`))
      const { Username } = yield* adminGetUser(user).pipe(
        Effect.withSpan("caller"),
        Effect.provide(client(over(fetch)))
      )
      expect(Username).toBe("zoë")
      expect(sent.map(withoutTime)).toEqual([{
        url: "https://cognito-idp.eu-central-1.amazonaws.com/",
        method: "POST",
        body: `{"UserPoolId":"eu-central-1_a","Username":"zoë"}`,
        redirect: "manual",
        headers: {
          "user-agent": userAgent(),
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": "AWSCognitoIdentityProviderService.AdminGetUser",
          "x-amz-security-token": "session-token",
          authorization: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE//eu-central-1/cognito-idp/aws4_request, "
            + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
        }
      }])
    }))

  it.live.each<readonly [name: string, respond: () => Response, result: object]>([
    [
      "a declared error",
      () =>
        new Response(`{"__type":"UserNotFoundException","message":"Gone."}`, {
          status: 400,
          headers: { "x-amzn-requestid": "a-1" }
        }),
      { _tag: "UserNotFoundException", message: "Gone.", httpStatus: 400, requestId: "a-1" }
    ],
    [
      "a redirect",
      () => new Response(null, { status: 302, headers: { location: "https://example.com/" } }),
      { reason: { _tag: "DecodeError", status: 302 } }
    ],
    [
      "a page of a proxy",
      () => new Response("<html>", { status: 502 }),
      { reason: { _tag: "DecodeError", status: 502 } }
    ],
    [
      "a body that breaks off",
      () =>
        new Response(
          new ReadableStream({
            start: (controller) => {
              controller.enqueue(new TextEncoder().encode(`{"User`))
              controller.error(Object.assign(new Error("closed"), { code: "UND_ERR_SOCKET" }))
            }
          })
        ),
      { reason: { _tag: "TransportError", code: "UND_ERR_SOCKET" } }
    ]
  ])("makes of %s a typed error", ([_, respond, result]) =>
    Effect.gen(function*() {
      const { fetch } = network(respond)
      const error = yield* Effect.flip(Effect.provide(adminGetUser(user), client(over(fetch))))
      expect(error).toMatchObject(result)
    }))

  it.live("reads no further than the limit, and gives up the rest", () =>
    Effect.gen(function*() {
      let pulls = 0
      let given = false
      const { fetch } = network(() =>
        new Response(
          new ReadableStream({
            pull: (controller) => {
              pulls++
              controller.enqueue(new Uint8Array(100))
            },
            cancel: () => {
              given = true
            }
          }),
          { headers: { "x-amzn-requestid": "a-1" } }
        )
      )
      const error = yield* Effect.flip(adminGetUser(user)).pipe(
        Effect.provide(client(over(fetch))),
        Effect.provideService(MaxResponseSize, 1000)
      )
      expect(error).toMatchObject({
        reason: { _tag: "ResponseTooLargeError", status: 200, limit: 1000, requestId: "a-1" }
      })
      expect(given).toBe(true)
      // One or two ahead of the reader.
      expect(pulls).toBeLessThan(15)
    }))

  it.live("takes an empty body for no output", () =>
    Effect.gen(function*() {
      const { fetch } = network(() => new Response(null, { status: 200 }))
      expect(yield* Effect.provide(adminDeleteUser(user), client(over(fetch)))).toBe(undefined)
    }))
})

it.live("fetch: a body that cannot be read in pieces is measured as a whole", () =>
  Effect.gen(function*() {
    // As React Native has it.
    const { fetch } = network(() =>
      Object.defineProperty(new Response(`{"Username":"a"}`), "body", { value: undefined })
    )
    const live = client(overFetch(fetch))
    expect(yield* Effect.provide(adminGetUser(user), live)).toEqual({ Username: "a" })
    const error = yield* Effect.flip(adminGetUser(user)).pipe(
      Effect.provide(live),
      Effect.provideService(MaxResponseSize, 15)
    )
    expect(error).toMatchObject({ reason: { _tag: "ResponseTooLargeError", limit: 15 } })
  }))

it.live("an HttpClient's error shows neither the request nor what it quotes", () =>
  Effect.gen(function*() {
    const failing = HttpClient.make((request) =>
      Effect.fail(
        new HttpClientError.HttpClientError({
          reason: new HttpClientError.TransportError({ request, cause: new Error(inspect(request.headers)) })
        })
      )
    )
    const transport = Layer.provide(layerHttpClient, Layer.succeed(HttpClient.HttpClient, failing))
    const error = yield* Effect.flip(Effect.provide(adminGetUser(user), client(transport)))
    expect(error.message).toBe("AdminGetUser: TransportError: the request failed (TransportError, Error)")
    expect(inspect(error, { depth: null, showHidden: true })).not.toMatch(/session-token|Signature=|zoë/)
  }))
