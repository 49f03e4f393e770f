/**
 * What can go wrong on this side of the wire, and what the service answers outside its model.
 *
 * Every operation fails with its own modelled errors (see `ServiceErrors.generated.ts`) or with one {@link ClientError}, whose
 * `reason` says which of the steps of a call failed. Match it with `Effect.catchReason("ClientError", "TransportError", …)`.
 *
 * No error of this module holds an input, an output, a header or a signature, nor the foreign error that caused it:
 * only what a log may show. What the service quotes of a call's secrets is `<redacted>` in its texts.
 */
import type * as Cause from "effect/Cause"
import * as Schema from "effect/Schema"
import { type CallMetadata, tellingOfCalls } from "./CallMetadata.ts"
import type { ErrorClass } from "./ErrorClass.ts"
import { acrossCopies } from "./acrossCopies.ts"

const Path = Schema.Array(Schema.Union([Schema.String, Schema.Finite]))

/**
 * The input does not fit the operation: a required member is missing, a value has the wrong type, or a member is not
 * known. Nothing was sent.
 *
 * `path` leads to the place in the input, `problem` says what is wrong there, without the value. Names in `path` that are no
 * plain identifiers, such as keys of maps may be, are `<redacted>`.
 */
export class EncodeError extends acrossCopies(
  Schema.TaggedError<EncodeError>()("EncodeError", {
    path: Path,
    problem: Schema.String
  })
) {
  override get message(): string {
    return `input${formatPath(this.path)}: ${this.problem}`
  }
}

/**
 * The AWS credentials cannot be had, or cannot be used as they are. Nothing was sent.
 *
 * `sources` are the places that were asked for them, in their order, such as `environment` or `profile`; absent where
 * none was.
 */
export class CredentialsError extends acrossCopies(
  Schema.TaggedError<CredentialsError>()("CredentialsError", {
    message: Schema.String,
    sources: Schema.optionalKey(Schema.Array(Schema.String))
  })
) {}

/**
 * The request could not be signed, for example because the runtime has no WebCrypto. Nothing was sent.
 */
export class SigningError extends acrossCopies(
  Schema.TaggedError<SigningError>()("SigningError", {
    message: Schema.String
  })
) {}

/**
 * No complete HTTP response came back: the connection could not be made, broke, or was refused by the runtime. Whether
 * the service saw the request is not known.
 *
 * `code` is the system's error code, such as `ECONNREFUSED`, where there is one.
 */
export class TransportError extends acrossCopies(
  Schema.TaggedError<TransportError>()("TransportError", {
    message: Schema.String,
    code: Schema.optionalKey(Schema.String)
  })
) {}

/**
 * A time limit of `TimeLimits` has passed: for the connection, for an attempt, or for the whole call.
 *
 * After `connection` nothing has reached the service; after the others it may have.
 */
export class TimeoutError extends acrossCopies(
  Schema.TaggedError<TimeoutError>()("TimeoutError", {
    limit: Schema.Literals(["connection", "attempt", "total"]),
    /** The limit, in milliseconds. */
    millis: Schema.Finite
  })
) {
  override get message(): string {
    return `${timeoutTexts[this.limit]} ${this.millis} ms`
  }
}

const timeoutTexts = {
  connection: "no connection within",
  attempt: "an attempt took longer than",
  total: "the call took longer than"
}

/** A response whose body, unpacked, is larger than the transport takes. */
export class ResponseTooLargeError extends acrossCopies(
  Schema.TaggedError<ResponseTooLargeError>()("ResponseTooLargeError", {
    status: Schema.Finite,
    requestId: Schema.optionalKey(Schema.String),
    /** The limit, in bytes. */
    limit: Schema.Finite
  })
) {
  override get message(): string {
    return `HTTP ${this.status}: a body of more than ${this.limit} bytes`
  }
}

