/**
 * Stubs of operations, and the client that they make together: requests are written, answered and read as with the
 * service, but for the network.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { AnyOperation, Operation } from "../Operation.ts"
import { RetryPolicy } from "../client/Retry.ts"
import { typed } from "../protocol/Conversion.ts"
import { type Cognito, layerPublic } from "../Service.ts"
import { Signer } from "../client/Signer.ts"
import { Transport, type TransportFailure } from "../client/Transport.ts"
import type { TransportHeaders, TransportRequest, TransportResponse } from "../protocol/Message.ts"
import { type Answer, type Dialect, inputIn, toResponder } from "./Answer.ts"
import { defaultOutput } from "./defaultOutput.ts"

/** An operation and what it answers. */
export interface Stub {
  readonly operation: AnyOperation
  readonly answer: unknown
}

/**
 * Stubs an operation. Without an answer it gives an output that is made from its schema, see {@link defaultOutput}.
 *
 * @example
 * ```ts
 * import { adminGetUser, listUsers, UserNotFoundException } from "effect-cognito"
 * import * as Testing from "effect-cognito/testing"
 * import * as Effect from "effect/Effect"
 *
 * const live = Testing.layer(
 *   Testing.stub(adminGetUser, ({ Username }) =>
 *     Username === "anna" ? Effect.succeed({ Username }) : Effect.fail(new UserNotFoundException({ message: "who?" }))),
 *   Testing.stub(listUsers, Testing.throttled(2, { Users: [{ Username: "anna" }] }))
 * )
 * ```
 */
export const stub: {
  <I, O, E extends ServiceError, R>(operation: Operation<I, O, E, R>): Stub
  <I, O, E extends ServiceError, R>(
    operation: Operation<I, O, E, R>,
    answer: Answer<NoInfer<I>, NoInfer<O>, NoInfer<E>>
  ): Stub
} = (operation: AnyOperation, ...answers: ReadonlyArray<unknown>): Stub => ({
  operation,
  answer: answers.length === 0 ? defaultOutput(operation) : answers[0]
})

/** A request that a stubbed or replayed client sent. Each attempt of a call is one. */
export interface SentRequest {
  /** AWS's name of the operation, such as `AdminGetUser`. */
  readonly operation: string
  /** The input, read from the body; secrets are `Redacted`. */
  readonly input: unknown
  readonly body: Uint8Array
  readonly headers: TransportHeaders
  /** Whether it was signed with AWS credentials. */
  readonly signed: boolean
}

/** What a client sent, in order. */
export class Requests extends Context.Service<Requests, {
  readonly all: ReadonlyArray<SentRequest>
}>()("effect-cognito/testing/Requests") {}

/** All requests so far. */
export const requests: Effect.Effect<ReadonlyArray<SentRequest>, never, Requests> = Effect.map(
  Requests,
  ({ all }) => [...all]
)

/** The inputs of an operation's requests so far. */
export const requestsOf = <I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>
): Effect.Effect<ReadonlyArray<I>, never, Requests> =>
  Effect.map(Requests, ({ all }) =>
    // Read by the operation's own schema.
    all.filter((request) => request.operation === operation.spec.name).map(({ input }) => input as I))

/** A client in which the stubbed operations answer as told; calls of others die with a message that says so. */
export const layer = (...stubs: ReadonlyArray<Stub>): Layer.Layer<Cognito | Signer | Requests> =>
  Layer.unwrap(Effect.sync(() => {
    const { requests, send } = answering(stubs, effects)
    return Layer.merge(layerOver(send), Layer.succeed(Requests, { all: requests }))
  }))

/** Answers with the library's own values; handlers give effects. */
const effects: Dialect = {
  settings: typed,
  // The types of `stub` let no other handler in.
  outcome: (given) => Effect.suspend(given as () => Effect.Effect<unknown, unknown>)
}

type Send = (request: TransportRequest) => Effect.Effect<TransportResponse, TransportFailure>

/** A client over a function: no credentials are needed, and retries do not wait. */
export const layerOver = (send: Send): Layer.Layer<Cognito | Signer> =>
  Layer.mergeAll(
    layerPublic({ region: "us-east-1" }).pipe(Layer.provide(Layer.succeed(Transport, { send })), Layer.orDie),
    Layer.succeed(Signer, {
      sign: (request) =>
        Effect.succeed({
          ...request,
          headers: { ...request.headers, authorization: "signed by effect-cognito/testing" }
        })
    }),
    Layer.succeed(RetryPolicy, { baseDelay: 0, throttlingDelay: 0 })
  )

/** What answers the requests of a client, and notes them. */
export const answering = (
  stubs: ReadonlyArray<Stub>,
  dialect: Dialect
): { readonly requests: ReadonlyArray<SentRequest>; readonly send: Send } => {
  const requests: Array<SentRequest> = []
  const responders = new Map(
    stubs.map(({ answer, operation: { spec } }) => [spec.name, { spec, respond: toResponder(answer, dialect) }])
  )
  const send: Send = (request) =>
    Effect.suspend(() => {
      const name = operationOf(request)
      const stubbed = responders.get(name)
      if (stubbed === undefined) return Effect.die(new Error(unstubbed(name)))
      requests.push(sentRequest(stubbed.spec, request))
      return stubbed.respond({ spec: stubbed.spec, body: request.body })
    })
  return { requests, send }
}

/** AWS's name of the operation that a request calls. */
export const operationOf = ({ headers }: Pick<TransportRequest, "headers">): string =>
  headers["x-amz-target"]?.split(".").at(-1) ?? ""

/** What a request says, read by the schemas of its operation. */
export const sentRequest = (spec: AnyOperation["spec"], { body, headers }: TransportRequest): SentRequest => ({
  operation: spec.name,
  input: inputIn(spec, body, typed),
  body,
  headers,
  signed: "authorization" in headers
})

const unstubbed = (name: string): string => {
  const operation = name.charAt(0).toLowerCase() + name.slice(1)
  return `${operation} was called and is not stubbed: add stub(${operation}, answer) to Testing.layer, `
    + `stub(${operation}) for an output made from its schema, or ${operation} to the stubs of the promise client`
}
