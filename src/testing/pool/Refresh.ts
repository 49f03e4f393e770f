/**
 * Refreshes: new tokens for a refresh token, which may be replaced by that.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-refresh-token.html
 */
import * as Effect from "effect/Effect"
import { putUser } from "./Directory.ts"
import { changedGrant, issue, refreshTokenOf, rotates, usableGrant } from "./Grants.ts"
import type { Kernel } from "./Handler.ts"
import { refuse } from "./Refusal.ts"
import type { AuthResponse, Metadata } from "./SignIn.ts"
import { clientOf, type Grant, type Pool, type State, type User } from "./State.ts"

/** A refresh that is asked for. */
export interface RefreshOf {
  readonly clientId: string
  readonly token: string
  readonly deviceKey: string | undefined
  readonly metadata: Metadata
  /** Refuses a request that does not know the client's secret. */
  readonly checkClient: (user: User) => void
}

/** A refresh token that was taken, and the one in its place. */
interface Refreshed {
  readonly pool: Pool
  readonly user: User
  readonly grant: Grant
  readonly rotated: string | undefined
}

/** Refreshes tokens. A client that rotates gets another refresh token with them. */
export const refresh = Effect.fnUntraced(function*(kernel: Kernel["Service"], of: RefreshOf) {
  const { grant, pool, rotated, user } = yield* kernel.modify((state, moment): readonly [Refreshed, State] => {
    const { client } = clientOf(state, of.clientId)
    const { grant, pool, token, user } = usableGrant(state, of.token, client, moment, of.deviceKey)
    of.checkClient(user)
    if (!rotates(client)) return [{ grant, pool, user, rotated: undefined }, state]
    const grace = (client.settings.RefreshTokenRotation?.RetryGracePeriodSeconds ?? 0) * 1000
    if (token.rotated !== undefined && moment.now >= token.rotated + grace) {
      refuse("RefreshTokenReuseException", "Refresh token has been rotated and can no longer be used.")
    }
    const next = {
      ...grant,
      refreshTokens: [
        ...grant.refreshTokens.map((known) =>
          known.id === token.id ? { ...known, rotated: known.rotated ?? moment.now } : known
        ),
        { id: moment.uuid() }
      ]
    }
    const changed = changedGrant(user, next)
    return [
      { grant: next, pool, user: changed, rotated: refreshTokenOf(pool, changed, next, moment.random) },
      putUser(state, pool, changed)
    ]
  })
  const tokens = yield* issue(kernel, {
    poolId: pool.id,
    sub: user.sub,
    grantId: grant.id,
    source: "TokenGeneration_RefreshTokens",
    metadata: of.metadata
  })
  return {
    AuthenticationResult: { ...tokens, ...(rotated === undefined ? {} : { RefreshToken: rotated }) },
    ChallengeParameters: {}
  } satisfies AuthResponse
})
