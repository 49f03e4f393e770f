/**
 * Where the keys of remembered devices are kept between sign-ins. A device whose keys are known signs in without a
 * second factor, where the user pool has it so.
 *
 * The keys prove the device: keep them where the user's other secrets are. They are kept under the pool's own name for the
 * user, so that it is one device under whichever name the user signs in.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Wire from "../protocol/Wire.ts"
import { defaultStoreTimeout, limited, type Store } from "./Storage.ts"

/** The keys of a device, as `ConfirmDevice` made them known to the pool. */
export interface DeviceKeys {
  /** Such as `eu-central-1_8f1c2d3e-…`. */
  readonly key: string
  readonly groupKey: string
  readonly password: Redacted.Redacted<string>
}

/** Who is signed in on a device: a user of a pool, with one of its app clients. */
export interface DeviceUser {
  readonly userPoolId: string
  readonly clientId: string
  readonly username: string
}

/** The keys of this device. Nothing here fails: a device that is not known is one more code that the user types. */
export interface DeviceStore {
  /** The keys for a user, by the pool's own name for it. */
  readonly get: (user: DeviceUser) => Effect.Effect<DeviceKeys | undefined>
  readonly set: (user: DeviceUser, keys: DeviceKeys) => Effect.Effect<void>
  /** Forgets the device of that key. Another one, which has come in its place, stays. */
  readonly remove: (user: DeviceUser, key: string) => Effect.Effect<void>
  /**
   * The pool's own name of the user who signed in under this name last. It is asked for where the password is sent in the
   * first request, with which the device has to be named; SRP tells the name before the proof.
   */
  readonly usernameOf: (typed: DeviceUser) => Effect.Effect<string | undefined>
  /** Sets that name; `undefined` forgets it. */
  readonly setUsername: (typed: DeviceUser, username: string | undefined) => Effect.Effect<void>
}

/**
 * The store of the program. Default: none, and devices are neither confirmed nor remembered.
 *
 * @example
 * ```ts
 * import * as DeviceStore from "effect-cognito/auth/DeviceStore"
 * import * as Layer from "effect/Layer"
 *
 * const devices = Layer.succeed(DeviceStore.DeviceStore, DeviceStore.make())
 * ```
 */
export const DeviceStore = Context.Reference<DeviceStore | undefined>("effect-cognito/auth/DeviceStore", {
  defaultValue: () => undefined
})

/** How a {@link DeviceStore} is made. */
export interface DeviceStoreOptions {
  /** Where keys are kept beyond the program: a file, the browser's storage. Default: in memory alone. */
  readonly store?: Store
  /** What its keys begin with; pool, app client and user follow. Default: `effect-cognito/device/`. */
  readonly storePrefix?: string
  /** How long the store is waited for. Default: 5 seconds. */
  readonly storeTimeout?: Duration.Input
}

/**
 * Makes a {@link DeviceStore}. What a `KeyValueStore` fails to keep is kept in memory and told as a warning in the log;
 * where it cannot be read it has nothing.
 */
export const make = (
  { store, storePrefix = "effect-cognito/device/", storeTimeout = defaultStoreTimeout }: DeviceStoreOptions = {}
): DeviceStore => {
  const texts = remembering(store && limited(store, storeTimeout))
  const keyOf = ({ clientId, userPoolId, username }: DeviceUser, kind = "") =>
    `${storePrefix}${userPoolId}/${clientId}/${kind}${encodeURIComponent(username.toWellFormed())}`
  const get = (user: DeviceUser) =>
    Effect.map(
      texts.get(keyOf(user)),
      (text) => text === undefined ? undefined : Option.getOrUndefined(Schema.decodeOption(Stored)(text))
    )
  return {
    get,
    set: (user, keys) =>
      Effect.flatMap(Effect.orDie(Schema.encodeEffect(Stored)(keys)), (text) => texts.set(keyOf(user), text)),
    remove: (user, key) =>
      Effect.flatMap(get(user), (known) => known?.key === key ? texts.remove(keyOf(user)) : Effect.void),
    usernameOf: (typed) => texts.get(keyOf(typed, "name/")),
    setUsername: (typed, username) => {
      const key = keyOf(typed, "name/")
      return username === undefined ? texts.remove(key) : texts.set(key, username)
    }
  }
}

const Stored = Schema.fromJsonString(Schema.Struct({
  key: Schema.String,
  groupKey: Schema.String,
  password: Wire.Secret
}))

/** Texts by key, in memory where there is no store or where it fails; `undefined` in memory is what was to be removed. */
const remembering = (store: Store | undefined) => {
  const unsaved = new Map<string, string | undefined>()
  const write = (key: string, text: string | undefined): Effect.Effect<void> => {
    if (store === undefined) return Effect.sync(() => void unsaved.set(key, text))
    return (text === undefined ? store.remove(key) : store.set(key, text)).pipe(
      Effect.andThen(Effect.sync(() => void unsaved.delete(key))),
      Effect.catch(() => {
        unsaved.set(key, text)
        return Effect.logWarning("a device's keys could not be kept: they are good until the program ends")
      })
    )
  }
  return {
    get: (key: string): Effect.Effect<string | undefined> =>
      store === undefined || unsaved.has(key)
        ? Effect.sync(() => unsaved.get(key))
        : Effect.orElseSucceed(store.get(key), () => undefined),
    set: (key: string, text: string) => write(key, text),
    remove: (key: string) => write(key, undefined)
  }
}
