/**
 * A session's place in a store that others may share, such as the tabs of a browser: what they have made of it, and what
 * this program has.
 *
 * Memory is the truth and the store its copy. So nothing here loses a session: a store that fails is told of, and the
 * program goes on. What the store holds is news only where it has changed since this program last looked.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { KeyValueStoreError } from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { SignedIn } from "./Step.ts"
import { limited, type Store } from "./Storage.ts"
import { decode, encode } from "./StoredSession.ts"

/** What others have made of the session: other tokens, another user's, or its end. */
export interface News {
  readonly held: SignedIn | undefined
}

/** A session's place in a store. */
export interface SessionStore {
  /** Whether there is a store, which others may share. */
  readonly isShared: boolean
  /** Whether the store could be read or written yet. */
  readonly isRead: () => boolean
  /** What others have made of the session since this program last looked. */
  readonly news: Effect.Effect<News | undefined>
  /** Keeps what memory has by the time of writing. Of several at a time, all are of the latest. */
  readonly save: Effect.Effect<void, KeyValueStoreError>
  /** Removes the session, unless it is not the one any more that this program knows: then that is news. */
  readonly removeKnown: Effect.Effect<News | undefined>
}

/** Where a session is kept, and who is told what the store fails with. */
export interface SessionStoreOptions {
  readonly store: Store | undefined
  readonly key: string
  readonly timeout: Duration.Input
  /** What memory has. */
  readonly current: () => SignedIn | undefined
  readonly onFailure: (error: KeyValueStoreError) => Effect.Effect<void>
}

/** A session's place in a store, or in none. */
export const make = ({ current, key, onFailure, store, timeout }: SessionStoreOptions): SessionStore => {
  if (store === undefined) {
    return {
      isShared: false,
      isRead: () => true,
      news: Effect.undefined,
      save: Effect.void,
      removeKnown: Effect.undefined
    }
  }
  const place = limited(store, timeout)
  const turn = Semaphore.makeUnsafe(1)
  // What the store held when this program last read or wrote it.
  let known: string | undefined
  let isRead = false

  const told = <A>(answer: Effect.Effect<A, KeyValueStoreError>) => Effect.tapError(answer, onFailure)

  const look = Effect.gen(function*() {
    const text = yield* Effect.result(told(place.get(key)))
    if (Result.isFailure(text)) return undefined
    isRead = true
    if (text.success === known) return undefined
    const held = text.success === undefined ? Option.none() : yield* Effect.option(decode(Redacted.make(text.success)))
    // What cannot be read says nothing.
    if (text.success !== undefined && Option.isNone(held)) return undefined
    known = text.success
    return { held: Option.getOrUndefined(held) }
  })

  const write = (text: string | undefined) =>
    Effect.andThen(
      text === undefined ? place.remove(key) : place.set(key, text),
      Effect.sync(() => {
        known = text
        isRead = true
      })
    )

  return {
    isShared: true,
    isRead: () => isRead,
    news: turn.withPermit(look),
    save: turn.withPermit(Effect.suspend(() => {
      const held = current()
      return told(write(held && Redacted.value(encode(held))))
    })),
    removeKnown: turn.withPermit(
      Effect.flatMap(
        look,
        (news) => news === undefined ? Effect.as(Effect.ignore(told(write(undefined))), news) : Effect.succeed(news)
      )
    )
  }
}
