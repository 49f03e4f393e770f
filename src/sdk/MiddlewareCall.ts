/**
 * What the steps of a call that goes through a middleware stack share.
 *
 * `MiddlewareSteps.ts` has the steps.
 */
import type { HandlerExecutionContext, Logger, RetryStrategyV2 } from "@smithy/types"
import type * as Effect from "effect/Effect"
import { Progress } from "../client/Progress.ts"
import type { Signer } from "../client/Signer.ts"
import type { ClientErrorReason } from "../errors/ClientError.ts"
import type { AnyOperation } from "../Operation.ts"
import { exceptionFrom } from "../promise/Rejection.ts"
import { clientError, noted } from "../protocol/AwsJson.ts"
import type { Cognito } from "../Service.ts"
import { type Steps, stepsKey } from "./MiddlewareStack.ts"

/** A call that goes through a stack. */
export interface CallOptions {
  readonly operation: AnyOperation
  /** Runs an effect of the client's; rejects where the call is given up. */
  readonly run: <A>(effect: Effect.Effect<A, never, Cognito | Signer>) => Promise<A>
  readonly clientName: string
  readonly commandName: string
  readonly logger: Logger | undefined
  readonly retryStrategy: RetryStrategyV2 | undefined
}

/** What the steps of one call share. */
export class Call {
  readonly progress = new Progress()
  /** The milliseconds by which the service's clock is ahead, for the attempt that is under way. */
  clockOffset = 0
  /** The library's errors, of which steps throw the exceptions. */
  readonly #errors = new WeakMap<object, Error>()

  readonly options: CallOptions

  constructor(options: CallOptions) {
    this.options = options
  }

  /** The exception for an error, to be thrown by a step. */
  exception(error: Error): Error {
    const exception = exceptionFrom(noted(this.options.operation.spec, error, this.progress.response, this.progress))
    this.#errors.set(exception, error)
    return exception
  }

  /** The same for the reason of one. */
  failed(reason: ClientErrorReason): Error {
    return this.exception(clientError(this.options.operation.spec, reason))
  }

  /** The error behind what a step threw, if it was one of the library's. */
  errorBehind(thrown: unknown): Error | undefined {
    return typeof thrown === "object" && thrown !== null ? this.#errors.get(thrown) : undefined
  }
}

const key: unique symbol = Symbol("effect-cognito/sdk/Call")

interface CallContext extends HandlerExecutionContext {
  readonly [key]?: Call
}

/** The context that each middleware of a call gets. */
export const contextOf = (call: Call, steps: Steps): HandlerExecutionContext => {
  const { clientName, commandName, logger } = call.options
  const context: HandlerExecutionContext & object = { clientName, commandName, [key]: call, [stepsKey]: steps }
  if (logger !== undefined) context.logger = logger
  return context
}

/** The call that a context is of. */
export const callIn = (context: CallContext): Call => {
  const call = context[key]
  if (call === undefined) throw new TypeError("a middleware was called outside of a call")
  return call
}
