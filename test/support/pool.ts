/**
 * Pools of `effect-cognito/testing/pool` as the tests of sign-in want them: one user in a certain state, and a look at
 * what is kept. The codes of authenticator apps are computed by the package `otpauth`.
 */
import * as Effect from "effect/Effect"
import { Secret, TOTP } from "otpauth"
import { newUser } from "../../src/testing/pool/Accounts.ts"
import type { Answered, Received } from "../../src/testing/pool/Dispatch.ts"
import { putUser, userOf } from "../../src/testing/pool/Directory.ts"
import { grantOf, withoutGrants } from "../../src/testing/pool/Grants.ts"
import { defaultClientId, defaultUserPoolId } from "../../src/testing/pool/index.ts"
import { type MfaSettings, poolOf, type State, type User } from "../../src/testing/pool/State.ts"
import { make, type Options } from "../../src/testing/pool/UserPools.ts"

/** A user of a pool. */
export interface PoolUser {
  /** The name in the pool: `USER_ID_FOR_SRP`. */
  readonly name: string
  /** An address, or another name to sign in with. */
  readonly aliases?: ReadonlyArray<string>
  readonly password: string
  /** Second factors; several are to be chosen from. */
  readonly mfa?: ReadonlyArray<"SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP">
  /** Whether the user has every first factor, a passkey included. */
  readonly hasAllFactors?: boolean
  /** Whether the password was set by an administrator; then the attribute `name` is missing, too. */
  readonly temporary?: boolean
}

export interface PoolOptions {
  readonly clientSecret?: string
  readonly users?: ReadonlyArray<PoolUser>
  readonly rotation?: boolean
  /** Whether devices are tracked. */
  readonly devices?: boolean
  readonly mfaRequired?: boolean
  /** Whether users sign up with their addresses. */
  readonly byEmail?: boolean
  /** Whether names are the same in capitals. */
  readonly anyCase?: boolean
  readonly random?: (size: number) => Uint8Array
  /** Triggers beside those of custom sign-ins. */
  readonly triggers?: NonNullable<Options["triggers"]>
  /** Settings of second factors beside the others. */
  readonly mfa?: NonNullable<Options["mfa"]>
}

/** The code of every message. */
export const code = "123456"

/** The client's secret where a test gives it one. */
export const clientSecret = "s3cr3tOfTheTestsThatIsLongEnough"

const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

/** What an authenticator app shows now. Without a secret it is the one that users with `SOFTWARE_TOKEN_MFA` have. */
export const totpCode = (secret = totpSecret, timestamp = Date.now()): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp })

const settingsOf = (
  { anyCase, byEmail, clientSecret, devices, mfa, mfaRequired, random, rotation, triggers, users = [] }: PoolOptions
): Options => ({
  code,
  ...(random === undefined ? {} : { random }),
  pool: {
    AutoVerifiedAttributes: ["email"],
    Policies: {
      PasswordPolicy: { MinimumLength: 6 },
      SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"] }
    },
    ...(anyCase === true ? { UsernameConfiguration: { CaseSensitive: false } } : {}),
    ...(byEmail === true ? { UsernameAttributes: ["email"] } : { AliasAttributes: ["email", "preferred_username"] }),
    ...(users.some(({ temporary }) => temporary) ? { Schema: [{ Name: "name", Required: true }] } : {}),
    ...(devices === true ? { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } } : {})
  },
  mfa: {
    MfaConfiguration: mfaRequired === true ? "ON" : "OPTIONAL",
    SoftwareTokenMfaConfiguration: { Enabled: true },
    WebAuthnConfiguration: { RelyingPartyId: "localhost" },
    ...(mfaRequired === true ? {} : { SmsMfaConfiguration: {}, EmailMfaConfiguration: {} }),
    ...mfa
  },
  client: {
    ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret }),
    ...(rotation === true ? { RefreshTokenRotation: { Feature: "ENABLED" } } : {})
  },
  triggers: {
    DefineAuthChallenge: ({ request }) => {
      const rounds = Object(request).session
      const last = rounds.at(-1)
      const isDone = last?.challengeName === "CUSTOM_CHALLENGE" || last?.challengeName === "PASSWORD_VERIFIER"
      return {
        response: last?.challengeName === "SRP_A"
          ? { challengeName: "PASSWORD_VERIFIER" }
          : isDone
          ? { issueTokens: last.challengeResult, failAuthentication: !last.challengeResult }
          : { challengeName: "CUSTOM_CHALLENGE" }
      }
    },
    CreateAuthChallenge: () => ({ response: { publicChallengeParameters: { question: "what is your quest?" } } }),
    VerifyAuthChallengeResponse: ({ request }) => ({
      response: { answerCorrect: request.challengeAnswer === "the grail" }
    }),
    ...triggers
  }
})

