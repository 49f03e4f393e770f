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

/** A class made by {@link ServiceError}. */
export interface ServiceErrorClass<out E> extends Schema.ConstraintDecoder<E> {
  readonly identifier: string
}

const metadata = new WeakMap<object, ResponseMetadata>()

/** Notes the response that an error came from, and returns the error. */
export const withMetadata = <E extends object>(error: E, response: ResponseMetadata): E => {
  metadata.set(error, response)
  return error
}

type Fields = { readonly [name: string]: unknown }

/** The members of an error; `message`, which JavaScript hides from enumeration, is one of them. */
const members = (error: object): Fields => ({ ...error, message: error instanceof Error ? error.message : "" })

const prototype = {
  get operation(): string | undefined {
    return metadata.get(this)?.operation
  },
  get httpStatus(): number | undefined {
    return metadata.get(this)?.httpStatus
  },
  get requestId(): string | undefined {
    return metadata.get(this)?.requestId
  },
  [Equal.symbol](that: unknown): boolean {
    return that instanceof Error && that.constructor === this.constructor && Equal.equals(members(this), members(that))
  },
  [Hash.symbol](): number {
    return Hash.structure(members(this))
  }
}

/**
 * Makes the base class of a modelled error, as `Schema.TaggedError` does, with {@link ResponseMetadata} added.
 */
export const ServiceError = <Self>() =>
<Tag extends string, const F extends Schema.Struct.Fields>(
  tag: Tag,
  fields: F
): Schema.Class<Self, Schema.TaggedStruct<Tag, F>, Cause.YieldableError & ResponseMetadata> => {
  // The result is `Schema.TaggedError`'s own; its conditional type cannot be resolved while `Self` is a parameter.
  const Base = Schema.TaggedError<Self, ResponseMetadata>()(tag, fields) as Schema.Class<
    Self,
    Schema.TaggedStruct<Tag, F>,
    Cause.YieldableError & ResponseMetadata
  >
  Object.defineProperties(Base.prototype, Object.getOwnPropertyDescriptors(prototype))
  return Base
}
