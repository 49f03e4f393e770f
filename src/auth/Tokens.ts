/**
 * Verification of the tokens that a user pool gives: signature, issuer, app client, use and time, and the groups or scopes
 * that a program asks for. For servers, which get tokens with requests.
 *
 * Signatures are verified by `aws-jwt-verify`, an optional peer dependency. What a token is refused for is the first of:
 * form, signature, issuer, use, app client, time, scopes, groups, further claims. Where the issuer is none of the pools', no
 * keys are asked for. Keys are fetched at the first token, and again where a token names one that is not among them
 * (`TokenKeys.ts`). Whether a token was revoked is known to the service alone: `getUser` asks it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
import { CognitoJwtVerifier } from "aws-jwt-verify"
import { decomposeUnverifiedJwt } from "aws-jwt-verify/jwt"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import * as Wire from "../protocol/Wire.ts"
import { invalid, InvalidTokenError, type KeysUnavailableError } from "./TokenError.ts"
import * as TokenKeys from "./TokenKeys.ts"
import { acrossCopies } from "../errors/acrossCopies.ts"

export { InvalidTokenError, type InvalidTokenReason, KeysUnavailableError } from "./TokenError.ts"

/** Not the id of a user pool. */
export class UserPoolIdError extends acrossCopies(
  Schema.TaggedError<UserPoolIdError>()("UserPoolIdError", {
    message: Schema.String
  })
) {}

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

/** A user pool, and the app clients of it whose tokens are taken. */
export interface TokenPool {
  /** Such as `eu-central-1_aBcDeFgHi`. */
  readonly userPoolId: string
  /** The app clients whose tokens are taken. */
  readonly clientId: string | ReadonlyArray<string>
  /** Regions of the pool's replicas, whose issuers are taken beside that of the pool's own region. Default: none. */
  readonly replicaRegions?: ReadonlyArray<string>
}

/** How tokens are checked. */
export interface TokenVerifierSettings {
  /** How far clocks may be apart. Default: not at all. */
  readonly clockTolerance?: Duration.Input
  /** Gets a pool's keys as JSON. Default: over https, once more after a failure. */
  readonly fetchKeys?: (url: string) => Effect.Effect<unknown, unknown>
  /** How long keys are waited for. Default: 5 seconds. */
  readonly keysTimeout?: Duration.Input
  /** How long after a token with an unknown key they are not asked for again. Default: 10 seconds. */
  readonly keysInterval?: Duration.Input
}

/** Whose tokens are taken, and how they are checked. */
export interface TokenVerifierOptions extends TokenPool, TokenVerifierSettings {}

/** The same for several user pools. */
export interface TokenVerifierPoolsOptions extends TokenVerifierSettings {
  readonly userPools: ReadonlyArray<TokenPool>
}

type Token = string | Redacted.Redacted<string>

type Verified<A> = Effect.Effect<A, InvalidTokenError | KeysUnavailableError>

/** Verifies tokens of one user pool, or of several. */
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
  options: TokenVerifierOptions | TokenVerifierPoolsOptions
): Effect.Effect<TokenVerifier["Service"], UserPoolIdError> =>
  Effect.gen(function*() {
    const { clockTolerance = 0, fetchKeys, keysInterval = "10 seconds", keysTimeout = "5 seconds" } = options
    const issuers = yield* issuersOf("userPools" in options ? options.userPools : [options])
    const keys = yield* TokenKeys.make({ fetchKeys, interval: keysInterval, timeout: keysTimeout })
    const tolerance = Duration.toMillis(clockTolerance)

    const claimsOf = Effect.fnUntraced(
      function*(use: "access" | "id", token: unknown, checks: AccessTokenChecks<unknown>) {
        const parsed = yield* parse(Redacted.isRedacted(token) ? Redacted.value(token) : token)
        const { payload } = parsed
        const issuer = issuers.get(String(payload.iss))
        yield* issuer === undefined
          ? Effect.andThen(keys.verifyByKnown(parsed), invalid("Issuer"))
          : keys.verify(parsed, `${payload.iss}/.well-known/jwks.json`)
        if (payload.token_use !== use) return yield* invalid("Use")
        const client = use === "access" ? payload.client_id : payload.aud
        if (typeof client !== "string" || issuer?.includes(client) !== true) return yield* invalid("Client")
        yield* checkTime(payload, tolerance)
        yield* checkRights(payload, checks)
        return payload
      }
    )

    const verify =
      <A extends object>(use: "access" | "id", schema: Schema.Decoder<A>) =>
      <Custom>(token: Token, checks: AccessTokenChecks<Custom> = {}): Verified<A & Custom> =>
        Effect.gen(function*() {
          const payload = yield* claimsOf(use, token, checks)
          // Without a schema of its own, `Custom` is `{}`.
          const custom = checks.claims === undefined ? {} as Custom : yield* decoded(checks.claims, payload)
          return { ...yield* decoded(schema, payload), ...custom }
        })

    return { access: verify("access", AccessTokenClaims), id: verify("id", IdTokenClaims) }
  })