const mfaOf = (mfa: PoolUser["mfa"] = []): MfaSettings => ({
  ...(mfa.includes("SMS_MFA") ? { sms: true } : {}),
  ...(mfa.includes("EMAIL_OTP") ? { email: true } : {}),
  ...(mfa.includes("SOFTWARE_TOKEN_MFA")
    ? { softwareToken: true, totp: { secret: totpSecret, verified: true, name: "phone" } }
    : {})
})

const attributesOf = ({ aliases = [], temporary }: PoolUser) => {
  const [email = "anna@example.com"] = aliases.filter((alias) => alias.includes("@"))
  const [preferred] = aliases.filter((alias) => !alias.includes("@"))
  return {
    email,
    email_verified: "true",
    phone_number: "+15551231234",
    phone_number_verified: "true",
    ...(temporary === true ? {} : { name: "Anna" }),
    ...(preferred === undefined ? {} : { preferred_username: preferred })
  }
}

const passkey = {
  id: "cGFzc2tleQ",
  publicKey: "oA",
  algorithm: -7,
  signCount: 0,
  transports: [],
  name: "Passkey",
  rpId: "localhost",
  created: 0
}

export const makePool = (options: PoolOptions = {}) => {
  // All of it happens at once: nothing is signed yet.
  const { account, pools } = Effect.runSync(make(settingsOf(options)))
  const kernel = account.kernel()
  const tokens: Array<string> = []

  const change = (by: (user: User) => User): void =>
    Effect.runSync(Effect.orDie(kernel.modify((state) => [undefined, changedBy(state, by)])))

  for (const user of options.users ?? []) {
    Effect.runSync(Effect.orDie(kernel.modify((state, moment) => {
      const pool = poolOf(state, defaultUserPoolId)
      const made = newUser(
        pool,
        { username: user.name, attributes: attributesOf(user), password: user.password },
        moment,
        {
          status: user.temporary === true ? "FORCE_CHANGE_PASSWORD" : "CONFIRMED",
          mfa: mfaOf(user.mfa),
          passkeys: user.hasAllFactors === true ? [passkey] : []
        }
      )
      return [undefined, putUser(state, pool, made)]
    })))
  }

  return {
    id: defaultUserPoolId,
    clientId: defaultClientId,
    clientSecret: options.clientSecret,
    /** What was asked, in order. */
    requests: account.requests,
    /** The refresh tokens that are good. */
    refreshTokens: (): ReadonlyArray<string> =>
      tokens.filter((token) => {
        const found = grantOf(account.state(), token)
        return found?.grant.revoked === false && found.token.rotated === undefined
      }),
    revokeAll: () => change(withoutGrants),
    /** The devices of all users. */
    devices: () => poolOf(account.state(), defaultUserPoolId).users.values().flatMap(({ devices }) => devices),
    forgetDevices: () => change((user) => ({ ...user, devices: [] })),
    /** Ends all sessions, as time does. */
    expire: () => pools.advance("4 minutes"),
    advance: pools.advance,
    totp: (username: string): Promise<string> => Effect.runPromise(pools.totp(username)),
    attributes: (username: string) => userOf(poolOf(account.state(), defaultUserPoolId), username).attributes,
    fault: pools.fault,
    clearFaults: pools.clearFaults,
    handle: (received: Received): Effect.Effect<Answered> =>
      Effect.tap(account.handle(received), (answered) =>
        Effect.sync(() => {
          const body: unknown = JSON.parse(new TextDecoder().decode(answered?.body) || "{}")
          const token = Object(Object(body).AuthenticationResult).RefreshToken
          if (typeof token === "string") tokens.push(token)
        }))
  }
}

const changedBy = (state: State, by: (user: User) => User): State =>
  poolOf(state, defaultUserPoolId).users.values().reduce(
    (next, user) => putUser(next, poolOf(next, defaultUserPoolId), by(user)),
    state
  )

export type Pool = ReturnType<typeof makePool>
