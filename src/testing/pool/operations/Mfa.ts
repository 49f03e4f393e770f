/** Second factors: authenticator apps, what users prefer, and what a pool has. */
import * as Effect from "effect/Effect"
import * as operations from "../../../operations/Mfa.ts"
import { challengeOf, open, withChallenge, withUsed } from "../Challenges.ts"
import { changed, putUser, userOf } from "../Directory.ts"
import { holderOf } from "../Grants.ts"
import { type Handler, type Moment, present, program, query, transition } from "../Handler.ts"
import { destinationOf } from "../Messages.ts"
import { invalid, refuse } from "../Refusal.ts"
import {
  type Challenge,
  clientOf,
  type MfaSettings,
  type Pool,
  poolOf,
  type State,
  type Totp,
  type User,
  withPool
} from "../State.ts"
import { makeSecret, stepOfCode } from "../Totp.ts"

/** A user by an access token, or by the session of a sign-in that sets an app up. */
const ownerOf = (
  state: State,
  { AccessToken, Session }: { readonly AccessToken?: string; readonly Session?: string },
  now: number
): { readonly pool: Pool; readonly user: User; readonly challenge?: Challenge } => {
  if (AccessToken !== undefined) return holderOf(state, AccessToken, now)
  if (Session === undefined) return invalid("AccessToken or Session is required.")
  return challengeOf(state, Session, { clientId: undefined, name: "MFA_SETUP" }, now)
}

const checkApps = ({ mfa }: Pool): void => {
  if (mfa.SoftwareTokenMfaConfiguration?.Enabled !== true) {
    refuse("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool.")
  }
}

export const associateSoftwareToken: Handler = transition(operations.associateSoftwareToken, (state, input, moment) => {
  const { challenge, pool, user } = ownerOf(state, input, moment.now)
  checkApps(pool)
  const secret = makeSecret(moment.random(32))
  // An app that works stays until the new one has shown its code.
  const totp: Totp = user.mfa.totp?.verified === true ? user.mfa.totp : { secret, verified: false }
  const asked: User = { ...user, mfa: { ...user.mfa, totp }, codes: { ...user.codes, totp: pending(secret, moment) } }
  if (challenge === undefined) return [{ SecretCode: secret }, putUser(state, pool, asked)]
  const [Session, next] = followed(state, pool, asked, challenge, moment, {})
  return [{ SecretCode: secret, Session }, next]
})

/** A secret that waits for its first code. */
const pending = (secret: string, { now }: Moment) => ({
  code: secret,
  expires: now + 24 * 3_600_000,
  failures: 0,
  sent: []
})

/** The session that takes the place of one in the setting up of an app. */
const followed = (
  state: State,
  pool: Pool,
  user: User,
  challenge: Challenge,
  moment: Moment,
  members: Partial<Challenge>
) => {
  const { client } = clientOf(state, challenge.clientId)
  const { flow, name, proved } = challenge
  return open({ state, pool, user: withUsed(user, challenge), client }, moment, { flow, name, proved, ...members })
}

export const verifySoftwareToken: Handler = program(operations.verifySoftwareToken, (input, kernel) =>
  Effect.flatMap(
    kernel.modify((state, moment) => {
      const { challenge, pool, user } = ownerOf(state, input, moment.now)
      checkApps(pool)
      const secret = user.codes.totp?.code
        ?? refuse("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled for the user.")
      const step = stepOfCode(secret, input.UserCode, moment.now)
      if (step === undefined) return [undefined, miscounted(state, pool, user, challenge)]
      const { totp: _, ...codes } = user.codes
      const totp: Totp = present({ secret, verified: true, name: input.FriendlyDeviceName, lastStep: step })
      const mfa: MfaSettings = challenge === undefined
        ? { ...user.mfa, totp }
        : { ...user.mfa, totp, softwareToken: true, preferred: "SOFTWARE_TOKEN_MFA" }
      const verified = changed(user, { codes, mfa }, moment.now)
      if (challenge === undefined) return [{ Status: "SUCCESS" }, putUser(state, pool, verified)]
      const [Session, next] = followed(state, pool, verified, challenge, moment, { setUp: true })
      return [{ Status: "SUCCESS", Session }, next]
    }),
    (output) =>
      output === undefined
        ? Effect.suspend(() => refuse("EnableSoftwareTokenMFAException", "Code mismatch"))
        : Effect.succeed(output)
  ))

/** A wrong code leaves the session, for a few more tries. */
const miscounted = (state: State, pool: Pool, user: User, challenge: Challenge | undefined): State => {
  if (challenge === undefined) return state
  const failures = challenge.failures + 1
  return putUser(state, pool, withChallenge(user, { ...challenge, failures, used: failures >= 5 }))
}

