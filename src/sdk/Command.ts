/**
 * What the commands of the promise client have in common: an input, and the operation to call with it.
 *
 * The commands themselves, one class an operation, are generated into `generated/`, by domain.
 */
import type { MiddlewareStack } from "@smithy/types"
import type { AnyOperation } from "../Operation.ts"
import { type AnyStack, commandStack } from "./MiddlewareStack.ts"

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

  /** The stack of a command, if it was asked for. */
  static stackOf<Input extends object, Output extends object>(command: Command<Input, Output>): AnyStack | undefined {
    return command.#stack
  }
}
