/**
 * The tokens of a signed-in user over time: kept, refreshed before they end, given to operations that want an access
 * token, and ended by signing out.
 *
 * It does not sign in (`SignIn.ts`) and does not look into tokens. One user to a session.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { KeyValueStore, KeyValueStoreError } from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Semaphore from "effect/Semaphore"
import type * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ClientError } from "../errors/ClientError.ts"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { NotAuthorizedException, RefreshTokenReuseException } from "../errors/ServiceErrors.generated.ts"
import type { Operation } from "../Operation.ts"
import {
  type GetTokensFromRefreshTokenError,
  globalSignOut,
  type GlobalSignOutError,
  initiateAuth,
  type InitiateAuthError,
  type RevokeTokenError
} from "../operations/Auth.ts"
import type { AuthenticationResultType } from "../schema/Auth.ts"
import * as Wire from "../protocol/Wire.ts"
import type { Cognito } from "../Service.ts"
import { AppClient, secretHash } from "./AppClient.ts"
import { getTokensFromRefreshToken, revokeToken } from "./AppClientOperations.ts"
import { type Tokens, tokensOf } from "./AuthenticationResult.ts"
import type { SignedIn } from "./Step.ts"

type Secret = Redacted.Redacted<string>

/** Nobody is signed in, or the tokens have ended and cannot be refreshed. */
export class NotSignedInError extends Schema.TaggedError<NotSignedInError>()("NotSignedInError", {
  message: Schema.String
}) {}

/** Why there is no access token. */
export type SessionError =
  | NotSignedInError
  | GetTokensFromRefreshTokenError
  | InitiateAuthError
  | ClientError
  | KeyValueStoreError

/** How a session is kept and refreshed. */
export interface SessionOptions {
  /**
   * Where the session is kept beyond the program: a file, the browser's storage. Default: in memory alone. Sessions that
   * share it, such as those of a browser's tabs, take each other's new tokens where theirs have ended.
   */
  readonly store?: Pick<KeyValueStore, "get" | "set" | "remove">
  /** Under which key. Default: `effect-cognito/` and the id of the app client. */
  readonly storeKey?: string
  /** How long before its end an access token is refreshed. Default: 1 minute. */
  readonly refreshBefore?: Duration.Input
  /**
   * By which operation. Default: `GetTokensFromRefreshToken`, which goes with and without rotation of refresh tokens.
   * `REFRESH_TOKEN_AUTH` is the older way, which app clients with rotation refuse.
   */
  readonly refreshBy?: "GetTokensFromRefreshToken" | "REFRESH_TOKEN_AUTH"
}

/** The session of a program's user. */
export class Session extends Context.Service<Session, {
  /** Who is signed in, with the tokens as they are, perhaps at their end; `undefined` where nobody is. */
  readonly signedIn: Effect.Effect<SignedIn | undefined>
  /** An access token that is good for some time, refreshed where it has to be; one refresh for any number of callers. */
  readonly accessToken: Effect.Effect<Secret, SessionError>
  /** Gets new tokens now, for example after the user's groups have changed. */
  readonly refresh: Effect.Effect<Tokens, SessionError>
  /** Takes the tokens of a sign-in. */
  readonly start: (signedIn: SignedIn) => Effect.Effect<void, KeyValueStoreError>
  /**
   * Forgets the tokens. `global` ends all of the user's sessions, `revoke` this one's refresh token; the tokens are
   * forgotten even where that fails.
   */
  readonly signOut: (
    how: "local" | "global" | "revoke"
  ) => Effect.Effect<void, SessionError | GlobalSignOutError | RevokeTokenError>
  /** Who is signed in now, and from now on each time that or the tokens change. */
  readonly changes: Stream.Stream<SignedIn | undefined>
  /** An operation of the user's with the access token filled in: `session.as(getUser)({})`. */
  readonly as: <I extends { readonly AccessToken?: Secret }, O, E extends ServiceError>(
    operation: Operation<I, O, E, Cognito>
  ) => (input: Omit<I, "AccessToken">) => Effect.Effect<O, E | SessionError, Cognito>
}>()("effect-cognito/auth/Session") {}

/** `undefined` is left out of JSON. */
const orAbsent = <S extends Schema.Constraint>(schema: S) =>
  Schema.UndefinedOr(schema).pipe(Schema.withDecodingDefaultKey(Effect.undefined))

const Stored = Schema.fromJsonString(Schema.TaggedStruct("SignedIn", {
  username: Schema.String,
  typedName: Schema.String,
  tokens: Schema.Struct({
    accessToken: Wire.Secret,
    idToken: orAbsent(Wire.Secret),
    refreshToken: orAbsent(Wire.Secret),
    expiresAt: Wire.Timestamp
  }),
  device: orAbsent(Schema.Struct({
    key: Schema.String,
    groupKey: Schema.String,
    confirmed: Schema.Boolean,
    userConfirmationNecessary: Schema.Boolean
  }))
}))

