/**
 * The tokens of a signed-in user over time: kept, refreshed before they end, given to operations that want an access
 * token, and ended by signing out.
 *
 * It does not sign in (`SignIn.ts`) and does not look into tokens. One user to a session. Memory is the truth: a store that
 * fails or is silent costs no session while the program runs.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { KeyValueStoreError } from "effect/persistence/KeyValueStore"
import * as PubSub from "effect/PubSub"
import type * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import type { ClientError } from "../errors/ClientError.ts"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { Operation } from "../Operation.ts"
import type { Cognito } from "../Service.ts"
import { AppClient } from "./AppClient.ts"
import type { Tokens } from "./AuthenticationResult.ts"
import { type EndError, isExpired, type RefreshOptions } from "./SessionCalls.ts"
import { NotSignedInError, type SessionError } from "./SessionError.ts"
import { SessionLock } from "./SessionLock.ts"
import * as SessionRefresh from "./SessionRefresh.ts"
import * as SessionStore from "./SessionStore.ts"
import type { SignedIn } from "./Step.ts"
import { defaultStoreTimeout, type Store } from "./Storage.ts"
import { checked } from "./StoredSession.ts"

export { NotSignedInError, type SessionError } from "./SessionError.ts"
export { decode, encode, fromResult, type FromResultOptions } from "./StoredSession.ts"

type Secret = Redacted.Redacted<string>

/** How a session is kept and refreshed. */
export interface SessionOptions extends RefreshOptions {
  /**
   * Where the session is kept beyond the program: a file, the browser's storage. Default: in memory alone. Sessions that
   * share it, such as those of a browser's tabs, take each other's new tokens where theirs have ended; `SessionLock` has
   * them refresh one at a time.
   */
  readonly store?: Store
  /** Under which key. Default: `effect-cognito/` and the id of the app client. */
  readonly storeKey?: string
  /** How long the store is waited for. Default: 5 seconds. */
  readonly storeTimeout?: Duration.Input
  /** How long before its end an access token is refreshed, at most half of the time that it lasts. Default: 1 minute. */
  readonly refreshBefore?: Duration.Input
  /**
   * How long to wait for what others store, where one of them has used the refresh token up (`RefreshTokenReuseException`).
   * Then the session is over. Default: 3 seconds.
   */
  readonly patience?: Duration.Input
}

/** The session of a program's user. */
export class Session extends Context.Service<Session, {
  /** Who is signed in, with the tokens as they are, perhaps at their end; `undefined` where nobody is. */
  readonly signedIn: Effect.Effect<SignedIn | undefined>
  /** An access token that is good for some time, refreshed where it has to be; one refresh for any number of callers. */
  readonly accessToken: Effect.Effect<Secret, SessionError>
  /** Gets new tokens now, for example after the user's groups have changed. */
  readonly refresh: Effect.Effect<Tokens, SessionError>
  /**
   * Takes the tokens of a sign-in. They are good here even where the store fails, which `failures` tells. Fails
   * for what is no end of a sign-in, as one is that JSON has taken the tokens from.
   */
  readonly start: (signedIn: SignedIn) => Effect.Effect<void, ClientError>
  /**
   * Forgets the tokens, here and in the store, at once and whatever follows; then tells the service: `global` ends all of the
   * user's sessions, `revoke` this one's refresh token. What a refresh under way brings ends, too. A `KeyValueStoreError`
   * says that the store may still have the tokens.
   */
  readonly signOut: (
    how: "local" | "global" | "revoke"
  ) => Effect.Effect<void, EndError | KeyValueStoreError>
  /** Who is signed in now, and from now on each time that or the tokens change. */
  readonly changes: Stream.Stream<SignedIn | undefined>
  /** What the store fails with from now on: what it could not keep lasts as long as the program. */
  readonly failures: Stream.Stream<KeyValueStoreError>
  /** From now on, refreshes name no device: it was forgotten. */
  readonly dropDevice: Effect.Effect<void>
  /**
   * An operation of the user's with the access token filled in: `session.as(getUser)({})`. Where the service finds the token
   * expired, which this machine's clock did not, it is refreshed and the call made once more.
   */
  readonly as: <I extends { readonly AccessToken?: Secret }, O, E extends ServiceError>(
    operation: Operation<I, O, E, Cognito>
  ) => (input: Omit<I, "AccessToken">) => Effect.Effect<O, E | ClientError | SessionError, Cognito>
}>()("effect-cognito/auth/Session") {}

