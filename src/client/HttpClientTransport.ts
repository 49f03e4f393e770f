/**
 * A {@link Transport} over Effect's `HttpClient`: whichever client stands in the context sends the requests, be it
 * `fetch`, undici, Node's `http`, a client with middleware, or a test double.
 *
 * It is apart from `Transport.ts` because `effect/http` is marked unstable and weighs more than all else here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import {
  checkDeclaredSize,
  checkHeaders,
  concat,
  MaxResponseSize,
  tooLarge,
  Transport,
  transportError
} from "./Transport.ts"
import { TransportError } from "../errors/ClientError.ts"
import { UserAgent, withUserAgent } from "./UserAgent.ts"

/**
 * Sends requests through the `HttpClient` of the context.
 *
 * Three settings differ from Effect's defaults: no trace headers are added to what AWS receives (a signature would not
 * cover them, and browsers would ask for permission first), the security token counts as a secret header, and redirects are
 * not followed, also where the client was made to: that ends in a `TransportError`.
 */
export const layerHttpClient: Layer.Layer<Transport, never, HttpClient.HttpClient> = Layer.effect(
  Transport,
  Effect.map(HttpClient.HttpClient, (client) => ({
    send: (request) => {
      const refusal = checkHeaders(request.headers)
      if (refusal !== undefined) return Effect.fail(refusal)
      return Effect.flatMap(UserAgent, (agent) =>
        client.execute(
          HttpClientRequest.make(request.method)(request.url).pipe(
            HttpClientRequest.setHeaders(withUserAgent(request.headers, agent)),
            HttpClientRequest.bodyUint8Array(request.body, request.headers["content-type"])
          )
        )).pipe(
          Effect.flatMap((response) => Effect.flatMap(MaxResponseSize, (limit) => receive(response, limit))),
          Effect.mapError((error) => error._tag === "HttpClientError" ? transportError(error.reason) : error),
          Effect.catchDefect((defect) => defect === redirected ? Effect.fail(redirected) : Effect.die(defect)),
          Effect.updateContext(withSettings)
        )
    }
  }))
)

const receive = Effect.fnUntraced(
  function*(response: HttpClientResponse.HttpClientResponse, limit: number) {
    const { status } = response
    const headers = { ...response.headers }
    const refusal = checkDeclaredSize(status, headers, limit)
    if (refusal !== undefined) {
      // To leave the body unread would leave its connection open, so it is begun and given up.
      yield* Effect.flatMap(
        Effect.forkChild(Stream.runDrain(response.stream), { startImmediately: true }),
        Fiber.interrupt
      )
      return yield* refusal
    }
    const chunks: Array<Uint8Array> = []
    let size = 0
    yield* response.stream.pipe(
      Stream.runForEach((chunk) => {
        size += chunk.length
        if (size > limit) return Effect.fail(tooLarge(status, headers, limit))
        chunks.push(chunk)
        return Effect.void
      }),
      Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.void)
    )
    return { status, headers, body: concat(chunks, size) }
  }
)

/** What a second request of a call to another address ends in. */
const redirected = new TransportError({ message: "a redirect was not followed", code: "ERR_REDIRECT" })

/**
 * Asked for each request before it leaves, whatever the program's client is made of: of one call all go to the address of the
 * first, since a client that follows redirects would hand credentials on.
 */
const makeUrlGuard = () => {
  let first: string | undefined
  return ({ url }: HttpClientRequest.HttpClientRequest): true => {
    first ??= url
    if (url !== first) throw redirected
    return true
  }
}

const withSettings = <R>(context: Context.Context<R>): Context.Context<R> =>
  context.pipe(
    Context.add(HttpClient.TracerPropagationEnabled, false),
    // With this off, each request is shown to the guard, which wants no span either.
    Context.add(Tracer.DisablePropagation, false),
    Context.add(HttpClient.TracerDisabledWhen, makeUrlGuard()),
    Context.add(Headers.CurrentRedactedNames, [
      ...Context.get(context, Headers.CurrentRedactedNames),
      "x-amz-security-token"
    ]),
    Context.add(FetchHttpClient.RequestInit, {
      ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
      redirect: "manual"
    })
  )
