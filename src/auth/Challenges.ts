/**
 * The questions that a person has to answer on the way to a sign-in: what the service sent becomes a tagged value, and an
 * answer to it the responses that the service expects.
 *
 * How responses are sent and what follows them is `SignIn.ts`'s, which also answers by itself what needs no person.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type * as Schema from "effect/Schema"
import { associateSoftwareToken, verifySoftwareToken } from "../operations/Mfa.ts"
import { isJsonObject } from "../protocol/Codec.ts"
import type { Cognito } from "../Service.ts"
import { beginProof, type Proof } from "./Proof.ts"
import { SessionExpiredError, type StepError, UnexpectedStepError } from "./SignInError.ts"
import type { Answered, Challenge, ChoiceAnswer, TotpSetup } from "./Step.ts"

type Secret = Redacted.Redacted<string>

/** Responses to a challenge, under the service's names. */
export interface Responses {
  readonly [name: string]: string | Secret
}

/** A challenge as the service sent it. */
export interface Asked {
  /** AWS's name of the challenge. */
  readonly name: string
  readonly session: Secret | undefined
  readonly parameters: { readonly [name: string]: string }
  /** The names of the challenges to choose from. */
  readonly available: ReadonlyArray<string>
}

type Metadata = { readonly [name: string]: string }

/** Sends responses to a challenge, and goes on with what follows. */
export interface Respond<R, E> {
  (responses: Responses, clientMetadata?: Metadata, proof?: Proof): Answered<R, E>
}

/** What challenges need of the sign-in that they are part of. */
export interface Continuation<R, E> {
  readonly respond: Respond<R, E>
  /** The same in another session than the challenge's. */
  readonly respondIn: (session: Secret | undefined) => Respond<R, E>
}

/** The question that a challenge is. */
export const challengeOf = <R, E>(
  asked: Asked,
  sign: Continuation<R | Cognito, E | StepError>
): Challenge<R | Cognito, E | StepError> => {
  const { available, name, parameters } = asked
  const { respond } = sign
  const destination = parameters.CODE_DELIVERY_DESTINATION
  const takesCode = (member: string) => ({ clientMetadata, code }: { code: Secret; clientMetadata?: Metadata }) =>
    respond({ [member]: code }, clientMetadata)
  switch (name) {
    case "SMS_MFA":
      return { _tag: "SmsMfa", destination, respond: takesCode("SMS_MFA_CODE") }
    case "SMS_OTP":
      return { _tag: "SmsOtp", destination, respond: takesCode("SMS_OTP_CODE") }
    case "EMAIL_OTP":
      return { _tag: "EmailOtp", destination, respond: takesCode("EMAIL_OTP_CODE") }
    case "SOFTWARE_TOKEN_MFA": {
      const friendlyDeviceName = parameters.FRIENDLY_DEVICE_NAME
      return { _tag: "SoftwareTokenMfa", friendlyDeviceName, respond: takesCode("SOFTWARE_TOKEN_MFA_CODE") }
    }
    case "NEW_PASSWORD_REQUIRED":
      return newPassword(parameters, respond)
    case "SELECT_MFA_TYPE":
      return {
        _tag: "SelectMfaType",
        options: textsIn(parameters.MFAS_CAN_CHOOSE),
        respond: ({ clientMetadata, type }) => respond({ ANSWER: type }, clientMetadata)
      }
    case "MFA_SETUP":
      return { _tag: "MfaSetup", options: textsIn(parameters.MFAS_CAN_SETUP), associate: associate(asked, sign) }
    case "SELECT_CHALLENGE":
      return { _tag: "SelectChallenge", options: available, respond: (answer) => choose(respond, answer) }
    case "PASSWORD":
      return {
        _tag: "Password",
        respond: ({ clientMetadata, password }) => respond({ PASSWORD: password }, clientMetadata)
      }
    case "PASSWORD_SRP":
      return {
        _tag: "PasswordSrp",
        respond: ({ clientMetadata, password }) =>
          Effect.flatMap(
            beginProof(password),
            (proof) => respond({ SRP_A: proof.own.public }, clientMetadata, proof)
          )
      }
    case "WEB_AUTHN":
      return {
        _tag: "WebAuthn",
        options: jsonIn(parameters.CREDENTIAL_REQUEST_OPTIONS) ?? null,
        respond: ({ clientMetadata, credential }) =>
          respond({ CREDENTIAL: Redacted.make(JSON.stringify(credential)) }, clientMetadata)
      }
    case "CUSTOM_CHALLENGE":
      return {
        _tag: "Custom",
        parameters,
        respond: ({ answer, clientMetadata }) => respond({ ANSWER: answer }, clientMetadata)
      }
    default:
      return unknown(asked, respond)
  }
}

