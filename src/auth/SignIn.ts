/**
 * Sign-in as one machine of steps for every flow: it starts one, answers by itself what needs no person (SRP, devices
 * that are known), and gives back the tokens or the challenge that a person has to answer.
 *
 * It keeps no tokens and refreshes none; it carries sessions, user names, secret hashes and device keys from step to step,
 * so that a program does not see them.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { isJsonObject } from "../protocol/Codec.ts"
import type { ClientError } from "../errors/ClientError.ts"
import {
  adminInitiateAuth,
  type AdminInitiateAuthError,
  adminRespondToAuthChallenge,
  type AdminRespondToAuthChallengeError,
  initiateAuth,
  type InitiateAuthError,
  respondToAuthChallenge,
  type RespondToAuthChallengeError
} from "../operations/Auth.ts"
import { confirmDevice } from "../operations/Devices.ts"
import {
  associateSoftwareToken,
  type AssociateSoftwareTokenError,
  verifySoftwareToken,
  type VerifySoftwareTokenError
} from "../operations/Mfa.ts"
import type { AuthenticationResultType, InitiateAuthRequest, InitiateAuthResponse } from "../schema/Auth.ts"
import type { Cognito } from "../Service.ts"
import type { Signer } from "../client/Signer.ts"
import { AppClient, type AppClientOptions, secretHash } from "./AppClient.ts"
import { type Tokens, tokensOf, usernameOf } from "./AuthenticationResult.ts"
import type { Answered, Challenge, ChoiceAnswer, TotpSetup } from "./Challenge.ts"
import { type DeviceKeys, DeviceStore } from "./DeviceStore.ts"
import * as Srp from "./Srp.ts"

type Secret = Redacted.Redacted<string>

/** The end of a sign-in. */
export interface SignedIn {
  readonly _tag: "SignedIn"
  /** The user's name in the pool. */
  readonly username: string
  /** The name that was typed, an alias perhaps; a `DeviceStore` has the device under it. */
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
  /** Whether it is new and the user is to be asked before `rememberDevice`. */
  readonly userConfirmationNecessary: boolean
}

/** Where a sign-in stands. `Match.exhaustive` over its tags is a sign-in page. */
export type Step<R> = SignedIn | Challenge<R>

/** The time to answer is over (`AuthSessionValidity`, 3 minutes by default), or the session is not valid: start again. */
export class SessionExpiredError extends Schema.TaggedError<SessionExpiredError>()("SessionExpiredError", {
  message: Schema.String
}) {}

/** The challenge was answered before, and its session is used up: go on from the step that the answer gave. */
export class ChallengeAnsweredError extends Schema.TaggedError<ChallengeAnsweredError>()("ChallengeAnsweredError", {
  /** AWS's name of the challenge. */
  challenge: Schema.String
}) {
  override get message(): string {
    return `the challenge ${this.challenge} was answered before`
  }
}

/** A response holds neither tokens nor a challenge, or lacks what its challenge needs. */
export class UnexpectedStepError extends Schema.TaggedError<UnexpectedStepError>()("UnexpectedStepError", {
  message: Schema.String
}) {}

/** Why a sign-in did not take a step. */
export type SignInError =
  | InitiateAuthError
  | RespondToAuthChallengeError
  | AdminInitiateAuthError
  | AdminRespondToAuthChallengeError
  | AssociateSoftwareTokenError
  | VerifySoftwareTokenError
  | ClientError
  | Srp.SrpError
  | SessionExpiredError
  | ChallengeAnsweredError
  | UnexpectedStepError

interface Common {
  /** The user's name, or an alias that the pool takes for it. */
  readonly username: string
  /** Passed on to the Lambda triggers. */
  readonly clientMetadata?: { readonly [name: string]: string }
}

interface WithPassword {
  readonly password: Secret
}

interface Choice {
  readonly flow: "USER_AUTH"
  /** The session that `ConfirmSignUp` gave, for a sign-in right after it. */
  readonly session?: Secret
}

