/**
 * Retries: which failures are worth another attempt, when it is made, and when it is given up.
 *
 * Decided by the name of an error first, never by a status where the body says what happened. The rules are those of the
 * AWS SDKs' standard mode: exponential back-off with full jitter, and a bucket of tokens that all calls of a client
 * share, so that a service in trouble is not asked ever more. Unlike them it does not retry `LimitExceededException`:
 * Cognito says so of attempts that are used up, which another attempt makes worse.
 *
 * Each attempt is signed anew. `Operation.ts` says what an attempt is.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import { AdaptiveRate } from "./AdaptiveRate.ts"
import { ClientError, type ClientErrorReason } from "../errors/ClientError.ts"
import type { TransportResponse } from "../protocol/Message.ts"
import type { Progress } from "./Progress.ts"

/** How calls are retried. What is absent has its default. */
export interface RetryPolicy {
  /** The most requests that one call sends. Default: 3; 1 turns retries off. */
  readonly maxAttempts?: number
  /**
   * `standard` (default) waits between the attempts of a call; `adaptive` also holds back first attempts of all of the
   * client's calls, once the service has throttled one, to the rate that it seems to bear.
   */
  readonly mode?: "standard" | "adaptive"
  /** The longest wait before the first retry after a fault; it doubles with each. Default: 50 ms. */
  readonly baseDelay?: Duration.Input
  /** The longest wait before the first retry after throttling; it doubles with each. Default: 1 second. */
  readonly throttlingDelay?: Duration.Input
  /** No wait is longer, but for what the service asks for, which may add 5 seconds. Default: 20 seconds. */
  readonly maxDelay?: Duration.Input
}

/**
 * The policy of the calls in a region of a program.
 *
 * @example
 * ```ts
 * import { listUsers, RetryPolicy } from "effect-cognito"
 * import * as Effect from "effect/Effect"
 *
 * const patient = listUsers({ UserPoolId: "eu-central-1_a" }).pipe(
 *   Effect.provideService(RetryPolicy, { maxAttempts: 8, mode: "adaptive" })
 * )
 * ```
 */
export const RetryPolicy = Context.Reference<RetryPolicy>("effect-cognito/RetryPolicy", { defaultValue: () => ({}) })

/** What the calls of a client share. */
export class ClientState {
  /** What retries are paid with. */
  tokens = maxTokens
  /** The milliseconds by which the service's clock is ahead of ours, once a signature was refused for its date. */
  clockOffset = 0
  readonly rate = new AdaptiveRate()
}

const maxTokens = 500

/** What an attempt came to: the response, if there was one, and what was read from it. */
export interface Attempt<O, E> {
  readonly response: TransportResponse | undefined
  readonly result: Result.Result<O, E>
}

/** A call, as far as retries are concerned. */
export interface RetryOptions<O, E, A> {
  readonly state: ClientState
  /** Whether the operation must not run twice: then it is not repeated once a request may have been carried out. */
  readonly once: boolean
  readonly policy: RetryPolicy
  /** Gets the response of each attempt, and the waits in between. */
  readonly progress: Progress
  /** Sends the request once, at a clock offset. */
  readonly attempt: (clockOffset: number) => Effect.Effect<Attempt<O, E>>
  /** Makes the end of the call from the result of its last attempt. */
  readonly end: (result: Result.Result<O, E>) => Effect.Effect<A, E>
}

/** Makes attempts until one succeeds or no other is worth it. */
export const retrying = <O, E extends object, A>(options: RetryOptions<O, E, A>): Effect.Effect<A, E> => {
  const { attempt, end, policy: { mode }, progress, state } = options
  if (mode === "adaptive") return repeating(options)
  const { clockOffset } = state
  // Nearly every call succeeds at once; that way makes no generator.
  return Effect.flatMap(attempt(clockOffset), (first) => {
    progress.response = first.response
    if (Result.isFailure(first.result)) return repeating(options, { ...first, clockOffset })
    state.tokens = Math.min(maxTokens, state.tokens + 1)
    return end(first.result)
  })
}

