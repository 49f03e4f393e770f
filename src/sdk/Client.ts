/**
 * The client that sends commands: `client.send(new AdminGetUserCommand(input))`, as the AWS SDK's does.
 *
 * It knows no operation by itself, so that a bundle holds only those whose commands it sends. Middleware and waiters of
 * the SDK have no counterpart.
 */
import type { Command } from "./Command.ts"
import type { CognitoIdentityProviderClientConfig } from "../promise/Config.ts"
import { type HttpHandlerOptions, makeRunner, type Runner } from "../promise/Runner.ts"

/** What is called with the outcome, where a call is not awaited. */
export type Callback<Output> = (error: unknown, data?: Output) => void

/** A client of the service. `destroy()`, or `await using`, closes its sockets. */
export class CognitoIdentityProviderClient {
  private readonly runner: Runner

  constructor(config: CognitoIdentityProviderClientConfig = {}) {
    this.runner = makeRunner(config)
  }

  /**
   * Makes a call. Rejects with the service's exceptions, whose names are those of the AWS SDK, and with a
   * `ClientException` where there is no answer of the service.
   */
  send<Input extends object, Output extends object>(
    command: Command<Input, Output>,
    options?: HttpHandlerOptions
  ): Promise<Output>
  send<Input extends object, Output extends object>(command: Command<Input, Output>, callback: Callback<Output>): void
  send<Input extends object, Output extends object>(
    command: Command<Input, Output>,
    options: HttpHandlerOptions,
    callback: Callback<Output>
  ): void
  send<Input extends object, Output extends object>(
    { input, operation }: Command<Input, Output>,
    second: HttpHandlerOptions | Callback<Output> = {},
    third?: Callback<Output>
  ): Promise<Output> | void {
    const [options, callback] = typeof second === "function" ? [{}, second] : [second, third]
    // A command's types are the plain ones of its operation.
    const output = this.runner.call(operation, input, options) as Promise<Output>
    if (callback === undefined) return output
    output.then((data) => callback(null, data), callback)
  }

  /** Closes the client: sockets are closed, calls that are not over reject. */
  destroy(): void {
    void this.runner.dispose()
  }

  /** Closes the client, and waits until it is closed. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.runner.dispose()
  }
}

/** A method of `CognitoIdentityProvider`: awaited, or with a callback. */
export interface Method<Input extends object, Output extends object> {
  (args: Input, options?: HttpHandlerOptions): Promise<Output>
  (args: Input, callback: Callback<Output>): void
  (args: Input, options: HttpHandlerOptions, callback: Callback<Output>): void
}

/** A {@link Method} whose input has no required member. */
export interface OptionalMethod<Input extends object, Output extends object> extends Method<Input, Output> {
  (): Promise<Output>
}

/** Makes the method that sends a command. */
export const method = <Input extends object, Output extends object>(
  Command: new(input: Input) => Command<Input, Output>
) =>
  function(
    this: CognitoIdentityProviderClient,
    args: Input | undefined,
    options?: HttpHandlerOptions,
    callback?: Callback<Output>
  ) {
    // An operation that needs an input refuses an empty one.
    const command = new Command(args ?? {} as Input)
    return callback === undefined ? this.send(command, options) : this.send(command, options ?? {}, callback)
  }
