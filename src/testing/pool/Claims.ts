/**
 * What is in tokens: claims, how long they are good, and what the pre token generation trigger may do to them.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
import { identitiesOf, readable, triggerAttributes } from "./Attributes.ts"
import type { Moment } from "./Handler.ts"
import type { Client, Holder, Pool, User } from "./State.ts"
import { arnOf, clientMetadata, versionOf } from "./Triggers.ts"

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

/** Tokens that are to be made. */
export interface Issue {
  readonly poolId: string
  readonly sub: string
  readonly grantId: string
  /** How the pre token generation trigger is told why, such as `TokenGeneration_Authentication`. */
  readonly source: string
  readonly metadata: { readonly [key: string]: string } | undefined
}

/** The claims of both tokens. */
export interface Claims {
  readonly access: { readonly [claim: string]: unknown }
  readonly id: { readonly [claim: string]: unknown }
}

/** The claims of the tokens of a sign-in, as they are before a trigger changes them. */
export const claimsOf = ({ client, grant, pool, user }: Holder, { issuer, now, uuid }: Moment): Claims => {
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

/** The call of the pre token generation trigger. */
export const tokenInvocation = ({ client, grant, pool, user }: Holder, { metadata, source }: Issue) => {
  const { preferred, roles } = rolesOf(pool, user)
  const version = arnOf(pool, "PreTokenGeneration") === undefined ? "1" : versionOf(pool, "PreTokenGeneration")
  return {
    pool,
    trigger: "PreTokenGeneration" as const,
    source,
    clientId: client.settings.ClientId,
    userName: user.name,
    request: {
      userAttributes: triggerAttributes(user),
      groupConfiguration: {
        groupsToOverride: user.groups,
        iamRolesToOverride: roles,
        preferredRole: preferred ?? null
      },
      ...(version === "1" ? {} : { scopes: grant.scope.split(" ") }),
      ...clientMetadata(metadata)
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
export const overridden = (
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
