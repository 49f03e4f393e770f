/**
 * How long a call may take, as a setting of the program around it: for reaching the service, for each attempt, and for
 * the call with all of its attempts and the waits between them.
 *
 * A limit that passes ends the call with a `ClientError` whose reason is a `TimeoutError` that names the limit; the
 * request is interrupted and its socket closed. Limits count on Effect's `Clock`, but for the connection's, which is the
 * transport's.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"

/** What is absent is not limited. */
export interface TimeLimits {
  /**
   * For a connection: name resolution, TCP and TLS. Kept by transports that can tell (`effect-cognito/node`); `fetch`
   * has a limit of its own, if any.
   */
  readonly connection?: Duration.Input
  /** For one attempt: credentials, signature, request and the whole response. */
  readonly attempt?: Duration.Input
  /** For the call: all attempts and the waits between them. */
  readonly total?: Duration.Input
}

/**
 * The limits of the calls in a region of a program. Default: 5 seconds for a connection, 30 for an attempt, none for
 * the call as a whole. A value that is provided takes the place of all three.
 *
 * @example
 * ```ts
 * import { adminGetUser, TimeLimits } from "effect-cognito"
 * import * as Effect from "effect/Effect"
 *
 * const quick = adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" }).pipe(
 *   Effect.provideService(TimeLimits, { attempt: "2 seconds", total: "5 seconds" })
 * )
 * ```
 */
export const TimeLimits = Context.Reference<TimeLimits>("effect-cognito/TimeLimits", {
  defaultValue: () => ({ connection: "5 seconds", attempt: "30 seconds" })
})
