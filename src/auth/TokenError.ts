/** Why a token is not taken. Neither the token nor what it claims is in an error. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { acrossCopies } from "../errors/acrossCopies.ts"

const messages = {
  Malformed: "it is no JSON web token",
  Signature: "it was changed, or not signed with the key that it names",
  UnknownKey: "it names a key that the user pool does not have",
  Issuer: "it is of another user pool",
  Use: "it is an id token in place of an access token, or the other way round",
  Client: "it is another app client's",
  Expired: "it has expired",
  NotYetValid: "it is not valid yet",
  Scope: "it has none of the scopes that are asked for",
  Group: "its user is in none of the groups that are asked for",
  Claims: "it is good, but lacks claims that are expected of it"
}

/** What is wrong with a token. */
export type InvalidTokenReason = keyof typeof messages

/** The token is not to be trusted: 401 to who came with it, or 403 for `Scope` and `Group`. */
export class InvalidTokenError extends acrossCopies(
  Schema.TaggedError<InvalidTokenError>()("InvalidTokenError", {
    // The object has no other keys than those of its type.
    reason: Schema.Literals(Object.keys(messages) as ReadonlyArray<InvalidTokenReason>)
  })
) {
  override get message(): string {
    return `the token is not valid: ${messages[this.reason]}`
  }
}

/** The pool's keys cannot be had: of the token nothing is known. Asked again, the answer may be another. */
export class KeysUnavailableError extends acrossCopies(
  Schema.TaggedError<KeysUnavailableError>()("KeysUnavailableError", {
    message: Schema.String
  })
) {}

/** Refuses a token. */
export const invalid = (reason: InvalidTokenReason): Effect.Effect<never, InvalidTokenError> =>
  Effect.fail(new InvalidTokenError({ reason }))
