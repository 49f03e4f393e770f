/**
 * The library for plain async code: `CognitoIdentityProvider`, its commands, paginators, exceptions and types, named as in
 * `@aws-sdk/client-cognito-identity-provider`, so that existing code moves over by changing the import; and `make`, for
 * a client of just the operations that a program uses.
 */
export { type Callback, CognitoIdentityProviderClient, type Method, type OptionalMethod } from "./Client.ts"
export * from "./CognitoIdentityProvider.ts"
export { Command as $Command } from "./Command.ts"
export * from "./commands/index.ts"
export type {
  AwsCredentialIdentity,
  CognitoIdentityProviderClientConfig,
  Endpoint,
  Provider,
  RequestHandlerOptions
} from "./Config.ts"
export * from "./exceptions.ts"
export * from "./make.ts"
export * from "./models/index.ts"
export type {
  CognitoIdentityProviderPaginationConfiguration,
  Paginate,
  PaginateMethod,
  PaginationOptions,
  Paginator
} from "./Paginator.ts"
export * from "./paginators.ts"
export type { Plain, PlainInput } from "./Plain.ts"
export { ClientException } from "./Rejection.ts"
export type { HttpHandlerOptions } from "./Runner.ts"
export * from "./ServiceException.ts"
export type { PlainAnswer, StubbedClient, Stubs } from "./stub.ts"
