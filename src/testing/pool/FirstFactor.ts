/**
 * How sign-ins begin: the client's flows, its secret hash, who the user is, and the first factor.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import { triggerAttributes } from "./Attributes.ts"
import { challengeOf, sessionOf, withUsed } from "./Challenges.ts"
import { checkSecretHash } from "./ClientSecrets.ts"
import { nextRound } from "./CustomAuth.ts"
import { findUser, putUser } from "./Directory.ts"
import { withEvent } from "./Events.ts"
import type { Kernel, Moment } from "./Handler.ts"
import { destinationOf } from "./Messages.ts"
import { migrated } from "./Migration.ts"
import { checkLock, failed, matches, none } from "./Passwords.ts"
import { beginPassword, pretendPassword } from "./Proofs.ts"
import { refresh } from "./Refresh.ts"
import { invalid, type Refusal, refuse, unauthorized } from "./Refusal.ts"
import {
  afterFirst,
  type Attempt,
  type AuthResponse,
  challenge,
  checkStatus,
  current,
  finish,
  type Metadata,
  sentCode
} from "./SignIn.ts"
import { type Client, clientOf, type Pool, type User } from "./State.ts"
import { requestOptions } from "./WebAuthn.ts"

/** What a sign-in begins with. */
export interface Beginning {
  readonly poolId?: string
  readonly clientId: string
  readonly flow: string
  readonly parameters: { readonly [name: string]: string }
  /** `ClientMetadata`: for pre authentication and user migration alone. */
  readonly metadata: Metadata
  readonly session: string | undefined
}

/** Begins a sign-in. */
export const initiate = Effect.fnUntraced(function*(kernel: Kernel["Service"], beginning: Beginning) {
  const { clientId, flow, parameters, poolId } = beginning
  const { client, pool } = yield* kernel.read((state) => {
    const found = clientOf(state, clientId, poolId)
    checkFlow(found.client, flow, poolId !== undefined)
    return found
  })
  if (flow === "REFRESH_TOKEN_AUTH" || flow === "REFRESH_TOKEN") {
    return yield* refresh(kernel, {
      clientId,
      token: required(parameters, "REFRESH_TOKEN"),
      deviceKey: parameters.DEVICE_KEY,
      metadata: undefined,
      checkClient: (user) => checkSecretHash(client, user.name, parameters.SECRET_HASH)
    })
  }
  const username = required(parameters, "USERNAME")
  checkSecretHash(client, username, parameters.SECRET_HASH)
  checkParameters(flow, parameters)
  const user = (yield* kernel.read((state) => findUser(clientOf(state, clientId).pool, username)))
    ?? (yield* migrated(kernel, {
      pool,
      client,
      username,
      password: parameters.PASSWORD,
      metadata: beginning.metadata
    }))
  yield* preAuthentication(kernel, pool, beginning, user, username)
  if (user === undefined) return yield* unknown(kernel, pool, client, beginning, username)
  const attempt: Attempt = {
    kernel,
    clientId,
    sub: user.sub,
    flow,
    deviceKey: parameters.DEVICE_KEY,
    metadata: undefined,
    proved: []
  }
  return yield* firstFactor(attempt, beginning)
})

const preAuthentication = (
  kernel: Kernel["Service"],
  pool: Pool,
  { clientId, metadata }: Beginning,
  user: User | undefined,
  username: string
): Effect.Effect<unknown, Refusal> =>
  kernel.invoke({
    pool,
    trigger: "PreAuthentication",
    source: "PreAuthentication_Authentication",
    clientId,
    userName: user?.name ?? username,
    request: {
      userAttributes: user === undefined ? {} : triggerAttributes(user),
      ...(metadata === undefined ? {} : { validationData: metadata }),
      userNotFound: user === undefined
    },
    response: {}
  })

const firstFactor = (attempt: Attempt, beginning: Beginning): Effect.Effect<AuthResponse, Refusal> => {
  const { flow, parameters } = beginning
  switch (flow) {
    case "USER_SRP_AUTH":
      return beginSrp(attempt, parameters.SRP_A)
    case "CUSTOM_AUTH":
      return parameters.CHALLENGE_NAME === "SRP_A"
        ? Effect.suspend(() =>
          nextRound(attempt, [{ challengeName: "SRP_A", challengeResult: true }], required(parameters, "SRP_A"))
        )
        : nextRound(attempt, [])
    case "USER_AUTH":
      return choose(attempt, beginning)
    default:
      return checkPassword(attempt, parameters.PASSWORD)
  }
}

