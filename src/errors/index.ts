/**
 * All errors: those of the service's model and {@link ClientError} with its reasons.
 */
export * from "./ClientError.ts"
export type { ResponseMetadata } from "./ServiceError.ts"
export * from "./ServiceErrors.ts"