/** How a user signs in. The flow must be among the app client's `ExplicitAuthFlows`. */
export type SignInOptions =
  & Common
  & (
    /** The password is proved and not sent. */
    | { readonly flow: "USER_SRP_AUTH" } & WithPassword
    | { readonly flow: "USER_PASSWORD_AUTH" } & WithPassword
    /** What the user has and prefers: `PASSWORD`, `PASSWORD_SRP`, `EMAIL_OTP`, `SMS_OTP`, `WEB_AUTHN`. */
    | Choice & { readonly preferredChallenge?: "EMAIL_OTP" | "SMS_OTP" | "WEB_AUTHN" }
    | Choice & { readonly preferredChallenge: "PASSWORD" | "PASSWORD_SRP" } & WithPassword
    /** The pool's own challenges; with a password, after SRP. */
    | { readonly flow: "CUSTOM_AUTH" } & Partial<WithPassword>
  )

/** How a server signs a user in with AWS credentials. */
export type AdminSignInOptions =
  | Exclude<SignInOptions, { readonly flow: "USER_PASSWORD_AUTH" }>
  | Common & { readonly flow: "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" } & WithPassword

/**
 * Starts a sign-in, and goes as far as no person is needed.
 *
 * @example
 * ```ts
 * import { signIn } from "effect-cognito/auth"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * const tokens = (username: string, password: string, askCode: Effect.Effect<string>) =>
 *   Effect.gen(function*() {
 *     const first = yield* signIn({ flow: "USER_SRP_AUTH", username, password: Redacted.make(password) })
 *     const step = first._tag === "SoftwareTokenMfa"
 *       ? yield* first.respond({ code: Redacted.make(yield* askCode) })
 *       : first
 *     return step._tag === "SignedIn" ? step.tokens : undefined
 *   })
 * ```
 */
export const signIn = (options: SignInOptions): Effect.Effect<Step<Cognito>, SignInError, AppClient | Cognito> =>
  Effect.flatMap(AppClient, (client) =>
    begin(client, options, {
      initiate: (input) => initiateAuth({ ClientId: client.clientId, ...input }),
      respond: (input) => respondToAuthChallenge({ ClientId: client.clientId, ...input })
    }))

/** {@link signIn} by a server that has AWS credentials: the service asks the same of the user. */
export const adminSignIn = (
  options: AdminSignInOptions
): Effect.Effect<Step<Cognito | Signer>, SignInError, AppClient | Cognito | Signer> =>
  Effect.flatMap(AppClient, (client) => {
    const ids = { UserPoolId: client.userPoolId, ClientId: client.clientId }
    return begin(client, options, {
      initiate: (input) => adminInitiateAuth({ ...ids, ...input }),
      respond: (input) => adminRespondToAuthChallenge({ ...ids, ...input })
    })
  })

interface Responses {
  readonly [name: string]: string | Secret
}

/** The two operations of a sign-in, public or an administrator's. */
interface Way<R> {
  readonly initiate: (
    input: Omit<InitiateAuthRequest, "ClientId">
  ) => Effect.Effect<InitiateAuthResponse, InitiateAuthError | AdminInitiateAuthError | ClientError, R>
  readonly respond: (input: {
    readonly ChallengeName: string
    readonly Session?: Secret
    readonly ChallengeResponses: Responses
    readonly ClientMetadata?: { readonly [name: string]: string }
  }) => Effect.Effect<
    InitiateAuthResponse,
    RespondToAuthChallengeError | AdminRespondToAuthChallengeError | ClientError,
    R
  >
}

/** What a sign-in carries from step to step. */
interface State<R> {
  readonly client: AppClientOptions
  readonly way: Way<R>
  readonly devices: DeviceStore | undefined
  /** The name that the user typed, under which a device is stored. */
  readonly typed: string
  /** The name that the service last used. */
  readonly username: string
  readonly device: DeviceKeys | undefined
  /** A proof of the user's password that was begun, and one of the device's. */
  readonly proof: { readonly own: Srp.Ephemeral; readonly password: Secret } | undefined
  readonly deviceProof: Srp.Ephemeral | undefined
}

