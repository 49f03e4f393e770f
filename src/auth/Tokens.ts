/**
 * Verification of the tokens that a user pool gives: signature, issuer, app client, use and time, and the groups or scopes
 * that a program asks for. For servers, which get tokens with requests.
 *
 * The verification itself is that of `aws-jwt-verify`, an optional peer dependency, which goes by the system's clock. It
 * fetches the pool's keys at the first token, and again when a token names a key that is not among them. Whether a token
 * was revoked is known to the service alone: `getUser` asks it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
import { CognitoJwtVerifier } from "aws-jwt-verify"
import * as errors from "aws-jwt-verify/error"
import { SimpleJwksCache } from "aws-jwt-verify/jwk"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Wire from "../protocol/Wire.ts"

const messages = {
  Malformed: "it is no JSON web token",
  Signature: "it was changed, or not signed with the key that it names",
  UnknownKey: "it names a key that the user pool does not have",
  Expired: "it has expired",
  NotYetValid: "it is not valid yet",
  Issuer: "it is of another user pool",
  Client: "it is another app client's",
  Use: "it is an id token in place of an access token, or the other way round",
  Group: "its user is in none of the groups that are asked for",
  Scope: "it has none of the scopes that are asked for",
  Claims: "it is good, but lacks claims that are expected of it"
}

/** What is wrong with a token. */
export type InvalidTokenReason = keyof typeof messages

/** The token is not to be trusted. Neither the token nor what it claims is in the message. */
export class InvalidTokenError extends Schema.TaggedError<InvalidTokenError>()("InvalidTokenError", {
  // The object has no other keys than those of its type.
  reason: Schema.Literals(Object.keys(messages) as ReadonlyArray<InvalidTokenReason>)
}) {
  override get message(): string {
    return `the token is not valid: ${messages[this.reason]}`
  }
}

/** The pool's keys cannot be had: of the token nothing is known. Asked again, the answer may be another. */
export class KeysUnavailableError extends Schema.TaggedError<KeysUnavailableError>()("KeysUnavailableError", {
  message: Schema.String
}) {}

/** Not the id of a user pool. */
export class UserPoolIdError extends Schema.TaggedError<UserPoolIdError>()("UserPoolIdError", {
  message: Schema.String
}) {}

const Flag = Schema.Union([Schema.Boolean, Schema.Literals(["true", "false"])]).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({ decode: (value) => value === true || value === "true", encode: (value) => value })
  )
)

const text = Schema.optionalKey(Schema.String)

const common = {
  /** The user's id, which stays when names change. */
  sub: Schema.String,
  iss: Schema.String,
  exp: Wire.Timestamp,
  iat: Wire.Timestamp,
  auth_time: Schema.optionalKey(Wire.Timestamp),
  jti: text,
  origin_jti: text,
  "cognito:groups": Schema.optionalKey(Schema.Array(Schema.String))
}

const others = [Schema.Record(Schema.String, Schema.Unknown)] as const

/** What an access token claims. `username` is absent where a program, not a user, has signed in. */
export interface AccessTokenClaims extends Schema.Schema.Type<typeof AccessTokenClaims> {}
export const AccessTokenClaims = Schema.StructWithRest(
  Schema.Struct({
    ...common,
    token_use: Schema.Literal("access"),
    client_id: Schema.String,
    username: text,
    /** Separated by spaces. */
    scope: text,
    device_key: text
  }),
  others
)

/** What an id token claims: the user's attributes among them, custom ones under `custom:…`. */
export interface IdTokenClaims extends Schema.Schema.Type<typeof IdTokenClaims> {}
export const IdTokenClaims = Schema.StructWithRest(
  Schema.Struct({
    ...common,
    token_use: Schema.Literal("id"),
    aud: Schema.String,
    "cognito:username": Schema.String,
    "cognito:preferred_role": text,
    "cognito:roles": Schema.optionalKey(Schema.Array(Schema.String)),
    email: text,
    email_verified: Schema.optionalKey(Flag),
    phone_number: text,
    phone_number_verified: Schema.optionalKey(Flag),
    name: text,
    given_name: text,
    family_name: text,
    nonce: text
  }),
  others
)

/** What a token must have beside being valid. */
export interface TokenChecks<Custom = {}> {
  /** Groups of which the user must be in one. */
  readonly groups?: string | ReadonlyArray<string>
  /** Further claims, the pool's own for example, which are added to the result's type. */
  readonly claims?: Schema.Decoder<Custom>
}

/** What an access token must have beside being valid. */
export interface AccessTokenChecks<Custom = {}> extends TokenChecks<Custom> {
  /** Scopes of which the token must have one. */
  readonly scopes?: string | ReadonlyArray<string>
}

/** Whose tokens are taken, and how they are checked. */
export interface TokenVerifierOptions {
  /** Such as `eu-central-1_aBcDeFgHi`. */
  readonly userPoolId: string
  /** The app clients whose tokens are taken. */
  readonly clientId: string | ReadonlyArray<string>
  /** How far clocks may be apart. Default: not at all. */
  readonly clockTolerance?: Duration.Input
  /** Gets the pool's keys as JSON. Default: over https, once more after a failure. */
  readonly fetchKeys?: (url: string) => Effect.Effect<unknown, unknown>
}

type Token = string | Redacted.Redacted<string>

type Verified<A> = Effect.Effect<A, InvalidTokenError | KeysUnavailableError>

/** Verifies tokens of one user pool. */
export class TokenVerifier extends Context.Service<TokenVerifier, {
  /** An access token: what a request for the user's own things comes with. */
  readonly access: <Custom = {}>(
    token: Token,
    checks?: AccessTokenChecks<Custom>
  ) => Verified<AccessTokenClaims & Custom>
  /** An id token: who the user is. */
  readonly id: <Custom = {}>(token: Token, checks?: TokenChecks<Custom>) => Verified<IdTokenClaims & Custom>
}>()("effect-cognito/auth/TokenVerifier") {}