const repeating = Effect.fnUntraced(function*<O, E extends object, A>(
  { attempt, end, once, policy, progress, state }: RetryOptions<O, E, A>,
  first?: Attempt<O, E> & { readonly clockOffset: number }
) {
  const adaptive = policy.mode === "adaptive"
  const maxAttempts = policy.maxAttempts ?? 3
  let cost = 0
  for (let attempts = 1;; attempts++) {
    if (adaptive) yield* awaitTurn(state)
    const given = attempts === 1 ? first : undefined
    const clockOffset = given?.clockOffset ?? state.clockOffset
    const { response, result } = given ?? (yield* attempt(clockOffset))
    progress.response = response
    const now = yield* Clock.currentTimeMillis
    const fault = Result.isSuccess(result)
      ? undefined
      : faultOf(result.failure, response) ?? dateFault(result.failure, skewOf(response, now) - clockOffset)
    // An offset that a signature was refused with is worth nothing.
    if (fault?.kind === "clock skew" && state.clockOffset === clockOffset) state.clockOffset = 0
    if (adaptive) state.rate.record(now, fault?.kind === "throttling")
    if (fault === undefined || attempts >= maxAttempts || (once && !fault.unprocessed)) {
      if (Result.isSuccess(result)) state.tokens = Math.min(maxTokens, state.tokens + (cost === 0 ? 1 : cost))
      return yield* end(result)
    }
    if (fault.kind === "clock skew") {
      const next = skewOf(response, now) || 0
      // The request had that date already: another attempt would be refused too.
      if (Math.abs(next - clockOffset) < minSkew) return yield* end(result)
      state.clockOffset = next
      continue
    }
    cost = costs[fault.kind]
    if (state.tokens < cost) return yield* end(result)
    state.tokens -= cost
    const longest = Math.min(
      Duration.toMillis(fault.kind === "throttling" ? policy.throttlingDelay ?? "1 second" : policy.baseDelay ?? 50)
        * 2 ** (attempts - 1),
      Duration.toMillis(policy.maxDelay ?? "20 seconds")
    )
    const jittered = longest === 0 ? 0 : longest * (yield* Random.next)
    const delay = Math.max(jittered, Math.min(askedDelay(response, now), jittered + 5000))
    // Even a sleep of no time would wait for a test to move its clock.
    if (delay > 0) yield* Effect.sleep(delay)
    progress.retryDelay += delay
  }
})

const costs = { throttling: 5, transient: 14 }

const awaitTurn = Effect.fnUntraced(function*({ rate }: ClientState) {
  const wait = rate.acquire(yield* Clock.currentTimeMillis)
  if (wait > 0) yield* Effect.onInterrupt(Effect.sleep(wait), () => Effect.sync(() => rate.release()))
})

interface Fault {
  readonly kind: "throttling" | "transient" | "clock skew"
  /** Whether it is certain that the service did not carry out the request. */
  readonly unprocessed: boolean
}

const throttling: Fault = { kind: "throttling", unprocessed: true }
const clockSkew: Fault = { kind: "clock skew", unprocessed: true }
const unreached: Fault = { kind: "transient", unprocessed: true }
const transient: Fault = { kind: "transient", unprocessed: false }

/** What kind of fault an attempt failed with, if it is one that another attempt may mend. */
export const faultKind = ({ response, result }: Attempt<unknown, object>): Fault["kind"] | undefined =>
  Result.isFailure(result) ? faultOf(result.failure, response)?.kind : undefined

/** Whether an attempt was refused because there were too many. */
export const isThrottled = (attempt: Attempt<unknown, object>): boolean => faultKind(attempt) === "throttling"

