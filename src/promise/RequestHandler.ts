/**
 * Request handlers of the AWS SDK's form as a transport, and a client's transport as such a handler.
 *
 * A handler does all that a transport does, its limits of time included; what it fails with is what the call rejects with.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MaxResponseSize, Transport, transportError } from "../client/Transport.ts"
import { UserAgent, withUserAgent } from "../client/UserAgent.ts"
import { ResponseTooLargeError, type TransportError } from "../errors/ClientError.ts"
import { completeRequest, type HttpRequest, type HttpResponse, transportResponse } from "./HttpMessage.ts"

/** Sends requests: `NodeHttpHandler` and `FetchHttpHandler` of the AWS SDK, for example, or a test's own. */
export interface RequestHandler {
  handle(request: HttpRequest, options?: HandlerOptions): Promise<{ readonly response: HttpResponse }>
  /** Called where the client is destroyed. */
  destroy?(): void
  readonly metadata?: { readonly handlerProtocol: string }
}

/** What a handler is told of a call. */
export interface HandlerOptions {
  readonly abortSignal?: AbortSignal
  readonly requestTimeout?: number
}

/** Whether a value sends requests, and is no set of options. */
export const isRequestHandler = (value: object): value is RequestHandler =>
  "handle" in value && typeof value.handle === "function"

/** Sends requests through a handler, which is destroyed with the layer's scope. */
export const layerHandler = (handler: RequestHandler): Layer.Layer<Transport> =>
  Layer.effect(
    Transport,
    Effect.as(Effect.addFinalizer(() => Effect.sync(() => handler.destroy?.())), {
      send: (request) =>
        Effect.flatMap(Effect.all([MaxResponseSize, UserAgent]), ([limit, agent]) =>
          Effect.tryPromise({
            try: async (abortSignal) => {
              const sent = completeRequest({ ...request, headers: withUserAgent(request.headers, agent) })
              const { response } = await handler.handle(sent, { abortSignal })
              return await transportResponse(response, limit)
            },
            catch: (thrown) => thrown
          })).pipe(Effect.catch(failed))
    })
  )

/** What handlers threw. Not in the errors, which hold nothing that a log may not show. */
const thrownErrors = new WeakMap<TransportError, Error>()

/** What another attempt may mend is a failure; anything else is a fault of the handler, which the call rejects with. */
const failed = (thrown: unknown): Effect.Effect<never, TransportError | ResponseTooLargeError> => {
  if (thrown instanceof ResponseTooLargeError) return Effect.fail(thrown)
  if (!(thrown instanceof Error) || !isTransient(thrown)) return Effect.die(thrown)
  const error = transportError(thrown)
  thrownErrors.set(error, thrown)
  return Effect.fail(error)
}

/**
 * Whether the SDK would try again.
 *
 * @see https://github.com/smithy-lang/smithy-typescript `isTransientError`
 */
const isTransient = (error: Error, depth = 0): boolean =>
  /^(TimeoutError|RequestTimeout|RequestTimeoutException)$/.test(error.name)
  || ("code" in error && transientCode.test(String(error.code)))
  || (error instanceof TypeError && browserMessage.test(error.message))
  || (error.cause instanceof Error && depth < 10 && isTransient(error.cause, depth + 1))

const transientCode = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/

const browserMessage =
  /^(Failed to fetch|NetworkError when attempting to fetch resource|The Internet connection appears to be offline|Load failed|Network request failed)/

/** What the handler of the program threw, where an error comes of that. */
export const thrownBy = (error: TransportError): Error | undefined => thrownErrors.get(error)
