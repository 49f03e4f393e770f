/**
 * The common part of the errors that the service's model declares: a `Schema.TaggedError` that also knows which call
 * it ended.
 *
 * The classes themselves are generated into `ServiceErrors.generated.ts`; recognising them in a response is
 * `protocol/AwsJson.ts`'s work.
 */
import type * as Cause from "effect/Cause"
import * as Schema from "effect/Schema"
import { type CallMetadata, tellingOfCalls } from "./CallMetadata.ts"
import { acrossCopies } from "./acrossCopies.ts"
import type { ErrorClass } from "./ErrorClass.ts"

/** What all of these errors are. */
export interface ServiceError extends Cause.YieldableError, CallMetadata {
  /** AWS's name of the operation, such as `AdminGetUser`; `undefined` in an error that a program made itself. */
  readonly operation: string | undefined
  /** AWS's name of the error. */
  readonly _tag: string
  /** The service's text, empty where it sent none. */
  readonly message: string
}

/** The class of an error. */
export interface ServiceErrorClass<E extends ServiceError> extends ErrorClass<E, ServiceErrorMembers<E>> {}

/** What the service says in an error: its text and, in few of them, more. */
export type ServiceErrorMembers<E extends ServiceError> = Pick<
  E,
  "message" | Exclude<keyof E, keyof ServiceError>
>

/** Makes the class of an error, with the schemas of the members that it has beside `message`. */
export const makeServiceError = <E extends ServiceError>(
  tag: E["_tag"],
  fields: Schema.Struct.Fields = {}
): ServiceErrorClass<E> => {
  const Class = tellingOfCalls(
    acrossCopies(Schema.TaggedError<Error>()(tag, { message: Schema.String, ...fields })),
    "operation"
  )
  Object.defineProperty(Class, "name", { value: tag })
  // The class has the members of `E`, which its generic type does not show.
  return Class as unknown as ServiceErrorClass<E>
}
