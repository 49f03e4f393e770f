/**
 * What the commands of the promise client have in common: an input, and the operation to call with it.
 *
 * The commands themselves, one class an operation, are generated into `generated/`, by domain.
 */
import type { Handler, InitializeHandlerOutput as HandlerOutput, MiddlewareStack } from "@smithy/types"
import type { AnyOperation } from "../Operation.ts"
import type { HttpHandlerOptions } from "../promise/Runner.ts"
import { type AnyStack, commandStack } from "./MiddlewareStack.ts"
import { callKey, type CognitoIdentityProviderClientResolvedConfig } from "./ResolvedConfig.ts"

/** A call that is not made yet; `client.send(command)` makes it. */
export abstract class Command<Input extends object, Output extends object> {
  /** The operation that `send` calls. */
  abstract readonly operation: AnyOperation
  /** What the output looks like; there is no value behind it. */
  declare readonly Output: Output
  readonly input: Input
  #stack: AnyStack | undefined

  constructor(input: Input) {
    this.input = input
  }

  /** Middleware of this call alone, which comes after the client's. */
  get middlewareStack(): MiddlewareStack<Input, Output> {
    // A stack does not look into what goes through it.
    return (this.#stack ??= commandStack()) as unknown as MiddlewareStack<Input, Output>
  }

  /** The call, through a client's stack and the command's own, as `send` makes it. */
  resolveMiddleware(
    stack: object,
    configuration: CognitoIdentityProviderClientResolvedConfig,
    options?: HttpHandlerOptions
  ): Handler<Input, Output> {
    // Stacks are all alike: they do not look into what goes through them. The output is the command's.
    const through = stack as AnyStack
    return ({ input }) =>
      configuration[callKey](
        { input, operation: this.operation, stack: this.#stack },
        options ?? {},
        through
      ) as Promise<
        HandlerOutput<Output>
      >
  }

  /** The stack of a command, if it was asked for; one of another copy of this package is asked. */
  static stackOf(command: object): AnyStack | undefined {
    if (#stack in command) return command.#stack
    // What a command of another copy has there is a stack.
    return "middlewareStack" in command ? command.middlewareStack as AnyStack : undefined
  }
}

/** What a client sends: a {@link Command}, by the members that code for any client of the AWS SDK knows. */
export interface Sendable<Input extends object, Output extends object> {
  readonly input: Input
  resolveMiddleware(
    stack: object,
    configuration: CognitoIdentityProviderClientResolvedConfig,
    options?: HttpHandlerOptions
  ): Handler<Input, Output>
}
