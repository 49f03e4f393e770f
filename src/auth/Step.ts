/**
 * Where a sign-in stands: its end, or a question of the service, as a union of tagged values of which each question knows
 * how it is answered.
 *
 * The types only: `SignIn.ts` goes from step to step, `Challenges.ts` makes the questions. Answers are sent with the session
 * of the challenge. A challenge can be answered again as long as answers fail, for example with another code, and no more
 * once one was taken.
 */
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type { Signer } from "../client/Signer.ts"
import type { Cognito } from "../Service.ts"
import type { Tokens } from "./AuthenticationResult.ts"
import type { DeviceKeys } from "./DeviceStore.ts"
import type { AdminSignInError, SignInError } from "./SignInError.ts"

type Secret = Redacted.Redacted<string>

/**
 * Where a sign-in by the user stands. `Match.exhaustive` over its tags is a sign-in page. `R` is what the sign-in's requests
 * need, `E` why an answer may not be taken; both have the public sign-in's as defaults.
 */
export type Step<R = Cognito, E = SignInError> = SignedIn | Challenge<R, E>

/** Where a sign-in by a server with AWS credentials stands. */
export type AdminStep = Step<Cognito | Signer, AdminSignInError>

/** What every question has. */
interface Resumable {
  /**
   * Where the sign-in stands, as a text from which `SignIn.resume` makes the same question again, in another process too.
   *
   * Whoever has it can go on with the sign-in, so keep it as a secret: on a server, or in a cookie that is encrypted,
   * `HttpOnly` and `Secure`. It is good for as long as the question, 3 minutes by default. It holds the names that were
   * typed, AWS's session, what is asked and the metadata; a password, only where a custom sign-in is yet to prove it.
   */
  readonly state: Secret
}

/** What an answer comes to: the next step, or why it was not taken. */
export type Answered<R = Cognito, E = SignInError> = Effect.Effect<Step<R, E>, E, R>

/** The end of a sign-in. */
export interface SignedIn {
  readonly _tag: "SignedIn"
  /** The user's name in the pool. */
  readonly username: string
  /** The name that was typed, an alias perhaps. */
  readonly typedName: string
  readonly tokens: Tokens
  /** Given where the pool tracks devices. */
  readonly device: SignedInDevice | undefined
}

/** The device that a user has signed in on. */
export interface SignedInDevice {
  readonly key: string
  readonly groupKey: string
  /** Whether the pool can check it: it can where the program has a `DeviceStore`, in which its keys are then. */
  readonly confirmed: boolean
  /** Whether it is new and the user is to be asked before `Devices.remember`. */
  readonly userConfirmationNecessary: boolean
}

interface Answerable {
  /** Passed on to the Lambda triggers of the answer. */
  readonly clientMetadata?: { readonly [name: string]: string }
}

/** A code that was sent or is shown. */
export interface CodeAnswer extends Answerable {
  readonly code: Secret
}

/** The password was set by an administrator: the user chooses one. */
export interface NewPasswordRequired<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "NewPasswordRequired"
  /** The names of attributes that the user must give, such as `email`. */
  readonly requiredAttributes: ReadonlyArray<string>
  /** The attributes that the user has. */
  readonly attributes: { readonly [name: string]: string }
  readonly respond: (answer: NewPasswordAnswer) => Answered<R, E>
}

/** The password that the user chose. */
export interface NewPasswordAnswer extends Answerable {
  readonly password: Secret
  /** Values of {@link NewPasswordRequired.requiredAttributes}, and of others that the client may write. */
  readonly attributes?: { readonly [name: string]: string }
}

/** A code was sent as a text message, as a second factor. */
export interface SmsMfa<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "SmsMfa"
  /** Where to, most of it masked. */
  readonly destination: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R, E>
}

/** The authenticator app shows a code. */
export interface SoftwareTokenMfa<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "SoftwareTokenMfa"
  /** The name that the user gave the app. */
  readonly friendlyDeviceName: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R, E>
}

/** A code was sent as an e-mail. */
export interface EmailOtp<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "EmailOtp"
  /** Where to, most of it masked. */
  readonly destination: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R, E>
}

/** A code was sent as a text message, as the first factor. */
export interface SmsOtp<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "SmsOtp"
  /** Where to, most of it masked. */
  readonly destination: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R, E>
}

/** The user has several second factors, and chooses one. */
export interface SelectMfaType<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "SelectMfaType"
  /** Such as `SMS_MFA` and `SOFTWARE_TOKEN_MFA`. */
  readonly options: ReadonlyArray<string>
  readonly respond: (answer: MfaTypeAnswer) => Answered<R, E>
}

/** The second factor that the user chose. */
export interface MfaTypeAnswer extends Answerable {
  /** One of {@link SelectMfaType.options}. */
  readonly type: string
}