/**
 * Makes a verifier, which keeps the pool's keys.
 *
 * @example
 * ```ts
 * import * as Tokens from "effect-cognito/auth/Tokens"
 * import * as Effect from "effect/Effect"
 * import * as Schema from "effect/Schema"
 *
 * const tenantOf = (token: string) =>
 *   Effect.gen(function*() {
 *     const verifier = yield* Tokens.make({
 *       userPoolId: "eu-central-1_aBcDeFgHi",
 *       clientId: "4kweljr01yrea5qfflyxio4em"
 *     })
 *     const claims = yield* verifier.id(token, { claims: Schema.Struct({ "custom:tenant": Schema.String }) })
 *     return claims["custom:tenant"]
 *   })
 * ```
 */
export const make = (
  { clientId, clockTolerance = 0, fetchKeys, userPoolId }: TokenVerifierOptions
): Effect.Effect<TokenVerifier["Service"], UserPoolIdError> =>
  Effect.map(
    Effect.try({
      try: () =>
        CognitoJwtVerifier.create(
          {
            userPoolId,
            clientId: listOf(clientId),
            graceSeconds: Duration.toSeconds(clockTolerance)
          },
          { jwksCache: new SimpleJwksCache(fetchKeys === undefined ? {} : { fetcher: fetcherOf(fetchKeys) }) }
        ),
      catch: () => new UserPoolIdError({ message: `not the id of a user pool: ${JSON.stringify(userPoolId)}` })
    }),
    (verifier) => {
      const verify = <A extends object>(tokenUse: "access" | "id", schema: Schema.Decoder<A>) =>
      <Custom>(
        token: Token,
        { claims, groups, scopes }: AccessTokenChecks<Custom> = {}
      ): Verified<A & Custom> =>
        Effect.gen(function*() {
          const payload = yield* Effect.tryPromise({
            try: () =>
              verifier.verify(typeof token === "string" ? token : Redacted.value(token), {
                tokenUse,
                groups: groups === undefined ? null : listOf(groups),
                scope: scopes === undefined ? null : listOf(scopes)
              }),
            catch: errorOf
          })
          // Without a schema of its own, `Custom` is `{}`.
          const custom = claims === undefined ? {} as Custom : yield* decoded(claims, payload)
          return { ...yield* decoded(schema, payload), ...custom }
        })
      return { access: verify("access", AccessTokenClaims), id: verify("id", IdTokenClaims) }
    }
  )

/** {@link make} as a layer. */
export const layer = (options: TokenVerifierOptions): Layer.Layer<TokenVerifier, UserPoolIdError> =>
  Layer.effect(TokenVerifier, make(options))

/** {@link layer} for `COGNITO_USER_POOL_ID` and `COGNITO_CLIENT_ID`, in which commas set several clients apart. */
export const layerConfig: Layer.Layer<TokenVerifier, UserPoolIdError | Config.ConfigError> = Layer.unwrap(
  Effect.map(
    Config.all({
      userPoolId: Config.NonEmptyString("COGNITO_USER_POOL_ID"),
      clientIds: Config.NonEmptyString("COGNITO_CLIENT_ID")
    }),
    ({ clientIds, userPoolId }) => layer({ userPoolId, clientId: clientIds.split(",").map((id) => id.trim()) })
  )
)

const listOf = (value: string | ReadonlyArray<string>): Array<string> =>
  typeof value === "string" ? [value] : [...value]

const fetcherOf = (fetchKeys: (url: string) => Effect.Effect<unknown, unknown>) => ({
  fetch: async (url: string) => {
    const keys = await Effect.runPromise(fetchKeys(url))
    return new TextEncoder().encode(JSON.stringify(keys)).buffer
  }
})

const decoded = <A>(schema: Schema.Decoder<A>, payload: unknown): Effect.Effect<A, InvalidTokenError> =>
  Effect.mapError(Schema.decodeUnknownEffect(schema)(payload), () => new InvalidTokenError({ reason: "Claims" }))

/** The errors of `aws-jwt-verify` that tell something of the token; its texts quote the token's claims. */
const reasons = new Map<Function, InvalidTokenReason>([
  [errors.JwtParseError, "Malformed"],
  [errors.JwtWithoutValidKidError, "Malformed"],
  [errors.JwtInvalidSignatureError, "Signature"],
  [errors.JwtInvalidSignatureAlgorithmError, "Signature"],
  [errors.KidNotFoundInJwksError, "UnknownKey"],
  [errors.JwtExpiredError, "Expired"],
  [errors.JwtNotBeforeError, "NotYetValid"],
  // That the issuer is none of the verifier's is told so.
  [errors.ParameterValidationError, "Issuer"],
  [errors.JwtInvalidIssuerError, "Issuer"],
  [errors.CognitoJwtInvalidClientIdError, "Client"],
  [errors.CognitoJwtInvalidTokenUseError, "Use"],
  [errors.CognitoJwtInvalidGroupError, "Group"],
  [errors.JwtInvalidScopeError, "Scope"]
])

const errorOf = (error: unknown): InvalidTokenError | KeysUnavailableError => {
  const reason = error instanceof Error ? reasons.get(error.constructor) : undefined
  if (reason !== undefined) return new InvalidTokenError({ reason })
  return new KeysUnavailableError({
    message: error instanceof errors.WaitPeriodNotYetEndedJwkError
      ? "the user pool's keys were asked for a moment ago, and did not have the token's"
      : "the user pool's keys cannot be had"
  })
}