const begin = <R>(
  client: AppClientOptions,
  options: SignInOptions | AdminSignInOptions,
  way: Way<R>
): Answered<R | Cognito> =>
  Effect.gen(function*() {
    const { clientMetadata, flow, username } = options
    const devices = yield* DeviceStore
    const proof = provesPassword(options) ? yield* makeProof(options.password) : undefined
    const start = (device: DeviceKeys | undefined) =>
      way.initiate({
        AuthFlow: flow,
        AuthParameters: {
          USERNAME: username,
          ...secretHashOf(client, username),
          ...(device === undefined ? {} : { DEVICE_KEY: device.key }),
          ...parametersOf(options, proof?.own)
        },
        ...("session" in options && options.session !== undefined ? { Session: options.session } : {}),
        ...(clientMetadata === undefined ? {} : { ClientMetadata: clientMetadata })
      })
    const known = yield* devices?.get(username) ?? Effect.undefined
    const state = { client, way, devices, typed: username, username, device: known, proof, deviceProof: undefined }
    const { answer, device } = yield* sent(state, start)
    return yield* advance({ ...state, device }, answer)
  })

/** Sends with the key of the device, and again without it where the pool has forgotten the device. */
const sent = <R, E extends { readonly _tag: string; readonly message: string }>(
  { device, devices, typed }: State<R>,
  send: (device: DeviceKeys | undefined) => Effect.Effect<InitiateAuthResponse, E, R>
): Effect.Effect<{ readonly answer: InitiateAuthResponse; readonly device: DeviceKeys | undefined }, E, R> =>
  Effect.catch(
    Effect.map(send(device), (answer) => ({ answer, device })),
    (error) => {
      // The service tells a device from a pool or a client that is not found by its text alone.
      const isDevice = error._tag === "ResourceNotFoundException" && /device/i.test(error.message)
      if (device === undefined || !isDevice) return Effect.fail(error)
      const without = Effect.map(send(undefined), (answer) => ({ answer, device: undefined }))
      return Effect.andThen(devices?.remove(typed) ?? Effect.void, without)
    }
  )

const provesPassword = (options: SignInOptions | AdminSignInOptions): options is typeof options & WithPassword => {
  if (!("password" in options) || options.password === undefined) return false
  return options.flow === "USER_AUTH"
    ? options.preferredChallenge === "PASSWORD_SRP"
    : options.flow === "USER_SRP_AUTH" || options.flow === "CUSTOM_AUTH"
}

/** What a flow's first request says beside the user's name. */
const parametersOf = (options: SignInOptions | AdminSignInOptions, own: Srp.Ephemeral | undefined): Responses => {
  const srp: Responses = own === undefined ? {} : { SRP_A: own.public }
  switch (options.flow) {
    case "USER_SRP_AUTH":
      return srp
    case "CUSTOM_AUTH":
      return own === undefined ? {} : { CHALLENGE_NAME: "SRP_A", ...srp }
    case "USER_PASSWORD_AUTH":
    case "ADMIN_USER_PASSWORD_AUTH":
    case "ADMIN_NO_SRP_AUTH":
      return { PASSWORD: options.password }
    case "USER_AUTH": {
      const { preferredChallenge } = options
      if (preferredChallenge === undefined) return {}
      const password: Responses = preferredChallenge === "PASSWORD" ? { PASSWORD: options.password } : srp
      return { PREFERRED_CHALLENGE: preferredChallenge, ...password }
    }
  }
}

const secretHashOf = (client: AppClientOptions, username: string): Responses => {
  const hash = secretHash(client, username)
  return hash === undefined ? {} : { SECRET_HASH: hash }
}

/** From the program's `SecureRandom` service, if it has one, or else the runtime's own. */
const randomBytes = (size: number): Effect.Effect<Uint8Array> =>
  Effect.flatMap(
    Effect.serviceOption(SecureRandom.SecureRandom),
    Option.match({
      onNone: () => Effect.sync(() => SecureRandom.randomBytesUnsafe(size)),
      onSome: (random) => random.randomBytes(size)
    })
  )

const makeProof = (password: Secret) =>
  Effect.map(randomBytes(32), (secret) => ({ own: Srp.ephemeral(secret), password }))

/** Goes on from an answer of the service. */
const advance = <R>(state: State<R>, answer: InitiateAuthResponse): Answered<R | Cognito> => {
  const { AuthenticationResult, ChallengeName, ChallengeParameters = {}, Session } = answer
  if (AuthenticationResult !== undefined) return finish(state, AuthenticationResult)
  if (ChallengeName === undefined) return unexpected("the response holds neither tokens nor a challenge")
  const parameters = Object.fromEntries(
    Object.entries(ChallengeParameters).map(([name, value]) => [name, Redacted.value(value)])
  )
  const username = parameters.USER_ID_FOR_SRP ?? parameters.USERNAME ?? state.username
  return challenged({
    state: { ...state, username },
    name: ChallengeName,
    session: Session,
    parameters,
    available: answer.AvailableChallenges ?? []
  })
}

