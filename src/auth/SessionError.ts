/** Why there is no access token. The errors of the operations that refresh tokens are those operations'. */
import * as Schema from "effect/Schema"
import type { RefreshError } from "./SessionCalls.ts"
import { acrossCopies } from "../errors/acrossCopies.ts"

/** Nobody is signed in, or the tokens have ended and cannot be refreshed. */
export class NotSignedInError extends acrossCopies(
  Schema.TaggedError<NotSignedInError>()("NotSignedInError", {
    message: Schema.String
  })
) {}

/** Why there is no access token. */
export type SessionError = NotSignedInError | RefreshError
