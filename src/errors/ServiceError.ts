/**
 * The common part of the errors that the service's model declares: a `Schema.TaggedError` that also knows which response
 * it came from.
 *
 * The classes themselves are generated into `ServiceErrors.ts`; recognising them in a response is `Operation.ts`'s work.
 */
import type * as Cause from "effect/Cause"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"
import type { ErrorClass } from "./ErrorClass.ts"

/**
 * The response that an error came from. All members are `undefined` in an error that a program made itself.
 *
 * They are not part of the error's value: two errors with the same tag and members are equal whatever response they
 * came from, and neither `JSON.stringify` nor the error's schema shows them.
 */
export interface ResponseMetadata {
  /** AWS's name of the operation, such as `AdminGetUser`. */
  readonly operation: string | undefined
  /** The HTTP status on the wire. It is often 400 where the model states 403, 404 or 429: match the tag, not this. */
  readonly httpStatus: number | undefined
  /** The service's id of the request, from `x-amzn-requestid`: what AWS Support asks for. */
  readonly requestId: string | undefined
}

/** What all of these errors are. */
export interface ServiceError extends Cause.YieldableError, ResponseMetadata {
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

const metadata: unique symbol = Symbol("effect-cognito/errors/ServiceError/metadata")

interface Noted {
  readonly [metadata]?: ResponseMetadata
}

/** Notes the response that an error came from, out of sight, and returns the error. */
export const withMetadata = <E extends ServiceError>(error: E, response: ResponseMetadata): E =>
  Object.defineProperty(error, metadata, { value: response, configurable: true })

type Fields = { readonly [name: string]: unknown }

/** The members of an error; `message`, which JavaScript hides from enumeration, is one of them. */
const members = (error: object): Fields => ({ ...error, message: error instanceof Error ? error.message : "" })

const prototype: ResponseMetadata & Equal.Equal & ThisType<Noted & object> = {
  get operation(): string | undefined {
    return this[metadata]?.operation
  },
  get httpStatus(): number | undefined {
    return this[metadata]?.httpStatus
  },
  get requestId(): string | undefined {
    return this[metadata]?.requestId
  },
  [Equal.symbol](that: unknown): boolean {
    return that instanceof Error && that.constructor === this.constructor && Equal.equals(members(this), members(that))
  },
  [Hash.symbol](): number {
    return Hash.structure(members(this))
  }
}

/** Makes the class of an error, with the schemas of the members that it has beside `message`. */
export const makeServiceError = <E extends ServiceError>(
  tag: E["_tag"],
  fields: Schema.Struct.Fields = {}
): ServiceErrorClass<E> => {
  const Class = Schema.TaggedError<Error>()(tag, { message: Schema.String, ...fields })
  Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(prototype))
  Object.defineProperty(Class, "name", { value: tag })
  // What it computes for `E` is what `E` says, but no generic type shows that.
  return Class as unknown as ServiceErrorClass<E>
}
