/**
 * What follows a proof in a sign-in: new password, second factor, device, and at last the tokens.
 *
 * `FirstFactor.ts` begins sign-ins and `CustomAuth.ts` runs those that triggers lead; both end here.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
import * as Effect from "effect/Effect"
import type { Plain } from "../../protocol/Plain.ts"
import type { InitiateAuthResponse } from "../../schema/index.ts"
import { missingAttributes, triggerAttributes } from "./Attributes.ts"
import { open } from "./Challenges.ts"
import { send } from "./Codes.ts"
import { putUser, userOfSub } from "./Directory.ts"
import { withEvent } from "./Events.ts"
import { issue, refreshTokenOf, withGrant } from "./Grants.ts"
import type { Kernel, Moment } from "./Handler.ts"
import { type Destination, destinationOf, masked } from "./Messages.ts"
import { type Refusal, refuse, unauthorized } from "./Refusal.ts"
import { type Challenge, type Client, clientOf, type Device, type Pool, type State, type User } from "./State.ts"
import { clientMetadata } from "./Triggers.ts"

/** What `InitiateAuth` and `RespondToAuthChallenge` answer. */
export type AuthResponse = Plain<InitiateAuthResponse>

/** A sign-in under way. */
export interface Attempt {
  readonly kernel: Kernel["Service"]
  readonly clientId: string
  readonly sub: string
  readonly flow: string
  /** The device that the client says it is. */
  readonly deviceKey: string | undefined
  /** `ClientMetadata` of the answer to a challenge; that of the beginning goes to other triggers. */
  readonly metadata: Metadata
  /** What was proved so far, such as `PASSWORD`. */
  readonly proved: ReadonlyArray<string>
}

/** `ClientMetadata` as it was sent. */
export type Metadata = { readonly [key: string]: string } | undefined

/** The user of a sign-in, as of now. */
export const current = (
  state: State,
  { clientId, sub }: Pick<Attempt, "clientId" | "sub">
): { readonly client: Client; readonly pool: Pool; readonly user: User } => {
  const { client, pool } = clientOf(state, clientId)
  return { client, pool, user: userOfSub(pool, sub) ?? refuse("UserNotFoundException", "User does not exist.") }
}

/** Opens a challenge, and answers with it. */
export const challenge = (
  attempt: Attempt,
  name: string,
  parameters: { readonly [name: string]: string } = {},
  members: Partial<Challenge> = {}
): Effect.Effect<AuthResponse, Refusal> =>
  attempt.kernel.modify((state, moment) => {
    const { client, pool, user } = current(state, attempt)
    const [session, next] = open({ state, pool, user, client }, moment, {
      name,
      flow: attempt.flow,
      proved: attempt.proved,
      ...members
    })
    return [{
      ChallengeName: name,
      Session: session,
      ChallengeParameters: { USER_ID_FOR_SRP: user.name, ...parameters }
    }, next]
  })

/** Refuses users who may not sign in although they proved who they are. */
export const checkStatus = ({ enabled, status }: User): void => {
  if (!enabled) unauthorized("User is disabled.")
  if (status === "UNCONFIRMED") refuse("UserNotConfirmedException", "User is not confirmed.")
  if (status === "RESET_REQUIRED") refuse("PasswordResetRequiredException", "Password reset required for the user")
}

/** What comes after the first factor. */
export const afterFirst = (attempt: Attempt): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    attempt.kernel.read((state, moment) => {
      const { pool, user } = current(state, attempt)
      checkStatus(user)
      if (user.status === "FORCE_CHANGE_PASSWORD") checkTemporary(pool, user, moment)
      return { pool, user }
    }),
    ({ pool, user }) =>
      user.status === "FORCE_CHANGE_PASSWORD" ? newPassword(attempt, pool, user) : afterPassword(attempt)
  )

const checkTemporary = ({ settings }: Pool, { password }: User, { now }: Moment): void => {
  const days = settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays
    ?? settings.AdminCreateUserConfig?.UnusedAccountValidityDays ?? 7
  if (password?.temporarySince !== undefined && now >= password.temporarySince + days * 86_400_000) {
    unauthorized("Temporary password has expired and must be reset by an administrator.")
  }
}

