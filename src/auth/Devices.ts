/**
 * What a user decides about the device that they are signed in on. That it is made known to the pool, and proves itself
 * at later sign-ins, is `SignIn.ts`'s, where the program has a `DeviceStore`.
 *
 * The user's other devices are listed and changed by the operations `listDevices`, `updateDeviceStatus`, `forgetDevice`.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Operations from "../operations/Devices.ts"
import type { Cognito } from "../Service.ts"
import { DeviceStore } from "./DeviceStore.ts"
import type { Session, SessionError } from "./Session.ts"
import type { SignedIn, SignedInDevice } from "./Step.ts"

/** The pool tracks no devices, or nobody is signed in. */
export class NoDeviceError extends Schema.TaggedError<NoDeviceError>()("NoDeviceError", {
  message: Schema.String
}) {}

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

/** Forgets this device: the pool does, and the program's {@link DeviceStore}. */
export const forget = (
  session: Session["Service"]
): Effect.Effect<void, NoDeviceError | SessionError | Operations.ForgetDeviceError, Cognito> =>
  Effect.gen(function*() {
    const { device, typedName } = yield* deviceOf(session)
    yield* session.as(Operations.forgetDevice)({ DeviceKey: device.key })
    const devices = yield* DeviceStore
    yield* devices?.remove(typedName) ?? Effect.void
  })

const deviceOf = (
  session: Session["Service"]
): Effect.Effect<SignedIn & { readonly device: SignedInDevice }, NoDeviceError> =>
  Effect.flatMap(session.signedIn, (signedIn) =>
    signedIn?.device === undefined
      ? Effect.fail(new NoDeviceError({ message: "the session has no device" }))
      : Effect.succeed({ ...signedIn, device: signedIn.device }))
