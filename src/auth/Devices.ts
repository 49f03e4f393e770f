/**
 * What a user decides about the device that they are signed in on. That it is made known to the pool, and proves itself
 * at later sign-ins, is `SignIn.ts`'s, where the program has a `DeviceStore`.
 *
 * The user's other devices are listed and changed by the operations `listDevices`, `updateDeviceStatus`, `forgetDevice`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ClientError } from "../errors/ClientError.ts"
import * as Operations from "../operations/Devices.ts"
import type { Cognito } from "../Service.ts"
import { AppClient } from "./AppClient.ts"
import { DeviceStore } from "./DeviceStore.ts"
import type { Session, SessionError } from "./Session.ts"
import { isRefusal } from "./SignInDevice.ts"
import type { SignedIn, SignedInDevice } from "./Step.ts"
import { acrossCopies } from "../errors/acrossCopies.ts"

/** The pool tracks no devices, or nobody is signed in. */
export class NoDeviceError extends acrossCopies(
  Schema.TaggedError<NoDeviceError>()("NoDeviceError", {
    message: Schema.String
  })
) {}

/**
 * Remembers this device, so that it signs in without a second factor where the pool has it so; or, with `false`, does so
 * no more. For a device with `userConfirmationNecessary`, after asking the user.
 */
export const remember = (
  session: Session["Service"],
  remembered = true
): Effect.Effect<void, NoDeviceError | SessionError | Operations.UpdateDeviceStatusError, Cognito> =>
  Effect.flatMap(deviceOf(session), ({ device }) =>
    session.as(Operations.updateDeviceStatus)({
      DeviceKey: device.key,
      DeviceRememberedStatus: remembered ? "remembered" : "not_remembered"
    }))

/**
 * Forgets this device: the pool does, the program's {@link DeviceStore}, and the session, whose refreshes name it no more. One
 * that the pool has forgotten already is forgotten here.
 */
export const forget = (
  session: Session["Service"]
): Effect.Effect<
  void,
  NoDeviceError | SessionError | Operations.ForgetDeviceError | ClientError,
  AppClient | Cognito
> =>
  Effect.gen(function*() {
    const { device, typedName, username } = yield* deviceOf(session)
    yield* Effect.catchIf(session.as(Operations.forgetDevice)({ DeviceKey: device.key }), isRefusal, () => Effect.void)
    const { clientId, userPoolId } = yield* AppClient
    const devices = yield* DeviceStore
    if (devices !== undefined) {
      yield* devices.remove({ userPoolId, clientId, username }, device.key)
      if (typedName !== username) yield* devices.setUsername({ userPoolId, clientId, username: typedName }, undefined)
    }
    yield* session.dropDevice
  })

const deviceOf = (
  session: Session["Service"]
): Effect.Effect<SignedIn & { readonly device: SignedInDevice }, NoDeviceError> =>
  Effect.flatMap(session.signedIn, (signedIn) =>
    signedIn?.device === undefined
      ? Effect.fail(new NoDeviceError({ message: "the session has no device" }))
      : Effect.succeed({ ...signedIn, device: signedIn.device }))
