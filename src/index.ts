/**
 * Amazon Cognito User Pools for Effect: all operations, errors, schemas and layers. What a program does not use, a
 * bundler leaves out.
 */
export { type AwsCredentials, Credentials } from "./Credentials.ts"
export { EndpointError, type EndpointOptions } from "./Endpoint.ts"
export * from "./errors/index.ts"
export { layerHttpClient } from "./HttpClientTransport.ts"
export type { Operation, Spec } from "./Operation.ts"
export * from "./operations/index.ts"
export type { PagedOperation } from "./Pagination.ts"
export { RetryPolicy } from "./Retry.ts"
export * from "./schema/index.ts"
export * from "./Service.ts"
export { layerSigner, Signer, type SignerOptions, type WithoutCredentials } from "./Signer.ts"
export { TimeLimits } from "./TimeLimits.ts"
export {
  Fetch,
  layerFetch,
  MaxResponseSize,
  type SendLimit,
  Transport,
  type TransportFailure,
  type TransportHeaders,
  type TransportRequest,
  type TransportResponse
} from "./Transport.ts"
