/**
 * What a promise rejects with: exceptions of the service under the AWS SDK's names, `AbortError` for what the program
 * ended itself, and {@link ClientException} for everything else that kept a call from being answered.
 */
import * as Cause from "effect/Cause"
import { ConfigError } from "effect/Config"
import { type CallMetadata, callOf } from "../errors/CallMetadata.ts"
import type { ServiceError } from "../errors/ServiceError.ts"
import { ClientError, type ClientErrorReason } from "../errors/ClientError.ts"
import * as exceptions from "../sdk/generated/ModeledExceptions.ts"
import {
  CognitoIdentityProviderServiceException,
  type ErrorResponse,
  type ExceptionOptions,
  type ResponseMetadata
} from "../sdk/ServiceException.ts"
import { thrownBy } from "./ThrownErrors.ts"
import { isError } from "../errors/isError.ts"

/**
 * A call that came to no answer of the service: an input that does not fit, no credentials, a network that fails, a time
 * limit, a body that is not the service's. `name` is the AWS SDK's where it has one for the same: `CredentialsProviderError`,
 * `TimeoutError`, also for a connection that broke, and `Error` for one that could not be made; else it is the reason's.
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
    Object.defineProperty(this, "message", { value: message, enumerable: true, writable: true, configurable: true })
    const { code, name } = namesOf(reason)
    this.name = name
    this.code = code
    this.reason = reason
    this.$metadata = $metadata
  }

  /** By form, since a program may have loaded two copies of this class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isError(value) && "reason" in value && "$metadata" in value && !("$fault" in value)
  }
}

/** The AWS SDK's names of what can go wrong before there is an answer. */
const namesOf = (reason: ClientErrorReason): { readonly name: string; readonly code: string | undefined } => {
  switch (reason._tag) {
    case "CredentialsError":
      return { name: "CredentialsProviderError", code: undefined }
    case "TimeoutError":
      return { name: reason._tag, code: "ETIMEDOUT" }
    case "TransportError":
      return { name: brokenCode.test(reason.code ?? "") ? "TimeoutError" : "Error", code: reason.code }
    default:
      return { name: reason._tag, code: undefined }
  }
}

/** With these the SDK speaks of a time that ran out. */
const brokenCode = /^(ECONNRESET|EPIPE|ETIMEDOUT)$/

/** What a call that ended in `cause` rejects with. */
export const rejectionOf = (cause: Cause.Cause<unknown>, signal: AbortSignal | undefined): unknown => {
  if (Cause.hasInterrupts(cause)) return abortError(signal)
  const error = Cause.squash(cause)
  if (error instanceof ConfigError) return unreadable(error)
  return error instanceof Error ? exceptionFrom(error) : error
}

/** The exception for an error of a call; another error as it is. */
export const exceptionFrom = (error: Error): Error => {
  if (error instanceof ClientError) return clientRejection(error)
  if (!isModeled(error)) return error
  const { _tag, ...members }: { readonly [member: string]: unknown } = { ...error }
  return exceptionOf(error, error.name, { ...members, message: error.message })
}

/** Effect's error is no `Error`, of which the runtime prints nothing. */
const unreadable = ({ message, name }: ConfigError): Error => {
  const error = new Error(`a setting cannot be read: ${message}`)
  error.name = name
  return error
}

/** Whether it is an error that the service's model declares. */
const isModeled = (error: Error): error is ServiceError =>
  "_tag" in error && error._tag === error.name && exceptionsByName.has(error.name)

const clientRejection = (error: ClientError): Error => {
  const { reason } = error
  if (reason._tag === "UnmodeledError") return exceptionOf(error, reason.code, { message: reason.text })
  // An error of the service, or of a proxy before it, that does not tell its name.
  if (reason._tag === "DecodeError" && reason.status >= 400) {
    return Object.defineProperty(exceptionOf(error, "Unknown", {}), "cause", { value: error })
  }
  const handlerError = reason._tag === "TransportError" ? thrownBy(reason) : undefined
  if (handlerError === undefined) return new ClientException(error, metadataOf(error))
  return Object.assign(handlerError, { $metadata: metadataOf(error) })
}

/** What the AWS SDK tells of a call beside its output or error. */
export const metadataOf = (
  { attempts, httpStatus, requestId, retryDelay }: Partial<CallMetadata>
): ResponseMetadata => {
  const metadata: AllMembers<ResponseMetadata> = {
    httpStatusCode: httpStatus,
    requestId,
    extendedRequestId: undefined,
    cfId: undefined,
    attempts,
    totalRetryDelay: retryDelay
  }
  // In the SDK too, members are there that its type has as absent.
  return metadata as ResponseMetadata
}

type AllMembers<T> = { readonly [K in keyof T]-?: T[K] | undefined }

type Options = ExceptionOptions<CognitoIdentityProviderServiceException>

/** The HTTP response behind an error, and the name as it was written there. */
const responseOf = (error: Error): { readonly $response?: ErrorResponse; readonly written?: string } => {
  const response = callOf(error)?.response
  if (response === undefined) return {}
  const { body, headers, status } = response
  const written = /"__type"\s*:\s*"([\w.#:/-]+)"/.exec(new TextDecoder().decode(body))?.[1]
  return { $response: { statusCode: status, headers: { ...headers } }, ...(written === undefined ? {} : { written }) }
}

const exceptionsByName = new Map<string, new(options: Options) => CognitoIdentityProviderServiceException>(
  Object.entries(exceptions)
)

const exceptionOf = (
  error: Error & CallMetadata,
  name: string,
  { message, ...members }: Omit<Options, "$metadata">
): CognitoIdentityProviderServiceException => {
  const Exception = exceptionsByName.get(name) ?? CognitoIdentityProviderServiceException
  const $metadata = metadataOf(error)
  const $fault = ($metadata.httpStatusCode ?? 0) >= 500 ? "server" : "client"
  const { $response, written } = responseOf(error)
  // The AWS SDK's text for an error without one.
  const said = message === undefined || message === "" ? "UnknownError" : message
  // A class of its own sets its name and fault itself.
  const exception = new Exception({ ...members, $metadata, $response, message: said, ...{ name, $fault } as const })
  return written === undefined ? exception : Object.assign(exception, { __type: written })
}

/** The error of a call that its signal ended, or the end of its client. */
export const abortError = (signal?: AbortSignal): Error => {
  const error = new Error(signal?.aborted === true ? "Request aborted" : "the client was destroyed")
  error.name = "AbortError"
  if (isError(signal?.reason)) error.cause = signal.reason
  return error
}
