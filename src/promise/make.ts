/**
 * A promise client of just the operations that a program uses: what it does not name, a bundler leaves out.
 *
 * Inputs, outputs and exceptions are those of the full client; lists can be iterated.
 */
import type { AnyOperation, Operation } from "../Operation.ts"
import type { AnyPagedOperation, PagedOperation } from "../Pagination.ts"
import type { ClientConfig } from "./Config.ts"
import { checkOptions } from "./Options.ts"
import type { Plain, PlainInput } from "../protocol/Plain.ts"
import { type HttpHandlerOptions, makeRunner, type Runner } from "./Runner.ts"
import type { MetadataBearer } from "../sdk/ServiceException.ts"

/** An operation as a method: secrets may be plain strings in its input, and are in its output. */
export interface PromiseOperation<Input, Output> {
  (input: Input, options?: HttpHandlerOptions): Promise<Output>
}

/** A {@link PromiseOperation} that lists in pages. Leaving a loop over them early ends the listing. */
export interface PagedPromiseOperation<Input, Output, Item> extends PromiseOperation<Input, Output> {
  /** The pages from the token in the input on, each fetched when the loop comes to it. */
  pages(input: Input, options?: HttpHandlerOptions): AsyncGenerator<Output, void, undefined>
  /** The items of all pages. */
  items(input: Input, options?: HttpHandlerOptions): AsyncGenerator<Item, void, undefined>
}

/** The methods of a client that {@link make} makes. */
export type PromiseOperations<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends
    PagedOperation<infer Input, infer Output, infer _E, infer _R, infer Item>
    ? PagedPromiseOperation<PlainInput<Input>, Plain<Output> & MetadataBearer, Plain<Item>>
    : Operations[Name] extends Operation<infer Input, infer Output, infer _E, infer _R>
      ? PromiseOperation<PlainInput<Input>, (Output extends void ? unknown : Plain<Output>) & MetadataBearer>
    : never
}

/** A client that {@link make} made. `destroy()`, or `await using`, closes its sockets. */
export type PromiseClient<Operations> = PromiseOperations<Operations> & {
  readonly destroy: () => void
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Makes a client of some operations.
 *
 * @example
 * ```ts
 * import { listUsers, signUp } from "effect-cognito"
 * import { make } from "effect-cognito/promise"
 *
 * const cognito = make({ listUsers, signUp }, { region: "eu-central-1" })
 *
 * for await (const user of cognito.listUsers.items({ UserPoolId: "eu-central-1_a" })) console.log(user.Username)
 * ```
 */
export const make = <const Operations extends { readonly [name: string]: AnyOperation }>(
  operations: Operations,
  config: ClientConfig = {}
): PromiseClient<Operations> => {
  checkOptions(config)
  const runner = makeRunner(config)
  const methods = Object.entries(operations).map(([name, operation]) => [name, methodOf(runner, operation)])
  return Object.assign(
    // The methods' types are computed from the operations'.
    Object.fromEntries(methods) as PromiseOperations<Operations>,
    { destroy: () => void runner.dispose(), [Symbol.asyncDispose]: runner.dispose }
  )
}

const methodOf = (runner: Runner, operation: AnyOperation | AnyPagedOperation) => {
  const call = (input: object, options?: HttpHandlerOptions) => runner.call(operation, input, options)
  if (!("pages" in operation)) return call
  return Object.assign(call, {
    pages: (input: object, options?: HttpHandlerOptions) => runner.pages(operation, input, options),
    items: (input: object, options?: HttpHandlerOptions) => runner.items(operation, input, options)
  })
}
