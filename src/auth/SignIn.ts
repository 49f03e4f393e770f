/**
 * Sign-in as steps, one way for every flow: it goes as far as no person is needed, and gives the tokens or the challenge
 * that a person has to answer. A step can be put away as a text and taken up again.
 *
 * It keeps no tokens and refreshes none, which is `Session.ts`'s. How a sign-in goes on from answer to answer, with the
 * sessions, user names, secret hashes and device keys that a program does not see, is `SignInFlow.ts`'s.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html
 */
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { Signer } from "../client/Signer.ts"
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
import type { ContextDataType } from "../schema/Auth.ts"
import type { AnalyticsMetadataType, UserContextDataType } from "../schema/Common.ts"
import type { Cognito } from "../Service.ts"
import { AppClient, type AppClientOptions } from "./AppClient.ts"
import { type Metadata, type Responses, toSessionError } from "./Challenges.ts"
import { DeviceStore } from "./DeviceStore.ts"
import { beginProof } from "./Proof.ts"
import { guessed, identified } from "./SignInDevice.ts"
import type { AdminSignInError, InvalidStateError, SignInError, StepError } from "./SignInError.ts"
import {
  advance,
  type Attempt,
  type Going,
  type Named,
  question,
  secretHashOf,
  sendWithDevice,
  type Way
} from "./SignInFlow.ts"
import { read } from "./SignInState.ts"
import * as Srp from "./Srp.ts"
import type { AdminStep, Step } from "./Step.ts"
import { adminContext, publicContext, type UserContextOptions } from "./UserContext.ts"

type Secret = Redacted.Redacted<string>

interface Common {
  /** The user's name, or an alias that the pool takes for it. */
  readonly username: string
  /** Told to the Lambda triggers by each request of the sign-in, unless an answer has metadata of its own. */
  readonly clientMetadata?: Metadata
  /** What the user sees in a list of devices, where the pool tracks them and this one is new. Default: no name. */
  readonly deviceName?: string
  /** The Pinpoint endpoint that the sign-in is counted for. Default: that of `UserContext`. */
  readonly analyticsMetadata?: AnalyticsMetadataType
}

/** What the user's own device tells of itself. */
interface OnDevice {
  /** For threat protection, with each request. Default: that of `UserContext`. */
  readonly userContextData?: UserContextDataType
}

/** What a server tells of the request that it answers. */
interface OnServer {
  /** For threat protection, with each request. Default: that of `UserContext`. */
  readonly contextData?: ContextDataType
}

interface WithPassword {
  readonly password: Secret
}

interface Choice {
  readonly flow: "USER_AUTH"
  /** The session that `ConfirmSignUp` gave, for a sign-in right after it. */
  readonly session?: Secret
}

type Flow =
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

/** How a user signs in. The flow must be among the app client's `ExplicitAuthFlows`. */
export type SignInOptions = Flow & OnDevice

/** How a server signs a user in with AWS credentials. */
export type AdminSignInOptions =
  & OnServer
  & (
    | Exclude<Flow, { readonly flow: "USER_PASSWORD_AUTH" }>
    | Common & { readonly flow: "ADMIN_USER_PASSWORD_AUTH" | "ADMIN_NO_SRP_AUTH" } & WithPassword
  )

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
  Effect.flatMap(AppClient, (client) => begin(client, options, userWay(client, options)))

/** {@link signIn} by a server that has AWS credentials: the service asks the same of the user. */
export const adminSignIn = (
  options: AdminSignInOptions
): Effect.Effect<AdminStep, AdminSignInError, AppClient | Cognito | Signer> =>
  Effect.flatMap(AppClient, (client) => begin(client, options, adminWay(client, options)))

/**
 * Takes up a sign-in where a step's `state` was put away: the same question, perhaps in another process. A device is proved
 * where the program's `DeviceStore` has its keys; where the pool refuses it, the sign-in has to begin anew.
 *
 * @example
 * ```ts
 * import * as SignIn from "effect-cognito/auth/SignIn"
 * import * as Effect from "effect/Effect"
 * import type * as Redacted from "effect/Redacted"
 *
 * // `state` was kept for the browser since its last request.
 * export const answer = (state: Redacted.Redacted<string>, code: Redacted.Redacted<string>) =>
 *   Effect.gen(function*() {
 *     const step = yield* SignIn.resume(state)
 *     return step._tag === "SoftwareTokenMfa" ? yield* step.respond({ code }) : step
 *   })
 * ```
 */
