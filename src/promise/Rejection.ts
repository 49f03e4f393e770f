/**
 * What a promise rejects with: exceptions of the service under the AWS SDK's names, `AbortError` for what the program
 * ended itself, and {@link ClientException} for everything else that kept a call from being answered.
 */
import * as Cause from "effect/Cause"
import { ConfigError } from "effect/Config"
import type { CallMetadata } from "../errors/CallMetadata.ts"
import type { ServiceError } from "../errors/ServiceError.ts"
import { ClientError, type ClientErrorReason } from "../errors/ClientError.ts"
import * as exceptions from "../sdk/generated/ModeledExceptions.ts"
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
  /** The library's own error for it, which has more to tell. */
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
export const rejectionOf = (cause: Cause.Cause<unknown>, signal: AbortSignal | undefined): unknown => {
  if (Cause.hasInterrupts(cause)) return abortError(signal)
  const error = Cause.squash(cause)
  if (error instanceof ClientError) return clientRejection(error)
  if (error instanceof ConfigError) return unreadable(error)
  if (!isModeled(error)) return error
  const { _tag, ...members }: { readonly [member: string]: unknown } = { ...error }
  return exceptionOf(error.name, { ...members, message: error.message, $metadata: metadataOf(error) })
}

/** Effect's error is no `Error`, of which the runtime prints nothing. */
const unreadable = ({ message, name }: ConfigError): Error => {
  const error = new Error(`a setting cannot be read: ${message}`)
  error.name = name
  return error
}

/** Whether it is an error that the service's model declares. */
const isModeled = (error: unknown): error is ServiceError => error instanceof Error && exceptionsByName.has(error.name)

const clientRejection = (error: ClientError): Error => {
  const { reason } = error
  const $metadata = metadataOf(error)
  if (reason._tag === "UnmodeledError") return exceptionOf(reason.code, { message: reason.text, $metadata })
  // An error of the service, or of a proxy before it, that does not tell its name.
  if (reason._tag === "DecodeError" && reason.status >= 400) {
    return Object.assign(exceptionOf("Unknown", { $metadata }), { cause: error })
  }
  return new ClientException(error, $metadata)
}

/** What the AWS SDK tells of a call beside its output or error. */
export const metadataOf = (
  { attempts, httpStatus, requestId, retryDelay }: Partial<CallMetadata>
): ResponseMetadata => ({
  httpStatusCode: httpStatus,
  requestId,
  extendedRequestId: undefined,
  cfId: undefined,
  attempts,
  totalRetryDelay: retryDelay
})

type Options = ExceptionOptions<CognitoIdentityProviderServiceException>

const exceptionsByName = new Map<string, new(options: Options) => CognitoIdentityProviderServiceException>(
  Object.entries(exceptions)
)

const exceptionOf = (name: string, { message, ...options }: Options): CognitoIdentityProviderServiceException => {
  const Exception = exceptionsByName.get(name) ?? CognitoIdentityProviderServiceException
  const $fault = (options.$metadata.httpStatusCode ?? 0) >= 500 ? "server" : "client"
  // The AWS SDK's text for an error without one.
  const said = message === undefined || message === "" ? "UnknownError" : message
  // A class of its own sets its name and fault itself.
  return new Exception({ ...options, message: said, ...{ name, $fault } as const })
}

/** The error of a call that its signal ended, or the end of its client. */
export const abortError = (signal?: AbortSignal): Error => {
  const error = new Error(signal?.aborted === true ? "Request aborted" : "the client was destroyed")
  error.name = "AbortError"
  if (signal?.reason instanceof Error) error.cause = signal.reason
  return error
}