const newPassword = (attempt: Attempt, pool: Pool, { attributes }: User): Effect.Effect<AuthResponse, Refusal> =>
  challenge(attempt, "NEW_PASSWORD_REQUIRED", {
    requiredAttributes: JSON.stringify(missingAttributes(pool, attributes).map((name) => `userAttributes.${name}`)),
    userAttributes: JSON.stringify(attributes)
  })

/** What comes after the password is as it has to be: the device if it stands for a second factor, or that factor. */
export const afterPassword = (attempt: Attempt): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    attempt.kernel.read((state) => {
      const { pool, user } = current(state, attempt)
      const device = checkedDevice(pool, user, attempt.deviceKey)
      const factors = secondFactors(pool, user, attempt)
      const isSpared = device?.verifier !== undefined && device.remembered
        && pool.settings.DeviceConfiguration?.ChallengeRequiredOnNewDevice === true
      return { pool, user, factors: isSpared ? [] : factors }
    }),
    ({ factors, pool, user }) => {
      if (factors === "set up") {
        return challenge(attempt, "MFA_SETUP", {
          MFAS_CAN_SETUP: JSON.stringify(setUpFactors(pool))
        })
      }
      if (factors.length === 0) return afterFactors(attempt)
      const [first = ""] = factors
      return factors.length === 1
        ? secondFactor(attempt, user, first)
        : challenge(attempt, "SELECT_MFA_TYPE", { MFAS_CAN_CHOOSE: JSON.stringify(factors) }, { choices: factors })
    }
  )

/**
 * The device that a client says it is. One that the pool does not know is refused at every step.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
 */
export const checkedDevice = ({ settings }: Pool, user: User, key: string | undefined): Device | undefined => {
  if (key === undefined || settings.DeviceConfiguration === undefined) return undefined
  if (!/^[\w-]+_[0-9a-f-]+$/.test(key)) refuse("InvalidParameterException", "Invalid device key given.")
  return user.devices.find((device) => device.key === key) ??
    refuse("ResourceNotFoundException", "Device does not exist.")
}

/** The second factors that are asked of a user. */
export const secondFactors = (
  pool: Pool,
  user: User,
  { proved }: Pick<Attempt, "proved">
): ReadonlyArray<string> | "set up" => {
  const isNeeded = proved.includes("PASSWORD") && pool.settings.MfaConfiguration !== undefined
    && pool.settings.MfaConfiguration !== "OFF"
  if (!isNeeded) return []
  const active = activeFactors(pool, user)
  const { preferred } = user.mfa
  if (preferred !== undefined && active.includes(preferred)) return [preferred]
  if (active.length > 0 || pool.settings.MfaConfiguration !== "ON") return active
  const canSms = pool.mfa.SmsMfaConfiguration !== undefined &&
    destinationOf(user.attributes, "phone_number") !== undefined
  return canSms ? ["SMS_MFA"] : "set up"
}

/** The second factors that a user has, as far as the pool has them on. */
export const activeFactors = ({ mfa }: Pool, user: User): ReadonlyArray<string> => [
  ...(user.mfa.sms === true && mfa.SmsMfaConfiguration !== undefined ? ["SMS_MFA"] : []),
  ...(user.mfa.softwareToken === true && mfa.SoftwareTokenMfaConfiguration?.Enabled === true
    ? ["SOFTWARE_TOKEN_MFA"]
    : []),
  ...(user.mfa.email === true && mfa.EmailMfaConfiguration !== undefined ? ["EMAIL_OTP"] : [])
]

/** The second factors that a user can set up in a sign-in. */
export const setUpFactors = ({ mfa }: Pool): ReadonlyArray<string> => [
  ...(mfa.SmsMfaConfiguration === undefined ? [] : ["SMS_MFA"]),
  ...(mfa.SoftwareTokenMfaConfiguration?.Enabled === true ? ["SOFTWARE_TOKEN_MFA"] : []),
  ...(mfa.EmailMfaConfiguration === undefined ? [] : ["EMAIL_OTP"])
]

