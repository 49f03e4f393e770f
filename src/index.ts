/**
 * Amazon Cognito User Pools for Effect: all operations, errors, schemas and layers. What a program does not use, a
 * bundler leaves out.
 */
export * from "./Endpoint.ts"
export * from "./errors/index.ts"
export * from "./HttpClientTransport.ts"
export * from "./operations/index.ts"
export * from "./Pagination.ts"
export * from "./schema/index.ts"
export * from "./Service.ts"
export * from "./Signer.ts"
export * from "./Transport.ts"
