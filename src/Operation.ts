/**
 * The path of a call, all of it: encode → sign → send → decode, or recognise the error; the last three again where
 * `client/Retry.ts` finds it worth it, and all within the program's `TimeLimits`.
 *
 * An operation is a function that carries its {@link Spec}. {@link signed} and {@link unsigned} make it of the two halves
 * in `protocol/AwsJson.ts` and of what the program injects.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type CallObserver, ObserveCall } from "./client/CallObserver.ts"
import { concealed, concealedReason, concealing, tellsNothing } from "./client/Conceal.ts"
import { Progress } from "./client/Progress.ts"
import { type Attempt, retrying, RetryPolicy } from "./client/Retry.ts"
import { Signer } from "./client/Signer.ts"
import { inSpan, isTraced } from "./client/Span.ts"
import { sender, TimeLimits, within } from "./client/TimeLimits.ts"
import { ValueSettings } from "./client/ValueSettings.ts"
import { type ClientError, type ClientErrorReason, TimeoutError } from "./errors/ClientError.ts"
import type { ServiceError } from "./errors/ServiceError.ts"
import { clientError, decode, encode, headersOf, noted, type Spec } from "./protocol/AwsJson.ts"
import {
  requestIdOf,
  type TransportHeaders,
  type TransportRequest,
  type TransportResponse
} from "./protocol/Message.ts"
import { Cognito } from "./Service.ts"

/** An output, and what the call learned from the wire. */
export interface Exchange<O> {
  readonly output: O
  /** The response that the output was read from. */
  readonly response: {
    /** The HTTP status, from 200 to 299. */
    readonly status: number
    /** The service's id of the request: what AWS Support asks for. */
    readonly requestId: string | undefined
    readonly headers: TransportHeaders
  }
  /** How many requests were sent. */
  readonly attempts: number
  /** The milliseconds that were waited between them. */
  readonly retryDelay: number
}

/**
 * An operation of the service: call it with its input. `R` is `Cognito` where no AWS credentials are needed, and
 * `Cognito | Signer` where they are; `E` the errors that it declares, to which {@link ClientError} comes.
 */
export interface Operation<I, O, E extends ServiceError, R> {
  (input: I): Effect.Effect<O, E | ClientError, R>
  /** The same with what the call learned from the wire. Errors tell it in any case. */
  readonly exchange: (input: I) => Effect.Effect<Exchange<O>, E | ClientError, R>
  /** Whether its requests are signed with AWS credentials. */
  readonly isSigned: boolean
  readonly spec: Spec<I, O, E>
}

/** An operation of which nothing is known but how to call it; for code that deals with all of them alike. */
export interface AnyOperation {
  (input: never): Effect.Effect<unknown, object, Cognito | Signer>
  readonly isSigned: boolean
  readonly exchange: (input: never) => Effect.Effect<Exchange<unknown>, object, Cognito | Signer>
  readonly spec: Spec<unknown, unknown, ServiceError>
}

/** Makes an operation that is signed with AWS credentials. */
export const signed = <I, O, E extends ServiceError>(spec: Spec<I, O, E>): Operation<I, O, E, Cognito | Signer> =>
  makeOperation(spec, true, (context: Context.Context<Signer>) => Context.get(context, Signer).sign)

/** Makes an operation that is sent as it is, even where AWS credentials are at hand. */
export const unsigned = <I, O, E extends ServiceError>(spec: Spec<I, O, E>): Operation<I, O, E, Cognito> =>
  makeOperation(spec, false, () => Effect.succeed)

/** What signs the requests of a call. */
interface Sign {
  (request: TransportRequest, clockOffset: number): Effect.Effect<TransportRequest, ClientErrorReason>
}

const makeOperation = <I, O, E extends ServiceError, R>(
  spec: Spec<I, O, E>,
  isSigned: boolean,
  signOf: (context: Context.Context<R>) => Sign
): Operation<I, O, E, Cognito | R> => {
  const { name, once = false } = spec
  // One object for all requests of the operation: signers keep what they computed of it by its identity.
  const headers = headersOf(spec)

  const run = <A>(
    input: I,
    context: Context.Context<Cognito | R>,
    result: (output: O, progress: Progress) => A,
    progress: Progress,
    observer: CallObserver | undefined
  ): Effect.Effect<A, E | ClientError> => {
    const { endpoint, state, transport } = Context.get(context, Cognito)
    const settings = Context.get(context, ValueSettings)
    const limits = Context.get(context, TimeLimits)
    const sign = signOf(context)
    const send = sender(context, transport, limits, progress)

    const conceal = concealing(() => ({ spec, input, settings, request: progress.request }))
    const ended = (error: E | ClientError) => noted(spec, error, progress.response, progress)
    const unanswered = (reason: ClientErrorReason): Attempt<O, E | ClientError> => ({
      response: undefined,
      result: Result.fail(clientError(spec, concealedReason(reason, conceal)))
    })
    const answered = (response: TransportResponse) => {
      const result = decode(spec, response, settings, progress.corrections, conceal)
      const isPlain = Result.isSuccess(result) && tellsNothing(response)
      return { response: isPlain ? response : concealed(response, conceal), result }
    }
    const end = (last: Result.Result<O, E | ClientError>) =>
      Result.isSuccess(last) ? Effect.succeed(result(last.success, progress)) : Effect.fail(ended(last.failure))

    const body = encode(spec, input, settings)
    if (Result.isFailure(body)) return Effect.fail(ended(body.failure))
    const request: TransportRequest = { method: "POST", url: endpoint, headers, body: body.success, repeatable: !once }
    const attempt = (clockOffset: number) => {
      const sent = Effect.match(send(sign(request, clockOffset)), { onFailure: unanswered, onSuccess: answered })
      return observer === undefined ? sent : observer.attempt(sent)
    }
    const policy = Context.get(context, RetryPolicy)
    const retried = retrying({ state, once, policy, progress, attempt, end })
    if (limits.total === undefined) return retried
    const millis = Duration.toMillis(limits.total)
    return Effect.mapError(
      within({ limit: "total", millis, left: millis }, retried),
      (error) => error instanceof TimeoutError ? ended(clientError(spec, error)) : error
    )
  }

  const caller = <A>(result: (output: O, progress: Progress) => A) => (input: I) =>
    Effect.withFiber<A, E | ClientError, Cognito | R>((fiber) => {
      // The fiber's context holds what the type of the effect asks for.
      const context = fiber.context as Context.Context<Cognito | R>
      const progress = new Progress()
      const observer = Context.get(context, ObserveCall)?.(name, progress)
      const call = () => {
        const running = run(input, context, result, progress, observer)
        return observer === undefined ? running : observer.call(running)
      }
      return isTraced(context) ? inSpan(name, Context.get(context, Cognito).endpoint, progress, call) : call()
    })
  return Object.assign(caller((output) => output), { exchange: caller(exchangeOf), isSigned, spec })
}

const exchangeOf = <O>(output: O, { attempts, response, retryDelay }: Progress): Exchange<O> => {
  const { headers = {}, status = 0 } = response ?? {}
  return { output, response: { status, requestId: requestIdOf({ headers }), headers }, attempts, retryDelay }
}
