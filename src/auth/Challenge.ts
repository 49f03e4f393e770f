/**
 * What the service asks for on the way to a sign-in, as a union of tagged values that each know how they are answered.
 *
 * The types only; `SignIn.ts` makes them of responses. Answers are sent with the session of the challenge. A challenge can
 * be answered again as long as answers fail, for example with another code, and no more once one was taken.
 */
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import type { DeviceKeys } from "./DeviceStore.ts"
import type { SignInError, Step } from "./SignIn.ts"

type Secret = Redacted.Redacted<string>

/** What an answer comes to: the next step, or why it was not taken. `R` is what the sign-in's requests need. */
export type Answered<R> = Effect.Effect<Step<R>, SignInError, R>

interface Answerable {
  /** Passed on to the Lambda triggers of the answer. */
  readonly clientMetadata?: { readonly [name: string]: string }
}

/** A code that was sent or is shown. */
export interface CodeAnswer extends Answerable {
  readonly code: Secret
}

/** The password was set by an administrator: the user chooses one. */
export interface NewPasswordRequired<R> {
  readonly _tag: "NewPasswordRequired"
  /** The names of attributes that the user must give, such as `email`. */
  readonly requiredAttributes: ReadonlyArray<string>
  /** The attributes that the user has. */
  readonly attributes: { readonly [name: string]: string }
  readonly respond: (answer: NewPasswordAnswer) => Answered<R>
}

export interface NewPasswordAnswer extends Answerable {
  readonly password: Secret
  /** Values of {@link NewPasswordRequired.requiredAttributes}, and of others that the client may write. */
  readonly attributes?: { readonly [name: string]: string }
}

/** A code was sent as a text message, as a second factor. */
export interface SmsMfa<R> {
  readonly _tag: "SmsMfa"
  /** Where to, most of it masked. */
  readonly destination: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R>
}

/** The authenticator app shows a code. */
export interface SoftwareTokenMfa<R> {
  readonly _tag: "SoftwareTokenMfa"
  /** The name that the user gave the app. */
  readonly friendlyDeviceName: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R>
}

/** A code was sent as an e-mail. */
export interface EmailOtp<R> {
  readonly _tag: "EmailOtp"
  /** Where to, most of it masked. */
  readonly destination: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R>
}

/** A code was sent as a text message, as the first factor. */
export interface SmsOtp<R> {
  readonly _tag: "SmsOtp"
  /** Where to, most of it masked. */
  readonly destination: string | undefined
  readonly respond: (answer: CodeAnswer) => Answered<R>
}

/** The user has several second factors, and chooses one. */
export interface SelectMfaType<R> {
  readonly _tag: "SelectMfaType"
  /** Such as `SMS_MFA` and `SOFTWARE_TOKEN_MFA`. */
  readonly options: ReadonlyArray<string>
  readonly respond: (answer: MfaTypeAnswer) => Answered<R>
}

export interface MfaTypeAnswer extends Answerable {
  /** One of {@link SelectMfaType.options}. */
  readonly type: string
}

/** The pool demands a second factor, and the user has none. */
export interface MfaSetup<R> {
  readonly _tag: "MfaSetup"
  /** Such as `SOFTWARE_TOKEN_MFA`. */
  readonly options: ReadonlyArray<string>
  /** Makes the secret of an authenticator app, and a session to verify it in. */
  readonly associate: Effect.Effect<TotpSetup<R>, SignInError, R>
}

/** An authenticator app that waits for its first code. */
export interface TotpSetup<R> {
  /** What the app is given, Base32: as a QR code by `otpauthUri`, or typed. */
  readonly secret: Secret
  /** Verifies the app by a code that it shows, and goes on with the sign-in. */
  readonly verify: (answer: TotpAnswer) => Answered<R>
}

export interface TotpAnswer extends CodeAnswer {
  /** A name for the app, for a user who has several. */
  readonly friendlyDeviceName?: string
}

/** The user has several first factors, and chooses one. */
export interface SelectChallenge<R> {
  readonly _tag: "SelectChallenge"
  /** Such as `PASSWORD`, `PASSWORD_SRP`, `EMAIL_OTP`, `SMS_OTP` and `WEB_AUTHN`. */
  readonly options: ReadonlyArray<string>
  readonly respond: (answer: ChoiceAnswer) => Answered<R>
}

export type ChoiceAnswer =
  & Answerable
  & (
    | { readonly challenge: "PASSWORD" | "PASSWORD_SRP"; readonly password: Secret }
    | { readonly challenge: "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN" }
  )

/** The password is asked for. */
export interface Password<R> {
  readonly _tag: "Password"
  readonly respond: (answer: PasswordAnswer) => Answered<R>
}

/** The password is asked for, to be proved by SRP. */
export interface PasswordSrp<R> {
  readonly _tag: "PasswordSrp"
  readonly respond: (answer: PasswordAnswer) => Answered<R>
}

export interface PasswordAnswer extends Answerable {
  readonly password: Secret
}

/** A passkey is asked for. */
export interface WebAuthn<R> {
  readonly _tag: "WebAuthn"
  /** What `PublicKeyCredential.parseRequestOptionsFromJSON` takes. `respondWithPasskey` asks the browser with it. */
  readonly options: Schema.Json
  readonly respond: (answer: WebAuthnAnswer) => Answered<R>
}

export interface WebAuthnAnswer extends Answerable {
  /** The `PublicKeyCredential` that `navigator.credentials.get` gives, or its `toJSON()`. */
  readonly credential: unknown
}

/** A question of the pool's own Lambda triggers. */
export interface Custom<R> {
  readonly _tag: "Custom"
  /** What `CreateAuthChallenge` made public. */
  readonly parameters: { readonly [name: string]: string }
  readonly respond: (answer: CustomAnswer) => Answered<R>
}

export interface CustomAnswer extends Answerable {
  readonly answer: Secret
}

/** The device is to prove itself, and the program's `DeviceStore` does not have its keys. */
export interface DeviceSrp<R> {
  readonly _tag: "DeviceSrp"
  readonly respond: (keys: DeviceKeys) => Answered<R>
}

/** A challenge that this version does not know. */
export interface Unknown<R> {
  readonly _tag: "Unknown"
  /** AWS's name of it. */
  readonly name: string
  readonly parameters: { readonly [name: string]: Secret }
  /** Sends these, with the user's name and the secret hash. */
  readonly respond: (answer: UnknownAnswer) => Answered<R>
}

export interface UnknownAnswer extends Answerable {
  readonly responses: { readonly [name: string]: string | Secret }
}

/** What is asked for. */
export type Challenge<R> =
  | NewPasswordRequired<R>
  | SmsMfa<R>
  | SoftwareTokenMfa<R>
  | EmailOtp<R>
  | SmsOtp<R>
  | SelectMfaType<R>
  | MfaSetup<R>
  | SelectChallenge<R>
  | Password<R>
  | PasswordSrp<R>
  | WebAuthn<R>
  | Custom<R>
  | DeviceSrp<R>
  | Unknown<R>
