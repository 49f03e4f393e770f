/**
 * All errors: those of the service's model and {@link ClientError} with its reasons.
 */
export type { CallMetadata } from "./CallMetadata.ts"
export * from "./ClientError.ts"
export type { ErrorClass } from "./ErrorClass.ts"
export type { ServiceError, ServiceErrorClass } from "./ServiceError.ts"
export * from "./ServiceErrors.generated.ts"
