/**
 * The seam for whoever wants to know of calls while they run. Without an observer it costs nothing; `Telemetry.ts` has
 * the one that makes log lines, events and metrics of what it is told.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Progress } from "./Progress.ts"
import type { Attempt } from "./Retry.ts"

/** Watches one call. */
export interface CallObserver {
  /** Wraps each attempt of the call. */
  readonly attempt: <O, E extends object>(attempt: Effect.Effect<Attempt<O, E>>) => Effect.Effect<Attempt<O, E>>
  /** Wraps the call with all of its attempts. */
  readonly call: <A, E extends object, R>(call: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/** Makes what watches a call of an operation. Default: nothing does. */
export const ObserveCall = Context.Reference<((operation: string, progress: Progress) => CallObserver) | undefined>(
  "effect-cognito/ObserveCall",
  { defaultValue: () => undefined }
)
