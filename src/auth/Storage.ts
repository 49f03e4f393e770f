/**
 * What keeps texts beyond the program, such as a file or the browser's storage, with a limit for each of its answers.
 *
 * A store that fails or is silent is no reason to lose what memory has: who uses one goes on with memory.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type KeyValueStore, KeyValueStoreError } from "effect/persistence/KeyValueStore"

/** The part of Effect's `KeyValueStore` that is needed. */
export type Store = Pick<KeyValueStore, "get" | "set" | "remove">

/** How long a store is waited for where nothing else is said. */
export const defaultStoreTimeout: Duration.Input = "5 seconds"

/** A store that fails where it does not answer in time. */
export const limited = (store: Store, timeout: Duration.Input): Store => {
  const within = <A>(
    method: string,
    key: string,
    answer: Effect.Effect<A, KeyValueStoreError>
  ): Effect.Effect<A, KeyValueStoreError> =>
    // Also where the program may not be interrupted, the store may.
    Effect.timeoutOrElse(Effect.interruptible(answer), {
      duration: timeout,
      orElse: () => {
        const message = `the store did not answer within ${Duration.format(Duration.fromInputUnsafe(timeout))}`
        return Effect.fail(new KeyValueStoreError({ method, key, message }))
      }
    })
  return {
    get: (key) => within("get", key, store.get(key)),
    set: (key, value) => within("set", key, store.set(key, value)),
    remove: (key) => within("remove", key, store.remove(key))
  }
}
