/**
 * Request handlers of the AWS SDK's form as a transport.
 *
 * A handler does all that a transport does, its limits of time included; what it fails with is what the call rejects with.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { MaxResponseSize, Transport, transportError } from "../client/Transport.ts"
import { UserAgent, withUserAgent } from "../client/UserAgent.ts"
import { ResponseTooLargeError, type TransportError } from "../errors/ClientError.ts"
import { isError } from "../errors/isError.ts"
import { completeRequest, transportResponse } from "./HttpMessage.ts"
import type { RequestHandler } from "./RequestHandlerOptions.ts"
import { noteThrown } from "./ThrownErrors.ts"

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

/** What another attempt may mend is a failure; anything else is a fault of the handler, which the call rejects with. */
const failed = (thrown: unknown): Effect.Effect<never, TransportError | ResponseTooLargeError> => {
  if (thrown instanceof ResponseTooLargeError) return Effect.fail(thrown)
  if (!isError(thrown) || !isTransient(thrown)) return Effect.die(thrown)
  const error = transportError(thrown)
  noteThrown(error, thrown)
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
  || (error.name === "TypeError" && browserMessage.test(error.message))
  || (isError(error.cause) && depth < 10 && isTransient(error.cause, depth + 1))

const transientCode = /^(ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/

const browserMessage =
  /^(Failed to fetch|NetworkError when attempting to fetch resource|The Internet connection appears to be offline|Load failed|Network request failed)/
