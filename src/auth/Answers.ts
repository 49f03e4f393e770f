/**
 * The options of a sign-in and the answers to its steps as schemas: by these, plain values become the library's, with their
 * secrets wrapped. The types are `SignIn.ts`'s and `Step.ts`'s.
 *
 * They check no more than the forms of values; what goes together is the types' to say.
 */
import * as Schema from "effect/Schema"
import { asLeaf } from "../protocol/Conversion.ts"
import * as Wire from "../protocol/Wire.ts"
import { ContextDataType } from "../schema/Auth.ts"
import { AnalyticsMetadataType, UserContextDataType } from "../schema/Common.ts"
import type { Step } from "./Step.ts"

/** Any value, as it is. */
const Anything = Schema.Unknown.annotate(asLeaf({
  kind: "document",
  read: () => (value) => value,
  write: () => (value) => value,
  zero: () => null
}))

const Texts = Schema.Record(Schema.String, Schema.String)

const common = { clientMetadata: Schema.optionalKey(Texts) }

const Code = Schema.Struct({ code: Wire.Secret, ...common })

const Password = Schema.Struct({ password: Wire.Secret, ...common })

const context = {
  userContextData: Schema.optionalKey(UserContextDataType),
  contextData: Schema.optionalKey(ContextDataType),
  analyticsMetadata: Schema.optionalKey(AnalyticsMetadataType)
}

/** Of `resume` and `adminResume`. */
export const ResumeOptions = Schema.Struct(context)

/** Of `signIn` and `adminSignIn`. */
export const SignInOptions = Schema.Struct({
  flow: Schema.String,
  username: Schema.String,
  password: Schema.optionalKey(Wire.Secret),
  session: Schema.optionalKey(Wire.Secret),
  preferredChallenge: Schema.optionalKey(Schema.String),
  deviceName: Schema.optionalKey(Schema.String),
  ...context,
  ...common
})

/** The answers, by the tag of the step or, for the second half of an authenticator app's set-up, `TotpSetup`. */
export const answers = {
  NewPasswordRequired: Schema.Struct({ password: Wire.Secret, attributes: Schema.optionalKey(Texts), ...common }),
  SmsMfa: Code,
  SoftwareTokenMfa: Code,
  EmailOtp: Code,
  SmsOtp: Code,
  MfaSetup: Schema.Struct({ email: Schema.String, ...common }),
  SelectMfaType: Schema.Struct({ type: Schema.String, ...common }),
  TotpSetup: Schema.Struct({ code: Wire.Secret, friendlyDeviceName: Schema.optionalKey(Schema.String), ...common }),
  SelectChallenge: Schema.Struct({ challenge: Schema.String, password: Schema.optionalKey(Wire.Secret), ...common }),
  Password,
  PasswordSrp: Password,
  WebAuthn: Schema.Struct({ credential: Anything, ...common }),
  Custom: Schema.Struct({ answer: Wire.Secret, ...common }),
  DeviceSrp: Schema.Struct({ key: Schema.String, groupKey: Schema.String, password: Wire.Secret }),
  Unknown: Schema.Struct({ responses: Schema.Record(Schema.String, Wire.PlainOrSecret), ...common })
} satisfies { readonly [_ in Exclude<Step["_tag"], "SignedIn"> | "TotpSetup"]: Schema.Top }

/** The end of a sign-in, which starts a session. */
export const SignedIn = Schema.Struct({
  _tag: Schema.String,
  username: Schema.String,
  typedName: Schema.String,
  tokens: Schema.Struct({
    accessToken: Wire.Secret,
    idToken: Schema.optionalKey(Wire.Secret),
    refreshToken: Schema.optionalKey(Wire.Secret),
    issuedAt: Schema.optionalKey(Wire.Timestamp),
    expiresAt: Wire.Timestamp
  }),
  device: Schema.optionalKey(Schema.Struct({
    key: Schema.String,
    groupKey: Schema.String,
    confirmed: Schema.Boolean,
    userConfirmationNecessary: Schema.Boolean
  }))
})
