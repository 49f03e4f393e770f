/**
 * Passwords: the policy of a pool, what is kept of them, and how wrong ones lock a user out.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
import { bytesToHex } from "@noble/hashes/utils.js"
import { refuse, unauthorized } from "./Refusal.ts"
import * as Srp from "./Srp.ts"
import type { Failures, Password, Pool, User } from "./State.ts"

/** Refuses a password that does not conform to the policy. */
export const checkPolicy = ({ settings }: Pool, password: string): void => {
  const policy = settings.Policies?.PasswordPolicy ?? {}
  const problem = password.length < (policy.MinimumLength ?? 8)
    ? "Password not long enough"
    : policy.RequireUppercase === true && !/[A-Z]/.test(password)
    ? "Password must have uppercase characters"
    : policy.RequireLowercase === true && !/[a-z]/.test(password)
    ? "Password must have lowercase characters"
    : policy.RequireNumbers === true && !/\d/.test(password)
    ? "Password must have numeric characters"
    : policy.RequireSymbols === true && !/[\^$*.[\]{}()?"!@#%&/\\,><':;|_~`=+\- ]/.test(password)
    ? "Password must have symbol characters"
    : undefined
  if (problem !== undefined) {
    refuse("InvalidPasswordException", `Password did not conform with policy: ${problem}`)
  }
}

/** Refuses a password that is among the last ones, where the policy counts them. */
export const checkHistory = ({ id, settings }: Pool, user: User, password: string): void => {
  const size = settings.Policies?.PasswordPolicy?.PasswordHistorySize ?? 0
  const last = [...(user.password === undefined ? [] : [user.password]), ...user.history].slice(0, size)
  if (last.some((known) => matches(id, user.name, known, password))) {
    refuse(
      "PasswordHistoryPolicyViolationException",
      "Password has been used previously; please choose a different one."
    )
  }
}

/** What is kept of a password. */
export const passwordOf = (
  poolId: string,
  name: string,
  password: string,
  salt: Uint8Array
): Password => {
  const hex = bytesToHex(salt)
  return { salt: hex, x: Srp.privateKey({ group: Srp.groupOf(poolId), name, password }, hex) }
}

/** A user with another password, the former one in the history. */
export const withPassword = (user: User, password: Password): User => ({
  ...user,
  password,
  history: user.password === undefined ? user.history : [user.password, ...user.history].slice(0, 24),
  failures: none
})

/** Whether a password is the one that is kept. */
export const matches = (poolId: string, name: string, { salt, x }: Password, password: string): boolean =>
  Srp.privateKey({ group: Srp.groupOf(poolId), name, password }, salt) === x

/** No wrong passwords. */
export const none: Failures = { count: 0, lockedUntil: 0 }

/** Refuses while a user is locked out. */
export const checkLock = ({ failures }: User, now: number): void => {
  if (now < failures.lockedUntil) unauthorized("Password attempts exceeded")
}

/**
 * One wrong password more. From the fifth on the user is locked out, for a second and then twice as long each time, up to
 * about 15 minutes; who did not try for 15 minutes begins anew.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
 */
export const failed = ({ count, lockedUntil }: Failures, now: number): Failures => {
  const before = lockedUntil > 0 && now - lockedUntil > quiet ? 0 : count
  const next = before + 1
  return { count: next, lockedUntil: next < 5 ? now : now + Math.min(1000 * 2 ** (next - 5), quiet) }
}

const quiet = 15 * 60 * 1000
