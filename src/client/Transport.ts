/**
 * The seam between an operation and the network: one request out, one response back, as bytes.
 *
 * A transport neither signs, retries, follows redirects nor looks into bodies. This module holds the service and its
 * layer over bare `fetch`, and what all transports keep to: the limit of a response's size, what a header may hold, and
 * what an error tells. `HttpClientTransport.ts` holds the layer over Effect's `HttpClient`, `node/NodeTransport.ts` the
 * one on Node's own `http`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { isError } from "../errors/isError.ts"
import { ResponseTooLargeError, type TimeoutError, TransportError } from "../errors/ClientError.ts"
import { origin, type TransportHeaders, type TransportRequest, type TransportResponse } from "../protocol/Message.ts"
import { UserAgent, withUserAgent } from "./UserAgent.ts"

/** Why there is no response: the network, a limit of time, or a body that is too large to take. */
export type TransportFailure = TransportError | TimeoutError | ResponseTooLargeError

/**
 * Sends requests. An implementation answers whatever came back, whatever its status, and fails with a
 * {@link TransportFailure} where nothing complete did; when the effect is interrupted it gives up the request.
 */
export class Transport extends Context.Service<Transport, {
  readonly send: (request: TransportRequest) => Effect.Effect<TransportResponse, TransportFailure>
  /**
   * The same with a limit that the transport keeps itself, on the system's clock, where it can do so with less work than
   * an interruption takes. Optional.
   */
  readonly sendWithin?: (
    request: TransportRequest,
    limit: SendLimit
  ) => Effect.Effect<TransportResponse, TransportFailure>
}>()("effect-cognito/Transport") {}

/** What is left of the limit of an attempt, in milliseconds. */
export interface SendLimit {
  readonly left: number
  /** All of it, for the `TimeoutError`. */
  readonly millis: number
}

/**
 * The function that {@link layerFetch} calls, read when the layer is built. Default: `globalThis.fetch`, looked up at
 * each request.
 */
export const Fetch = Context.Reference<typeof globalThis.fetch>("effect-cognito/Transport/Fetch", {
  defaultValue: () => (...args) => globalThis.fetch(...args)
})

/**
 * The most bytes of a response's body, unpacked, that a transport takes. More end the call with a
 * `ResponseTooLargeError` and close the connection. Default: 10 MB, about a thousand times what the service answers.
 *
 * @example
 * ```ts
 * import { listUsers, MaxResponseSize } from "effect-cognito"
 * import * as Effect from "effect/Effect"
 *
 * const small = listUsers({ UserPoolId: "eu-central-1_a" }).pipe(Effect.provideService(MaxResponseSize, 100_000))
 * ```
 */
export const MaxResponseSize = Context.Reference<number>("effect-cognito/Transport/MaxResponseSize", {
  defaultValue: () => 10_000_000
})

/**
 * Sends requests through bare `fetch`: for browsers, edge runtimes and small bundles. Redirects are not followed, and
 * an interrupted request is aborted.
 */
export const layerFetch: Layer.Layer<Transport> = Layer.effect(
  Transport,
  Effect.map(Fetch, (fetch) => ({
    send: ({ body, headers, url }) => {
      const refusal = checkHeaders(headers)
      if (refusal !== undefined) return Effect.fail(refusal)
      return Effect.withFiber(({ context }) => {
        const limit = Context.get(context, MaxResponseSize)
        const sent = withUserAgent(headers, Context.get(context, UserAgent))
        return Effect.tryPromise({
          try: async (signal) => {
            const response = await fetch(url, { method: "POST", headers: sent, body, signal, redirect: "manual" })
            return await receive(response, limit)
          },
          catch: (thrown) => thrown instanceof ResponseTooLargeError ? thrown : transportError(thrown)
        })
      })
    }
  }))
)

const receive = async (response: Response, limit: number): Promise<TransportResponse> => {
  const { status } = response
  const headers = Object.fromEntries(response.headers)
  const refusal = checkDeclaredSize(status, headers, limit)
  if (refusal === undefined) return { status, headers, body: await readBody(response, limit) }
  abandon(response.body)
  throw refusal
}

/** `fetch` unpacks by itself, so that what is counted is what would fill the memory. */
const readBody = async (response: Response, limit: number): Promise<Uint8Array> => {
  // No body, or, as in React Native, none that can be read in pieces.
  if (!response.body) {
    const whole = new Uint8Array(await response.arrayBuffer())
    if (whole.length > limit) throw tooLarge(response.status, Object.fromEntries(response.headers), limit)
    return whole
  }
  const reader = response.body.getReader()
  const chunks: Array<Uint8Array> = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return concat(chunks, size)
    size += value.length
    if (size > limit) {
      abandon(reader)
      throw tooLarge(response.status, Object.fromEntries(response.headers), limit)
    }
    chunks.push(value)
  }
}

/** Closes the connection; whether that works is not waited for, and changes nothing. */
const abandon = (body: { readonly cancel: () => Promise<void> } | null): void => {
  body?.cancel().catch(() => {})
}

/** The pieces of a body as one; `size` is the sum of their lengths. */
export const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return only
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

/**
 * Refuses headers that could end early and begin another, or that runtimes write in different ways. The error quotes no
 * value.
 */
export const checkHeaders = (headers: TransportHeaders): TransportError | undefined => {
  for (const name in headers) {
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(headers[name] ?? "")) {
      return new TransportError({
        message: "a header of the request holds characters that no header can hold",
        code: "ERR_INVALID_CHAR"
      })
    }
  }
  return undefined
}

/** Refuses a response that says it is larger than the limit. */
export const checkDeclaredSize = (
  status: number,
  headers: TransportHeaders,
  limit: number
): ResponseTooLargeError | undefined =>
  Number(headers["content-length"]) > limit ? tooLarge(status, headers, limit) : undefined

/** The error of a response with more bytes than the limit. */
export const tooLarge = (status: number, headers: TransportHeaders, limit: number): ResponseTooLargeError =>
  new ResponseTooLargeError({ ...origin({ status, headers }), limit })

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
  isError(thrown) && depth < 4 ? [thrown, ...causes(thrown.cause, depth + 1)] : []

const isCode = (code: unknown): code is string => typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code)
