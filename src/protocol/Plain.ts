/**
 * The types of values in plain JavaScript programs, made of the library's: secrets are plain strings there and `Redacted`
 * here. Documents, times and bytes are the same in both.
 *
 * These are types alone. The codec makes the values, told by the promise client to read and write secrets as strings.
 */
import type * as Redacted from "effect/Redacted"

/** The type of a value in which secrets are plain. */
export type Plain<T> = T extends Redacted.Redacted<infer A> ? A
  : T extends string | Date | Uint8Array ? T
  : T extends ReadonlyArray<infer A> ? Array<Plain<A>>
  : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> }
  : T

/** The type of an input that may have its secrets plain or `Redacted`, and `undefined` for what is absent. */
export type PlainInput<T> = T extends Redacted.Redacted<infer A> ? A | T
  : T extends string | Date | Uint8Array ? T
  : T extends ReadonlyArray<infer A> ? ReadonlyArray<PlainInput<A>>
  : T extends object ? { [K in keyof T]: PlainInput<T[K]> | Absent<T, K> }
  : T

/** `undefined` where a member is optional. */
type Absent<T, K extends keyof T> = {} extends Pick<T, K> ? undefined : never
