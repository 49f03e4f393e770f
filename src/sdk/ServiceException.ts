/**
 * What the service's exceptions have in common, and what is told of a response beside its content.
 *
 * The classes of the single exceptions are generated into `generated/ModeledExceptions.ts`.
 */

/** Of the response that an output or an exception came from. */
export interface ResponseMetadata {
  readonly httpStatusCode?: number
  /** The service's id of the request: what AWS Support asks for. */
  readonly requestId?: string
  /** Not sent by this service. */
  readonly extendedRequestId?: string
  /** Not sent by this service. */
  readonly cfId?: string
  /** How many requests were sent. */
  readonly attempts?: number
  /** The milliseconds between them. */
  readonly totalRetryDelay?: number
}

/** What every output has. */
export interface MetadataBearer {
  $metadata: ResponseMetadata
}

/** The HTTP response behind an exception. */
export interface ErrorResponse {
  readonly statusCode: number
  /** Names are in lower case. */
  readonly headers: Record<string, string>
}

/** How an exception is made. */
export interface ServiceExceptionOptions {
  readonly name: string
  readonly $fault: "client" | "server"
  readonly message?: string | undefined
  readonly $metadata: ResponseMetadata
  readonly $response?: ErrorResponse | undefined
}

/** Any exception of the service; itself, one that the operation does not declare. */
export class CognitoIdentityProviderServiceException extends Error implements MetadataBearer {
  override readonly name: string
  /** Whose fault it is, by the model. */
  readonly $fault: "client" | "server"
  /** Not enumerable, so that no log has it. */
  declare readonly $response?: ErrorResponse | undefined
  /** Whether it is known that another attempt may succeed: the service's model does not say so of any. */
  readonly $retryable: { readonly throttling?: boolean } | undefined = undefined
  readonly $metadata: ResponseMetadata
  /** The name as the service wrote it. */
  declare readonly __type?: string

  constructor({ $fault, $metadata, $response, message, name }: ServiceExceptionOptions) {
    super(message)
    // `JSON.stringify` shall keep it.
    Object.defineProperty(this, "message", {
      value: this.message,
      enumerable: true,
      writable: true,
      configurable: true
    })
    Object.defineProperty(this, "$response", {
      value: $response,
      enumerable: false,
      writable: true,
      configurable: true
    })
    this.name = name
    this.$fault = $fault
    this.$metadata = $metadata
  }

  /** Whether a value has the form of an exception of the service, of whichever copy of this package or of the AWS SDK. */
  static isInstance(value: unknown): value is CognitoIdentityProviderServiceException {
    const { $fault, $metadata }: Partial<ServiceExceptionOptions> = Object(value)
    return ($fault === "client" || $fault === "server") && typeof $metadata === "object"
  }

  /** As with the AWS SDK's: by form and name, since a program may have loaded two copies of the class. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    if (!CognitoIdentityProviderServiceException.isInstance(value)) return false
    if (this === CognitoIdentityProviderServiceException) return true
    return Object.prototype.isPrototypeOf.call(this.prototype, value) || value.name === this.name
  }
}

/** How an exception of a class with a name is made. */
export type ExceptionOptions<Exception extends CognitoIdentityProviderServiceException> =
  & Omit<Exception, keyof CognitoIdentityProviderServiceException>
  & Pick<ServiceExceptionOptions, "$metadata" | "$response" | "message">
