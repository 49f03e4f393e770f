/**
 * Runs operations for plain async code: plain inputs in; plain outputs with their `$metadata`, or exceptions, out.
 *
 * The layers behind it are built at the first call, and closed by `dispose`.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import * as Pull from "effect/Pull"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { AnyOperation } from "../Operation.ts"
import type { AnyPagedOperation } from "../Pagination.ts"
import { Cognito } from "../Service.ts"
import type { Signer } from "../client/Signer.ts"
import { TimeLimits } from "../client/TimeLimits.ts"
import type { TransportResponse } from "../client/Transport.ts"
import { type CognitoIdentityProviderClientConfig, layerOf } from "./Config.ts"
import { fromPlain, toPlain, unwrapAll } from "./Plain.ts"
import { abortError, rejectionOf } from "./Rejection.ts"
import type { ResponseMetadata } from "../sdk/ServiceException.ts"

/** Settings of one call. */
export interface HttpHandlerOptions {
  /** Ends the call, whose promise rejects with an `AbortError`; the request is given up and its socket closed. */
  readonly abortSignal?: AbortSignal | undefined
  /** The longest that one attempt may take, in milliseconds. Default: the client's. */
  readonly requestTimeout?: number | undefined
}

export interface Runner {
  call(operation: AnyOperation, input: object, options?: HttpHandlerOptions): Promise<object>
  /** What is more than one operation, as it is. */
  run<A, E>(effect: Effect.Effect<A, E, Cognito | Signer>, options?: HttpHandlerOptions): Promise<A>
  /** The pages of a list. */
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

export const makeRunner = (config: CognitoIdentityProviderClientConfig): Runner => {
  const runtime = ManagedRuntime.make(layerOf(config))
  let disposed = false

  const run = async <A, E>(
    effect: Effect.Effect<A, E, Cognito | Signer>,
    exchanges: Exchanges,
    { abortSignal, requestTimeout }: HttpHandlerOptions
  ): Promise<Exit.Exit<A, unknown>> => {
    if (disposed || abortSignal?.aborted === true) throw abortError(abortSignal)
    // Changed at once, where `Effect.updateService` would change it step by step at each call.
    const within = (context: Context.Context<Cognito | Signer>) => {
      const observed = Context.add(context, Cognito, exchanges.observe(Context.get(context, Cognito)))
      if (requestTimeout === undefined) return observed
      return Context.add(observed, TimeLimits, { ...Context.get(observed, TimeLimits), attempt: requestTimeout })
    }
    const exit = await runtime.runPromiseExit(
      Effect.contextWith((context: Context.Context<Cognito | Signer>) =>
        Effect.provideContext(effect, within(context))
      ),
      abortSignal === undefined ? {} : { signal: abortSignal }
    )
    const ended = Exit.isSuccess(exit) || Pull.isDoneCause(exit.cause)
    if (!ended) throw rejectionOf(exit.cause, exchanges.metadata(), abortSignal)
    return exit
  }

  /** Each page is fetched when it is asked for; when the loop is left, the stream is closed. */
  const iterate = async function*<A>(
    stream: Stream.Stream<A, object, Cognito | Signer>,
    exchanges: Exchanges,
    options: HttpHandlerOptions
  ) {
    const scope = Scope.makeUnsafe()
    try {
      const opened = await run(Scope.provide(Stream.toPull(stream), scope), exchanges, options)
      while (Exit.isSuccess(opened)) {
        const pulled = await run(opened.value, exchanges, options)
        if (Exit.isFailure(pulled)) return
        yield* pulled.value
      }
    } finally {
      await Effect.runPromise(Scope.close(scope, Exit.void))
    }
  }

  return {
    async call(operation, input, options = {}) {
      const exchanges = new Exchanges()
      const exit = await run(Effect.suspend(() => operation(inputOf(operation, input))), exchanges, options)
      return withMetadata(operation, Option.getOrUndefined(Exit.getSuccess(exit)), exchanges.metadata())
    },
    async run(effect, options = {}) {
      return Option.getOrThrow(Exit.getSuccess(await run(effect, new Exchanges(), options)))
    },
    async *pages(operation, input, options = {}) {
      const exchanges = new Exchanges()
      for await (const page of iterate(operation.pages(inputOf(operation, input)), exchanges, options)) {
        yield withMetadata(operation, page, exchanges.metadata())
      }
    },
    async *items(operation, input, options = {}) {
      const items = iterate(operation.items(inputOf(operation, input)), new Exchanges(), options)
      for await (const item of items) yield unwrapAll(item)
    },
    dispose() {
      disposed = true
      return runtime.dispose()
    }
  }
}

/** An operation refuses an input that does not fit it; its type is known to the caller alone. */
const inputOf = ({ spec }: AnyOperation, input: object) => fromPlain(spec.input)(input) as never

const withMetadata = ({ spec }: AnyOperation, output: unknown, $metadata: ResponseMetadata): object => ({
  $metadata,
  ...Object(toPlain(spec.output)(output))
})

/** What went over the wire for one call. */
class Exchanges {
  private attempts = 0
  private answeredAt: number | undefined
  private totalRetryDelay = 0
  private response: TransportResponse | undefined

  readonly observe = ({ endpoint, state, transport }: Cognito["Service"]): Cognito["Service"] => {
    const { send, sendWithin } = transport
    return {
      endpoint,
      state,
      transport: {
        send: (request) => this.observed(() => send(request)),
        ...(sendWithin === undefined ? {} : {
          sendWithin: (request, limit) => this.observed(() => sendWithin(request, limit))
        })
      }
    }
  }

  private observed<E>(send: () => Effect.Effect<TransportResponse, E>): Effect.Effect<TransportResponse, E> {
    return Effect.suspend(() => {
      this.attempts++
      if (this.answeredAt !== undefined) this.totalRetryDelay += Date.now() - this.answeredAt
      this.response = undefined
      return Effect.onExit(send(), (exit) =>
        Effect.sync(() => {
          this.answeredAt = Date.now()
          if (Exit.isSuccess(exit)) this.response = exit.value
        }))
    })
  }

  metadata(): ResponseMetadata {
    const { attempts, response, totalRetryDelay } = this
    return {
      httpStatusCode: response?.status,
      requestId: response?.headers["x-amzn-requestid"],
      extendedRequestId: undefined,
      cfId: undefined,
      attempts,
      totalRetryDelay
    }
  }
}
