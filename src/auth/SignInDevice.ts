/**
 * The device's part in a sign-in: found under the pool's own name for the user, dropped where the pool refuses it, and made
 * known to the pool where it is new.
 *
 * Its proof is a step of `SignInFlow.ts`'s; where keys are kept is `DeviceStore.ts`'s.
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { confirmDevice } from "../operations/Devices.ts"
import type { NewDeviceMetadataType } from "../schema/Auth.ts"
import type { Cognito } from "../Service.ts"
import type { AppClientOptions } from "./AppClient.ts"
import type { DeviceKeys, DeviceStore, DeviceUser } from "./DeviceStore.ts"
import { randomBytes } from "./Proof.ts"
import * as Srp from "./Srp.ts"
import type { SignedInDevice } from "./Step.ts"

/** What the device's part needs to know of the sign-in. */
interface Attempt {
  readonly client: AppClientOptions
  readonly devices: DeviceStore | undefined
  readonly typed: string
  readonly username: string
  readonly deviceName: string | undefined
  readonly device: DeviceKeys | undefined
  readonly refusedDevice: string | undefined
  readonly isNamedLate: boolean
}

/** The service tells a device that it does not know from a pool or a client, or another parameter, by its text alone. */
export const isRefusal = ({ _tag, message }: { readonly _tag: string; readonly message: string }): boolean =>
  (_tag === "ResourceNotFoundException" || _tag === "InvalidParameterException") && /device/i.test(message)

const userOf = ({ clientId, userPoolId }: AppClientOptions, username: string): DeviceUser => ({
  userPoolId,
  clientId,
  username
})

/** The likely user of a name that was typed, and the user's device, as far as they are known here. */
export const guessed = (
  { client, devices, typed }: Pick<Attempt, "client" | "devices" | "typed">
): Effect.Effect<DeviceKeys | undefined> =>
  devices === undefined
    ? Effect.undefined
    : Effect.flatMap(
      devices.usernameOf(userOf(client, typed)),
      (username = typed) => devices.get(userOf(client, username))
    )

/** The user's device, now that the pool has told its own name for the user. */
export const identified = (
  attempt: Pick<Attempt, "client" | "device" | "devices" | "refusedDevice" | "username">,
  username: string
): Effect.Effect<DeviceKeys | undefined> => {
  const { client, device, devices, refusedDevice } = attempt
  if (devices === undefined || (device !== undefined && username === attempt.username)) return Effect.succeed(device)
  const user = userOf(client, username)
  return Effect.flatMap(devices.get(user), (known) =>
    known === undefined || known.key !== refusedDevice
      ? Effect.succeed(known)
      : Effect.as(devices.remove(user, known.key), undefined))
}

/** Drops the device that the pool has refused. */
export const forget = (
  { client, device, devices, username }: Pick<Attempt, "client" | "device" | "devices" | "username">
): Effect.Effect<void> =>
  devices === undefined || device === undefined ? Effect.void : devices.remove(userOf(client, username), device.key)

/** Remembers that the user signs in under the name that was typed, where only that tells the device in time. */
export const knownAs = ({ client, devices, isNamedLate, typed, username }: Attempt): Effect.Effect<void> => {
  if (devices === undefined || !isNamedLate || typed === username) return Effect.void
  const user = userOf(client, typed)
  return Effect.flatMap(
    devices.usernameOf(user),
    (known) => known === username ? Effect.void : devices.setUsername(user, username)
  )
}

/** A device that is new to the pool, which does not have its keys yet. */
export const newDevice = (
  { DeviceGroupKey: groupKey, DeviceKey: key }: NewDeviceMetadataType = {}
): SignedInDevice | undefined =>
  key === undefined || groupKey === undefined
    ? undefined
    : { key, groupKey, confirmed: false, userConfirmationNecessary: false }

/** Makes a new device known to the pool, where the program has a store for its keys. */
export const confirm = Effect.fnUntraced(function*(
  { client, deviceName, devices, username }: Attempt,
  accessToken: Redacted.Redacted<string>,
  metadata: NewDeviceMetadataType | undefined
): Effect.fn.Return<SignedInDevice | undefined, never, Cognito> {
  const device = newDevice(metadata)
  if (devices === undefined || device === undefined) return device
  const { groupKey, key } = device
  const password = Redacted.make(Base64.encode(yield* randomBytes(40)))
  const DeviceSecretVerifierConfig = Srp.verifier({ group: groupKey, name: key, password }, yield* randomBytes(16))
  // The sign-in has succeeded; that the device is not remembered is no reason to lose it.
  const confirmed = yield* Effect.option(confirmDevice({
    AccessToken: accessToken,
    DeviceKey: key,
    DeviceSecretVerifierConfig,
    ...(deviceName === undefined ? {} : { DeviceName: deviceName })
  }))
  if (Option.isNone(confirmed)) return device
  yield* devices.set(userOf(client, username), { key, groupKey, password })
  return {
    ...device,
    confirmed: true,
    userConfirmationNecessary: confirmed.value.UserConfirmationNecessary ?? false
  }
})
