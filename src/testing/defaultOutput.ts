/**
 * Outputs for tests that do not mind what is in them, made from an operation's schema: strings are the names of their
 * members, numbers 0, times 1970, lists and maps empty, enumerations their first value. Every member is there but the
 * token of a next page, so that lists end.
 */
import * as Redacted from "effect/Redacted"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { AnyOperation, Operation } from "../Operation.ts"
import { type Maker, makeUp } from "../protocol/Codec.ts"
import { typed } from "../protocol/Conversion.ts"

/** The output of an operation, with some members as told. */
export function defaultOutput<I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>,
  members?: Partial<NoInfer<O>>
): O
export function defaultOutput(operation: AnyOperation): unknown
export function defaultOutput({ spec }: { readonly spec: AnyOperation["spec"] }, members?: object): unknown {
  const output = makeUp(spec.output.ast, sample)
  return output === undefined ? undefined : { ...Object(output), ...members }
}

const tokens: ReadonlySet<string> = new Set(["NextToken", "PaginationToken"])

const sample: Maker = {
  has: ({ name }) => !tokens.has(name),
  leaf: ({ first, kind, zero }, name) => {
    if (kind === "text") return first ?? name
    if (kind === "secret") return Redacted.make(name)
    return kind === "document" ? {} : zero(typed)
  }
}