/** The pool demands a second factor, and the user has none. */
export interface MfaSetup<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "MfaSetup"
  /** Such as `SOFTWARE_TOKEN_MFA`. */
  readonly options: ReadonlyArray<string>
  /** Makes the secret of an authenticator app, and a session to verify it in. */
  readonly associate: Effect.Effect<TotpSetup<R, E>, E, R>
  /** Where `EMAIL_OTP` is among the options: has a code sent to the address, which the next step asks for. */
  readonly setUpEmail: (answer: EmailAnswer) => Answered<R, E>
}

/** The address that second factors are to be sent to. */
export interface EmailAnswer extends Answerable {
  readonly email: string
}

/** An authenticator app that waits for its first code. */
export interface TotpSetup<R = Cognito, E = SignInError> extends Resumable {
  /** What the app is given, Base32: as a QR code by `otpauthUri`, or typed. */
  readonly secret: Secret
  /**
   * Verifies the app by a code that it shows, and goes on with the sign-in. Where the code was taken and what followed
   * failed, it goes on from there when it is called again, with whatever code.
   */
  readonly verify: (answer: TotpAnswer) => Answered<R, E>
}

/** The first code that the authenticator app shows. */
export interface TotpAnswer extends CodeAnswer {
  /** A name for the app, for a user who has several. Default: none. */
  readonly friendlyDeviceName?: string
}

/** The user has several first factors, and chooses one. */
export interface SelectChallenge<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "SelectChallenge"
  /** Such as `PASSWORD`, `PASSWORD_SRP`, `EMAIL_OTP`, `SMS_OTP` and `WEB_AUTHN`. */
  readonly options: ReadonlyArray<string>
  readonly respond: (answer: ChoiceAnswer) => Answered<R, E>
}

/** The first factor that the user chose, with the password where it takes one. */
export type ChoiceAnswer =
  & Answerable
  & (
    | { readonly challenge: "PASSWORD" | "PASSWORD_SRP"; readonly password: Secret }
    | { readonly challenge: "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN" }
  )

/** The password is asked for. */
export interface Password<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "Password"
  readonly respond: (answer: PasswordAnswer) => Answered<R, E>
}

/** The password is asked for, to be proved by SRP. */
export interface PasswordSrp<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "PasswordSrp"
  readonly respond: (answer: PasswordAnswer) => Answered<R, E>
}

/** The password that the user typed. */
export interface PasswordAnswer extends Answerable {
  readonly password: Secret
}

/** A passkey is asked for. */
export interface WebAuthn<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "WebAuthn"
  /**
   * What `PublicKeyCredential.parseRequestOptionsFromJSON` takes. `Passkeys.respond` asks the browser with it. `console.log` and
   * JSON do not show it.
   */
  readonly options: Schema.Json
  readonly respond: (answer: WebAuthnAnswer) => Answered<R, E>
}

/** What the passkey's authenticator gave. */
export interface WebAuthnAnswer extends Answerable {
  /** The `PublicKeyCredential` that `navigator.credentials.get` gives, or its `toJSON()`. */
  readonly credential: unknown
}

/** A question of the pool's own Lambda triggers. */
export interface Custom<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "Custom"
  /** What `CreateAuthChallenge` made public. `console.log` and JSON do not show it. */
  readonly parameters: { readonly [name: string]: string }
  readonly respond: (answer: CustomAnswer) => Answered<R, E>
}

/** The answer to the pool's own question. */
export interface CustomAnswer extends Answerable {
  readonly answer: Secret
}

/** The device is to prove itself, and the program's `DeviceStore` does not have its keys. */
export interface DeviceSrp<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "DeviceSrp"
  readonly respond: (keys: DeviceKeys) => Answered<R, E>
}

/** A challenge that this version does not know. */
export interface Unknown<R = Cognito, E = SignInError> extends Resumable {
  readonly _tag: "Unknown"
  /** AWS's name of it. */
  readonly name: string
  readonly parameters: { readonly [name: string]: Secret }
  /** Sends these, with the user's name and the secret hash. */
  readonly respond: (answer: UnknownAnswer) => Answered<R, E>
}

/** Answers under AWS's names. */
export interface UnknownAnswer extends Answerable {
  readonly responses: { readonly [name: string]: string | Secret }
}

/** What is asked for. */
export type Challenge<R = Cognito, E = SignInError> =
  | NewPasswordRequired<R, E>
  | SmsMfa<R, E>
  | SoftwareTokenMfa<R, E>
  | EmailOtp<R, E>
  | SmsOtp<R, E>
  | SelectMfaType<R, E>
  | MfaSetup<R, E>
  | SelectChallenge<R, E>
  | Password<R, E>
  | PasswordSrp<R, E>
  | WebAuthn<R, E>
  | Custom<R, E>
  | DeviceSrp<R, E>
  | Unknown<R, E>