/** What is wrong that another attempt may mend, if anything. */
const faultOf = (failure: object, response: TransportResponse | undefined): Fault | undefined => {
  if (!(failure instanceof ClientError)) return "_tag" in failure ? named(String(failure._tag)) : undefined
  const { reason } = failure
  switch (reason._tag) {
    case "TransportError":
      return networkFault(reason)
    case "TimeoutError":
      return reason.limit === "connection" ? unreached : transient
    case "UnmodeledError":
      return refusedForDate(reason) ? clockSkew : named(reason.code) ?? byStatus(reason.status)
    // Nothing that could be read: a proxy, most likely. What reads as an output is not asked for again.
    case "DecodeError":
      return response === undefined ? undefined : byStatus(response.status)
    default:
      return undefined
  }
}

/** A fault that has a name on the wire. */
const named = (code: string): Fault | undefined => {
  if (throttlingName.test(code)) return throttling
  return transientName.test(code) ? transient : undefined
}

const throttlingName =
  /^(BandwidthLimitExceeded|RequestLimitExceeded|RequestThrottled|SlowDown|Throttl(ed|ing)|TooManyRequests)(Exception)?$/

const transientName = /^(Internal(Error|Failure|Server(Error)?)|RequestTimeout|ServiceUnavailable)(Exception)?$/

/** For what has no name that is known. */
const byStatus = (status: number): Fault | undefined => {
  if (status === 429) return throttling
  return status >= 500 ? transient : undefined
}

type Reason<Tag extends ClientErrorReason["_tag"]> = Extract<ClientErrorReason, { readonly _tag: Tag }>

/** A certificate that is not trusted will not be at the next attempt; the other faults of a network pass. */
const networkFault = ({ code = "" }: Reason<"TransportError">): Fault | undefined => {
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS|ERR_SSL|ERR_INVALID/.test(code)) return undefined
  return unreachedCode.test(code) ? unreached : transient
}

/** With these the connection was not made. */
const unreachedCode = /^(EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|UND_ERR_CONNECT_TIMEOUT)$/

const refusedForDate = ({ code, text }: Reason<"UnmodeledError">): boolean =>
  /^Request(Expired|InTheFuture|TimeTooSkewed)$/.test(code)
  || (code === "InvalidSignatureException" && /signature (expired|not yet current)/i.test(text))

/** Whether a signature that did not match was made at another time than the service's: by more than 5 minutes, as in AWS's SDKs. */
const dateFault = (failure: object, skew: number): Fault | undefined =>
  Math.abs(skew) >= 5 * minSkew && failure instanceof ClientError && failure.reason._tag === "UnmodeledError"
    && /^(InvalidSignatureException|SignatureDoesNotMatch)$/.test(failure.reason.code)
    ? clockSkew
    : undefined

/** A smaller difference of the clocks is no reason for a refusal. */
const minSkew = 60_000

/** 100 years. No clock is further off: a device that has lost its time begins in 1970. */
const maxSkew = 3.16e12

/** How far the service's clock is ahead, by the `Date` of its response; no number where that is none, or cannot be true. */
const skewOf = (response: TransportResponse | undefined, now: number): number => {
  const { date = "" } = response?.headers ?? {}
  const offset = httpDate.test(date) ? Date.parse(date) - now : NaN
  return Math.abs(offset) <= maxSkew ? offset : NaN
}

/**
 * What `Date.parse` alone would read into a number or a year of few digits is no date.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 */
const httpDate = /^\w+, \d\d \w+ (19[7-9]|2\d\d)\d [\d:]+ GMT$/

/** The milliseconds that the service asks to wait, by `x-amz-retry-after` (milliseconds) or `retry-after`; else 0. */
export const askedDelay = (response: TransportResponse | undefined, now: number): number => {
  const { "retry-after": standard = "", "x-amz-retry-after": amazon = "" } = response?.headers ?? {}
  if (/^\d+$/.test(amazon)) return Number(amazon)
  if (/^\d+(\.\d+)?$/.test(standard)) return Number(standard) * 1000
  const until = Date.parse(standard)
  return Number.isNaN(until) ? 0 : Math.max(0, until - now)
}
