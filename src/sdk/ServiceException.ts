/**
 * What the service's exceptions have in common, and what is told of a response beside its content.
 *
 * The classes of the single exceptions are generated into `generated/ModeledExceptions.ts`.
 */

/** Of the response that an output or an exception came from. */
export interface ResponseMetadata {
  readonly httpStatusCode?: number | undefined
  /** The service's id of the request: what AWS Support asks for. */
  readonly requestId?: string | undefined
  /** Not sent by this service. */
  readonly extendedRequestId?: string | undefined
  /** Not sent by this service. */
  readonly cfId?: string | undefined
  /** How many requests were sent. */
  readonly attempts?: number | undefined
  /** The milliseconds between them. */
  readonly totalRetryDelay?: number | undefined
}

/** What every output has. */
export interface MetadataBearer {
  $metadata: ResponseMetadata
}

/** How an exception is made. */
export interface ServiceExceptionOptions {
  readonly name: string
  readonly $fault: "client" | "server"
  readonly message?: string | undefined
  readonly $metadata: ResponseMetadata
}

/** Any exception of the service; itself, one that the operation does not declare. */
export class CognitoIdentityProviderServiceException extends Error implements MetadataBearer {
  override readonly name: string
  /** Whose fault it is, by the model. */
  readonly $fault: "client" | "server"
  readonly $metadata: ResponseMetadata

  constructor({ $fault, $metadata, message, name }: ServiceExceptionOptions) {
    super(message)
    this.name = name
    this.$fault = $fault
    this.$metadata = $metadata
  }
}

/** How an exception of a class with a name is made. */
export type ExceptionOptions<Exception extends CognitoIdentityProviderServiceException> =
  & Omit<Exception, keyof CognitoIdentityProviderServiceException>
  & Pick<ServiceExceptionOptions, "$metadata" | "message">
