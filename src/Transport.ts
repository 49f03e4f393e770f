/**
 * The seam between an operation and the network: one request out, one response back, as bytes.
 *
 * A transport neither signs, retries, follows redirects nor looks into bodies. This module holds the service and its
 * layer over bare `fetch`; `HttpClientTransport.ts` holds the layer over Effect's `HttpClient`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ResponseTooLargeError, type TimeoutError, TransportError } from "./errors/ClientError.ts"

/** Header names are in lower case. */
export interface TransportHeaders {
  readonly [name: string]: string
}

export interface TransportRequest {
  readonly method: "POST"
  readonly url: string
  readonly headers: TransportHeaders
  readonly body: Uint8Array<ArrayBuffer>
}

export interface TransportResponse {
  readonly status: number
  readonly headers: TransportHeaders
  readonly body: Uint8Array
}

/** Why there is no response: the network, the limit for a connection, or a body that is too large to take. */
export type TransportFailure = TransportError | TimeoutError | ResponseTooLargeError

/**
 * Sends requests. An implementation answers whatever came back, whatever its status, and fails with a
 * {@link TransportFailure} where nothing complete did; when the effect is interrupted it gives up the request.
 */
export class Transport extends Context.Service<Transport, {
  readonly send: (request: TransportRequest) => Effect.Effect<TransportResponse, TransportFailure>
}>()("effect-cognito/Transport") {}

/**
 * The function that {@link layerFetch} calls, read when the layer is built. Default: `globalThis.fetch`, looked up at
 * each request.
 */
export const Fetch = Context.Reference<typeof globalThis.fetch>("effect-cognito/Transport/Fetch", {
  defaultValue: () => (...args) => globalThis.fetch(...args)
})

/**
 * Sends requests through bare `fetch`: for browsers, edge runtimes and small bundles. Redirects are not followed, and
 * an interrupted request is aborted.
 */
export const layerFetch: Layer.Layer<Transport> = Layer.effect(
  Transport,
  Effect.map(Fetch, (fetch) => ({
    send: ({ body, headers, url }) =>
      Effect.tryPromise({
        try: async (signal) => {
          const response = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" })
          return {
            status: response.status,
            headers: Object.fromEntries(response.headers),
            body: new Uint8Array(await response.arrayBuffer())
          }
        },
        catch: transportError
      })
  }))
)

/**
 * Describes what a runtime threw while it sent a request: by the system's code (`ECONNREFUSED`, `CERT_HAS_EXPIRED`) or
 * else by the names of the errors. Their messages are left out, since some quote what was sent.
 */
export const transportError = (thrown: unknown): TransportError => {
  const errors = causes(thrown)
  const code = errors.map((error) => "code" in error ? error.code : undefined).find(isCode)
  return code === undefined
    ? new TransportError({ message: `the request failed (${errors.map(({ name }) => name).join(", ")})` })
    : new TransportError({ message: `the request failed: ${code}`, code })
}

const causes = (thrown: unknown, depth = 0): ReadonlyArray<Error> =>
  thrown instanceof Error && depth < 4 ? [thrown, ...causes(thrown.cause, depth + 1)] : []

const isCode = (code: unknown): code is string => typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)