/**
 * A response arrived that does not follow the service's model or protocol: HTML of a proxy, an empty error, a redirect,
 * invalid JSON or UTF-8, a member of the wrong type, a required member that is missing.
 *
 * `status` is the HTTP status, `requestId` the service's id of the request where the response names one, and `path`
 * leads to the place in the output, where it is known; names in it that are no plain identifiers are `<redacted>`.
 */
export class DecodeError extends acrossCopies(
  Schema.TaggedError<DecodeError>()("DecodeError", {
    status: Schema.Finite,
    requestId: Schema.optionalKey(Schema.String),
    path: Path,
    problem: Schema.String
  })
) {
  override get message(): string {
    return `HTTP ${this.status}${this.path.length === 0 ? "" : ` output${formatPath(this.path)}`}: ${this.problem}`
  }
}

/**
 * The service answered with an error that the operation does not declare, such as `UnrecognizedClientException`.
 *
 * `code` is the name of the error as the service gives it, `text` its message (empty where there is none).
 */
export class UnmodeledError extends acrossCopies(
  Schema.TaggedError<UnmodeledError>()("UnmodeledError", {
    code: Schema.String,
    text: Schema.String,
    status: Schema.Finite,
    requestId: Schema.optionalKey(Schema.String)
  })
) {
  override get message(): string {
    return `HTTP ${this.status} ${this.code}${this.text === "" ? "" : `: ${this.text}`}`
  }
}

/**
 * A page of a list answered with the very token it was asked for, so that going on would fetch it for ever. The page
 * itself was emitted before this error.
 */
export class PaginationError extends acrossCopies(
  Schema.TaggedError<PaginationError>()("PaginationError", {
    member: Schema.String
  })
) {
  override get message(): string {
    return `the service returned the ${this.member} it was given, so the list would never end`
  }
}

/** What a {@link ClientError} can be about. */
export const ClientErrorReason = Schema.Union([
  EncodeError,
  CredentialsError,
  SigningError,
  TransportError,
  TimeoutError,
  ResponseTooLargeError,
  DecodeError,
  UnmodeledError,
  PaginationError
])
export type ClientErrorReason =
  | EncodeError
  | CredentialsError
  | SigningError
  | TransportError
  | TimeoutError
  | ResponseTooLargeError
  | DecodeError
  | UnmodeledError
  | PaginationError

/**
 * A failure that is not one of the operation's modelled errors. `operation` is AWS's name of the operation and `reason`
 * one of {@link ClientErrorReason}.
 *
 * @example
 * ```ts
 * import { Effect } from "effect"
 * import { getUser } from "effect-cognito"
 *
 * const user = (input: Parameters<typeof getUser>[0]) =>
 *   getUser(input).pipe(
 *     Effect.catchReason("ClientError", "TransportError", () => Effect.succeed(undefined))
 *   )
 * ```
 */
export interface ClientError extends Cause.YieldableError, CallMetadata {
  readonly _tag: "ClientError"
  readonly operation: string
  readonly reason: ClientErrorReason
}
export const ClientError: ErrorClass<
  ClientError,
  Pick<ClientError, "operation" | "reason">,
  { readonly operation: string; readonly reason: typeof ClientErrorReason.Encoded }
> = tellingOfCalls(
  class extends acrossCopies(
    Schema.TaggedError<ClientError>()("ClientError", {
      operation: Schema.String,
      reason: ClientErrorReason
    })
  ) {
    declare readonly httpStatus: CallMetadata["httpStatus"]
    declare readonly requestId: CallMetadata["requestId"]
    declare readonly attempts: CallMetadata["attempts"]
    declare readonly retryDelay: CallMetadata["retryDelay"]
    override get message(): string {
      return `${this.operation}: ${this.reason._tag}: ${this.reason.message}`
    }
  }
)

const formatPath = (path: ReadonlyArray<string | number>): string =>
  path.map((key) => typeof key === "number" ? `[${key}]` : `.${key}`).join("")
