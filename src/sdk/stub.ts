/**
 * Clients of the promise adapter for tests: operations answer as told, in plain values.
 */
import * as Effect from "effect/Effect"
import type { AnyOperation } from "../Operation.ts"
import * as operations from "../operations/index.ts"
import type { Dialect, Script } from "../testing/Answer.ts"
import { answering, layerOver, type SentRequest } from "../testing/Stub.ts"
import type { Method, OptionalMethod } from "./Client.ts"
import type { CognitoIdentityProviderClientConfig } from "./ClientConfig.ts"
import { plain } from "../protocol/Conversion.ts"
import type { OperationMethods } from "./generated/OperationMethods.ts"
import type { CognitoIdentityProviderServiceException } from "./ServiceException.ts"

/** What an operation may answer: an output, an exception, a function that makes one of them, or a script of such. */
export type PlainAnswer<Input, Output> =
  | Output
  | CognitoIdentityProviderServiceException
  | ((input: Input) => Output | Promise<Output>)
  | Script<PlainAnswer<Input, Output>>

/** The answers of a stubbed client, by the names of its methods. A function that throws an exception answers with it. */
export type Stubs = {
  readonly [Name in OperationName]?: OperationMethods[Name] extends
    OptionalMethod<infer Input, infer Output> | Method<infer Input, infer Output>
    ? PlainAnswer<Input, Omit<Output, "$metadata">>
    : never
}

type OperationName = Exclude<keyof OperationMethods, `paginate${string}`>

/** A client for tests, and what it was asked to send. */
export type StubbedClient<Client> = Client & {
  /** All requests so far, in order; each attempt of a call is one. */
  readonly requests: ReadonlyArray<SentRequest>
}

/** Makes a client that answers by itself. */
export const stubbed = <Client extends object>(
  make: (config: CognitoIdentityProviderClientConfig) => Client,
  stubs: Stubs
): StubbedClient<Client> => {
  const byName: { readonly [name: string]: AnyOperation } = operations
  const list = Object.entries(stubs).flatMap(([name, answer]) => {
    const operation = byName[name]
    return operation === undefined ? [] : [{ operation, answer }]
  })
  const { requests, send } = answering(list, promises)
  return Object.assign(make({ layer: layerOver(send) }), { requests })
}

/** Answers with plain values; handlers give them at once or later. */
const promises: Dialect = {
  settings: plain,
  outcome: (given) => Effect.tryPromise({ try: async () => given(), catch: (error) => error })
}
