/**
 * What calls tell of themselves beside their spans, as a layer that a program adds where it wants it: metrics, an event on
 * the span for each attempt, and log lines at the debug level. A bundle without the layer holds none of it.
 *
 * Nothing of an input, an output or a header is told: only names, numbers, the service's id of the request, and places in
 * the output without their values. Spans need no layer but a tracer: `Span.ts` makes them.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import * as Tracer from "effect/Tracer"
import { type CallObserver, ObserveCall } from "./CallObserver.ts"
import type { Progress } from "./Progress.ts"
import { type Attempt, isThrottled } from "./Retry.ts"
import { attributesOf, errorType, errorTypeOf } from "./Span.ts"

/**
 * The metrics of calls, each with the attributes `operation`, AWS's name, and `outcome`: `success`, AWS's name of the
 * error, the tag of a `ClientError`'s reason, or `interrupted`.
 */
export const metrics = {
  /** How many calls ended. */
  calls: Metric.counter("cognito.calls", { description: "Calls that ended", incremental: true }),
  /** How long they took, in milliseconds, with all of their attempts and the waits between them. */
  duration: Metric.histogram("cognito.duration", {
    description: "Duration of calls in milliseconds",
    boundaries: [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10_000]
  }),
  /** How many requests they sent beyond the first. */
  retries: Metric.counter("cognito.retries", { description: "Requests beyond the first of a call", incremental: true }),
  /** How many of their requests were throttled. */
  throttles: Metric.counter("cognito.throttles", { description: "Requests that were throttled", incremental: true })
}

/**
 * Tells of the calls of the programs that it is provided to:
 *
 * - as Effect `Metric`s: `cognito.calls`, `cognito.duration` (milliseconds), `cognito.retries` and `cognito.throttles`,
 *   by `operation` and `outcome`;
 * - as an event `attempt` on the call's span for each request that was sent;
 * - in the log, at the debug level, with a line for each attempt and one for each place where the service left a required
 *   member out of an output.
 *
 * @example
 * ```ts
 * import { adminGetUser, layerTelemetry } from "effect-cognito"
 * import * as Effect from "effect/Effect"
 *
 * const watched = Effect.provide(adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" }), layerTelemetry)
 * ```
 */
export const layerTelemetry: Layer.Layer<never> = Layer.succeed(
  ObserveCall,
  (operation: string, progress: Progress) => observerOf(operation, progress)
)

/** Observes one call. */
const observerOf = (operation: string, progress: Progress): CallObserver => {
  let throttles = 0
  return {
    attempt: (attempt) =>
      withStopwatch((millis, context) =>
        Effect.tap(attempt, (outcome) => {
          if (isThrottled(outcome)) throttles++
          return tellAttempt(operation, progress, outcome, millis(), context)
        })
      ),
    call: (call) =>
      withStopwatch((millis, context) =>
        Effect.onExit(call, (exit) => {
          const attributes = { operation, outcome: errorTypeOf(exit) ?? "success" }
          const add = (metric: Metric.Metric<number, unknown>, amount: number) =>
            Metric.withAttributes(metric, attributes).updateUnsafe(amount, context)
          add(metrics.calls, 1)
          add(metrics.duration, millis())
          add(metrics.retries, Math.max(0, progress.attempts - 1))
          add(metrics.throttles, throttles)
          return tellCorrections(operation, progress)
        })
      )
  }
}

/** Runs an effect with a function that tells the milliseconds since it began, on Effect's `Clock`. */
const withStopwatch = <A, E, R>(
  run: (millis: () => number, context: Context.Context<never>) => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.withFiber(({ context }) => {
    const clock = Context.get(context, Clock.Clock)
    const start = clock.currentTimeMillisUnsafe()
    return run(() => clock.currentTimeMillisUnsafe() - start, context)
  })

const tellAttempt = (
  operation: string,
  { attempts }: Progress,
  { response, result }: Attempt<unknown, object>,
  millis: number,
  context: Context.Context<never>
): Effect.Effect<void> => {
  const error = Result.isFailure(result) ? errorType(result.failure) : undefined
  const attributes = { "cognito.attempt": attempts, ...attributesOf(response, error) }
  const span = Context.getOrUndefined(context, Tracer.ParentSpan)
  if (span?._tag === "Span") {
    span.event("attempt", Context.get(context, Clock.Clock).currentTimeNanosUnsafe(), attributes)
  }
  return Effect.logDebug(`${operation}: attempt ${attempts}: ${error ?? "success"}`).pipe(
    Effect.annotateLogs({ ...attributes, millis })
  )
}

const tellCorrections = (operation: string, { corrections }: Progress): Effect.Effect<void> =>
  Effect.forEach(
    corrections,
    (place) => Effect.logDebug(`${operation}: the service left out ${place}, which has its zero value`),
    { discard: true }
  )
