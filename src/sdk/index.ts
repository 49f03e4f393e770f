/**
 * The names of `@aws-sdk/client-cognito-identity-provider`: its clients, commands, paginators, exceptions and types, so
 * that existing code moves over by changing the import. `effect-cognito/promise` has them too, and `make` beside them.
 */
export type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  AwsIdentityProperties,
  Endpoint,
  Provider
} from "../promise/Config.ts"
export type { HttpRequest, HttpResponse } from "../promise/HttpMessage.ts"
export { ClientException } from "../promise/Rejection.ts"
export type { RequestHandler, RequestHandlerOptions } from "../promise/RequestHandlerOptions.ts"
export type { RequestSigner, SigningOptions } from "../promise/RequestSigner.ts"
export type { HttpHandlerOptions } from "../promise/Runner.ts"
export { type Callback, CognitoIdentityProviderClient, type Method, type OptionalMethod } from "./Client.ts"
export type { CognitoIdentityProviderClientConfig, ExtensionConfiguration, RuntimeExtension } from "./ClientConfig.ts"
export { Command as $Command } from "./Command.ts"
export * from "./generated/CognitoIdentityProvider.ts"
export * from "./generated/index.ts"
export * from "./generated/ModeledExceptions.ts"
export * from "./generated/OperationPaginators.ts"
export type { ServiceInputTypes, ServiceOutputTypes } from "./generated/ServiceTypes.ts"
export type {
  CognitoIdentityProviderPaginationConfiguration,
  Paginate,
  PaginateMethod,
  PaginationOptions,
  Paginator
} from "./Paginator.ts"
export type { CognitoIdentityProviderClientResolvedConfig } from "./ResolvedConfig.ts"
export * from "./ServiceException.ts"
export type { PlainAnswer, StubbedClient, Stubs } from "./stub.ts"
