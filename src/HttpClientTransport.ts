/**
 * A {@link Transport} over Effect's `HttpClient`: whichever client stands in the context sends the requests, be it
 * `fetch`, undici, Node's `http`, a client with middleware, or a test double.
 *
 * It is apart from `Transport.ts` because `effect/http` is marked unstable and weighs more than all else here.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import { Transport, transportError } from "./Transport.ts"

/**
 * Sends requests through the `HttpClient` of the context.
 *
 * Three settings differ from Effect's defaults: no trace headers are added to what AWS receives (a signature would not
 * cover them, and browsers would ask for permission first), the security token counts as a secret header, and `fetch`
 * does not follow redirects.
 */
export const layerHttpClient: Layer.Layer<Transport, never, HttpClient.HttpClient> = Layer.effect(
  Transport,
  Effect.map(HttpClient.HttpClient, (client) => ({
    send: (request) =>
      client.execute(
        HttpClientRequest.make(request.method)(request.url).pipe(
          HttpClientRequest.setHeaders(request.headers),
          HttpClientRequest.bodyUint8Array(request.body, request.headers["content-type"])
        )
      ).pipe(
        Effect.flatMap((response) =>
          Effect.map(response.arrayBuffer, (body) => ({
            status: response.status,
            headers: { ...response.headers },
            body: new Uint8Array(body)
          }))
        ),
        Effect.mapError(({ reason }) => transportError(reason)),
        Effect.updateContext(withSettings)
      )
  }))
)

const withSettings = <R>(context: Context.Context<R>): Context.Context<R> =>
  context.pipe(
    Context.add(HttpClient.TracerPropagationEnabled, false),
    Context.add(HttpClient.TracerDisabledWhen, () => true),
    Context.add(Headers.CurrentRedactedNames, [
      ...Context.get(context, Headers.CurrentRedactedNames),
      "x-amz-security-token"
    ]),
    Context.add(FetchHttpClient.RequestInit, {
      ...Context.getOrUndefined(context, FetchHttpClient.RequestInit),
      redirect: "manual"
    })
  )