export const adminDeleteSoftwareToken: Handler = transition(
  operations.adminDeleteSoftwareToken,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const user = userOf(pool, input.Username)
    const { preferred, softwareToken: _, totp: __, ...mfa } = user.mfa
    const kept = preferred === undefined || preferred === "SOFTWARE_TOKEN_MFA" ? mfa : { ...mfa, preferred }
    return [{}, putUser(state, pool, changed(user, { mfa: kept }, now))]
  }
)

/** What a request says of the factors of a user. */
interface Preference {
  readonly SMSMfaSettings?: Setting
  readonly SoftwareTokenMfaSettings?: Setting
  readonly EmailMfaSettings?: Setting
  readonly WebAuthnMfaSettings?: { readonly Enabled?: boolean }
}

interface Setting {
  readonly Enabled?: boolean
  readonly PreferredMfa?: boolean
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SetUserMFAPreference.html */
const preferred = (pool: Pool, user: User, input: Preference): MfaSettings => {
  const { EmailMfaSettings, SMSMfaSettings, SoftwareTokenMfaSettings, WebAuthnMfaSettings } = input
  checkFactors(pool, user, input)
  const settings = [
    ["SMS_MFA", SMSMfaSettings],
    ["SOFTWARE_TOKEN_MFA", SoftwareTokenMfaSettings],
    ["EMAIL_OTP", EmailMfaSettings]
  ] as const
  const wanted = settings.filter(([, setting]) => setting?.PreferredMfa === true)
  if (wanted.length > 1) invalid("Only one MFA option can be preferred.")
  if (wanted.some(([, setting]) => setting?.Enabled !== true)) invalid("User has not enabled the preferred MFA option.")
  const isOff = settings.some(([name, setting]) =>
    name === user.mfa.preferred && (setting?.Enabled === false || setting?.PreferredMfa === false)
  )
  const { preferred: former, ...mfa } = user.mfa
  const next = wanted[0]?.[0] ?? (isOff ? undefined : former)
  return present({
    ...mfa,
    sms: SMSMfaSettings?.Enabled ?? mfa.sms,
    softwareToken: SoftwareTokenMfaSettings?.Enabled ?? mfa.softwareToken,
    email: EmailMfaSettings?.Enabled ?? mfa.email,
    webAuthn: WebAuthnMfaSettings?.Enabled ?? mfa.webAuthn,
    preferred: next
  })
}

const checkFactors = (pool: Pool, { attributes, mfa }: User, input: Preference): void => {
  if (input.SoftwareTokenMfaSettings?.Enabled === true && mfa.totp?.verified !== true) {
    invalid("User has not verified software token mfa")
  }
  if (input.SMSMfaSettings?.Enabled === true && destinationOf(attributes, "phone_number") === undefined) {
    invalid("User does not have delivery config set to turn on SMS_MFA")
  }
  if (input.EmailMfaSettings?.Enabled !== true) return
  if (pool.mfa.EmailMfaConfiguration === undefined) invalid("Email MFA is not enabled for the user pool.")
  if (destinationOf(attributes, "email") === undefined) {
    invalid("User does not have delivery config set to turn on EMAIL_OTP")
  }
}

export const setUserMFAPreference: Handler = transition(operations.setUserMFAPreference, (state, input, { now }) => {
  const { pool, user } = holderOf(state, input.AccessToken, now)
  return [{}, putUser(state, pool, changed(user, { mfa: preferred(pool, user, input) }, now))]
})

export const adminSetUserMFAPreference: Handler = transition(
  operations.adminSetUserMFAPreference,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const user = userOf(pool, input.Username)
    return [{}, putUser(state, pool, changed(user, { mfa: preferred(pool, user, input) }, now))]
  }
)

export const getUserPoolMfaConfig: Handler = query(
  operations.getUserPoolMfaConfig,
  (state, { UserPoolId }) => poolOf(state, UserPoolId).mfa
)

export const setUserPoolMfaConfig: Handler = transition(operations.setUserPoolMfaConfig, (state, input, { now }) => {
  const { UserPoolId, ...given } = input
  const pool = poolOf(state, UserPoolId)
  const hasFactor = given.SmsMfaConfiguration !== undefined || given.SoftwareTokenMfaConfiguration?.Enabled === true
    || given.EmailMfaConfiguration !== undefined
  if (given.MfaConfiguration !== undefined && given.MfaConfiguration !== "OFF" && !hasFactor) {
    invalid("Invalid MFA configuration given, can't turn on MFA and configure 0 MFA methods.")
  }
  const mfa = { ...given, MfaConfiguration: given.MfaConfiguration ?? pool.mfa.MfaConfiguration ?? "OFF" }
  const settings = { ...pool.settings, MfaConfiguration: mfa.MfaConfiguration, LastModifiedDate: new Date(now) }
  return [mfa, withPool(state, { ...pool, mfa, settings })]
})