export const resume = (
  state: Secret,
  options: OnDevice & Pick<Common, "analyticsMetadata"> = {}
): Effect.Effect<Step, InvalidStateError, AppClient> =>
  Effect.flatMap(AppClient, (client) => takeUp(client, state, userWay(client, options)))

/** {@link resume} of a sign-in by a server that has AWS credentials. */
export const adminResume = (
  state: Secret,
  options: OnServer & Pick<Common, "analyticsMetadata"> = {}
): Effect.Effect<AdminStep, InvalidStateError, AppClient> =>
  Effect.flatMap(AppClient, (client) => takeUp(client, state, adminWay(client, options)))

const userWay = (
  { clientId: ClientId }: AppClientOptions,
  told: UserContextOptions
): Way<Cognito, InitiateAuthError | RespondToAuthChallengeError> => ({
  by: "user",
  initiate: (input) =>
    Effect.flatMap(publicContext(told), (context) => initiateAuth({ ClientId, ...context, ...input })),
  respond: (input) =>
    Effect.flatMap(publicContext(told), (context) => respondToAuthChallenge({ ClientId, ...context, ...input }))
})

const adminWay = (
  { clientId: ClientId, userPoolId: UserPoolId }: AppClientOptions,
  told: UserContextOptions
): Way<Cognito | Signer, AdminInitiateAuthError | AdminRespondToAuthChallengeError> => ({
  by: "admin",
  initiate: (input) =>
    Effect.flatMap(adminContext(told), (context) => adminInitiateAuth({ UserPoolId, ClientId, ...context, ...input })),
  respond: (input) =>
    Effect.flatMap(
      adminContext(told),
      (context) => adminRespondToAuthChallenge({ UserPoolId, ClientId, ...context, ...input })
    )
})

/** Sends the first request, and goes on from its answer. */
const begin = <R, E extends Named>(
  client: AppClientOptions,
  options: SignInOptions | AdminSignInOptions,
  way: Way<R, E>,
  hasDevice = true
): Going<R, E> =>
  Effect.gen(function*() {
    const { clientMetadata, deviceName, flow, username } = options
    const devices = yield* DeviceStore
    const device = hasDevice ? yield* guessed({ client, devices, typed: username }) : undefined
    const proof = provesPassword(options) ? yield* beginProof(options.password) : undefined
    const parameters = parametersOf(options, proof?.own)
    const attempt: Attempt<R, E> = {
      client,
      way,
      devices,
      typed: username,
      username,
      clientMetadata,
      deviceName,
      device,
      refusedDevice: undefined,
      isNamedLate: parameters.PASSWORD !== undefined,
      proof,
      deviceProof: undefined,
      again: hasDevice && devices !== undefined ? begin(client, options, way, false) : undefined
    }
    const begun = sendWithDevice(attempt, (device) =>
      way.initiate({
        AuthFlow: flow,
        AuthParameters: {
          USERNAME: username,
          ...secretHashOf(client, username),
          ...(device === undefined ? {} : { DEVICE_KEY: device.key }),
          ...parameters
        },
        ...("session" in options && options.session !== undefined ? { Session: options.session } : {}),
        ...(clientMetadata === undefined ? {} : { ClientMetadata: clientMetadata })
      }))
    const sent = yield* Effect.mapError(begun, toSessionError)
    return yield* advance(sent.attempt, sent.answer)
  })

/** Asks again what was asked where the state was made. */
const takeUp = <R, E extends Named>(
  client: AppClientOptions,
  text: Secret,
  way: Way<R, E>
): Effect.Effect<Step<R | Cognito, E | StepError>, InvalidStateError> =>
  Effect.gen(function*() {
    const { app, challenge, clientMetadata, deviceName, isNamedLate, proof, typed, username } = yield* read(
      text,
      client,
      way.by
    )
    const devices = yield* DeviceStore
    const unknown = { client, devices, typed, username, device: undefined, refusedDevice: undefined }
    const attempt: Attempt<R, E> = {
      ...unknown,
      way,
      clientMetadata,
      deviceName,
      device: yield* (username === typed ? guessed(unknown) : identified(unknown, username)),
      isNamedLate,
      proof: proof && { own: Srp.ephemeral(proof.secret), password: proof.password },
      deviceProof: undefined,
      again: undefined
    }
    const asked = { ...challenge, session: challenge.session }
    return question(attempt, asked, app)
  })

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
