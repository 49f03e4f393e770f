/**
 * Runs operations for plain async code: plain inputs in; plain outputs with their `$metadata`, or exceptions, out.
 *
 * The layers behind it are built at the first call, and closed by `dispose`.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AnyOperation, Exchange } from "../Operation.ts"
import type { AnyPagedOperation } from "../Pagination.ts"
import type { Cognito } from "../Service.ts"
import type { Credentials } from "../client/Credentials.ts"
import type { Signer } from "../client/Signer.ts"
import { TimeLimits } from "../client/TimeLimits.ts"
import { ValueSettings } from "../client/ValueSettings.ts"
import { plain } from "../protocol/Conversion.ts"
import { type ClientConfig, layerOf, type OwnParts } from "./Config.ts"
import { abortError, metadataOf, rejectionOf } from "./Rejection.ts"

/** Settings of one call. */
export interface HttpHandlerOptions {
  /** Ends the call, whose promise rejects with an `AbortError`; the request is given up and its socket closed. */
  readonly abortSignal?: AbortSignal | undefined
  /** The longest that one attempt may take, in milliseconds; 0 is without a limit. Default: the client's. */
  readonly requestTimeout?: number | undefined
}

/** Runs effects of a client's for promises. Values are plain but in {@link Runner.run}. */
export interface Runner {
  /** One call: the output with its `$metadata`. */
  call(operation: AnyOperation, input: object, options?: HttpHandlerOptions): Promise<object>
  /** Any effect that needs the client. Its values are the library's own: secrets are `Redacted`. */
  run<A, E>(effect: Effect.Effect<A, E, Cognito | Signer | Credentials>, options?: HttpHandlerOptions): Promise<A>
  /** The pages of a list, each with its `$metadata`. */
  pages(
    operation: AnyPagedOperation,
    input: object,
    options?: HttpHandlerOptions
  ): AsyncGenerator<object, void, undefined>
  /** The items of a list's pages. */
  items(
    operation: AnyPagedOperation,
    input: object,
    options?: HttpHandlerOptions
  ): AsyncGenerator<unknown, void, undefined>
  dispose(): Promise<void>
}

/** Makes an effect see values as the AWS SDK has them, where it calls operations. */
export const plainly = Effect.provideService(ValueSettings, plain)

/** Makes the runner of one client. Its layers are built at the first call; calls after `dispose` reject. */
export const makeRunner = (config: ClientConfig, parts: OwnParts = {}): Runner => {
  const runtime = ManagedRuntime.make(layerOf(config, parts))
  let disposed = false

  const run = async <A, E>(
    effect: Effect.Effect<A, E, Cognito | Signer | Credentials>,
    { abortSignal, requestTimeout }: HttpHandlerOptions
  ): Promise<Exit.Exit<A, unknown>> => {
    if (disposed || abortSignal?.aborted === true) throw abortError(abortSignal)
    const limited = requestTimeout === undefined
      ? effect
      : Effect.updateService(
        effect,
        TimeLimits,
        ({ attempt: _, ...limits }) => requestTimeout === 0 ? limits : { ...limits, attempt: requestTimeout }
      )
    const exit = await runtime.runPromiseExit(limited, abortSignal === undefined ? {} : { signal: abortSignal })
    const ended = Exit.isSuccess(exit) || Pull.isDoneCause(exit.cause)
    if (!ended) throw rejectionOf(exit.cause, abortSignal)
    return exit
  }

  const value = async <A, E>(
    effect: Effect.Effect<A, E, Cognito | Signer | Credentials>,
    options: HttpHandlerOptions
  ): Promise<A> => {
    const exit = await run(effect, options)
    if (Exit.isFailure(exit)) throw rejectionOf(exit.cause, options.abortSignal)
    return exit.value
  }

  /** Iterates over a stream, which fetches no sooner than the loop asks; leaving the loop closes the stream. */
  const iterate = async function*<A>(
    stream: Stream.Stream<A, object, Cognito | Signer>,
    options: HttpHandlerOptions
  ) {
    const scope = Scope.makeUnsafe()
    try {
      const opened = await run(Scope.provide(Stream.toPull(stream), scope), options)
      while (Exit.isSuccess(opened)) {
        const pulled = await run(plainly(opened.value), options)
        if (Exit.isFailure(pulled)) return
        yield* pulled.value
      }
    } finally {
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  }

  return {
    async call(operation, input, options = {}) {
      return withMetadata(await value(plainly(Effect.suspend(() => operation.exchange(inputOf(input)))), options))
    },
    run: (effect, options = {}) => value(effect, options),
    async *pages(operation, input, options = {}) {
      for await (const page of iterate(operation.exchanges(inputOf(input)), options)) yield withMetadata(page)
    },
    items: (operation, input, options = {}) => iterate(operation.items(inputOf(input)), options),
    dispose() {
      disposed = true
      return runtime.dispose()
    }
  }
}

/** An operation refuses an input that does not fit it; its type is known to the caller alone. */
const inputOf = (input: object) => input as never

const withMetadata = ({ attempts, output, response, retryDelay }: Exchange<unknown>): object => ({
  $metadata: metadataOf({ httpStatus: response.status, requestId: response.requestId, attempts, retryDelay }),
  ...Object(output)
})