const unexpected = (message: string) => Effect.fail(new UnexpectedStepError({ message }))

/** A challenge as it came. */
interface Given<R> {
  readonly state: State<R>
  readonly name: string
  readonly session: Secret | undefined
  readonly parameters: { readonly [name: string]: string }
  readonly available: ReadonlyArray<string>
}

/** Answers a challenge by itself, or gives it back. */
const challenged = <R>(given: Given<R>): Answered<R | Cognito> => {
  const { available, name, parameters, state } = given
  const respond = responder(given)
  const answeredBy = (member: string) => ({ clientMetadata, code }: { code: Secret; clientMetadata?: Metadata }) =>
    respond({ [member]: code }, clientMetadata)
  const destination = parameters.CODE_DELIVERY_DESTINATION
  switch (name) {
    case "PASSWORD_VERIFIER":
      return verifyPassword(given)
    case "DEVICE_SRP_AUTH":
      return state.device === undefined
        ? step({ _tag: "DeviceSrp", respond: (keys) => beginDevice(given, keys) })
        : beginDevice(given, state.device)
    case "DEVICE_PASSWORD_VERIFIER":
      return verifyDevice(given)
    case "SMS_MFA":
      return step({ _tag: "SmsMfa", destination, respond: answeredBy("SMS_MFA_CODE") })
    case "SMS_OTP":
      return step({ _tag: "SmsOtp", destination, respond: answeredBy("SMS_OTP_CODE") })
    case "EMAIL_OTP":
      return step({ _tag: "EmailOtp", destination, respond: answeredBy("EMAIL_OTP_CODE") })
    case "SOFTWARE_TOKEN_MFA":
      return step({
        _tag: "SoftwareTokenMfa",
        friendlyDeviceName: parameters.FRIENDLY_DEVICE_NAME,
        respond: answeredBy("SOFTWARE_TOKEN_MFA_CODE")
      })
    case "NEW_PASSWORD_REQUIRED":
      return step({
        _tag: "NewPasswordRequired",
        requiredAttributes: strings(parameters.requiredAttributes).map((name) => name.replace(/^userAttributes\./, "")),
        attributes: attributesIn(parameters.userAttributes),
        respond: ({ attributes = {}, clientMetadata, password }) =>
          respond({ NEW_PASSWORD: password, ...prefixed(attributes) }, clientMetadata)
      })
    case "SELECT_MFA_TYPE":
      return step({
        _tag: "SelectMfaType",
        options: strings(parameters.MFAS_CAN_CHOOSE),
        respond: ({ clientMetadata, type }) => respond({ ANSWER: type }, clientMetadata)
      })
    case "MFA_SETUP":
      return step({ _tag: "MfaSetup", options: strings(parameters.MFAS_CAN_SETUP), associate: associate(given) })
    case "SELECT_CHALLENGE":
      return step({ _tag: "SelectChallenge", options: available, respond: (answer) => choose(respond, answer) })
    case "PASSWORD":
      return step({
        _tag: "Password",
        respond: ({ clientMetadata, password }) => respond({ PASSWORD: password }, clientMetadata)
      })
    case "PASSWORD_SRP":
      return step({
        _tag: "PasswordSrp",
        respond: ({ clientMetadata, password }) =>
          Effect.flatMap(
            makeProof(password),
            (proof) => respond({ SRP_A: proof.own.public }, clientMetadata, { proof })
          )
      })
    case "WEB_AUTHN":
      return step({
        _tag: "WebAuthn",
        options: parsed(parameters.CREDENTIAL_REQUEST_OPTIONS) ?? null,
        respond: ({ clientMetadata, credential }) =>
          respond({ CREDENTIAL: Redacted.make(JSON.stringify(credential)) }, clientMetadata)
      })
    case "CUSTOM_CHALLENGE":
      return step({
        _tag: "Custom",
        parameters,
        respond: ({ answer, clientMetadata }) => respond({ ANSWER: answer }, clientMetadata)
      })
    default:
      return step({
        _tag: "Unknown",
        name,
        parameters: Object.fromEntries(Object.entries(parameters).map(([key, value]) => [key, Redacted.make(value)])),
        respond: ({ clientMetadata, responses }) => respond(responses, clientMetadata)
      })
  }
}

