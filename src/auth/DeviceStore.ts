/**
 * Where the keys of remembered devices are kept between sign-ins. A device whose keys are known signs in without a
 * second factor, where the user pool has it so.
 *
 * The keys prove the device: keep them where the user's other secrets are.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { KeyValueStore } from "effect/persistence/KeyValueStore"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Wire from "../protocol/Wire.ts"

/** The keys of a device, as `ConfirmDevice` made them known to the pool. */
export interface DeviceKeys {
  /** Such as `eu-central-1_8f1c2d3e-…`. */
  readonly key: string
  readonly groupKey: string
  readonly password: Redacted.Redacted<string>
}

/** The keys of this device, by the user name that was signed in with. */
export interface DeviceStore {
  readonly get: (username: string) => Effect.Effect<DeviceKeys | undefined>
  readonly set: (username: string, keys: DeviceKeys) => Effect.Effect<void>
  readonly remove: (username: string) => Effect.Effect<void>
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
  readonly store?: Pick<KeyValueStore, "get" | "set" | "remove">
  /** What its keys begin with; user names follow. Default: `effect-cognito/device/`. */
  readonly storePrefix?: string
}

/** Makes a {@link DeviceStore}. A `KeyValueStore` that fails is taken for one that has nothing. */
export const make = (
  { store, storePrefix = "effect-cognito/device/" }: DeviceStoreOptions = {}
): DeviceStore => {
  if (store === undefined) return inMemory()
  const keyOf = (username: string) => `${storePrefix}${username}`
  return {
    get: (username) =>
      store.get(keyOf(username)).pipe(
        Effect.map((text) => text === undefined ? undefined : Option.getOrUndefined(Schema.decodeOption(Stored)(text))),
        Effect.orElseSucceed(() => undefined)
      ),
    set: (username, keys) =>
      Effect.ignore(
        Effect.flatMap(Schema.encodeEffect(Stored)(keys), (text) => store.set(keyOf(username), text))
      ),
    remove: (username) => Effect.ignore(store.remove(keyOf(username)))
  }
}

const Stored = Schema.fromJsonString(Schema.Struct({
  key: Schema.String,
  groupKey: Schema.String,
  password: Wire.Secret
}))

const inMemory = (): DeviceStore => {
  const devices = new Map<string, DeviceKeys>()
  return {
    get: (username) => Effect.sync(() => devices.get(username)),
    set: (username, keys) => Effect.sync(() => void devices.set(username, keys)),
    remove: (username) => Effect.sync(() => void devices.delete(username))
  }
}
