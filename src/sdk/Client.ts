/**
 * The client that sends commands: `client.send(new AdminGetUserCommand(input))`, as the AWS SDK's does.
 *
 * It knows no operation by itself, so that a bundle holds only those whose commands it sends. Waiters of the SDK have no
 * counterpart; this service has none.
 */
import type { MiddlewareStack } from "@smithy/types"
import type { HttpHandlerOptions, Runner } from "../promise/Runner.ts"
import type { AnyOperation } from "../Operation.ts"
import {
  type CognitoIdentityProviderClientConfig,
  runnerOf,
  strategyOf,
  type UsedConfig,
  usedConfig
} from "./ClientConfig.ts"
import { Command, type Sendable } from "./Command.ts"
import type { ServiceInputTypes, ServiceOutputTypes } from "./generated/ServiceTypes.ts"
import { type AnyStack, clientStack } from "./MiddlewareStack.ts"
import { callThrough } from "./MiddlewareSteps.ts"
import { type CallThrough, type CognitoIdentityProviderClientResolvedConfig, resolvedConfig } from "./ResolvedConfig.ts"

/** What is called with the outcome, where a call is not awaited. */
export type Callback<Output> = (error: unknown, data?: Output) => void

/** A client of the service. `destroy()`, or `await using`, closes its sockets. */
export class CognitoIdentityProviderClient {
  #used: UsedConfig
  #runner: Runner
  /** Those of earlier configurations, which may have calls that are not over. */
  readonly #retired: Array<Runner> = []
  #config: CognitoIdentityProviderClientResolvedConfig | undefined
  #stack: AnyStack | undefined

  constructor(config: CognitoIdentityProviderClientConfig = {}) {
    this.#used = usedConfig(config)
    this.#runner = runnerOf(this.#used)
  }

  /** The options, with what environment and profile add. What is set here holds from the next call on. */
  get config(): CognitoIdentityProviderClientResolvedConfig {
    return this.#config ??= resolvedConfig({
      used: () => this.#used,
      runner: () => this.#runner,
      callThrough: (command, options, stack) => this.#callThrough(command, options, stack),
      change: (options) => {
        this.#used = usedConfig({ ...this.#used, ...options } as CognitoIdentityProviderClientConfig)
        this.#retired.push(this.#runner)
        this.#runner = runnerOf(this.#used)
      }
    })
  }

  /** Middleware of all calls of this client. Asked for, it makes calls a little slower. */
  get middlewareStack(): MiddlewareStack<ServiceInputTypes, ServiceOutputTypes> {
    // A stack does not look into what goes through it.
    return (this.#stack ??= clientStack()) as unknown as MiddlewareStack<ServiceInputTypes, ServiceOutputTypes>
  }

  /**
   * Makes a call. Rejects with the service's exceptions, whose names are those of the AWS SDK, and with a
   * `ClientException` where there is no answer of the service.
   */
  send<Input extends object, Output extends object>(
    command: Sendable<Input, Output>,
    options?: HttpHandlerOptions
  ): Promise<Output>
  send<Input extends object, Output extends object>(command: Sendable<Input, Output>, callback: Callback<Output>): void
  send<Input extends object, Output extends object>(
    command: Sendable<Input, Output>,
    options: HttpHandlerOptions,
    callback: Callback<Output>
  ): void
  send<Input extends object, Output extends object>(
    command: Sendable<Input, Output>,
    second: HttpHandlerOptions | Callback<Output> = {},
    third?: Callback<Output>
  ): Promise<Output> | void {
    const [options, callback] = typeof second === "function" ? [{}, second] : [second, third]
    // A command's types are the plain ones of its operation.
    const output = this.#call(command, options) as Promise<Output>
    if (callback === undefined) return output
    output.then((data) => callback(null, data), callback)
  }

  #call<Input extends object>(command: { readonly input: Input }, options: HttpHandlerOptions): Promise<object> {
    if (!isCommand(command)) {
      return Promise.reject(new TypeError("this client sends commands of its own, and not those of another package"))
    }
    const { input, operation } = command
    const stack = Command.stackOf(command)
    const { logger, retryStrategy } = this.#used
    if (this.#stack === undefined && stack === undefined && logger === undefined && retryStrategy === undefined) {
      return this.#runner.call(operation, input, options)
    }
    return this.#callThrough({ input, operation, stack }, options).then(({ output }) => output)
  }

  readonly #callThrough: CallThrough = async ({ input, operation, stack: own }, options, stack) => {
    const runner = this.#runner
    const used = this.#used
    return callThrough(stack ?? this.#stack ?? clientStack(), own, input, {
      operation,
      run: (effect) => runner.run(effect, options),
      clientName: "CognitoIdentityProviderClient",
      commandName: `${operation.spec.name}Command`,
      logger: used.logger,
      retryStrategy: await strategyOf(used)
    })
  }

  /** Closes the client: sockets are closed, calls that are not over reject. */
  destroy(): void {
    void this[Symbol.asyncDispose]()
  }

  /** Closes the client, and waits until it is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#runner, ...this.#retired].map((runner) => runner.dispose()))
  }
}

/** Whether it is a command of this package, of whichever copy. */
const isCommand = <Input extends object>(
  command: { readonly input: Input }
): command is { readonly input: Input; readonly operation: AnyOperation } => "operation" in command

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