const step = <R>(challenge: Challenge<R>): Effect.Effect<Step<R>> => Effect.succeed(challenge)

type Metadata = { readonly [name: string]: string }

/** Answers a challenge, as long as no answer was taken, and goes on from there. */
const responder = <R>({ name, session, state }: Given<R>) => {
  let answered = false
  return (
    responses: Responses,
    clientMetadata?: Metadata,
    changes: Partial<State<R>> = {}
  ): Answered<R | Cognito> =>
    Effect.suspend(() => {
      if (answered) return Effect.fail(new ChallengeAnsweredError({ challenge: name }))
      answered = true
      const taken = sent(state, (device) =>
        state.way.respond({
          ChallengeName: name,
          ...(session === undefined ? {} : { Session: session }),
          ChallengeResponses: {
            USERNAME: state.username,
            ...secretHashOf(state.client, state.username),
            ...(device === undefined ? {} : { DEVICE_KEY: device.key }),
            ...responses
          },
          ...(clientMetadata === undefined ? {} : { ClientMetadata: clientMetadata })
        })).pipe(
          Effect.onError(() =>
            Effect.sync(() => {
              answered = false
            })
          ),
          Effect.catchTag("NotAuthorizedException", expired)
        )
      return Effect.flatMap(taken, ({ answer, device }) => advance({ ...state, ...changes, device }, answer))
    })
}

/** The service tells an expired session from a wrong password by its text alone. */
const expired = <E extends { readonly message: string }>(error: E): Effect.Effect<never, E | SessionExpiredError> =>
  Effect.fail(
    /invalid session|session is expired|session has expired/i.test(error.message)
      ? new SessionExpiredError({ message: error.message })
      : error
  )

const verifyPassword = <R>(given: Given<R>): Answered<R | Cognito> => {
  const { client, proof, username } = given.state
  if (proof === undefined) return unexpected("a proof of the password is asked for that was not begun")
  const group = client.userPoolId.slice(client.userPoolId.indexOf("_") + 1)
  const identity = { group, name: username, password: proof.password }
  return Effect.flatMap(
    prove(given, identity, proof.own),
    (responses) => responder(given)(responses, undefined, { proof: undefined })
  )
}

/** Begins the proof of the device, to which the service answers with `DEVICE_PASSWORD_VERIFIER`. */
const beginDevice = <R>(given: Given<R>, device: DeviceKeys): Answered<R | Cognito> =>
  Effect.flatMap(randomBytes(32), (secret) => {
    const deviceProof = Srp.ephemeral(secret)
    const respond = responder({ ...given, state: { ...given.state, device } })
    return respond({ SRP_A: deviceProof.public }, undefined, { deviceProof })
  })

const verifyDevice = <R>(given: Given<R>): Answered<R | Cognito> => {
  const { device, deviceProof } = given.state
  if (device === undefined || deviceProof === undefined) {
    return unexpected("a proof of the device is asked for that was not begun")
  }
  const identity = { group: device.groupKey, name: device.key, password: device.password }
  return Effect.flatMap(
    prove(given, identity, deviceProof),
    (responses) => responder(given)(responses, undefined, { deviceProof: undefined })
  )
}

/** The responses that prove a password, of a user or a device. */
const prove = <R>(
  { parameters: { SALT: salt = "", SECRET_BLOCK: secretBlock = "", SRP_B: theirs = "" } }: Given<R>,
  identity: Srp.Identity,
  own: Srp.Ephemeral
): Effect.Effect<Responses, Srp.SrpError> =>
  Effect.flatMap(Clock.currentTimeMillis, (millis) => {
    const timestamp = Srp.timestamp(new Date(millis))
    const signature = Srp.signature(identity, own, { public: theirs, salt, secretBlock }, timestamp)
    return Effect.map(Effect.fromResult(signature), (signature) => ({
      PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
      PASSWORD_CLAIM_SIGNATURE: signature,
      TIMESTAMP: timestamp
    }))
  })

