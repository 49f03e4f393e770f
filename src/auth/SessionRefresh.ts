/**
 * The refresh of a session: once for all who ask, in this program and among those who share its store, and kept only while
 * the session that it was made from is still held.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import type { Cognito } from "../Service.ts"
import type { AppClient } from "./AppClient.ts"
import type { Tokens } from "./AuthenticationResult.ts"
import { ended, type EndError, type Ending, refreshed, type RefreshError, type RefreshOptions } from "./SessionCalls.ts"
import { NotSignedInError } from "./SessionError.ts"
import type { SessionLock } from "./SessionLock.ts"
import { verdictOf } from "./SessionRefusal.ts"
import type { News, SessionStore } from "./SessionStore.ts"
import type { SignedIn } from "./Step.ts"

/** Who is signed in, as this program has it. */
export interface SessionMemory {
  readonly current: () => SignedIn | undefined
  /** Puts one in another's place, if that is still held. */
  readonly swap: (held: SignedIn, next: SignedIn | undefined) => Effect.Effect<boolean>
}

/** What a refresh works on. */
export interface SessionRefreshOptions extends RefreshOptions {
  readonly memory: SessionMemory
  readonly store: SessionStore
  readonly lock: SessionLock
  /** The name of the lock. */
  readonly name: string
  /** How many milliseconds a refused refresh waits for what others store. */
  readonly patience: number
}

/** A refresh that is made once for all who ask. */
export interface SessionRefresh {
  /**
   * Tokens in the place of those that were seen: somebody else's, where they are enough, or new ones. Not interrupted under
   * way: with rotation the old refresh token is used up, and the new one has to be kept.
   */
  readonly after: (
    seen: SignedIn,
    isEnough: (tokens: Tokens) => Effect.Effect<boolean>
  ) => Effect.Effect<SignedIn, RefreshError | NotSignedInError, AppClient | Cognito>
  /** Tells the service of a session's end, after the refresh of it that is under way. */
  readonly end: (
    held: SignedIn,
    how: Ending
  ) => Effect.Effect<void, EndError, AppClient | Cognito>
  /** Says how a session is over, for a refresh of it that is under way. */
  readonly mark: (held: SignedIn, how: Ending) => void
}

type Outcome = Effect.Effect<SignedIn, RefreshError | NotSignedInError, AppClient | Cognito>

/** Makes what refreshes a session. */
export const make = (options: SessionRefreshOptions): SessionRefresh => {
  const { lock, memory, name, patience, store } = options
  const turn = Semaphore.makeUnsafe(1)
  const endings = new WeakMap<SignedIn, Ending>()
  // Sessions of whose end a refresh has told the service, with the tokens that it brought.
  const told = new WeakSet<SignedIn>()

  /** Goes on with the session that is there now, if it is of the same user. */
  const goOn = (seen: SignedIn, now: SignedIn | undefined): Effect.Effect<SignedIn, NotSignedInError> => {
    if (now === undefined) return notSignedIn("the session was ended meanwhile")
    return now.username === seen.username ? Effect.succeed(now) : notSignedIn("another user has signed in meanwhile")
  }

  /** Takes over what others have made of the session. */
  const adopt = (held: SignedIn, { held: theirs }: News): Effect.Effect<SignedIn, NotSignedInError> =>
    Effect.andThen(
      memory.swap(held, theirs),
      Effect.suspend(() =>
        theirs === undefined ? notSignedIn("the session was ended elsewhere") : goOn(held, memory.current())
      )
    )

  /** A session that was ended while it was refreshed stays ended, and what the refresh has brought ends with it. */
  const drop = (held: SignedIn, next: SignedIn, how: Ending | undefined): Outcome =>
    Effect.gen(function*() {
      const isNew = next.tokens.refreshToken !== held.tokens.refreshToken
      if (how === "global" || (how === "revoke" && isNew)) {
        const exit = yield* Effect.exit(ended(next, how, options))
        if (exit._tag === "Success") told.add(held)
        else yield* Effect.logWarning("the service could not be told of the end of a session that was being refreshed")
      }
      return yield* goOn(held, memory.current())
    })

  const renew = (held: SignedIn): Outcome =>
    Effect.gen(function*() {
      const { refreshToken } = held.tokens
      if (refreshToken === undefined) {
        return yield* notSignedIn("the tokens have ended, and there is none to refresh them with")
      }
      const next = yield* refreshed(held, refreshToken, options)
      const news = yield* store.news
      if (news !== undefined) {
        yield* memory.swap(held, news.held)
        // Nobody has what was brought; where others go on with the session, it is not to be revoked under them.
        return yield* drop(held, next, news.held === undefined ? endings.get(held) ?? "revoke" : endings.get(held))
      }
      if (!(yield* memory.swap(held, next))) return yield* drop(held, next, endings.get(held))
      yield* Effect.ignore(store.save)
      return next
    })

  /** Waits for what others store, where one of them must have used the refresh token up. */
  const awaited = Effect.timeoutOption(
    Effect.interruptible(Effect.repeat(Effect.andThen(Effect.sleep("50 millis"), store.news), {
      while: (news) => news === undefined
    })),
    patience
  )

  const refused = (held: SignedIn, error: RefreshError): Outcome =>
    Effect.gen(function*() {
      const verdict = verdictOf(error)
      if (verdict === "stay") return yield* error
      let news = yield* store.news
      if (news === undefined && verdict === "adopt" && store.isShared) {
        news = Option.getOrUndefined(yield* awaited)
      }
      news ??= memory.current() === held ? yield* store.removeKnown : undefined
      if (news !== undefined) return yield* adopt(held, news)
      yield* memory.swap(held, undefined)
      return yield* error
    })

  const refreshing = (seen: SignedIn, isEnough: (tokens: Tokens) => Effect.Effect<boolean>): Outcome =>
    Effect.gen(function*() {
      const held = memory.current()
      if (held !== seen) return yield* goOn(seen, held)
      const news = yield* store.news
      const known = news === undefined ? held : yield* adopt(held, news)
      if (known !== held && (yield* isEnough(known.tokens))) return known
      return yield* Effect.catch(
        renew(known),
        (error): Outcome => error._tag === "NotSignedInError" ? Effect.fail(error) : refused(known, error)
      )
    })

  return {
    after: (seen, isEnough) =>
      turn.withPermit(lock.withLock(name)(Effect.uninterruptible(Effect.suspend(() => refreshing(seen, isEnough))))),
    end: (held, how) =>
      Effect.andThen(
        turn.withPermit(Effect.void),
        Effect.suspend(() => {
          const telling = ended(held, how, options)
          if (!told.has(held)) return Effect.asVoid(telling)
          // Its own refresh token is perhaps good for a grace period; that it is not is no failure.
          return how === "revoke" ? Effect.ignore(telling) : Effect.void
        })
      ),
    mark: (held, how) => void endings.set(held, how)
  }
}

const notSignedIn = (message: string) => Effect.fail(new NotSignedInError({ message }))