const newPassword = <R, E>(parameters: Asked["parameters"], respond: Respond<R, E>): Challenge<R, E> => ({
  _tag: "NewPasswordRequired",
  requiredAttributes: textsIn(parameters.requiredAttributes).map((name) => name.replace(/^userAttributes\./, "")),
  attributes: attributesIn(parameters.userAttributes),
  respond: ({ attributes = {}, clientMetadata, password }) =>
    respond({ NEW_PASSWORD: password, ...prefixed(attributes) }, clientMetadata)
})

const unknown = <R, E>({ name, parameters }: Asked, respond: Respond<R, E>): Challenge<R, E> => ({
  _tag: "Unknown",
  name,
  parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, Redacted.make(value)])),
  respond: ({ clientMetadata, responses }) => respond(responses, clientMetadata)
})

/** Answers with the chosen challenge, and with the password where the chosen one takes it. */
const choose = <R, E>(respond: Respond<R, E>, answer: ChoiceAnswer): Answered<R, E> => {
  const { challenge, clientMetadata } = answer
  if (!("password" in answer)) return respond({ ANSWER: challenge }, clientMetadata)
  if (challenge === "PASSWORD") return respond({ ANSWER: challenge, PASSWORD: answer.password }, clientMetadata)
  return Effect.flatMap(
    beginProof(answer.password),
    (proof) => respond({ ANSWER: challenge, SRP_A: proof.own.public }, clientMetadata, proof)
  )
}

/** Makes the secret of an authenticator app; its first code is the answer to the challenge. */
const associate = <R, E>(
  { session }: Asked,
  { respondIn }: Continuation<R | Cognito, E | StepError>
): Effect.Effect<TotpSetup<R | Cognito, E | StepError>, E | StepError, R | Cognito> =>
  Effect.gen(function*() {
    const { SecretCode, Session = session } = yield* Effect.mapError(
      associateSoftwareToken(inSession(session)),
      toSessionError
    )
    if (SecretCode === undefined) {
      return yield* new UnexpectedStepError({ message: "the response holds no secret for the authenticator app" })
    }
    return {
      secret: SecretCode,
      verify: ({ clientMetadata, code, friendlyDeviceName }) => {
        const verified = verifySoftwareToken({
          ...inSession(Session),
          UserCode: code,
          ...(friendlyDeviceName === undefined ? {} : { FriendlyDeviceName: friendlyDeviceName })
        })
        return Effect.flatMap(
          Effect.mapError(verified, toSessionError),
          ({ Session: next = Session }) => respondIn(next)({}, clientMetadata)
        )
      }
    }
  })

const inSession = (session: Secret | undefined) => session === undefined ? {} : { Session: session }

/** The service tells an expired session from a wrong password by its text alone. */
export const toSessionError = <E extends { readonly _tag: string; readonly message: string }>(
  error: E
): E | SessionExpiredError =>
  error._tag === "NotAuthorizedException"
    && /invalid session|session is expired|session has expired/i.test(error.message)
    ? new SessionExpiredError({ message: error.message })
    : error

const jsonIn = (text: string | undefined): Schema.Json | undefined => {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The texts of a list in JSON, as some parameters are. */
const textsIn = (text: string | undefined): ReadonlyArray<string> => {
  const list = jsonIn(text)
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : []
}

/** Attributes in JSON. */
const attributesIn = (text: string | undefined): { readonly [name: string]: string } => {
  const value = jsonIn(text)
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, attribute]) => [name, String(attribute)]))
    : {}
}

const prefixed = (attributes: { readonly [name: string]: string }): Responses =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`userAttributes.${name}`, value]))
