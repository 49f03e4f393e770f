/**
 * What a session asks of the service: new tokens for its refresh token, and its end. What becomes of the answers is
 * `SessionRefresh.ts`'s and `Session.ts`'s.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { ClientError } from "../errors/ClientError.ts"
import {
  type GetTokensFromRefreshTokenError,
  globalSignOut,
  type GlobalSignOutError,
  initiateAuth,
  type InitiateAuthError,
  type RevokeTokenError
} from "../operations/Auth.ts"
import type { AuthenticationResultType } from "../schema/Auth.ts"
import type { Cognito } from "../Service.ts"
import { AppClient, secretHash } from "./AppClient.ts"
import { getTokensFromRefreshToken, revokeToken } from "./AppClientOperations.ts"
import { tokensOf } from "./AuthenticationResult.ts"
import type { Metadata } from "./Challenges.ts"
import { isRefusal } from "./SignInDevice.ts"
import { UnexpectedStepError } from "./SignInError.ts"
import type { SignedIn } from "./Step.ts"
import { publicContext } from "./UserContext.ts"

/** By which operation tokens are refreshed, and what triggers are told. */
export interface RefreshOptions {
  /**
   * By which operation. Default: `GetTokensFromRefreshToken`, which goes with and without rotation of refresh tokens.
   * `REFRESH_TOKEN_AUTH` is the older way, which app clients with rotation refuse.
   */
  readonly refreshBy?: "GetTokensFromRefreshToken" | "REFRESH_TOKEN_AUTH"
  /** Told to the Lambda triggers of each refresh, such as pre token generation. */
  readonly clientMetadata?: Metadata
}

/** Why a refresh brought nothing. */
export type RefreshError =
  | GetTokensFromRefreshTokenError
  | InitiateAuthError
  | ClientError
  | UnexpectedStepError

/** Whether the service found the access token expired, whatever this machine's clock says. */
export const isExpired = ({ _tag, message }: { readonly _tag: string; readonly message: string }): boolean =>
  _tag === "NotAuthorizedException" && /access token has expired/i.test(message)

/** New tokens for a refresh token. A device that the pool has forgotten is dropped. */
export const refreshed = (
  held: SignedIn,
  refreshToken: Redacted.Redacted<string>,
  options: RefreshOptions
): Effect.Effect<SignedIn, RefreshError, AppClient | Cognito> =>
  Effect.gen(function*() {
    const ask = (from: SignedIn) => Effect.map(request(from, refreshToken, options), (result) => ({ from, result }))
    const { from, result } = yield* Effect.catch(
      ask(held),
      (error) =>
        held.device !== undefined && isRefusal(error) ? ask({ ...held, device: undefined }) : Effect.fail(error)
    )
    const tokens = yield* tokensOf(result, held.tokens)
    if (tokens === undefined) {
      return yield* new UnexpectedStepError({ message: "the response to a refresh holds no access token" })
    }
    return { ...from, tokens }
  })

const request = (
  { device, username }: SignedIn,
  RefreshToken: Redacted.Redacted<string>,
  { clientMetadata, refreshBy }: RefreshOptions
): Effect.Effect<AuthenticationResultType, RefreshError, AppClient | Cognito> => {
  const metadata = clientMetadata === undefined ? {} : { ClientMetadata: clientMetadata }
  if (refreshBy !== "REFRESH_TOKEN_AUTH") {
    const deviceKey = device === undefined ? {} : { DeviceKey: device.key }
    return Effect.map(getTokensFromRefreshToken({ RefreshToken, ...deviceKey, ...metadata }), resultOf)
  }
  return Effect.gen(function*() {
    const client = yield* AppClient
    const hash = secretHash(client, username)
    const answer = yield* initiateAuth({
      ...yield* publicContext({}),
      ClientId: client.clientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: {
        REFRESH_TOKEN: RefreshToken,
        ...(hash === undefined ? {} : { SECRET_HASH: hash }),
        ...(device === undefined ? {} : { DEVICE_KEY: device.key })
      },
      ...metadata
    })
    return resultOf(answer)
  })
}

const resultOf = ({ AuthenticationResult = {} }: { readonly AuthenticationResult?: AuthenticationResultType }) =>
  AuthenticationResult

/** How the service is told of the end of a session. */
export type Ending = "global" | "revoke"

/** Why the service was not told of the end. */
export type EndError = RefreshError | GlobalSignOutError | RevokeTokenError

/** Tells the service that a session is over. All of the user's are told of with an access token that is good yet. */
export const ended = (
  held: SignedIn,
  how: Ending,
  options: RefreshOptions
): Effect.Effect<unknown, EndError, AppClient | Cognito> => {
  const { accessToken, expiresAt, refreshToken } = held.tokens
  if (how === "revoke") return refreshToken === undefined ? Effect.void : revokeToken({ Token: refreshToken })
  const everywhere = globalSignOut({ AccessToken: accessToken })
  if (refreshToken === undefined) return everywhere
  const afterRefresh = Effect.flatMap(
    refreshed(held, refreshToken, options),
    ({ tokens }) => globalSignOut({ AccessToken: tokens.accessToken })
  )
  return Effect.flatMap(
    Clock.currentTimeMillis,
    (now): Effect.Effect<unknown, EndError, AppClient | Cognito> =>
      expiresAt.getTime() <= now ? afterRefresh : Effect.catchIf(everywhere, isExpired, () => afterRefresh)
  )
}
