/**
 * Sign-in: `signIn` and its challenges, the session that follows, devices, passkeys, and the app client that all of them
 * are for. The verification of tokens is `effect-cognito/auth/Tokens`: it needs a package that the rest does without.
 */
export * from "./AppClient.ts"
export * from "./AppClientOperations.ts"
export type { Tokens } from "./AuthenticationResult.ts"
export type * from "./Challenge.ts"
export * from "./Devices.ts"
export * from "./DeviceStore.ts"
export * from "./Passkeys.ts"
export * from "./Session.ts"
export * from "./SignIn.ts"
export { SrpError } from "./Srp.ts"
export * from "./Totp.ts"
