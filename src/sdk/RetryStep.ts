/**
 * The step of a call that goes through a middleware stack in which attempts are made: as `../client/Retry.ts` has it, or as a
 * strategy of the program's decides.
 */
import type { RetryErrorType, RetryStrategyV2, SdkError } from "@smithy/types"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { askedDelay, type Attempt, faultKind, retrying, RetryPolicy } from "../client/Retry.ts"
import { isError } from "../errors/isError.ts"
import { Cognito } from "../Service.ts"
import { type Call, callIn } from "./MiddlewareCall.ts"
import type { Handled, Next, Step, StepArguments } from "./MiddlewareStack.ts"

/** Makes attempts, each of them the rest of the stack, and tells how many there were. */
export const retry: Step = (next, context) => async (args) => {
  const call = callIn(context)
  const { retryStrategy } = call.options
  const attempts = new Attempts(call, next, args)
  try {
    const handled = await (retryStrategy === undefined ? repeated(attempts) : decided(attempts, retryStrategy))
    Object.assign(handled.output?.$metadata ?? {}, attempts.metadata)
    return handled
  } catch (thrown) {
    if (isError(thrown)) {
      const { $metadata = {} }: Error & { $metadata?: object } = thrown
      Object.assign(thrown, { $metadata: Object.assign($metadata, attempts.metadata) })
    }
    throw thrown
  }
}

/** What a middleware of the program's threw. */
class Foreign {
  /** As the library's errors of the same meaning. */
  readonly _tag: string
  constructor(thrown: unknown) {
    const { $retryable }: { $retryable?: { throttling?: boolean } } = Object(thrown)
    this._tag = $retryable === undefined ? "Foreign" : $retryable.throttling === true ? "Throttled" : "InternalError"
  }
}

/** The attempts of one call. */
class Attempts {
  private count = 0
  private readonly next: Next
  private readonly args: StepArguments
  readonly call: Call

  constructor(call: Call, next: Next, args: StepArguments) {
    this.call = call
    this.next = next
    this.args = args
  }

  get metadata() {
    return { attempts: this.count, totalRetryDelay: this.call.progress.retryDelay }
  }

  /** What was thrown, by the error that stands for it. */
  readonly thrown = new WeakMap<object, unknown>()

  async make(): Promise<Attempt<Handled, object>> {
    const { call } = this
    this.count++
    call.progress.response = undefined
    try {
      const handled = await this.next(this.args)
      return { response: call.progress.response, result: Result.succeed(handled) }
    } catch (thrown) {
      const error = call.errorBehind(thrown) ?? new Foreign(thrown)
      this.thrown.set(error, thrown)
      return { response: call.progress.response, result: Result.fail(error) }
    }
  }
}

const repeated = async (attempts: Attempts): Promise<Handled> => {
  const { options: { operation: { spec }, run }, progress } = attempts.call
  const result = await run(
    Effect.flatMap(
      Effect.all([Cognito, RetryPolicy]),
      ([{ state }, policy]) =>
        retrying<Handled, never, Result.Result<Handled, object>>({
          state,
          policy,
          once: spec.once ?? false,
          progress,
          // The end takes failures as they are.
          attempt: (clockOffset) =>
            Effect.promise(() => {
              attempts.call.clockOffset = clockOffset
              return attempts.make() as Promise<Attempt<Handled, never>>
            }),
          end: Effect.succeed
        })
    )
  )
  if (Result.isFailure(result)) throw attempts.thrown.get(result.failure)
  return result.success
}

/** Attempts as a strategy decides. */
const decided = async (attempts: Attempts, strategy: RetryStrategyV2): Promise<Handled> => {
  const { options: { run }, progress } = attempts.call
  let token = await strategy.acquireInitialRetryToken("")
  for (;;) {
    const attempt = await attempts.make()
    if (Result.isSuccess(attempt.result)) {
      strategy.recordSuccess(token)
      return attempt.result.success
    }
    const thrown = attempts.thrown.get(attempt.result.failure)
    const asked = askedDelay(attempt.response, await run(Clock.currentTimeMillis))
    const error = isError(thrown) ? { error: asSdkError(thrown) } : {}
    const hint = asked === 0 ? {} : { retryAfterHint: new Date(Date.now() + asked) }
    try {
      token = await strategy.refreshRetryTokenForRetry(token, { ...error, ...hint, errorType: errorType(attempt) })
    } catch {
      // By this the strategy says that there is no other attempt.
      throw thrown
    }
    const delay = token.getRetryDelay()
    await run(Effect.sleep(delay))
    progress.retryDelay += delay + acquisitionDelayOf(token)
  }
}

/** What a strategy waited itself before it gave a token, as the SDK's note there. */
const acquisitionDelayOf = (token: object): number => {
  const { acquisitionDelay = 0 }: { acquisitionDelay?: number } = "$retryLog" in token ? Object(token.$retryLog) : {}
  return acquisitionDelay
}

const errorType = (attempt: Attempt<Handled, object>): RetryErrorType => {
  const kind = faultKind(attempt)
  if (kind === "throttling") return "THROTTLING"
  if (kind !== undefined) return "TRANSIENT"
  return (attempt.response?.status ?? 0) >= 500 ? "SERVER_ERROR" : "CLIENT_ERROR"
}

/** A strategy takes any error for one of the SDK's. */
const asSdkError = (error: Error) => error as SdkError
