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
import { fromList, identitiesOf, readable, toList } from "./Attributes.ts"
import { putUser, userOfSub } from "./Directory.ts"
import type { Kernel, Moment } from "./Handler.ts"
import * as Jwt from "./Jwt.ts"
import { refuse, unauthorized } from "./Refusal.ts"
import { type Client, clientOf, type Grant, type Pool, poolOf, type State, type User } from "./State.ts"
import { arnOf, versionOf } from "./Triggers.ts"

/** The scope of tokens that did not come by OAuth. */
export const userScope = "aws.cognito.signin.user.admin"

/** A user who is signed in. */
export interface Holder {
  readonly pool: Pool
  readonly client: Client
  readonly user: User
  readonly grant: Grant
}

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

/** Seconds that a client's tokens are good. */
export const lifetimesOf = ({ settings }: Client) => {
  const units = settings.TokenValidityUnits
  const { AccessTokenValidity = 0, IdTokenValidity = 0, RefreshTokenValidity = 0 } = settings
  return {
    access: AccessTokenValidity === 0 ? 3600 : AccessTokenValidity * seconds(units?.AccessToken ?? "hours"),
    id: IdTokenValidity === 0 ? 3600 : IdTokenValidity * seconds(units?.IdToken ?? "hours"),
    refresh: RefreshTokenValidity === 0 ? 30 * 86_400 : RefreshTokenValidity * seconds(units?.RefreshToken ?? "days")
  }
}

const seconds = (unit: string): number => ({ seconds: 1, minutes: 60, hours: 3600, days: 86_400 })[unit] ?? 1

/** Whether a client's refresh tokens are replaced when they are used. */
export const rotates = ({ settings }: Client): boolean => settings.RefreshTokenRotation?.Feature === "ENABLED"

