/**
 * Sign-in as one machine of steps for every flow: it begins one, answers by itself what needs no person (SRP, devices
 * that are known), and gives back the tokens or the challenge that a person has to answer.
 *
 * It keeps no tokens and refreshes none; it carries sessions, user names, secret hashes and device keys from step to step,
 * so that a program does not see them. The challenges are `Challenges.ts`'s, the proofs of passwords `Proof.ts`'s.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type { Signer } from "../client/Signer.ts"
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
import type { AuthenticationResultType, InitiateAuthRequest, InitiateAuthResponse } from "../schema/Auth.ts"
import type { Cognito } from "../Service.ts"
import { AppClient, type AppClientOptions, secretHash } from "./AppClient.ts"
import { tokensOf, usernameOf } from "./AuthenticationResult.ts"
import { type Asked, challengeOf, type Respond, type Responses, toSessionError } from "./Challenges.ts"
import { type DeviceKeys, DeviceStore } from "./DeviceStore.ts"
import { beginProof, finishProof, type Proof, randomBytes } from "./Proof.ts"
import {
  type AdminSignInError,
  ChallengeAnsweredError,
  type SignInError,
  type StepError,
  UnexpectedStepError
} from "./SignInError.ts"
import * as Srp from "./Srp.ts"
import type { AdminStep, Answered, SignedIn, Step } from "./Step.ts"

type Secret = Redacted.Redacted<string>

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
export const signIn = (options: SignInOptions): Effect.Effect<Step, SignInError, AppClient | Cognito> =>
  Effect.flatMap(
    AppClient,
    (client) =>
      begin<Cognito, InitiateAuthError | RespondToAuthChallengeError>(client, options, {
        initiate: (input) => initiateAuth({ ClientId: client.clientId, ...input }),
        respond: (input) => respondToAuthChallenge({ ClientId: client.clientId, ...input })
      })
  )

/** {@link signIn} by a server that has AWS credentials: the service asks the same of the user. */
export const adminSignIn = (
  options: AdminSignInOptions
): Effect.Effect<AdminStep, AdminSignInError, AppClient | Cognito | Signer> =>
  Effect.flatMap(AppClient, (client) => {
    const ids = { UserPoolId: client.userPoolId, ClientId: client.clientId }
    return begin<Cognito | Signer, AdminInitiateAuthError | AdminRespondToAuthChallengeError>(client, options, {
      initiate: (input) => adminInitiateAuth({ ...ids, ...input }),
      respond: (input) => adminRespondToAuthChallenge({ ...ids, ...input })
    })
  })

/** The two operations of a sign-in, public or an administrator's, and what they may fail with. */
interface Way<R, E> {
  readonly initiate: (
    input: Omit<InitiateAuthRequest, "ClientId">
  ) => Effect.Effect<InitiateAuthResponse, E | ClientError, R>
  readonly respond: (input: {
    readonly ChallengeName: string
    readonly Session?: Secret
    readonly ChallengeResponses: Responses
    readonly ClientMetadata?: { readonly [name: string]: string }
  }) => Effect.Effect<InitiateAuthResponse, E | ClientError, R>
}

/** An error of an operation. */
interface Named {
  readonly _tag: string
  readonly message: string
}

/** What a sign-in carries from step to step. */
interface State<R, E> {
  readonly client: AppClientOptions
  readonly way: Way<R, E>
  readonly devices: DeviceStore | undefined
  /** The name that the user typed, under which a device is stored. */
  readonly typed: string
  /** The name that the service last used. */
  readonly username: string
  readonly device: DeviceKeys | undefined
  /** A proof of the user's password that was begun, and one of the device's. */
  readonly proof: Proof | undefined
  readonly deviceProof: Srp.Ephemeral | undefined
}

type Going<R, E> = Answered<R | Cognito, E | StepError>

/** Sends the first request, and goes on from its answer. */
const begin = <R, E extends Named>(
  client: AppClientOptions,
  options: SignInOptions | AdminSignInOptions,
  way: Way<R, E>
): Going<R, E> =>
  Effect.gen(function*() {
    const { clientMetadata, flow, username } = options
    const devices = yield* DeviceStore
    const proof = provesPassword(options) ? yield* beginProof(options.password) : undefined
    const initiate = (device: DeviceKeys | undefined) =>
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
    const { answer, device } = yield* sendWithDevice(state, initiate)
    return yield* advance({ ...state, device }, answer)
  })

/** Sends with the key of the device, and again without it where the pool has forgotten the device. */
const sendWithDevice = <R, E extends Named>(
  { device, devices, typed }: State<R, E>,
  send: (device: DeviceKeys | undefined) => Effect.Effect<InitiateAuthResponse, E | ClientError, R>
): Effect.Effect<
  { readonly answer: InitiateAuthResponse; readonly device: DeviceKeys | undefined },
  E | ClientError,
  R