/** The app clients whose tokens are taken, by issuer. A pool has two, of which `UpdateUserPool` sets one. */
const issuersOf = (
  pools: ReadonlyArray<TokenPool>
): Effect.Effect<ReadonlyMap<string, ReadonlyArray<string>>, UserPoolIdError> =>
  Effect.gen(function*() {
    const issuers = new Map<string, ReadonlyArray<string>>()
    for (const { clientId, replicaRegions = [], userPoolId } of pools) {
      const clients = typeof clientId === "string" ? [clientId] : clientId
      const { issuer } = yield* Effect.try({
        try: () => CognitoJwtVerifier.parseUserPoolId(userPoolId),
        catch: () => new UserPoolIdError({ message: `not the id of a user pool: ${JSON.stringify(userPoolId)}` })
      })
      const own = userPoolId.slice(0, userPoolId.indexOf("_"))
      for (const region of [own, ...replicaRegions]) {
        const regional = issuer.replace(own, region)
        for (const form of [regional, regional.replace("//cognito-idp.", "//issuer-cognito-idp.")]) {
          issuers.set(form, [...issuers.get(form) ?? [], ...clients])
        }
      }
    }
    return issuers
  })

/** Far more than a token has, whose groups and claims are few thousand characters. */
const longest = 65_536

/** The parts of a token. What only almost is one is none: each has one way of being written. */
const parse = (token: unknown): Effect.Effect<TokenKeys.ParsedToken, InvalidTokenError> =>
  Effect.suspend(() => {
    if (typeof token !== "string" || token.length > longest) return invalid("Malformed")
    if (!token.split(".").every(isCanonical)) return invalid("Malformed")
    try {
      const { header, payload } = decomposeUnverifiedJwt(token)
      // Extensions that must be understood: there are none.
      if ("crit" in header || typeof header.kid !== "string") return invalid("Malformed")
      if (header.alg !== "RS256") return invalid("Signature")
      return Effect.succeed({ token, kid: header.kid, payload })
    } catch {
      return invalid("Malformed")
    }
  })

const isCanonical = (part: string): boolean => {
  const bytes = Base64Url.decode(part)
  return Result.isSuccess(bytes) && Base64Url.encode(bytes.success) === part
}

const checkTime = (
  { exp, nbf }: { readonly exp?: unknown; readonly nbf?: unknown },
  tolerance: number
): Effect.Effect<void, InvalidTokenError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) => {
    if (typeof exp !== "number") return invalid("Claims")
    if (exp * 1000 + tolerance <= now) return invalid("Expired")
    return typeof nbf === "number" && nbf * 1000 - tolerance > now ? invalid("NotYetValid") : Effect.void
  })

const checkRights = (
  { "cognito:groups": groups, scope }: { readonly "cognito:groups"?: unknown; readonly scope?: unknown },
  checks: AccessTokenChecks<unknown>
): Effect.Effect<void, InvalidTokenError> => {
  const hasOne = (wanted: string | ReadonlyArray<string> | undefined, has: unknown): boolean =>
    wanted === undefined
    || (Array.isArray(has) && (typeof wanted === "string" ? [wanted] : wanted).some((one) => has.includes(one)))
  if (!hasOne(checks.scopes, typeof scope === "string" ? scope.split(" ") : undefined)) return invalid("Scope")
  return hasOne(checks.groups, groups) ? Effect.void : invalid("Group")
}

/** {@link make} as a layer. */
export const layer = (
  options: TokenVerifierOptions | TokenVerifierPoolsOptions
): Layer.Layer<TokenVerifier, UserPoolIdError> => Layer.effect(TokenVerifier, make(options))

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

const decoded = <A>(schema: Schema.Decoder<A>, payload: unknown): Effect.Effect<A, InvalidTokenError> =>
  Effect.mapError(Schema.decodeUnknownEffect(schema)(payload), () => new InvalidTokenError({ reason: "Claims" }))
