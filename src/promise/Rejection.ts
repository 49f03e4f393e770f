/**
 * What a promise rejects with: exceptions of the service under the AWS SDK's names, `AbortError` for what the program
 * ended itself, and {@link ClientException} for everything else that kept a call from being answered.
 */
import * as Cause from "effect/Cause"
import { ClientError, type ClientErrorReason } from "../errors/ClientError.ts"
import * as exceptions from "../sdk/generated/exceptions.ts"
import {
  CognitoIdentityProviderServiceException,
  type ExceptionOptions,
  type ResponseMetadata
} from "../sdk/ServiceException.ts"

/**
 * A call that came to no answer of the service: an input that does not fit, no credentials, a network that fails, a time
 * limit, a body that is not the service's. `name` is the reason's; of `CredentialsError` it is the SDK's
 * `CredentialsProviderError`.
 */
export class ClientException extends Error {
  override readonly name: string
  readonly $metadata: ResponseMetadata
  /** The system's name of a network error, such as `ECONNREFUSED`. */
  readonly code: string | undefined
  /** What the library says of it. */
  readonly reason: ClientErrorReason

  constructor({ message, reason }: ClientError, $metadata: ResponseMetadata) {
    super(message)
    this.name = reason._tag === "CredentialsError" ? "CredentialsProviderError" : reason._tag
    this.code = reason._tag === "TransportError" ? reason.code : undefined
    this.reason = reason
    this.$metadata = $metadata
  }
}

/** What a call that ended in `cause` rejects with. */
export const rejectionOf = (
  cause: Cause.Cause<unknown>,
  $metadata: ResponseMetadata,
  signal: AbortSignal | undefined
): unknown => {
  if (Cause.hasInterrupts(cause)) return abortError(signal)
  const error = Cause.squash(cause)
  if (error instanceof ClientError) return clientRejection(error, $metadata)
  if (!(error instanceof Error) || !exceptionsByName.has(error.name)) return error
  const { _tag, ...members }: { readonly [member: string]: unknown } = { ...error }
  return exceptionOf(error.name, { ...members, message: error.message, $metadata })
}

const clientRejection = (error: ClientError, $metadata: ResponseMetadata): Error => {
  const { reason } = error
  if (reason._tag === "UnmodeledError") return exceptionOf(reason.code, { message: reason.text, $metadata })
  // An error of the service, or of a proxy before it, that does not tell its name.
  if (reason._tag === "DecodeError" && reason.status >= 400) {
    return Object.assign(exceptionOf("Unknown", { $metadata }), { cause: error })
  }
  return new ClientException(error, $metadata)
}

type Options = ExceptionOptions<CognitoIdentityProviderServiceException>

const exceptionsByName = new Map<string, new(options: Options) => CognitoIdentityProviderServiceException>(
  Object.entries(exceptions)
)

const exceptionOf = (name: string, { message, ...options }: Options): CognitoIdentityProviderServiceException => {
  const Exception = exceptionsByName.get(name) ?? CognitoIdentityProviderServiceException
  const $fault = (options.$metadata.httpStatusCode ?? 0) >= 500 ? "server" : "client"
  // What the SDK says where the service says nothing.
  const said = message === undefined || message === "" ? "UnknownError" : message
  // A class of its own sets its name and fault itself.
  return new Exception({ ...options, message: said, ...{ name, $fault } as const })
}

/** What a call rejects with that its signal ended or, without one, the end of its client. */
export const abortError = (signal?: AbortSignal): Error => {
  const error = new Error(signal?.aborted === true ? "Request aborted" : "the client was destroyed")
  error.name = "AbortError"
  if (signal?.reason instanceof Error) error.cause = signal.reason
  return error
}
