/**
 * The library for plain async code: `CognitoIdentityProvider`, its commands, paginators, exceptions and types, named as in
 * `@aws-sdk/client-cognito-identity-provider`, so that existing code moves over by changing the import; and `make`, for
 * a client of just the operations that a program uses.
 */
export { type Callback, CognitoIdentityProviderClient, type Method, type OptionalMethod } from "../sdk/Client.ts"
export { Command as $Command } from "../sdk/Command.ts"
export * from "../sdk/generated/CognitoIdentityProvider.ts"
export * from "../sdk/generated/commands/index.ts"
export * from "../sdk/generated/exceptions.ts"
export * from "../sdk/generated/models/index.ts"
export * from "../sdk/generated/paginators.ts"
export type {
  CognitoIdentityProviderPaginationConfiguration,
  Paginate,
  PaginateMethod,
  PaginationOptions,
  Paginator
} from "../sdk/Paginator.ts"
export * from "../sdk/ServiceException.ts"
export type { PlainAnswer, StubbedClient, Stubs } from "../sdk/stub.ts"
export type {
  AwsCredentialIdentity,
  CognitoIdentityProviderClientConfig,
  Endpoint,
  Provider,
  RequestHandlerOptions
} from "./Config.ts"
export * from "./make.ts"
export type { Plain, PlainInput } from "./Plain.ts"
export { ClientException } from "./Rejection.ts"
export type { HttpHandlerOptions } from "./Runner.ts"