/**
 * Makes a session, with what its store holds.
 *
 * @example
 * ```ts
 * import { getUser } from "effect-cognito"
 * import type { SignedIn } from "effect-cognito/auth"
 * import * as Session from "effect-cognito/auth/Session"
 * import * as Effect from "effect/Effect"
 *
 * export const profile = (signedIn: SignedIn) =>
 *   Effect.gen(function*() {
 *     const session = yield* Session.make()
 *     yield* session.start(signedIn)
 *     return yield* session.as(getUser)({})
 *   })
 * ```
 */
export const make = (
  options: SessionOptions = {}
): Effect.Effect<Session["Service"], KeyValueStoreError, AppClient | Cognito> =>
  Effect.gen(function*() {
    const client = yield* AppClient
    const context = yield* Effect.context<AppClient | Cognito>()
    const { refreshBefore = "1 minute", refreshBy, store, storeKey = `effect-cognito/${client.clientId}` } = options
    const margin = Duration.toMillis(refreshBefore)
    const stored: Effect.Effect<SignedIn | undefined, KeyValueStoreError> = store === undefined
      ? Effect.undefined
      : Effect.map(store.get(storeKey), (text) =>
        text === undefined ? undefined : Option.getOrUndefined(Schema.decodeOption(Stored)(text)))
    const state = yield* SubscriptionRef.make(yield* stored)
    const turn = Semaphore.makeUnsafe(1)

    const writeStore = (next: SignedIn | undefined): Effect.Effect<void, KeyValueStoreError> => {
      if (store === undefined) {
        return Effect.void
      }
      if (next === undefined) {
        return store.remove(storeKey)
      }
      const text = Effect.orDie(Schema.encodeEffect(Stored)(next))
      return Effect.flatMap(text, (text) =>
        store.set(storeKey, text))
    }

    const keep = (next: SignedIn | undefined) => Effect.andThen(SubscriptionRef.set(state, next), writeStore(next))

    const current = Effect.gen(function*() {
      return (yield* SubscriptionRef.get(state)) ?? (yield* notSignedIn("nobody is signed in"))
    })

    const requestTokens = (
      { device, tokens: { refreshToken }, username }: SignedIn
    ): Effect.Effect<
      { readonly AuthenticationResult?: AuthenticationResultType },
      SessionError,
      AppClient | Cognito
    > => {
      if (refreshToken === undefined) {
        return notSignedIn("the tokens have ended, and there is none to refresh them with")
      }
      if (refreshBy !== "REFRESH_TOKEN_AUTH") {
        return getTokensFromRefreshToken({
          RefreshToken: refreshToken,
          ...(device === undefined ? {} : { DeviceKey: device.key })
        })
      }
      const hash = secretHash(client, username)
      return initiateAuth({
        ClientId: client.clientId,
        AuthFlow: "REFRESH_TOKEN_AUTH",
        AuthParameters: {
          REFRESH_TOKEN: refreshToken,
          ...(hash === undefined ? {} : { SECRET_HASH: hash }),
          ...(device === undefined ? {} : { DEVICE_KEY: device.key })
        }
      })
    }

    /** Takes over what others who share the store, such as the browser's other tabs, have made of the session. */
    const takeOverStored = Effect.fnUntraced(function*(held: SignedIn) {
      const kept = store === undefined ? held : yield* stored
      if (kept !== undefined && isSame(kept.tokens.accessToken, held.tokens.accessToken)) return held
      yield* SubscriptionRef.set(state, kept)
      return kept ?? (yield* notSignedIn("the session was ended elsewhere"))
    })

    const renew = Effect.fnUntraced(function*(held: SignedIn) {
      const { AuthenticationResult = {} } = yield* Effect.provideContext(requestTokens(held), context)
      const tokens = yield* tokensOf(AuthenticationResult, held.tokens)
      if (tokens === undefined) return yield* notSignedIn("the response holds no access token")
      const next = { ...held, tokens }
      yield* keep(next)
      return next
    })

    /** Goes on with the tokens of whoever used the refresh token up at the same time; if nobody did, it is over. */
    const recoverOrEnd = Effect.fnUntraced(
      function*(held: SignedIn, error: NotAuthorizedException | RefreshTokenReuseException) {
        const other = yield* takeOverStored(held)
        if (other !== held) return other
        yield* keep(undefined)
        return yield* error
      }
    )

    /**
     * Refreshes tokens, unless somebody else has done so since they were seen. Not interrupted under way: with rotation
     * the old refresh token is used up, and the new one has to be kept.
     */
    const refreshUnlessDone = (
      seen: SignedIn,
      isEnough: (tokens: Tokens) => boolean
    ): Effect.Effect<SignedIn, SessionError> => {
      const refreshing = Effect.gen(function*() {
        const held = yield* current
        if (held !== seen) return held
        const known = yield* takeOverStored(held)
        if (known !== held && isEnough(known.tokens)) return known
        return yield* Effect.catchTag(renew(known), refusals, (error) => recoverOrEnd(known, error))
      })
      return turn.withPermit(Effect.uninterruptible(refreshing))
    }

    const accessToken = Effect.gen(function*() {
      const held = yield* current
      const now = yield* Clock.currentTimeMillis
      const lasts = (millis: number) => ({ expiresAt }: Tokens) => expiresAt.getTime() - now > millis
      if (lasts(margin)(held.tokens)) return held.tokens.accessToken
      // Where the service cannot be asked now, the token is good for a while yet.
      const isGood = ({ _tag }: SessionError) =>
        lasts(0)(held.tokens) && !isRefusal(_tag) && _tag !== "NotSignedInError"
      const { tokens } = yield* Effect.catchIf(
        refreshUnlessDone(held, lasts(margin)),
        isGood,
        () => Effect.succeed(held)
      )
      return tokens.accessToken
    })

    const end = (
      { tokens: { refreshToken } }: SignedIn,
      how: "global" | "revoke"
    ): Effect.Effect<unknown, SessionError | GlobalSignOutError | RevokeTokenError, AppClient | Cognito> => {
      if (how === "global") return Effect.flatMap(accessToken, (AccessToken) => globalSignOut({ AccessToken }))
      return refreshToken === undefined ? Effect.void : revokeToken({ Token: refreshToken })
    }

    return {
      signedIn: SubscriptionRef.get(state),
      accessToken,
      refresh: Effect.map(
        Effect.flatMap(current, (held) => refreshUnlessDone(held, () => false)),
        ({ tokens }) => tokens
      ),
      start: keep,
      signOut: (how) =>
        Effect.gen(function*() {
          const held = yield* SubscriptionRef.get(state)
          const ended = held === undefined || how === "local" ? Effect.void : end(held, how)
          const exit = yield* Effect.exit(Effect.provideContext(ended, context))
          yield* keep(undefined)
          yield* exit
        }),
      changes: SubscriptionRef.changes(state),
      as: (operation) => (input) =>
        Effect.flatMap(accessToken, (AccessToken) =>
          // The two parts of an input are the input, which no generic type shows.
          operation({ ...input, AccessToken } as unknown as Parameters<typeof operation>[0]))
    }
  })

