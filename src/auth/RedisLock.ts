/** A `SessionLock` on a Redis server, by Effect's `Redis` service, for the processes of a server on any number of machines. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Redis, script } from "effect/persistence/Redis"
import { fromLease, type LeaseOptions, SessionLock } from "./SessionLock.ts"

/** What the keys of the locks are called, and how long locks are waited for and held. */
export interface RedisLockOptions extends LeaseOptions {
  /** What keys begin with; the session's key follows. Default: `lock:`. */
  readonly prefix?: string
}

/** Locks on the program's Redis server. */
export const layer = ({ prefix = "lock:", ...options }: RedisLockOptions = {}): Layer.Layer<never, never, Redis> =>
  Layer.effect(
    SessionLock,
    Effect.map(Redis, (redis) =>
      fromLease({
        acquire: (name, owner, millis) =>
          Effect.map(
            redis.send("SET", `${prefix}${name}`, owner, "NX", "PX", String(Math.ceil(millis))),
            (answer) => answer !== null && answer !== undefined
          ),
        release: (name, owner) => redis.eval(releasing)(`${prefix}${name}`, owner)
      }, options))
  )

/** Deletes the key if it is still the owner's, in one step. */
const releasing = script((key: string, owner: string) => [key, owner], {
  numberOfKeys: 1,
  lua: `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) end return 0`
})
