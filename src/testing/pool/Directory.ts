/**
 * How users are found and kept: names, aliases and `sub`, in upper or lower case as the pool has it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
import { refuse } from "./Refusal.ts"
import type { Attributes, Pool, State, User } from "./State.ts"
import { withPool } from "./State.ts"

/** The attributes that can be a name to sign in with. */
export type AliasAttribute = "email" | "phone_number" | "preferred_username"

/** A name as it is compared. A pool that does not say otherwise minds upper and lower case. */
const keyOf = ({ settings }: Pool, name: string): string =>
  settings.UsernameConfiguration?.CaseSensitive === false ? name.toLowerCase() : name

/** The user of a name: the one in the pool, the `sub`, or an alias that the pool lets users sign in with. */
export const findUser = (pool: Pool, name: string): User | undefined => {
  const key = keyOf(pool, name)
  return pool.users.get(key) ?? userOfAlias(pool, `sub:${name}`)
    ?? aliasAttributes(pool).map((attribute) => userOfAlias(pool, `${attribute}:${key}`)).find((user) =>
      user !== undefined
    )
}

/** The user of a name, who must exist. */
export const userOf = (pool: Pool, name: string): User =>
  findUser(pool, name) ?? refuse("UserNotFoundException", "User does not exist.")

/** The user of a `sub`. */
export const userOfSub = (pool: Pool, sub: string): User | undefined => userOfAlias(pool, `sub:${sub}`)

const userOfAlias = (pool: Pool, alias: string): User | undefined => {
  const key = pool.aliases.get(alias)
  return key === undefined ? undefined : pool.users.get(key)
}

/** The attributes by which the users of a pool can sign in beside their names. */
export const aliasAttributes = ({ settings }: Pool): ReadonlyArray<AliasAttribute> =>
  // The enumerations are open; what else they hold is nothing that the pool knows.
  (settings.UsernameAttributes ?? settings.AliasAttributes ?? []) as ReadonlyArray<AliasAttribute>

/**
 * The aliases of a user. With `AliasAttributes`, an address or a number is one when it was verified; with
 * `UsernameAttributes` it is the name from the start.
 */
const aliasesOf = (pool: Pool, { attributes, sub }: Pick<User, "attributes" | "sub">): ReadonlyArray<string> => [
  `sub:${sub}`,
  ...aliasAttributes(pool).flatMap((attribute) => {
    const value = attributes[attribute]
    const isIn = attribute === "preferred_username" || pool.settings.UsernameAttributes !== undefined
      || attributes[`${attribute}_verified`] === "true"
    return value === undefined || value === "" || !isIn ? [] : [`${attribute}:${keyOf(pool, value)}`]
  })
]

/** The user who has an attribute as an alias, other than the one who would get it. */
export const aliasOwner = (
  pool: Pool,
  attributes: Attributes,
  name: string | undefined
): { readonly attribute: AliasAttribute; readonly user: User } | undefined => {
  for (const attribute of aliasAttributes(pool)) {
    const value = attributes[attribute]
    const owner = value === undefined ? undefined : userOfAlias(pool, `${attribute}:${keyOf(pool, value)}`)
    if (owner !== undefined && owner.name !== name) return { attribute, user: owner }
  }
  return undefined
}

/** The pool with another version of a user, or a new one. */
export const withUser = (pool: Pool, user: User): Pool => {
  const key = keyOf(pool, user.name)
  const former = pool.users.get(key)
  let { aliases } = pool
  if (former?.attributes !== user.attributes) {
    const next = aliasesOf(pool, user)
    if (former !== undefined) aliases = withoutAliases(pool, former, next)
    for (const alias of next) if (aliases.get(alias) !== key) aliases = aliases.set(alias, key)
  }
  return { ...pool, aliases, users: pool.users.set(key, user) }
}

const withoutAliases = (pool: Pool, user: User, kept: ReadonlyArray<string> = []): Pool["aliases"] => {
  const key = keyOf(pool, user.name)
  return aliasesOf(pool, user)
    .filter((alias) => !kept.includes(alias) && pool.aliases.get(alias) === key)
    .reduce((aliases, alias) => aliases.delete(alias), pool.aliases)
}

/** The pool without a user. */
export const withoutUser = (pool: Pool, user: User): Pool => ({
  ...pool,
  aliases: withoutAliases(pool, user),
  users: pool.users.delete(keyOf(pool, user.name))
})

/** The state with another version of a user. */
export const putUser = (state: State, pool: Pool, user: User): State => withPool(state, withUser(pool, user))

/** A user with some of its members changed, at a time. */
export const changed = (user: User, members: Partial<User>, now: number): User => ({
  ...user,
  ...members,
  modified: now
})
