/**
 * Sign-in: `signIn` and its challenges, devices, and the app client that all of them are for.
 */
export * from "./AppClient.ts"
export * from "./AppClientOperations.ts"
export type * from "./Challenge.ts"
export * from "./DeviceStore.ts"
export * from "./Session.ts"
export * from "./SignIn.ts"
export { SrpError } from "./Srp.ts"
export * from "./Totp.ts"
