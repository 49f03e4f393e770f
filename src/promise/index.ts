/**
 * The library for plain async code: `CognitoIdentityProvider`, its commands, paginators, exceptions and types, named as in
 * `@aws-sdk/client-cognito-identity-provider`, so that existing code moves over by changing the import; and `make`, for
 * a client of just the operations that a program uses.
 */
export type { Plain, PlainInput } from "../protocol/Plain.ts"
export * from "../sdk/index.ts"
export * from "./make.ts"