/** SRP of a user who may sign in, as far as that can be told before the proof. */
const beginSrp = (attempt: Attempt, A: string | undefined): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    attempt.kernel.read((state, { now }) => {
      const { user } = current(state, attempt)
      checkLock(user, now)
      if (!user.enabled || user.status === "RESET_REQUIRED") checkStatus(user)
    }),
    () => beginPassword(attempt, A ?? "")
  )

/** Checks a password and goes on; a wrong one is counted. */
export const checkPassword = (attempt: Attempt, password: string | undefined): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    attempt.kernel.modify((state, moment) => {
      const { pool, user } = current(state, attempt)
      if (!user.enabled || user.status === "RESET_REQUIRED") checkStatus(user)
      checkLock(user, moment.now)
      const isRight = user.password !== undefined && matches(pool.id, user.name, user.password, password ?? "")
      const next = isRight
        ? { ...user, failures: none }
        : withEvent(pool, { ...user, failures: failed(user.failures, moment.now) }, "SignIn", "Fail", moment)
      return [isRight, putUser(state, pool, next)]
    }),
    (isRight) => isRight ? afterFirst({ ...attempt, proved: ["PASSWORD"] }) : Effect.suspend(() => unauthorized())
  )

/**
 * Lets the user choose how to sign in, or takes what the client prefers.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-selection-sdk.html
 */
const choose = (attempt: Attempt, { parameters, session }: Beginning): Effect.Effect<AuthResponse, Refusal> =>
  Effect.gen(function*() {
    if (session !== undefined) return yield* afterSignUp(attempt, session)
    const { pool, user } = yield* attempt.kernel.read((state) => current(state, attempt))
    checkStatus(user)
    const choices = choicesOf(pool, user)
    const preferred = parameters.PREFERRED_CHALLENGE
    if (preferred !== undefined && choices.includes(preferred)) return yield* chosen(attempt, preferred, parameters)
    const asked = yield* challenge(attempt, "SELECT_CHALLENGE", {}, { choices })
    return { ...asked, AvailableChallenges: [...choices] }
  })

/** Signs in whoever has just confirmed a sign-up: its session proves the user. */
const afterSignUp = (attempt: Attempt, session: string): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    attempt.kernel.modify((state, { now }) => {
      const { challenge, pool, user } = challengeOf(
        state,
        session,
        { clientId: attempt.clientId, name: "CONFIRMED" },
        now
      )
      if (user.sub !== attempt.sub) unauthorized("Invalid session for the user.")
      return [undefined, putUser(state, pool, withUsed(user, challenge))]
    }),
    () => finish({ ...attempt, proved: ["SIGN_UP"] })
  )

/** The first factors that a user has, as far as the pool allows them. */
export const choicesOf = ({ settings }: Pool, user: User): ReadonlyArray<string> => {
  const allowed = settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"]
  const has = (factor: string) => allowed.includes(factor)
  const { attributes } = user
  return [
    ...(has("PASSWORD") && user.password !== undefined ? ["PASSWORD", "PASSWORD_SRP"] : []),
    ...(has("EMAIL_OTP") && attributes.email_verified === "true" ? ["EMAIL_OTP"] : []),
    ...(has("SMS_OTP") && attributes.phone_number_verified === "true" ? ["SMS_OTP"] : []),
    ...(has("WEB_AUTHN") && user.passkeys.length > 0 ? ["WEB_AUTHN"] : [])
  ]
}

/** Goes on with the first factor that was chosen. */
export const chosen = (
  attempt: Attempt,
  factor: string,
  parameters: Beginning["parameters"]
): Effect.Effect<AuthResponse, Refusal> =>
  Effect.gen(function*() {
    const { pool, user } = yield* attempt.kernel.read((state) => current(state, attempt))
    switch (factor) {
      case "PASSWORD":
        return yield* checkPassword(attempt, required(parameters, "PASSWORD"))
      case "PASSWORD_SRP":
        return yield* beginSrp(attempt, required(parameters, "SRP_A"))
      case "WEB_AUTHN":
        return yield* askPasskey(attempt, pool, user)
      default: {
        const attribute = factor === "EMAIL_OTP" ? "email" : "phone_number"
        const destination = destinationOf(user.attributes, attribute) ?? invalid(`The user has no ${attribute}.`)
        return yield* sentCode(attempt, factor, destination)
      }
    }
  })

