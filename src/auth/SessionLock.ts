/**
 * One refresh at a time for all programs that share a session's store: the tabs of a browser, the processes of a server.
 * With rotation of refresh tokens and no grace, a second one would end the session.
 *
 * A lock is a courtesy, not a promise: where it cannot be had in time, or is lost, a refresh goes on without it, and the
 * session sees by its store what others have done. Files, Redis and databases are in modules of their own: `FileLock`,
 * `RedisLock`, `SqlLock`.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"

/** Runs effects one at a time, among all who share the lock. */
export interface SessionLock {
  /** Runs an effect while nobody else has the lock of that name; after a while without it. Adds no errors of its own. */
  readonly withLock: (name: string) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

/**
 * The lock of the program's sessions. Default: none; then the loser of two refreshes waits for what the winner stores.
 *
 * @example
 * ```ts
 * import * as AppClient from "effect-cognito/auth/AppClient"
 * import * as Session from "effect-cognito/auth/Session"
 * import * as SessionLock from "effect-cognito/auth/SessionLock"
 * import * as Layer from "effect/Layer"
 * import { KeyValueStore, layerStorage } from "effect/persistence/KeyValueStore"
 * import * as Effect from "effect/Effect"
 *
 * // The tabs of a browser share one session, and refresh it one at a time.
 * const session = Layer.unwrap(Effect.map(KeyValueStore, (store) => Session.layer({ store }))).pipe(
 *   Layer.provide([SessionLock.layerWebLocks(), layerStorage(() => localStorage)]),
 *   Layer.provide(AppClient.layerConfig)
 * )
 * ```
 */
export const SessionLock = Context.Reference<SessionLock>("effect-cognito/auth/SessionLock", {
  defaultValue: () => ({ withLock: () => (effect) => effect })
})

/** How long a lock is waited for, and held. */
export interface SessionLockOptions {
  /** How long others are waited for. Default: 10 seconds. */
  readonly patience?: Duration.Input
}

/** How long a lease is waited for, and held. */
export interface LeaseOptions extends SessionLockOptions {
  /** After which time the lease of a program that has died is taken from it. Default: 30 seconds. */
  readonly duration?: Duration.Input
}

/** A lock that is held for a time: what a file, a Redis server or a database can do. */
export interface Lease {
  /** Takes the lease for so many milliseconds, if nobody has it or the time of whoever has it is over. */
  readonly acquire: (name: string, owner: string, millis: number) => Effect.Effect<boolean, unknown>
  /** Gives it back, if it is still the owner's. */
  readonly release: (name: string, owner: string) => Effect.Effect<unknown, unknown>
}

/** The lock that a lease makes. */
export const fromLease = (
  { acquire, release }: Lease,
  { duration = "30 seconds", patience = "10 seconds" }: LeaseOptions = {}
): SessionLock => ({
  withLock: (name) => (effect) =>
    Effect.suspend(() => {
      const owner = crypto.randomUUID()
      // An attempt goes to its end, lest it succeed after it was given up and nobody gave it back.
      const attempt = Effect.flatMap(
        Effect.uninterruptible(answered(acquire(name, owner, Duration.toMillis(duration)))),
        (isMine) => isMine ? Effect.void : Effect.fail("another has it")
      )
      const granted = Effect.retry(attempt, Schedule.jittered(Schedule.spaced("50 millis")))
      // A lease that is not given back ends by itself.
      return within({ granted, patience, release: Effect.ignore(answered(release(name, owner))) }, effect)
    })
})

/** A lock that was asked for. */
interface Asked {
  readonly granted: Effect.Effect<unknown, unknown>
  /** Gives the lock back, and takes back what was asked. */
  readonly release: Effect.Effect<void>
  readonly patience: Duration.Input
}

/** Runs an effect with a lock; without it where that cannot be had in time. Who waits can leave. */
const within = <A, E, R>(
  { granted, patience, release }: Asked,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function*() {
      const waiting = granted.pipe(Effect.timeoutOption(patience), Effect.orElseSucceed(Option.none))
      const held = yield* Effect.onInterrupt(restore(waiting), () => release)
      if (Option.isNone(held)) yield* unlocked
      return yield* Effect.onExit(restore(effect), () => release)
    })
  )

/** What a server does not answer in a while has failed. */
const answered = <A>(answer: Effect.Effect<A, unknown>): Effect.Effect<A, unknown> =>
  Effect.timeout(Effect.interruptible(answer), "5 seconds")

const unlocked = Effect.logWarning("the session's lock could not be had: its tokens are refreshed without it")

/** What gives locks to functions, for as long as their promises are pending: the browser's `navigator.locks`, for example. */
export interface LockManager {
  readonly request: (
    name: string,
    options: { readonly signal: AbortSignal },
    run: () => Promise<void>
  ) => Promise<unknown>
}

/** The lock that a lock manager makes. */
export const fromLockManager = (
  locks: LockManager,
  { patience = "10 seconds" }: SessionLockOptions = {}
): SessionLock => ({
  withLock: (name) => (effect) => Effect.suspend(() => within({ ...requested(locks, name), patience }, effect))
})

/** Asks for a lock, when it is waited for; releasing it also takes the request back. */
const requested = (locks: LockManager, name: string) => {
  const waiting = new AbortController()
  let end: (() => void) | undefined
  return {
    granted: Effect.callback<void>((resume) => {
      const held = () =>
        new Promise<void>((resolve) => {
          end = resolve
          // A lock that comes after all is given back at once.
          if (waiting.signal.aborted) resolve()
          else resume(Effect.void)
        })
      // It rejects where it is aborted, and where a page may not lock.
      const refused = () => resume(Effect.void)
      try {
        locks.request(name, { signal: waiting.signal }, held).catch(refused)
      } catch {
        refused()
      }
    }),
    release: Effect.sync(() => {
      waiting.abort()
      end?.()
    })
  }
}

/**
 * The browser's Web Locks, which all tabs and workers of an origin share. Where there are none, nothing is locked.
 *
 * @see https://www.w3.org/TR/web-locks/
 */
export const layerWebLocks = (options: SessionLockOptions = {}): Layer.Layer<never> => {
  const { locks } = globalThis.navigator ?? {}
  return locks === undefined ? Layer.empty : Layer.succeed(SessionLock, fromLockManager(locks, options))
}