/** A user who is signed in once more. */
export const withGrant = (
  user: User,
  client: Client,
  { now, uuid }: Moment,
  deviceKey: string | undefined,
  scope = userScope
): readonly [grant: Grant, user: User] => {
  const grant: Grant = {
    id: uuid(),
    clientId: client.settings.ClientId,
    scope,
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

/** Tokens that are to be made. */
export interface Issue {
  readonly poolId: string
  readonly sub: string
  readonly grantId: string
  /** How the pre token generation trigger is told why, such as `TokenGeneration_Authentication`. */
  readonly source: string
  readonly metadata: { readonly [key: string]: string } | undefined
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

/** The claims of both tokens. */
interface Claims {
  readonly access: { readonly [claim: string]: unknown }
  readonly id: { readonly [claim: string]: unknown }
}

const claimsOf = ({ client, grant, pool, user }: Holder, { issuer, now, uuid }: Moment): Claims => {
  const { access, id } = lifetimesOf(client)
  const iat = Math.floor(now / 1000)
  const { preferred, roles } = rolesOf(pool, user)
  const common = {
    sub: user.sub,
    ...(user.groups.length === 0 ? {} : { "cognito:groups": user.groups }),
    iss: `${issuer}/${pool.id}`,
    ...(client.settings.EnableTokenRevocation === false ? {} : { origin_jti: grant.id }),
    event_id: uuid(),
    auth_time: Math.floor(grant.authenticated / 1000),
    iat
  }
  return {
    access: {
      ...common,
      client_id: client.settings.ClientId,
      token_use: "access",
      scope: grant.scope,
      username: user.name,
      ...(grant.deviceKey === undefined ? {} : { device_key: grant.deviceKey }),
      exp: iat + access,
      jti: uuid()
    },
    id: {
      ...common,
      ...(roles.length === 0 ? {} : { "cognito:roles": roles }),
      ...(preferred === undefined ? {} : { "cognito:preferred_role": preferred }),
      "cognito:username": user.name,
      aud: client.settings.ClientId,
      token_use: "id",
      ...attributeClaims(client, user),
      exp: iat + id,
      jti: uuid()
    }
  }
}

/** Attributes as claims: what says that something is verified is a boolean. */
const attributeClaims = (client: Client, { attributes, identities }: User): { readonly [claim: string]: unknown } => ({
  ...Object.fromEntries(
    Object.entries(readable(client, attributes)).map(([name, value]) => [
      name,
      /^(email|phone_number)_verified$/.test(name) ? value === "true" : value
    ])
  ),
  ...(identities.length === 0 ? {} : { identities: JSON.parse(identitiesOf(identities)) })
})

/** The roles of a user's groups, and the one of the group that ranks first, if no other ranks the same. */
const rolesOf = (
  pool: Pool,
  user: User
): { readonly roles: ReadonlyArray<string>; readonly preferred: string | undefined } => {
  const groups = user.groups.flatMap((name) => pool.groups.get(name) ?? []).filter(({ RoleArn }) =>
    RoleArn !== undefined
  )
  const rank = ({ Precedence = Infinity }: typeof groups[number]) => Precedence
  const first = Math.min(...groups.map(rank))
  const best = groups.filter((group) => rank(group) === first)
  return {
    roles: groups.flatMap(({ RoleArn }) => RoleArn ?? []),
    preferred: best.length === 1 ? best[0]?.RoleArn : undefined
  }
}

const tokenInvocation = ({ client, grant, pool, user }: Holder, { metadata, source }: Issue) => {
  const { preferred, roles } = rolesOf(pool, user)
  const version = arnOf(pool, "PreTokenGeneration") === undefined ? "1" : versionOf(pool, "PreTokenGeneration")
  return {
    pool,
    trigger: "PreTokenGeneration" as const,
    source,
    clientId: client.settings.ClientId,
    userName: user.name,
    request: {
      userAttributes: { ...fromList(toList(user)), "cognito:user_status": user.status },
      groupConfiguration: {
        groupsToOverride: user.groups,
        iamRolesToOverride: roles,
        preferredRole: preferred ?? null
      },
      ...(version === "1" ? {} : { scopes: grant.scope.split(" ") }),
      ...(metadata === undefined ? {} : { clientMetadata: metadata })
    },
    response: version === "1" ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null }
  }
}

/** What the first version may do to the claims of a token. */
interface Override {
  readonly claimsToAddOrOverride?: { readonly [claim: string]: unknown } | null
  readonly claimsToSuppress?: ReadonlyArray<string> | null
  readonly scopesToAdd?: ReadonlyArray<string> | null
  readonly scopesToSuppress?: ReadonlyArray<string> | null
  readonly groupOverrideDetails?: {
    readonly groupsToOverride?: ReadonlyArray<string> | null
    readonly iamRolesToOverride?: ReadonlyArray<string> | null
    readonly preferredRole?: string | null
  } | null
}

/**
 * The claims as the trigger wants them: version 1 changes the ID token and the groups of both, later ones both tokens and
 * the scopes.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
const overridden = (
  { access, id }: Claims,
  response: { readonly [member: string]: unknown },
  version: string
): Claims => {
  // What a trigger answers is as it was written for the service; members that are missing change nothing.
  const details = (response[version === "1" ? "claimsOverrideDetails" : "claimsAndScopeOverrideDetails"] ?? {}) as
    & Override
    & { readonly idTokenGeneration?: Override | null; readonly accessTokenGeneration?: Override | null }
  const groups = groupClaims(details.groupOverrideDetails)
  if (version === "1") {
    return { access: { ...access, ...groups.both }, id: withClaims({ ...id, ...groups.both, ...groups.id }, details) }
  }
  const forAccess = details.accessTokenGeneration ?? {}
  const scopes = String(access.scope).split(" ")
    .filter((scope) => forAccess.scopesToSuppress?.includes(scope) !== true)
    .concat(forAccess.scopesToAdd ?? [])
  return {
    access: withClaims({ ...access, ...groups.both, scope: [...new Set(scopes)].join(" ") }, forAccess),
    id: withClaims({ ...id, ...groups.both, ...groups.id }, details.idTokenGeneration ?? {})
  }
}

const groupClaims = (details: Override["groupOverrideDetails"]) => ({
  both: details?.groupsToOverride == null ? {} : { "cognito:groups": details.groupsToOverride },
  id: {
    ...(details?.iamRolesToOverride == null ? {} : { "cognito:roles": details.iamRolesToOverride }),
    ...(details?.preferredRole == null ? {} : { "cognito:preferred_role": details.preferredRole })
  }
})

/** Claims that no trigger may change. */
const kept = new Set([
  "acr",
  "amr",
  "at_hash",
  "auth_time",
  "azp",
  "exp",
  "iat",
  "iss",
  "jti",
  "nbf",
  "nonce",
  "origin_jti",
  "sub",
  "token_use",
  "cognito:username",
  "username",
  "client_id",
  "device_key",
  "event_id",
  "aud",
  "scope"
])

const withClaims = (
  claims: { readonly [claim: string]: unknown },
  { claimsToAddOrOverride, claimsToSuppress }: Override
): { readonly [claim: string]: unknown } => ({
  ...Object.fromEntries(
    Object.entries(claims).filter(([name]) => kept.has(name) || claimsToSuppress?.includes(name) !== true)
  ),
  ...Object.fromEntries(Object.entries(claimsToAddOrOverride ?? {}).filter(([name]) => !kept.has(name)))
})