const askPasskey = (attempt: Attempt, pool: Pool, user: User): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(attempt.kernel.read((_, { random }) => passkeyChallenge(random)), (asked) => {
    const rpId = relyingPartyOf(pool)
    const options = requestOptions({
      rpId,
      challenge: asked,
      allow: user.passkeys.filter((passkey) => passkey.rpId === rpId),
      userVerification: verificationOf(pool)
    })
    return challenge(attempt, "WEB_AUTHN", { CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) }, { passkey: asked })
  })

/** The host whose passkeys a pool takes: its own setting, or the domain of managed login. */
export const relyingPartyOf = ({ mfa, settings }: Pool): string =>
  mfa.WebAuthnConfiguration?.RelyingPartyId ?? settings.CustomDomain ?? settings.Domain
    ?? refuse("WebAuthnConfigurationMissingException", "Relying party ID is not configured for the user pool.")

/** Whether passkeys must verify the user. */
export const verificationOf = ({ mfa }: Pool): "preferred" | "required" =>
  mfa.WebAuthnConfiguration?.UserVerification === "required" ? "required" : "preferred"

/** 32 random bytes for an authenticator, Base64 for URLs. */
export const passkeyChallenge = (random: Moment["random"]): string => Base64Url.encode(random(32))

/**
 * What the client may know of a name that nobody has.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
const unknown = (
  kernel: Kernel["Service"],
  pool: Pool,
  { settings }: Client,
  { clientId, flow, parameters }: Beginning,
  username: string
): Effect.Effect<AuthResponse, Refusal> => {
  if (settings.PreventUserExistenceErrors !== "ENABLED") {
    return Effect.suspend(() => refuse("UserNotFoundException", "User does not exist."))
  }
  if (flow === "USER_SRP_AUTH") {
    return kernel.read((_, moment) => pretendPassword(pool, username, parameters.SRP_A ?? "", moment))
  }
  if (flow !== "USER_AUTH") return Effect.suspend(() => unauthorized())
  return kernel.read((_, { random, uuid }) => ({
    ChallengeName: "SELECT_CHALLENGE",
    Session: sessionOf({ poolId: pool.id, sub: uuid(), id: clientId }, random),
    ChallengeParameters: {},
    AvailableChallenges: ["PASSWORD", "PASSWORD_SRP"]
  }))
}

/** A parameter without which the flow cannot go on. */
export const required = (parameters: { readonly [name: string]: string }, name: string): string =>
  parameters[name] ?? invalid(`Missing required parameter ${name}`)

const checkParameters = (flow: string, parameters: Beginning["parameters"]): void => {
  if (flow === "USER_SRP_AUTH") required(parameters, "SRP_A")
  if (flow.endsWith("PASSWORD_AUTH") || flow === "ADMIN_NO_SRP_AUTH") required(parameters, "PASSWORD")
}

/** The setting of a client that allows a flow, and its name before 2019. */
const allowing: { readonly [flow: string]: ReadonlyArray<string> } = {
  USER_SRP_AUTH: ["ALLOW_USER_SRP_AUTH"],
  USER_PASSWORD_AUTH: ["ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH"],
  CUSTOM_AUTH: ["ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH_FLOW_ONLY"],
  USER_AUTH: ["ALLOW_USER_AUTH"],
  REFRESH_TOKEN_AUTH: ["ALLOW_REFRESH_TOKEN_AUTH"],
  REFRESH_TOKEN: ["ALLOW_REFRESH_TOKEN_AUTH"],
  ADMIN_USER_PASSWORD_AUTH: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"],
  ADMIN_NO_SRP_AUTH: ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"]
}

/**
 * Refuses a flow that the client does not have. One that names none has these three.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
 */
const checkFlow = ({ settings }: Client, flow: string, isAdmin: boolean): void => {
  const given = settings.ExplicitAuthFlows ?? []
  const flows: ReadonlyArray<string> = given.length > 0
    ? given
    : ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"]
  // Clients with the settings from before 2019 refresh without saying so.
  const isLegacy = flows.every((known) => !known.startsWith("ALLOW_"))
  if (isLegacy && flow.startsWith("REFRESH_TOKEN")) return
  if (flow.startsWith("ADMIN_") && !isAdmin) invalid("Initiate Auth method not supported.")
  if (!(allowing[flow] ?? []).some((name) => flows.includes(name))) invalid(notEnabled(flow))
}

const notEnabled = (flow: string): string =>
  flow.startsWith("ADMIN_") || flow.startsWith("REFRESH_TOKEN")
    ? "Auth flow not enabled for this client"
    : flow === "USER_PASSWORD_AUTH"
    ? "USER_PASSWORD_AUTH flow not enabled for this client"
    : `${flow} is not enabled for the client.`
