/**
 * The tokens in an answer of the service, and what an access token says of itself.
 *
 * What it says is read and not verified: it comes from the service itself. Tokens of others are verified by `Tokens.ts`.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { isJsonObject } from "../protocol/Codec.ts"
import type { JsonObject } from "../protocol/Conversion.ts"
import type { AuthenticationResultType } from "../schema/Auth.ts"

type Secret = Redacted.Redacted<string>

/** What the service gave for the sign-in. */
export interface Tokens {
  /** Authorises the user's own calls. */
  readonly accessToken: Secret
  /** The user's identity, for the program itself. */
  readonly idToken: Secret | undefined
  /** Gets new tokens later. */
  readonly refreshToken: Secret | undefined
  /** When the access token ends, by this machine's clock. */
  readonly expiresAt: Date
  /** When it was given, by this machine's clock. What is near its end is told by the time from here to there. */
  readonly issuedAt?: Date
}

/** The tokens of an answer; `undefined` for one without an access token. What it leaves out stays as it was `before`. */
export const tokensOf = (
  { AccessToken, ExpiresIn, IdToken, RefreshToken }: AuthenticationResultType,
  before?: Tokens
): Effect.Effect<Tokens | undefined> =>
  Effect.map(Clock.currentTimeMillis, (now) =>
    AccessToken && {
      accessToken: AccessToken,
      idToken: IdToken ?? before?.idToken,
      refreshToken: RefreshToken ?? before?.refreshToken,
      issuedAt: new Date(now),
      expiresAt: endOf(AccessToken, ExpiresIn, now)
    })

/** Years that no token lasts, in milliseconds. */
const never = 100 * 365.25 * 24 * 3_600_000

/** Emulators leave the lifetime out or make it up; then the token tells its end, by the clock of its issuer. */
const endOf = (accessToken: Secret, expiresIn: number | undefined, now: number): Date => {
  const lasts = expiresIn === undefined ? (expOf(accessToken) ?? now) - now : expiresIn * 1000
  return new Date(now + Math.min(Math.max(lasts, 0), never))
}

/** The pool's name of the user, which some flows tell nowhere else. */
export const usernameOf = (accessToken: Secret): string | undefined => {
  const { username } = claimsOf(accessToken)
  return typeof username === "string" ? username : undefined
}

const expOf = (accessToken: Secret): number | undefined => {
  const { exp } = claimsOf(accessToken)
  return typeof exp === "number" ? exp * 1000 : undefined
}

const claimsOf = (token: Secret): JsonObject => {
  const payload = Base64Url.decodeString(Redacted.value(token).split(".")[1] ?? "")
  const claims = Result.try(() => JSON.parse(Result.getOrElse(payload, () => "{}")))
  return Result.isSuccess(claims) && isJsonObject(claims.success) ? claims.success : {}
}
