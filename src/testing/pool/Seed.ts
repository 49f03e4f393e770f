/** What there is from the start: a pool, a client, groups and users, made by the same steps as by requests. */
import type * as Effect from "effect/Effect"
import type { Plain } from "../../protocol/Plain.ts"
import type * as Schemas from "../../schema/index.ts"
import { newUser } from "./Accounts.ts"
import { checkRequired, checkWritten } from "./Attributes.ts"
import { putUser } from "./Directory.ts"
import type { Kernel, Moment } from "./Handler.ts"
import { newClient } from "./operations/AppClients.ts"
import { newPool } from "./operations/UserPools.ts"
import { checkPolicy } from "./Passwords.ts"
import type { Refusal } from "./Refusal.ts"
import { type Attributes, type Pool, poolOf, type State, withClient, withPool } from "./State.ts"

/** The id of the pool that is there from the start, unless another one is given. */
export const defaultUserPoolId = "eu-central-1_TestPool1"

/** The id of its client, unless another one is given. */
export const defaultClientId = "4kweljr01yrea5qfflyxio4em"

/** The settings of the pool, as `CreateUserPool` takes them. */
export interface PoolSettings extends Partial<Plain<Schemas.CreateUserPoolRequest>> {
  /** Default: {@link defaultUserPoolId}. */
  readonly UserPoolId?: string
}

/** The settings of the client, as `CreateUserPoolClient` takes them. */
export interface ClientSettings extends Partial<Omit<Plain<Schemas.CreateUserPoolClientRequest>, "UserPoolId">> {
  /** Default: {@link defaultClientId}. */
  readonly ClientId?: string
}

/** A user who is there from the start. */
export interface SeedUser {
  readonly Username: string
  /** Absent: the user has none. */
  readonly Password?: string
  /** Attributes by name. */
  readonly Attributes?: Attributes
  /** Groups, which are made where there are none of these names. */
  readonly Groups?: ReadonlyArray<string>
  /** Default: `CONFIRMED`. `FORCE_CHANGE_PASSWORD` makes the password a temporary one. */
  readonly UserStatus?: "CONFIRMED" | "FORCE_CHANGE_PASSWORD" | "RESET_REQUIRED" | "UNCONFIRMED"
}

/** What there is to be. */
export interface Seed {
  readonly pool: PoolSettings
  readonly mfa: Omit<Plain<Schemas.SetUserPoolMfaConfigRequest>, "UserPoolId"> | undefined
  readonly client: ClientSettings
  readonly users: ReadonlyArray<SeedUser>
}

/** The flows of the client, unless others are given: all of them. */
const flows = [
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH"
]

/** Makes what there is to be; a pool that is there already stays as it is. */
export const setUp = ({ modify }: Kernel["Service"], seed: Seed): Effect.Effect<void, Refusal> =>
  modify((state, moment) => {
    const { UserPoolId = defaultUserPoolId } = seed.pool
    if (state.pools.has(UserPoolId)) return [undefined, state]
    const made = withPool(state, poolWith(seed, UserPoolId, moment))
    const withMade = withClient(made, clientWith(seed, poolOf(made, UserPoolId), moment))
    return [undefined, seed.users.reduce((next, user) => withSeed(next, UserPoolId, user, moment), withMade)]
  })

const poolWith = ({ mfa, pool: { UserPoolId: _, ...pool } }: Seed, id: string, moment: Moment) => {
  const made = newPool({ PoolName: "test", AutoVerifiedAttributes: ["email"], ...pool }, moment, id)
  if (mfa === undefined) return made
  const MfaConfiguration = mfa.MfaConfiguration ?? "OFF"
  return { ...made, mfa: { ...mfa, MfaConfiguration }, settings: { ...made.settings, MfaConfiguration } }
}

const clientWith = (
  { client: { ClientId = defaultClientId, ...client } }: Seed,
  pool: Pool,
  moment: Moment
) => {
  const isRotating = client.RefreshTokenRotation?.Feature === "ENABLED"
  const ExplicitAuthFlows = flows.filter((flow) => !isRotating || flow !== "ALLOW_REFRESH_TOKEN_AUTH")
  return newClient(
    { ClientName: "test", ExplicitAuthFlows, PreventUserExistenceErrors: "ENABLED", ...client, UserPoolId: pool.id },
    pool,
    moment,
    ClientId
  )
}

const withSeed = (state: State, poolId: string, seed: SeedUser, moment: Moment): State => {
  const { Attributes = {}, Groups = [], Password, UserStatus = "CONFIRMED", Username } = seed
  const pool = poolOf(state, poolId)
  checkWritten({ pool }, Attributes)
  if (Password !== undefined) checkPolicy(pool, Password)
  const user = newUser(pool, { username: Username, attributes: Attributes, password: Password }, moment, {
    status: UserStatus,
    groups: Groups
  })
  checkRequired(pool, user.attributes)
  const { password } = user
  const isTemporary = UserStatus === "FORCE_CHANGE_PASSWORD" && password !== undefined
  const known = isTemporary ? { ...user, password: { ...password, temporarySince: moment.now } } : user
  return putUser(state, { ...pool, groups: withGroups(pool.groups, poolId, Groups, moment) }, known)
}

const withGroups = (
  groups: ReturnType<typeof poolOf>["groups"],
  UserPoolId: string,
  names: ReadonlyArray<string>,
  { now }: Moment
) =>
  names.filter((name) => !groups.has(name)).reduce(
    (all, GroupName) =>
      all.set(GroupName, { GroupName, UserPoolId, CreationDate: new Date(now), LastModifiedDate: new Date(now) }),
    groups
  )
