/**
 * How long a call may take, as a setting of the program around it: for reaching the service, for each attempt, and for
 * the call with all of its attempts and the waits between them.
 *
 * A limit that passes ends the call with a `ClientError` whose reason is a `TimeoutError` that names the limit; the
 * request is interrupted and its socket closed. Limits count on Effect's `Clock`, but for the connection's, which is the
 * transport's.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { TimeoutError } from "../errors/ClientError.ts"
import type { Transport } from "./Transport.ts"
import type { TransportRequest } from "../protocol/Message.ts"
import type { Progress } from "./Progress.ts"

/** Limits of time. An absent one does not limit. */
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
  // In numbers, which are read at once.
  defaultValue: () => ({ connection: 5000, attempt: 30_000 })
})

/** Makes what signs and sends a request within the limit of an attempt. */
export const sender = (
  context: Context.Context<never>,
  transport: Transport["Service"],
  { attempt }: TimeLimits,
  progress: Progress
) => {
  const millis = attempt === undefined ? undefined : Duration.toMillis(attempt)
  const clock = Context.get(context, Clock.Clock)
  const { send, sendWithin } = transport
  const timed = millis !== undefined && sendWithin !== undefined && isSystemTime(context, millis)
  return <E>(request: Signed<E>) => {
    const start = clock.currentTimeMillisUnsafe()
    const limited = millis === undefined ? request : within({ limit: "attempt", millis, left: millis }, request)
    return Effect.flatMap(limited, (signed) => {
      progress.attempts++
      progress.request = signed
      if (millis === undefined) return send(signed)
      const left = Math.max(0, millis - (clock.currentTimeMillisUnsafe() - start))
      return timed ? sendWithin(signed, { left, millis }) : within({ limit: "attempt", millis, left }, send(signed))
    })
  }
}

type Signed<E> = Effect.Effect<TransportRequest, E>

/**
 * Ends an effect with a `TimeoutError` after so many milliseconds; the error tells `millis`, the whole of the limit.
 *
 * It does what `Effect.timeoutOrElse` does, in a tenth of its time.
 */
export const within = <A, E, R>(
  { left, limit, millis }: { readonly limit: "attempt" | "total"; readonly millis: number; readonly left: number },
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | TimeoutError, R> =>
  Exit.isExit(effect) ? effect : Effect.withFiber((fiber) =>
    Effect.callback((resume) => {
      // The services that `effect` needs are in the context of this fiber, which runs it.
      const running = Effect.runForkWith(fiber.context as Context.Context<R>)(effect)
      const exit = running.pollUnsafe()
      if (exit !== undefined) return resume(exit)
      const stop = after(left, fiber.context, () => {
        const failure = Effect.fail(new TimeoutError({ limit, millis }))
        resume(Effect.andThen(Fiber.interrupt(running), failure))
      })
      running.addObserver((exit) => {
        stop()
        resume(exit)
      })
      return Effect.suspend(() => {
        stop()
        return Fiber.interrupt(running)
      })
    })
  )

/** Does something after a time on the clock of a context, unless the function that it returns is called before. */
const after = (millis: number, context: Context.Context<never>, run: () => void): () => void => {
  if (isSystemTime(context, millis)) {
    const timer = setTimeout(run, millis)
    return () => clearTimeout(timer)
  }
  const sleeping = Effect.runForkWith(context)(Context.get(context, Clock.Clock).sleep(Duration.millis(millis)))
  sleeping.addObserver((exit) => Exit.isSuccess(exit) ? run() : undefined)
  return () => sleeping.interruptUnsafe()
}

/** Whether a time is the system's, so that its timers can be used: they need no fiber to wait, and take fewer than 2^31. */
const isSystemTime = (context: Context.Context<never>, millis: number): boolean =>
  millis < 2 ** 31 && Context.get(context, Clock.Clock).sleep === systemSleep

const { sleep: systemSleep } = Clock.Clock.defaultValue()