/** Answers with the chosen challenge, and with the password where one is chosen that takes it. */
const choose = <R>(
  respond: ReturnType<typeof responder<R>>,
  answer: ChoiceAnswer
): Answered<R | Cognito> => {
  const { challenge, clientMetadata } = answer
  if (!("password" in answer)) return respond({ ANSWER: challenge }, clientMetadata)
  if (challenge === "PASSWORD") return respond({ ANSWER: challenge, PASSWORD: answer.password }, clientMetadata)
  return Effect.flatMap(
    makeProof(answer.password),
    (proof) => respond({ ANSWER: challenge, SRP_A: proof.own.public }, clientMetadata, { proof })
  )
}

/** Makes the secret of an authenticator app; its first code is the answer to the challenge. */
const associate = <R>(given: Given<R>): Effect.Effect<TotpSetup<R | Cognito>, SignInError, R | Cognito> =>
  Effect.gen(function*() {
    const { SecretCode, Session = given.session } = yield* associateSoftwareToken(sessionOf(given.session)).pipe(
      Effect.catchTag("NotAuthorizedException", expired)
    )
    if (SecretCode === undefined) return yield* unexpected("the response holds no secret for the authenticator app")
    return {
      secret: SecretCode,
      verify: ({ clientMetadata, code, friendlyDeviceName }) =>
        Effect.flatMap(
          verifySoftwareToken({
            ...sessionOf(Session),
            UserCode: code,
            ...(friendlyDeviceName === undefined ? {} : { FriendlyDeviceName: friendlyDeviceName })
          }).pipe(Effect.catchTag("NotAuthorizedException", expired)),
          (verified) => responder({ ...given, session: verified.Session ?? Session })({}, clientMetadata)
        )
    }
  })

const sessionOf = (session: Secret | undefined) => session === undefined ? {} : { Session: session }

/** The tokens; a device that is new to the pool is made known to it. */
const finish = <R>(
  { device: known, devices, typed, username }: State<R>,
  result: AuthenticationResultType
): Answered<R | Cognito> =>
  Effect.gen(function*() {
    const tokens = yield* tokensOf(result)
    if (tokens === undefined) return yield* unexpected("the response holds no access token")
    const { accessToken } = tokens
    const signedIn: SignedIn = {
      _tag: "SignedIn",
      username: usernameOf(accessToken) ?? username,
      typedName: typed,
      tokens,
      device: known && { key: known.key, groupKey: known.groupKey, confirmed: true, userConfirmationNecessary: false }
    }
    const { DeviceGroupKey: groupKey, DeviceKey: key } = result.NewDeviceMetadata ?? {}
    if (key === undefined || groupKey === undefined) return signedIn
    const device = { key, groupKey, confirmed: false, userConfirmationNecessary: false }
    if (devices === undefined) return { ...signedIn, device }
    const password = Redacted.make(Base64.encode(yield* randomBytes(40)))
    const DeviceSecretVerifierConfig = Srp.verifier({ group: groupKey, name: key, password }, yield* randomBytes(16))
    // The sign-in has succeeded; that the device is not remembered is no reason to lose it.
    const confirmed = yield* Effect.option(
      confirmDevice({ AccessToken: accessToken, DeviceKey: key, DeviceSecretVerifierConfig })
    )
    if (Option.isNone(confirmed)) return { ...signedIn, device }
    yield* devices.set(typed, { key, groupKey, password })
    const userConfirmationNecessary = confirmed.value.UserConfirmationNecessary ?? false
    return { ...signedIn, device: { ...device, confirmed: true, userConfirmationNecessary } }
  })

const parsed = (text: string | undefined): Schema.Json | undefined => {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A list in JSON, as some parameters are. */
const strings = (text: string | undefined): ReadonlyArray<string> => {
  const list = parsed(text)
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : []
}

/** Attributes in JSON. */
const attributesIn = (text: string | undefined): { readonly [name: string]: string } => {
  const value = parsed(text)
  return isJsonObject(value)
    ? Object.fromEntries(Object.entries(value).map(([name, attribute]) => [name, String(attribute)]))
    : {}
}

const prefixed = (attributes: { readonly [name: string]: string }): Responses =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`userAttributes.${name}`, value]))
