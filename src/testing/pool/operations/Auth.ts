/** Sign-in, tokens and sign-out. */
import * as Effect from "effect/Effect"
import * as operations from "../../../operations/Auth.ts"
import type { Plain } from "../../../protocol/Plain.ts"
import type { InitiateAuthRequest, RespondToAuthChallengeRequest } from "../../../schema/Auth.ts"
import { type Answer, answer } from "../Answers.ts"
import { checkSecret } from "../ClientSecrets.ts"
import { putUser, userOf } from "../Directory.ts"
import { type Beginning, choicesOf, initiate } from "../FirstFactor.ts"
import { lifetimesOf } from "../Claims.ts"
import { changedGrant, grantOf, holderOf, withoutGrants } from "../Grants.ts"
import { type Handler, program, query, transition } from "../Handler.ts"
import { invalid, refuse, unauthorized } from "../Refusal.ts"
import { refresh } from "../Refresh.ts"
import { activeFactors } from "../SignIn.ts"
import { clientOf, type Pool, poolOf, type User } from "../State.ts"

/** What both ways to begin a sign-in say. */
const begun = (input: Plain<InitiateAuthRequest>): Beginning => ({
  clientId: input.ClientId,
  flow: input.AuthFlow,
  parameters: input.AuthParameters ?? {},
  metadata: input.ClientMetadata,
  session: input.Session
})

export const initiateAuth: Handler = program(operations.initiateAuth, (input, kernel) => initiate(kernel, begun(input)))

export const adminInitiateAuth: Handler = program(
  operations.adminInitiateAuth,
  ({ ContextData: _, UserPoolId: poolId, ...input }, kernel) => initiate(kernel, { ...begun(input), poolId })
)

/** What both ways to answer a challenge say. */
const answered = (input: Plain<RespondToAuthChallengeRequest>): Answer => ({
  clientId: input.ClientId,
  name: input.ChallengeName,
  session: input.Session,
  responses: input.ChallengeResponses ?? {},
  metadata: input.ClientMetadata
})

export const respondToAuthChallenge: Handler = program(
  operations.respondToAuthChallenge,
  (input, kernel) => answer(kernel, answered(input))
)

export const adminRespondToAuthChallenge: Handler = program(
  operations.adminRespondToAuthChallenge,
  ({ ContextData: _, UserPoolId: poolId, ...input }, kernel) => answer(kernel, { ...answered(input), poolId })
)

export const getTokensFromRefreshToken: Handler = program(
  operations.getTokensFromRefreshToken,
  (input, kernel) =>
    Effect.flatMap(
      kernel.read((state) => {
        const { client } = clientOf(state, input.ClientId)
        checkSecret(client, input.ClientSecret)
      }),
      () =>
        refresh(kernel, {
          clientId: input.ClientId,
          token: input.RefreshToken,
          deviceKey: input.DeviceKey,
          metadata: input.ClientMetadata,
          checkClient: () => {}
        })
    )
)

/**
 * Access tokens go back to the refresh token's sign-in, and are over with it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
 */
export const revokeToken: Handler = transition(operations.revokeToken, (state, { ClientId, ClientSecret, Token }) => {
  const known = state.clients.get(ClientId) ?? invalid(`User pool client ${ClientId} does not exist.`)
  checkRevoker(() => checkSecret(known, ClientSecret))
  if (known.settings.EnableTokenRevocation === false) {
    refuse("UnsupportedOperationException", "Token revocation is not enabled for this client.")
  }
  if (Token.split(".").length === 3) refuse("UnsupportedTokenTypeException", "Unsupported token type")
  const found = grantOf(state, Token) ?? invalid("Invalid token")
  if (found.grant.clientId !== ClientId) refuse("UnauthorizedException", "Invalid token for the client")
  const revoked = changedGrant(found.user, { ...found.grant, revoked: true })
  return [{}, putUser(state, found.pool, revoked)]
})

/** `RevokeToken` has an error of its own for a client that is not who it says. */
const checkRevoker = (check: () => void): void => {
  try {
    check()
  } catch (thrown) {
    refuse("UnauthorizedException", thrown instanceof Error ? thrown.message : "")
  }
}

export const globalSignOut: Handler = transition(operations.globalSignOut, (state, { AccessToken }, { now }) => {
  const { pool, user } = holderOf(state, AccessToken, now)
  return [{}, putUser(state, pool, withoutGrants(user))]
})

export const adminUserGlobalSignOut: Handler = transition(
  operations.adminUserGlobalSignOut,
  (state, { UserPoolId, Username }) => {
    const pool = poolOf(state, UserPoolId)
    return [{}, putUser(state, pool, withoutGrants(userOf(pool, Username)))]
  }
)

const authFactors = (pool: Pool, user: User) => {
  const active = activeFactors(pool, user)
  const factors = choicesOf(pool, user).filter((factor) => factor !== "PASSWORD_SRP")
  return {
    Username: user.name,
    PreferredMfaSetting: user.mfa.preferred,
    UserMFASettingList: active.length === 0 ? undefined : [...active],
    ConfiguredUserAuthFactors: factors
  }
}

export const getUserAuthFactors: Handler = query(operations.getUserAuthFactors, (state, { AccessToken }, { now }) => {
  const { pool, user } = holderOf(state, AccessToken, now)
  return authFactors(pool, user)
})

export const adminGetUserAuthFactors: Handler = query(
  operations.adminGetUserAuthFactors,
  (state, { UserPoolId, Username }) => {
    const pool = poolOf(state, UserPoolId)
    return authFactors(pool, userOf(pool, Username))
  }
)

/**
 * A token of a client itself, by the client credentials grant.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html
 */
export const getClientToken: Handler = program(
  operations.getClientToken,
  ({ ClientId, Scopes, Secret }, kernel) =>
    Effect.gen(function*() {
      const { claims, expires, pool } = yield* kernel.read((state, { issuer, now, uuid }) => {
        const { client, pool } = clientOf(state, ClientId)
        checkSecret(client, Secret)
        if (client.settings.AllowedOAuthFlows?.includes("client_credentials") !== true) {
          unauthorized("The client does not have the client credentials grant.")
        }
        const allowed = client.settings.AllowedOAuthScopes ?? []
        const scopes: ReadonlyArray<string> = Scopes ?? allowed
        if (!scopes.every((scope) => allowed.includes(scope))) invalid("The client does not have all of these scopes.")
        const iat = Math.floor(now / 1000)
        const expires = lifetimesOf(client).access
        const claims = {
          sub: ClientId,
          token_use: "access",
          scope: scopes.join(" "),
          auth_time: iat,
          iss: `${issuer}/${pool.id}`,
          exp: iat + expires,
          iat,
          version: 2,
          jti: uuid(),
          client_id: ClientId
        }
        return { claims, expires, pool }
      })
      const AccessToken = yield* kernel.sign(pool.id, claims)
      return { ClientAuthenticationResult: { AccessToken, ExpiresIn: expires, TokenType: "Bearer" } }
    })
)