/** {@link make} as a layer. */
export const layer = (
  options: SessionOptions = {}
): Layer.Layer<Session, KeyValueStoreError, AppClient | Cognito> => Layer.effect(Session, make(options))

/**
 * {@link layer} with what Effect's `Config` has of `COGNITO_SESSION_KEY` (the key in the store),
 * `COGNITO_SESSION_REFRESH_BEFORE` (a duration such as `2 minutes`) and `COGNITO_SESSION_REFRESH_BY`
 * (`GetTokensFromRefreshToken` or `REFRESH_TOKEN_AUTH`). What is not set has the options' defaults.
 */
export const layerConfig = (
  options: Pick<SessionOptions, "store"> = {}
): Layer.Layer<Session, KeyValueStoreError | Config.ConfigError, AppClient | Cognito> =>
  Layer.unwrap(Effect.map(
    Config.all({
      storeKey: Config.option(Config.NonEmptyString("COGNITO_SESSION_KEY")),
      refreshBefore: Config.option(Config.Duration("COGNITO_SESSION_REFRESH_BEFORE")),
      refreshBy: Config.option(
        Config.Literals(["GetTokensFromRefreshToken", "REFRESH_TOKEN_AUTH"], "COGNITO_SESSION_REFRESH_BY")
      )
    }),
    ({ refreshBefore, refreshBy, storeKey }) =>
      layer({
        ...options,
        ...(Option.isSome(storeKey) ? { storeKey: storeKey.value } : {}),
        ...(Option.isSome(refreshBefore) ? { refreshBefore: refreshBefore.value } : {}),
        ...(Option.isSome(refreshBy) ? { refreshBy: refreshBy.value } : {})
      })
  ))

const isSame = (one: Secret, other: Secret): boolean => Redacted.value(one) === Redacted.value(other)

const notSignedIn = (message: string) => Effect.fail(new NotSignedInError({ message }))

/** The errors that say of a refresh token that it is no good: revoked, expired, or used up with rotation. */
const refusals = ["NotAuthorizedException", "RefreshTokenReuseException"] as const

const isRefusal = (tag: string): boolean => refusals.some((refusal) => refusal === tag)
