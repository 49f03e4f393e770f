/**
 * Sign-in: `signIn` and its steps, the session that follows, devices, passkeys, and the app client that all of them are for.
 *
 * Each module can be imported by itself, as `effect-cognito/auth/Session`, and then has Effect's names: `Session.layer`,
 * `AppClient.layerConfig`. Here they are flat, under names that `effect-cognito` does not have. So the operations of the app
 * client, which are named as the API's, are in their module alone: `effect-cognito/auth/AppClientOperations`. The
 * verification of tokens is too, since it needs a package that the rest does without: `effect-cognito/auth/Tokens`.
 */
export {
  AppClient,
  type AppClientOptions,
  layer as layerAppClient,
  layerConfig as layerAppClientConfig,
  secretHash
} from "./AppClient.ts"
export type { AppClientOperation } from "./AppClientOperations.ts"
export type { Tokens } from "./AuthenticationResult.ts"
export { forget as forgetSessionDevice, NoDeviceError, remember as rememberSessionDevice } from "./Devices.ts"
export {
  type DeviceKeys,
  DeviceStore,
  type DeviceStoreOptions,
  type DeviceUser,
  make as makeDeviceStore
} from "./DeviceStore.ts"
export { Authenticator, PasskeyError, register as registerPasskey, respond as respondWithPasskey } from "./Passkeys.ts"
export {
  decode as decodeSignedIn,
  encode as encodeSignedIn,
  fromResult as signedInFromResult,
  type FromResultOptions,
  layer as layerSession,
  layerConfig as layerSessionConfig,
  make as makeSession,
  NotSignedInError,
  Session,
  type SessionError,
  type SessionOptions
} from "./Session.ts"
export { layerWebLocks, SessionLock, type SessionLockOptions } from "./SessionLock.ts"
export {
  adminResume as adminResumeSignIn,
  adminSignIn,
  type AdminSignInOptions,
  resume as resumeSignIn,
  signIn,
  type SignInOptions
} from "./SignIn.ts"
export * from "./SignInError.ts"
export { SrpError } from "./Srp.ts"
export type * from "./Step.ts"
export * from "./Totp.ts"
export { UserContext, type UserContextOptions } from "./UserContext.ts"