/**
 * Makes a session, with what its store holds. For several app clients side by side, make one for each, with its `AppClient`
 * provided; they may share a store.
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
): Effect.Effect<Session["Service"], never, AppClient | Cognito> =>
  Effect.gen(function*() {
    const client = yield* AppClient
    const context = yield* Effect.context<AppClient | Cognito>()
    const { patience = "3 seconds", refreshBefore = "1 minute", storeKey: key = `effect-cognito/${client.clientId}` } =
      options
    const isFresh = freshnessOf(Duration.toMillis(refreshBefore))
    const failures = yield* PubSub.sliding<KeyValueStoreError>(16)
    const state = yield* SubscriptionRef.make<SignedIn | undefined>(undefined)
    const memory: SessionRefresh.SessionMemory = {
      current: () => SubscriptionRef.getUnsafe(state),
      swap: (held, next) =>
        SubscriptionRef.modifySome(state, (now) => now === held ? [true, Option.some(next)] : [false, Option.none()])
    }
    const store = SessionStore.make({
      store: options.store,
      key,
      timeout: options.storeTimeout ?? defaultStoreTimeout,
      current: memory.current,
      onFailure: (error) =>
        Effect.andThen(
          PubSub.publish(failures, error),
          Effect.logWarning(`the session's store failed (${error.method}): memory alone has the session`)
        )
    })
    const sessions = SessionRefresh.make({
      ...options,
      memory,
      store,
      lock: yield* SessionLock,
      name: key,
      patience: Duration.toMillis(patience)
    })

    /** Takes what the store has, where nobody is signed in and it could not be read before. */
    const load = Effect.flatMap(
      store.news,
      (news) => news === undefined ? Effect.void : SubscriptionRef.update(state, (held) => held ?? news.held)
    )
    yield* load

    const current = Effect.gen(function*() {
      if (memory.current() === undefined && !store.isRead()) yield* load
      return memory.current() ?? (yield* new NotSignedInError({ message: "nobody is signed in" }))
    })

    const after = (seen: SignedIn, isEnough: (tokens: Tokens) => Effect.Effect<boolean>) =>
      Effect.provideContext(sessions.after(seen, isEnough), context)

    const fresh = Effect.gen(function*() {
      const held = yield* current
      if (yield* isFresh(held.tokens)) return held
      // Where the service cannot be asked now, the token is good for a while yet.
      const isGood = yield* lasts(held.tokens)
      return yield* Effect.catch(after(held, isFresh), (error) =>
        isGood && memory.current() === held ? Effect.succeed(held) : Effect.fail(error))
    })

    /** Forgets who is signed in, in memory and in the store, and gives it with what the store fails with. */
    const forget = (how: "local" | "global" | "revoke") =>
      Effect.uninterruptible(Effect.gen(function*() {
        if (memory.current() === undefined && !store.isRead()) {
          yield* load
        }
        const held = yield* SubscriptionRef.getAndSet(state, undefined)
        if (held === undefined) {
          return { held, removed: Effect.void }
        }
        if (how !== "local") {
          sessions.mark(held, how)
        }
        // Others may have refreshed it: theirs are the tokens to be ended.
        const news = yield* store.news
        const removed = yield* Effect.exit(store.save)
        return { held: news?.held?.username === held.username ? news.held : held, removed }
      }))

    return {
      signedIn: Effect.sync(memory.current),
      accessToken: Effect.map(fresh, ({ tokens }) =>
        tokens.accessToken),
      refresh: Effect.map(
        Effect.flatMap(current, (held) => after(held, () => Effect.succeed(false))),
        ({ tokens }) => tokens
      ),
      start: (signedIn) =>
        Effect.flatMap(checked(signedIn), (signedIn) =>
          Effect.uninterruptible(
            Effect.andThen(SubscriptionRef.set(state, signedIn), Effect.ignore(store.save))
          )),
      signOut: (how) =>
        Effect.gen(function*() {
          const { held, removed } = yield* forget(how)
          if (held !== undefined && how !== "local") yield* Effect.provideContext(sessions.end(held, how), context)
          yield* removed
        }),
      changes: SubscriptionRef.changes(state),
      failures: Stream.fromPubSub(failures),
      dropDevice: Effect.uninterruptible(Effect.andThen(
        SubscriptionRef.update(state, (held) => held && { ...held, device: undefined }),
        Effect.ignore(store.save)
      )),
      as: (operation) => (input) => {
        const call = ({ tokens }: SignedIn) =>
          // The two parts of an input are the input, which no generic type shows.
          operation({ ...input, AccessToken: tokens.accessToken } as unknown as Parameters<typeof operation>[0])
        return Effect.flatMap(fresh, (held) =>
          Effect.catchIf(call(held), isExpired, () =>
            Effect.flatMap(after(held, isFresh), call)))
      }
    }
  })

/** Whether a token is good by this machine's clock. */
const lasts = ({ expiresAt }: Tokens): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => expiresAt.getTime() > now)

/** By how much a clock may be put back without a token seeming to last longer than any of its kind does. */
const tolerance = 60_000

/** Whether a token is good for more than so many milliseconds, or half of its time; a clock put back makes none good. */
const freshnessOf = (margin: number) => ({ expiresAt, issuedAt }: Tokens): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const left = expiresAt.getTime() - now
    const lifetime = issuedAt === undefined ? Infinity : expiresAt.getTime() - issuedAt.getTime()
    return left > Math.min(margin, lifetime / 2) && left <= lifetime + tolerance
  })

/** {@link make} as a layer. */
export const layer = (
  options: SessionOptions = {}
): Layer.Layer<Session, never, AppClient | Cognito> => Layer.effect(Session, make(options))

/**
 * {@link layer} with what Effect's `Config` has of `COGNITO_SESSION_KEY` (the key in the store),
 * `COGNITO_SESSION_REFRESH_BEFORE` (a duration such as `2 minutes`) and `COGNITO_SESSION_REFRESH_BY`
 * (`GetTokensFromRefreshToken` or `REFRESH_TOKEN_AUTH`). What is not set has the options' defaults.
 */
export const layerConfig = (
  options: Pick<SessionOptions, "store"> = {}
): Layer.Layer<Session, Config.ConfigError, AppClient | Cognito> =>
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