/** Asks for a second factor; a code is sent where it has to be. */
export const secondFactor = (attempt: Attempt, user: User, name: string): Effect.Effect<AuthResponse, Refusal> => {
  if (name === "SOFTWARE_TOKEN_MFA") {
    return challenge(attempt, name, { FRIENDLY_DEVICE_NAME: user.mfa.totp?.name ?? "" })
  }
  const destination = destinationOf(user.attributes, name === "EMAIL_OTP" ? "email" : "phone_number")
    ?? refuse("InvalidParameterException", `User does not have a delivery config set to turn on ${name}`)
  return sentCode(attempt, name, destination)
}

/** Sends a code and asks for it. */
export const sentCode = (
  attempt: Attempt,
  name: string,
  destination: Destination,
  members: Partial<Challenge> = {}
): Effect.Effect<AuthResponse, Refusal> =>
  Effect.gen(function*() {
    const { code, pool, user } = yield* attempt.kernel.read((state, moment) => ({
      ...current(state, attempt),
      code: moment.code()
    }))
    yield* send(attempt.kernel, {
      poolId: pool.id,
      name: user.name,
      kind: "CustomMessage_Authentication",
      destination,
      code,
      clientId: attempt.clientId,
      metadata: attempt.metadata
    })
    return yield* challenge(attempt, name, {
      CODE_DELIVERY_DELIVERY_MEDIUM: destination.medium,
      CODE_DELIVERY_DESTINATION: masked(destination.medium, destination.to)
    }, { code, ...members })
  })

/** What comes after all factors: the device proves itself if the pool knows it. */
export const afterFactors = (attempt: Attempt): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    attempt.kernel.read((state) => {
      const { pool, user } = current(state, attempt)
      return checkedDevice(pool, user, attempt.deviceKey)
    }),
    (device) => device?.verifier === undefined ? finish(attempt) : challenge(attempt, "DEVICE_SRP_AUTH")
  )

/** Signs the user in: tokens, and a device if the pool keeps track of them and this one is new. */
export const finish = Effect.fnUntraced(function*(attempt: Attempt) {
  const { kernel } = attempt
  const { device, grant, pool, refreshToken, user } = yield* kernel.modify((state, moment) => {
    const { client, pool, user } = current(state, attempt)
    checkStatus(user)
    const known = checkedDevice(pool, user, attempt.deviceKey)
    const device = pool.settings.DeviceConfiguration === undefined || known?.verifier !== undefined
      ? undefined
      : newDevice(moment)
    const [grant, signedIn] = withGrant(user, client, moment, known?.key ?? device?.key)
    const next = withEvent(pool, withDevice(signedIn, known, device, moment), "SignIn", "Pass", moment)
    return [
      { device, grant, pool, user: next, refreshToken: refreshTokenOf(pool, next, grant, moment.random) },
      putUser(state, pool, next)
    ]
  })
  yield* kernel.invoke({
    pool,
    trigger: "PostAuthentication",
    source: "PostAuthentication_Authentication",
    clientId: attempt.clientId,
    userName: user.name,
    request: {
      userAttributes: triggerAttributes(user),
      newDeviceUsed: device !== undefined,
      ...clientMetadata(attempt.metadata)
    },
    response: {}
  })
  const tokens = yield* issue(kernel, {
    poolId: pool.id,
    sub: user.sub,
    grantId: grant.id,
    source: attempt.proved.includes("NEW_PASSWORD")
      ? "TokenGeneration_NewPasswordChallenge"
      : "TokenGeneration_Authentication",
    metadata: attempt.metadata
  })
  const result = {
    ...tokens,
    RefreshToken: refreshToken,
    ...(device === undefined ? {} : { NewDeviceMetadata: { DeviceKey: device.key, DeviceGroupKey: device.groupKey } })
  }
  return { AuthenticationResult: result, ChallengeParameters: {} } satisfies AuthResponse
})

const newDevice = ({ ip, now, region, uuid }: Moment): Device => ({
  key: `${region}_${uuid()}`,
  groupKey: `-${uuid().slice(0, 8)}`,
  remembered: false,
  created: now,
  modified: now,
  authenticated: now,
  lastIp: ip
})

const withDevice = (user: User, known: Device | undefined, made: Device | undefined, { ip, now }: Moment): User => {
  if (made !== undefined) return { ...user, devices: [...user.devices, made] }
  if (known === undefined) return user
  return {
    ...user,
    devices: user.devices.map((device) =>
      device.key === known.key ? { ...device, authenticated: now, lastIp: ip } : device
    )
  }
}
