/**
 * The questions that a person has to answer on the way to a sign-in: what the service sent becomes a tagged value, and an
 * answer to it the responses that the service expects.
 *
 * How responses are sent and what follows them is `SignInFlow.ts`'s, which also answers by itself what needs no person.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { ClientError, EncodeError } from "../errors/ClientError.ts"
import { associateSoftwareToken, verifySoftwareToken } from "../operations/Mfa.ts"
import { isJsonObject } from "../protocol/Codec.ts"
import type { Cognito } from "../Service.ts"
import { beginProof, type Proof } from "./Proof.ts"
import { SessionExpiredError, type StepError, UnexpectedStepError } from "./SignInError.ts"
import { credentialText } from "./WebAuthnJson.ts"
import type { Answered, Challenge, ChoiceAnswer, TotpAnswer, TotpSetup } from "./Step.ts"

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

/** What Lambda triggers are told. */
export interface Metadata {
  readonly [name: string]: string
}

/** An authenticator app that is being set up, and whether its first code was taken. */
export interface App {
  readonly secret: Secret
  /** The session to go on in. */
  readonly session?: Secret
  readonly isVerified: boolean
}

/** Sends responses to a challenge, and goes on with what follows. */
export interface Respond<R, E> {
  (responses: Responses, clientMetadata?: Metadata, proof?: Proof): Answered<R, E>
}

/** What challenges need of the sign-in that they are part of. */
export interface Continuation<R, E> {
  /** Answers in a session, the challenge's or one that has come in its place. */
  readonly respondIn: (session: Secret | undefined) => Respond<R, E>
  /** The text from which the step is taken up again, with the authenticator app that is being set up. */
  readonly stateOf: (app?: App) => Secret
}

/** Each kind of question by itself, without what all have. */
type Question<R, E> = Challenge<R, E> extends infer One ? One extends unknown ? Omit<One, "state"> : never : never

/** The question that a challenge is. */
export const challengeOf = <R, E>(
  asked: Asked,
  sign: Continuation<R | Cognito, E | StepError>,
  app?: App
): Challenge<R | Cognito, E | StepError> => {
  const challenge = { ...questionOf<R, E>(asked, sign, app), state: sign.stateOf(app) }
  return "parameters" in challenge || challenge._tag === "WebAuthn" ? hidden(challenge) : challenge
}

const questionOf = <R, E>(
  asked: Asked,
  sign: Continuation<R | Cognito, E | StepError>,
  app: App | undefined
): Question<R | Cognito, E | StepError> => {
  const { available, name, parameters } = asked
  const respond = sign.respondIn(asked.session)
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
      return {
        _tag: "MfaSetup",
        options: textsIn(parameters.MFAS_CAN_SETUP),
        associate: app === undefined ? associate(asked, sign) : Effect.sync(() => setupOf(app, sign)),
        setUpEmail: ({ clientMetadata, email }) => respond({ EMAIL: email }, clientMetadata)
      }
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
          Effect.suspend(() => {
            const text = credentialText(credential)
            return Result.isSuccess(text)
              ? respond({ CREDENTIAL: Redacted.make(text.success) }, clientMetadata)
              : Effect.fail(noCredential)
          })
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

const noCredential = new ClientError({
  operation: "RespondToAuthChallenge",
  reason: new EncodeError({ path: ["credential"], problem: "expected a PublicKeyCredential, or its JSON form" })
})

/** What the pool's triggers and authenticators are asked is for who answers, not for logs. */
const hidden = <Step extends { readonly _tag: string }>(step: Step): Step => {
  const shown = () => ({ _tag: step._tag })
  return Object.defineProperties(step, {
    toJSON: { value: shown },
    [Symbol.for("nodejs.util.inspect.custom")]: { value: shown }
  })
}

const newPassword = <R, E>(parameters: Asked["parameters"], respond: Respond<R, E>): Question<R, E> => ({
  _tag: "NewPasswordRequired",
  requiredAttributes: textsIn(parameters.requiredAttributes).map((name) => name.replace(/^userAttributes\./, "")),
  attributes: attributesIn(parameters.userAttributes),
  respond: ({ attributes = {}, clientMetadata, password }) =>
    respond({ NEW_PASSWORD: password, ...prefixed(attributes) }, clientMetadata)
})

const unknown = <R, E>({ name, parameters }: Asked, respond: Respond<R, E>): Question<R, E> => ({
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
  sign: Continuation<R | Cognito, E | StepError>
): Effect.Effect<TotpSetup<R | Cognito, E | StepError>, E | StepError, R | Cognito> =>
  Effect.gen(function*() {
    const { SecretCode, Session = session } = yield* Effect.mapError(
      associateSoftwareToken(inSession(session)),
      toSessionError
    )
    if (SecretCode === undefined) {
      return yield* new UnexpectedStepError({ message: "the response holds no secret for the authenticator app" })
    }
    return setupOf(
      { secret: SecretCode, isVerified: false, ...(Session === undefined ? {} : { session: Session }) },
      sign
    )
  })

/** An app that waits for its first code; one that has shown it waits for the answer to be taken. */
const setupOf = <R, E>(
  app: App,
  { respondIn, stateOf }: Continuation<R | Cognito, E | StepError>
): TotpSetup<R | Cognito, E | StepError> => {
  let now = app
  const verified = ({ code, friendlyDeviceName }: TotpAnswer) =>
    now.isVerified
      ? Effect.succeed(now.session)
      : Effect.mapBoth(
        verifySoftwareToken({
          ...inSession(now.session),
          UserCode: code,
          ...(friendlyDeviceName === undefined ? {} : { FriendlyDeviceName: friendlyDeviceName })
        }),
        {
          onFailure: toSessionError,
          onSuccess: ({ Session: session = now.session }) => {
            now = { ...now, isVerified: true, ...(session === undefined ? {} : { session }) }
            return session
          }
        }
      )
  return {
    secret: app.secret,
    get state() {
      return stateOf(now)
    },
    verify: (answer) =>
      Effect.flatMap(Effect.suspend(() => verified(answer)), (session) => respondIn(session)({}, answer.clientMetadata))
  }
}

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
