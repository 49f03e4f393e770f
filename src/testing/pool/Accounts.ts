/**
 * New users, whoever makes them: a sign-up, an administrator, an import, a migration.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
import { aliasOwner, findUser, withUser } from "./Directory.ts"
import type { Moment } from "./Handler.ts"
import { isEmail, isPhoneNumber } from "./Attributes.ts"
import { none, passwordOf } from "./Passwords.ts"
import { invalid, refuse } from "./Refusal.ts"
import type { Attributes, Pool, User } from "./State.ts"

/** What a new user is made of. */
export interface NewUser {
  /** As it was typed: a name, or an address or a number where users sign up with those. */
  readonly username: string
  readonly attributes: Attributes
  readonly password: string | undefined
}

/** Makes a user; the pool that gets it is not changed yet. */
export const newUser = (
  pool: Pool,
  { attributes, password, username }: NewUser,
  { now, random, uuid }: Moment,
  members: Partial<User> & Pick<User, "status">
): User => {
  const sub = uuid()
  const { name, written } = named(pool, username, attributes, sub)
  return {
    name,
    sub,
    attributes: written,
    enabled: true,
    created: now,
    modified: now,
    history: [],
    groups: [],
    mfa: {},
    mfaOptions: [],
    devices: [],
    passkeys: [],
    codes: {},
    failures: none,
    challenges: [],
    grants: [],
    events: [],
    identities: [],
    ...(password === undefined ? {} : { password: passwordOf(pool.id, name, password, random(16)) }),
    ...members
  }
}

/** The name in the pool and the attributes: an address that is typed as the name is an attribute, and the name is `sub`. */
const named = (
  { settings }: Pool,
  username: string,
  attributes: Attributes,
  sub: string
): { readonly name: string; readonly written: Attributes } => {
  const kinds = settings.UsernameAttributes ?? []
  if (kinds.length === 0) return { name: username, written: attributes }
  if (kinds.includes("email") && isEmail(username)) return { name: sub, written: { email: username, ...attributes } }
  if (kinds.includes("phone_number") && isPhoneNumber(username)) {
    return { name: sub, written: { phone_number: username, ...attributes } }
  }
  return invalid(
    kinds.length > 1
      ? "Username should be either an email or a phone number."
      : `Username should be ${kinds[0] === "email" ? "an email" : "a phone number"}.`
  )
}

/** Refuses a name that cannot be one in a pool whose users also sign in with an address or a number. */
export const checkUsername = ({ settings }: Pool, username: string): void => {
  const kinds = settings.AliasAttributes ?? []
  if (kinds.includes("email") && isEmail(username)) {
    invalid("Username cannot be of email format, since user pool is configured for email alias.")
  }
  if (kinds.includes("phone_number") && isPhoneNumber(username)) {
    invalid("Username cannot be of phone number format, since user pool is configured for phone number alias.")
  }
}

/** Refuses a user whose name is taken, with the text that the operation has for it. */
export const checkFree = (pool: Pool, username: string, text: string): void => {
  if (findUser(pool, username) === undefined) return
  refuse("UsernameExistsException", pool.settings.UsernameAttributes?.length ? emailTaken(username, text) : text)
}

const emailTaken = (username: string, text: string): string =>
  isEmail(username) ? "An account with the given email already exists." : text

/**
 * The pool in which an alias goes over to a user, where that is asked for; otherwise one that somebody has is refused.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ConfirmSignUp.html
 */
export const claimAlias = (pool: Pool, user: Pick<User, "attributes" | "name">, isForced: boolean): Pool => {
  const owner = aliasOwner(pool, user.attributes, user.name)
  if (owner === undefined) return pool
  if (!isForced) {
    refuse("AliasExistsException", `An account with the ${owner.attribute.replace("_", " ")} already exists.`)
  }
  const { [`${owner.attribute}_verified`]: _, ...attributes } = owner.user.attributes
  return withUser(pool, { ...owner.user, attributes: { ...attributes, [`${owner.attribute}_verified`]: "false" } })
}
