/**
 * What the errors of a refresh say of the session: whether its refresh token is used up by somebody who shares it, no good
 * any more, or perhaps good later.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html
 */

/** What becomes of a session. */
export type Verdict =
  /** Somebody else has refreshed it: take over what they store, and wait for that. If nothing comes, it is over. */
  | "adopt"
  /** It is over, unless the store has other tokens already. */
  | "end"
  /** It goes on; an access token that is good for a while is given out as long as it is. */
  | "stay"

const verdicts: { readonly [tag: string]: Verdict } = {
  /** A refresh token was rotated and came again. */
  RefreshTokenReuseException: "adopt",
  /** A refresh token was revoked or has expired, the user is disabled, the secret or the device is not the right one. */
  NotAuthorizedException: "end",
  /** The user was deleted. */
  UserNotFoundException: "end",
  /** An administrator has reset the password: only a new sign-in leads on. */
  PasswordResetRequiredException: "end",
  /** The user is not confirmed any more: only a new sign-in leads on. */
  UserNotConfirmedException: "end"
}

/** An error of a refresh. */
interface Named {
  readonly _tag: string
  readonly reason?: { readonly _tag: string; readonly code?: string | undefined }
}

/**
 * What an error of a refresh means, also where the operation's model does not name it. All that is not known to end a session
 * leaves it: a trigger, a network, a limit.
 */
export const verdictOf = ({ _tag, reason }: Named): Verdict => {
  const name = reason?._tag === "UnmodeledError" ? reason.code : _tag
  return verdicts[name ?? ""] ?? "stay"
}
