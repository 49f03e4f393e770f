/**
 * What the commands of the promise client have in common: an input, and the operation to call with it.
 *
 * The commands themselves, one class an operation, are generated into `generated/`, by domain.
 */
import type { AnyOperation } from "../Operation.ts"

/** A call that is not made yet; `client.send(command)` makes it. */
export abstract class Command<Input extends object, Output extends object> {
  /** The operation that `send` calls. */
  abstract readonly operation: AnyOperation
  /** What the output looks like; there is no value behind it. */
  declare readonly Output: Output
  readonly input: Input
  constructor(input: Input) {
    this.input = input
  }
}