> =>
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

/** Goes on from an answer of the service: to the tokens, or to a challenge. */
const advance = <R, E extends Named>(state: State<R, E>, answer: InitiateAuthResponse): Going<R, E> => {
  const { AuthenticationResult, AvailableChallenges, ChallengeName, ChallengeParameters = {}, Session } = answer
  if (AuthenticationResult !== undefined) return finish(state, AuthenticationResult)
  if (ChallengeName === undefined) return unexpected("the response holds neither tokens nor a challenge")
  const parameters = Object.fromEntries(
    Object.entries(ChallengeParameters).map(([name, value]) => [name, Redacted.value(value)])
  )
  const username = parameters.USER_ID_FOR_SRP ?? parameters.USERNAME ?? state.username
  const asked = { name: ChallengeName, session: Session, parameters, available: AvailableChallenges ?? [] }
  return meet({ ...state, username }, asked)
}

const unexpected = (message: string) => Effect.fail(new UnexpectedStepError({ message }))

/** Answers a challenge by itself where it can, or gives it back. */
const meet = <R, E extends Named>(state: State<R, E>, asked: Asked): Going<R, E> => {
  switch (asked.name) {
    case "PASSWORD_VERIFIER":
      return provePassword(state, asked)
    case "DEVICE_SRP_AUTH":
      return state.device === undefined
        ? Effect.succeed({ _tag: "DeviceSrp", respond: (keys) => beginDeviceProof(state, asked, keys) })
        : beginDeviceProof(state, asked, state.device)
    case "DEVICE_PASSWORD_VERIFIER":
      return proveDevice(state, asked)
    default: {
      const respondIn = (session: Secret | undefined): Respond<R | Cognito, E | StepError> => {
        const respond = responder(state, { ...asked, session })
        return (responses, clientMetadata, proof) =>
          respond(responses, clientMetadata, proof === undefined ? {} : { proof })
      }
      return Effect.succeed(challengeOf<R, E>(asked, { respond: respondIn(asked.session), respondIn }))
    }
  }
}

/** Makes what answers a challenge, as long as no answer was taken, and goes on from there. */
const responder = <R, E extends Named>(state: State<R, E>, { name, session }: Pick<Asked, "name" | "session">) => {
  let answered = false
  return (
    responses: Responses,
    clientMetadata?: { readonly [name: string]: string },
    changes: Partial<State<R, E>> = {}
  ): Going<R, E> =>
    Effect.suspend(() => {
      if (answered) return Effect.fail(new ChallengeAnsweredError({ challenge: name }))
      answered = true
      const taken = sendWithDevice(state, (device) =>
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
          Effect.mapError(toSessionError)
        )
      return Effect.flatMap(taken, ({ answer, device }) => advance({ ...state, ...changes, device }, answer))
    })
}

/** Proves the user's password. */
const provePassword = <R, E extends Named>(state: State<R, E>, asked: Asked): Going<R, E> => {
  const { client, proof, username } = state
  if (proof === undefined) return unexpected("a proof of the password is asked for that was not begun")
  const group = client.userPoolId.slice(client.userPoolId.indexOf("_") + 1)
  const identity = { group, name: username, password: proof.password }
  return Effect.flatMap(
    finishProof(asked.parameters, identity, proof.own),
    (responses) => responder(state, asked)(responses, undefined, { proof: undefined })
  )
}

/** Begins the proof of the device, to which the service answers with `DEVICE_PASSWORD_VERIFIER`. */
const beginDeviceProof = <R, E extends Named>(state: State<R, E>, asked: Asked, device: DeviceKeys): Going<R, E> =>
  Effect.flatMap(randomBytes(32), (secret) => {
    const deviceProof = Srp.ephemeral(secret)
    return responder({ ...state, device }, asked)({ SRP_A: deviceProof.public }, undefined, { deviceProof })
  })

/** Proves the device. */
const proveDevice = <R, E extends Named>(state: State<R, E>, asked: Asked): Going<R, E> => {
  const { device, deviceProof } = state
  if (device === undefined || deviceProof === undefined) {
    return unexpected("a proof of the device is asked for that was not begun")
  }
  const identity = { group: device.groupKey, name: device.key, password: device.password }
  return Effect.flatMap(
    finishProof(asked.parameters, identity, deviceProof),
    (responses) => responder(state, asked)(responses, undefined, { deviceProof: undefined })
  )
}

/** The end: the tokens; a device that is new to the pool is made known to it. */
const finish = <R, E>(
  { device: known, devices, typed, username }: State<R, E>,
  result: AuthenticationResultType
): Going<R, E> =>
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
