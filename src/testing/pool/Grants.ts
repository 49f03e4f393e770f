/**
 * Sign-ins and their tokens: what is in them, how long they are good, and what ends them.
 *
 * A grant is one sign-in. Its access and ID tokens name it as `origin_jti`; its refresh token makes more of them.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { claimsOf, type Issue, lifetimesOf, overridden, tokenInvocation } from "./Claims.ts"
import { putUser, userOfSub } from "./Directory.ts"
import type { Kernel, Moment } from "./Handler.ts"
import * as Jwt from "./Jwt.ts"
import { refuse, unauthorized } from "./Refusal.ts"
import { type Client, clientOf, type Grant, type Holder, type Pool, poolOf, type State, type User } from "./State.ts"
import { versionOf } from "./Triggers.ts"

/** The scope of tokens that did not come by OAuth. */
const userScope = "aws.cognito.signin.user.admin"

/** Whose access token it is. */
export const holderOf = (state: State, token: string | undefined, now: number): Holder => {
  const parsed = Jwt.parse(token ?? "")
  const claims = parsed?.claims ?? {}
  const pool = state.pools.get(String(claims.iss).split("/").at(-1) ?? "")
  if (parsed === undefined || pool === undefined || claims.token_use !== "access") {
    return unauthorized("Invalid Access Token")
  }
  if (Number(claims.exp) * 1000 <= now) return unauthorized("Access Token has expired")
  const user = userOfSub(pool, String(claims.sub)) ?? refuse("UserNotFoundException", "User does not exist.")
  const grant =
    user.grants.find(({ accessTokens }) => accessTokens.some(({ signature }) => signature === parsed.signature))
      ?? unauthorized("Could not verify signature for Access Token")
  if (grant.revoked) unauthorized("Access Token has been revoked")
  if (!user.enabled) unauthorized("User is disabled.")
  if (!String(claims.scope).split(" ").includes(userScope)) unauthorized("Access Token does not have required scopes")
  return { pool, user, grant, client: clientOf(state, grant.clientId).client }
}

/** Whether a client's refresh tokens are replaced when they are used. */
export const rotates = ({ settings }: Client): boolean => settings.RefreshTokenRotation?.Feature === "ENABLED"

/** A user who is signed in once more. */
export const withGrant = (
  user: User,
  client: Client,
  { now, uuid }: Moment,
  deviceKey: string | undefined
): readonly [grant: Grant, user: User] => {
  const grant: Grant = {
    id: uuid(),
    clientId: client.settings.ClientId,
    scope: userScope,
    authenticated: now,
    active: now,
    expires: now + lifetimesOf(client).refresh * 1000,
    revoked: false,
    refreshTokens: [{ id: uuid() }],
    accessTokens: [],
    ...(deviceKey === undefined ? {} : { deviceKey })
  }
  return [grant, { ...user, grants: [...user.grants.filter(({ expires }) => expires > now), grant] }]
}

/** A user with one grant changed. */
export const changedGrant = (user: User, grant: Grant): User => ({
  ...user,
  grants: user.grants.map((known) => known.id === grant.id ? grant : known)
})

/** A user whose sign-ins are all over. */
export const withoutGrants = (user: User): User => ({
  ...user,
  grants: user.grants.map((grant) => ({ ...grant, revoked: true }))
})

/** The text of a grant's current refresh token. It has the five parts of the service's, which is encrypted. */
export const refreshTokenOf = (
  pool: Pool,
  user: User,
  grant: Grant,
  random: (size: number) => Uint8Array
): string => {
  const header = Base64Url.encode(`{"cty":"JWT","enc":"A256GCM","alg":"RSA-OAEP"}`)
  const name = Base64Url.encode(JSON.stringify([pool.id, user.sub, grant.id, grant.refreshTokens.at(-1)?.id]))
  return [header, name, ...[12, 200, 16].map((size) => Base64Url.encode(random(size)))].join(".")
}

/** The grant of a refresh token, whatever state it is in. */
export const grantOf = (
  state: State,
  token: string
): Omit<Holder, "client"> & { readonly token: Grant["refreshTokens"][number] } | undefined => {
  const text = Base64Url.decodeString(token.split(".")[1] ?? "")
  if (Result.isFailure(text)) return undefined
  try {
    const [poolId, sub, grantId, tokenId] = JSON.parse(text.success)
    const pool = state.pools.get(String(poolId))
    if (pool === undefined) return undefined
    const user = userOfSub(pool, String(sub)) ?? refuse("UserNotFoundException", "User does not exist.")
    const grant = user.grants.find(({ id }) => id === grantId)
    const known = grant?.refreshTokens.find(({ id }) => id === tokenId)
    return grant === undefined || known === undefined ? undefined : { pool, user, grant, token: known }
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return undefined
    throw thrown
  }
}

/** Refuses a refresh token that is not good for a client now. */
export const usableGrant = (
  state: State,
  token: string | undefined,
  client: Client,
  { now }: Moment,
  deviceKey: string | undefined
): NonNullable<ReturnType<typeof grantOf>> => {
  const found = grantOf(state, token ?? "") ?? unauthorized("Invalid Refresh Token")
  const { grant, user } = found
  if (grant.clientId !== client.settings.ClientId) unauthorized("Invalid Refresh Token")
  if (grant.revoked) unauthorized("Refresh Token has been revoked")
  if (now >= grant.expires) unauthorized("Refresh Token has expired")
  if (!user.enabled) unauthorized("User is disabled.")
  // A device that was confirmed with this sign-in must come along.
  const device = user.devices.find(({ key }) => key === grant.deviceKey)
  if (device?.verifier !== undefined && deviceKey !== grant.deviceKey) unauthorized("Invalid Refresh Token")
  return found
}

/** Makes the access and the ID token of a grant. */
export const issue = Effect.fnUntraced(function*(kernel: Kernel["Service"], of: Issue) {
  const { client, grant, moment, pool, user } = yield* kernel.read((state, moment) => {
    const pool = poolOf(state, of.poolId)
    const user = userOfSub(pool, of.sub) ?? refuse("UserNotFoundException", "User does not exist.")
    const grant = user.grants.find(({ id }) => id === of.grantId) ?? unauthorized("Invalid Refresh Token")
    return { pool, user, grant, moment, client: clientOf(state, grant.clientId).client }
  })
  const claims = claimsOf({ client, grant, pool, user }, moment)
  const response = yield* kernel.invoke(tokenInvocation({ client, grant, pool, user }, of))
  const { access, id } = response === undefined
    ? claims
    : overridden(claims, response, versionOf(pool, "PreTokenGeneration"))
  const AccessToken = yield* kernel.sign(pool.id, access)
  const IdToken = yield* kernel.sign(pool.id, id)
  const lifetimes = lifetimesOf(client)
  yield* kernel.modify((state, { now }) => {
    const pool = poolOf(state, of.poolId)
    const user = userOfSub(pool, of.sub) ?? refuse("UserNotFoundException", "User does not exist.")
    const grant = user.grants.find(({ id }) => id === of.grantId) ?? unauthorized("Invalid Refresh Token")
    const signature = AccessToken.slice(AccessToken.lastIndexOf(".") + 1)
    const kept = grant.accessTokens.filter(({ expires }) => expires > now)
    const next = {
      ...grant,
      active: now,
      accessTokens: [...kept, { signature, expires: moment.now + lifetimes.access * 1000 }]
    }
    return [undefined, putUser(state, pool, changedGrant(user, next))]
  })
  return { AccessToken, IdToken, ExpiresIn: lifetimes.access, TokenType: "Bearer" }
})
