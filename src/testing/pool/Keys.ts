/** The keys of pools, ready to sign. Each is made when it is first needed, since that takes a while. */
import * as Effect from "effect/Effect"
import type { Kernel } from "./Handler.ts"
import * as Jwt from "./Jwt.ts"
import type { Refusal } from "./Refusal.ts"
import { poolOf, type SigningKey, withPool } from "./State.ts"

type Modify = Kernel["Service"]["modify"]

/** The keys of an account's pools. What is made is put into the state by the function that each call brings. */
export interface Keys {
  /** Makes another key, which signs from now on. */
  readonly add: (poolId: string, modify: Modify) => Effect.Effect<SigningKey, Refusal>
  /** The key that signs; the first one is made by that. */
  readonly current: (poolId: string, modify: Modify) => Effect.Effect<SigningKey, Refusal>
  /** Signs claims. */
  readonly sign: (poolId: string, modify: Modify, claims: object) => Effect.Effect<string, Refusal>
}

/** No keys yet. */
export const makeKeys = (): Keys => {
  const ready = new Map<string, Promise<CryptoKey>>()
  const making = new Map<string, Promise<SigningKey>>()

  const add = (poolId: string, modify: Modify): Effect.Effect<SigningKey, Refusal> =>
    Effect.flatMap(Effect.promise(() => Jwt.makeKey(crypto.randomUUID())), (key) =>
      modify((state) => {
        const pool = poolOf(state, poolId)
        return [key, withPool(state, { ...pool, keys: [...pool.keys, key] })]
      }))

  const current = (poolId: string, modify: Modify): Effect.Effect<SigningKey, Refusal> =>
    Effect.flatMap(modify((state) => [poolOf(state, poolId).keys.at(-1), state]), (known) => {
      if (known !== undefined) return Effect.succeed(known)
      const made = making.get(poolId) ?? Jwt.makeKey(crypto.randomUUID())
      making.set(poolId, made)
      return Effect.flatMap(Effect.promise(() => made), (key) =>
        modify((state) => {
          const pool = poolOf(state, poolId)
          const first = pool.keys.at(-1)
          return first === undefined ? [key, withPool(state, { ...pool, keys: [key] })] : [first, state]
        }))
    })

  const sign = (poolId: string, modify: Modify, claims: object): Effect.Effect<string, Refusal> =>
    Effect.flatMap(current(poolId, modify), (key) =>
      Effect.promise(async () => {
        const imported = ready.get(key.kid) ?? Jwt.importKey(key)
        ready.set(key.kid, imported)
        return Jwt.sign(key.kid, await imported, claims)
      }))

  return { add, current, sign }
}
