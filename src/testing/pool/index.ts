/**
 * User pools for tests, as strict as Cognito: in process with {@link layer}, behind a port with {@link serve} or
 * {@link start}, and from a shell with `npx effect-cognito pool`.
 */
export type { AskedRequest } from "./Dispatch.ts"
export type { Fault } from "./Faults.ts"
export type { Message, MessageKind } from "./Messages.ts"
export { type ClientSettings, defaultClientId, defaultUserPoolId, type PoolSettings, type SeedUser } from "./Seed.ts"
export { serve, type Served, ServeError, type ServeOptions, start, type Started } from "./serve.ts"
export type { KnownCredentials } from "./Signature.ts"
export type { EventMembers, Trigger, TriggerAnswer, TriggerEvent, TriggerName, Triggers } from "./Triggers.ts"
export { layer, make, type Options, type Shape, testCredentials, UserPools } from "./UserPools.ts"
