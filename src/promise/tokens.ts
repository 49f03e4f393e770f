/**
 * Verification of the tokens of user pools for plain async code: what `effect-cognito/auth/Tokens` does, with promises.
 *
 * It needs the package `aws-jwt-verify`. Promises reject with `InvalidTokenError`, whose `reason` says what is wrong with the
 * token, or with `KeysUnavailableError`.
 */
import * as Effect from "effect/Effect"
import * as Tokens from "../auth/Tokens.ts"

export { InvalidTokenError, type InvalidTokenReason, KeysUnavailableError, UserPoolIdError } from "../auth/Tokens.ts"

/** How tokens are checked. */
export interface TokenVerifierSettings {
  /** How many milliseconds clocks may be apart. Default: 0. */
  readonly clockTolerance?: number
  /** Gets a pool's keys as JSON. Default: over https, once more after a failure. */
  readonly fetchKeys?: (url: string) => Promise<unknown>
  /** How many milliseconds keys are waited for. Default: 5,000. */
  readonly keysTimeout?: number
  /** How many milliseconds after a token with an unknown key they are not asked for again. Default: 10,000. */
  readonly keysInterval?: number
}

/** Whose tokens are taken, of one user pool or of several, and how they are checked. */
export type TokenVerifierOptions =
  & TokenVerifierSettings
  & (Tokens.TokenPool | { readonly userPools: ReadonlyArray<Tokens.TokenPool> })

/** Verifies tokens. */
export interface TokenVerifier {
  /** An access token: what a request for the user's own things comes with. */
  readonly access: (
    token: string,
    checks?: Omit<Tokens.AccessTokenChecks, "claims">
  ) => Promise<Tokens.AccessTokenClaims>
  /** An id token: who the user is. */
  readonly id: (token: string, checks?: Omit<Tokens.TokenChecks, "claims">) => Promise<Tokens.IdTokenClaims>
}

/**
 * Makes a verifier, which keeps the pools' keys. Throws `UserPoolIdError`.
 *
 * @example
 * ```ts
 * import { makeTokenVerifier } from "effect-cognito/promise/tokens"
 *
 * const tokens = makeTokenVerifier({ userPoolId: "eu-central-1_aBcDeFgHi", clientId: "4kweljr01yrea5qfflyxio4em" })
 *
 * export const userOf = async (request: Request) => {
 *   const token = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? ""
 *   return (await tokens.access(token, { scopes: "read" })).username
 * }
 * ```
 */
export const makeTokenVerifier = ({ fetchKeys, ...options }: TokenVerifierOptions): TokenVerifier => {
  const verifier = Effect.runSync(
    Tokens.make(
      fetchKeys === undefined ? options : {
        ...options,
        fetchKeys: (url) => Effect.tryPromise(() => fetchKeys(url))
      }
    )
  )
  return {
    access: (token, checks) => Effect.runPromise(verifier.access(token, checks)),
    id: (token, checks) => Effect.runPromise(verifier.id(token, checks))
  }
}
