/**
 * Amazon Cognito User Pools for Effect: all operations, errors, schemas and layers. What a program does not use, a
 * bundler leaves out.
 */
export { type AwsCredentials, Credentials } from "./client/Credentials.ts"
export { layerHttpClient } from "./client/HttpClientTransport.ts"
export { RetryPolicy } from "./client/Retry.ts"
export { layerSigner, Signer, type SignerOptions, type WithoutCredentials } from "./client/Signer.ts"
export { layerTelemetry } from "./client/Telemetry.ts"
export { TimeLimits } from "./client/TimeLimits.ts"
export {
  Fetch,
  layerFetch,
  MaxResponseSize,
  type SendLimit,
  Transport,
  type TransportFailure
} from "./client/Transport.ts"
export { UserAgent, userAgent, type UserAgentOptions } from "./client/UserAgent.ts"
export * from "./errors/index.ts"
export type { Exchange, Operation } from "./Operation.ts"
export * from "./operations/index.ts"
export type { PagedOperation } from "./Pagination.ts"
export type { Spec } from "./protocol/AwsJson.ts"
export { EndpointError, type EndpointOptions } from "./protocol/Endpoint.ts"
export type { TransportHeaders, TransportRequest, TransportResponse } from "./protocol/Message.ts"
export * from "./schema/index.ts"
export * from "./Service.ts"
