/** The devices of users. */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { bytesToHex } from "@noble/hashes/utils.js"
import * as operations from "../../../operations/Devices.ts"
import { putUser, userOf } from "../Directory.ts"
import { holderOf } from "../Grants.ts"
import { type Handler, present, query, transition } from "../Handler.ts"
import { pageOf } from "../Page.ts"
import { invalid, refuse } from "../Refusal.ts"
import { type Device, type Pool, poolOf, type User } from "../State.ts"

const checkTracking = ({ settings }: Pool): void => {
  if (settings.DeviceConfiguration === undefined) {
    refuse("InvalidUserPoolConfigurationException", "User pool does not have device tracking enabled.")
  }
}

const deviceOf = (pool: Pool, user: User, key: string): Device => {
  checkTracking(pool)
  return user.devices.find((device) => device.key === key) ??
    refuse("ResourceNotFoundException", "Device does not exist.")
}

const described = ({ authenticated, created, key, lastIp, modified, name, remembered }: Device) => ({
  DeviceKey: key,
  DeviceAttributes: [
    { Name: "device_status", Value: "valid" },
    ...(name === undefined ? [] : [{ Name: "device_name", Value: name }]),
    { Name: "dev:device_remembered_status", Value: remembered ? "remembered" : "not_remembered" },
    { Name: "last_ip_used", Value: lastIp }
  ],
  DeviceCreateDate: new Date(created),
  DeviceLastModifiedDate: new Date(modified),
  DeviceLastAuthenticatedDate: new Date(authenticated)
})

const withDevice = (user: User, device: Device): User => ({
  ...user,
  devices: user.devices.map((known) => known.key === device.key ? device : known)
})

const without = (user: User, key: string): User => ({
  ...user,
  devices: user.devices.filter((known) => known.key !== key)
})

/**
 * Unless the pool asks users, a device is remembered as soon as it is confirmed.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-device-tracking.html
 */
export const confirmDevice: Handler = transition(operations.confirmDevice, (state, input, { now }) => {
  const { pool, user } = holderOf(state, input.AccessToken, now)
  const device = deviceOf(pool, user, input.DeviceKey)
  if (device.verifier !== undefined) refuse("DeviceKeyExistsException", "Device key already exists.")
  const { PasswordVerifier, Salt } = input.DeviceSecretVerifierConfig ?? {}
  const isAsked = pool.settings.DeviceConfiguration?.DeviceOnlyRememberedOnUserPrompt === true
  const next: Device = present({
    ...device,
    verifier: hexOf(PasswordVerifier),
    salt: hexOf(Salt),
    name: input.DeviceName,
    remembered: !isAsked,
    modified: now
  })
  return [{ UserConfirmationNecessary: isAsked }, putUser(state, pool, withDevice(user, next))]
})

const hexOf = (base64: string | undefined): string => {
  const bytes = Base64.decode(base64 ?? "")
  if (Result.isFailure(bytes) || bytes.success.length === 0) {
    return invalid("Invalid device secret verifier config: PasswordVerifier and Salt are needed, in Base64.")
  }
  return bytesToHex(bytes.success)
}

export const getDevice: Handler = query(operations.getDevice, (state, { AccessToken, DeviceKey }, { now }) => {
  const { pool, user } = holderOf(state, AccessToken, now)
  return { Device: described(deviceOf(pool, user, DeviceKey)) }
})

export const adminGetDevice: Handler = query(
  operations.adminGetDevice,
  (state, { DeviceKey, UserPoolId, Username }) => {
    const pool = poolOf(state, UserPoolId)
    return { Device: described(deviceOf(pool, userOf(pool, Username), DeviceKey)) }
  }
)

const listed = (pool: Pool, user: User, limit: number | undefined, token: string | undefined) => {
  checkTracking(pool)
  const page = pageOf(user.devices, { list: `devices of ${pool.id} ${user.name}`, limit, token })
  return { Devices: page.records.map(described), PaginationToken: page.token }
}

export const listDevices: Handler = query(
  operations.listDevices,
  (state, { AccessToken, Limit, PaginationToken }, { now }) => {
    const { pool, user } = holderOf(state, AccessToken, now)
    return listed(pool, user, Limit, PaginationToken)
  }
)

export const adminListDevices: Handler = query(operations.adminListDevices, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  return listed(pool, userOf(pool, input.Username), input.Limit, input.PaginationToken)
})

const withStatus = (device: Device, status: string | undefined, now: number): Device => ({
  ...device,
  remembered: status === undefined ? device.remembered : status === "remembered",
  modified: now
})

export const updateDeviceStatus: Handler = transition(operations.updateDeviceStatus, (state, input, { now }) => {
  const { pool, user } = holderOf(state, input.AccessToken, now)
  const device = withStatus(deviceOf(pool, user, input.DeviceKey), input.DeviceRememberedStatus, now)
  return [{}, putUser(state, pool, withDevice(user, device))]
})

export const adminUpdateDeviceStatus: Handler = transition(
  operations.adminUpdateDeviceStatus,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const user = userOf(pool, input.Username)
    const device = withStatus(deviceOf(pool, user, input.DeviceKey), input.DeviceRememberedStatus, now)
    return [{}, putUser(state, pool, withDevice(user, device))]
  }
)

export const forgetDevice: Handler = transition(
  operations.forgetDevice,
  (state, { AccessToken, DeviceKey }, { now }) => {
    const { pool, user } = holderOf(state, AccessToken, now)
    deviceOf(pool, user, DeviceKey)
    return [undefined, putUser(state, pool, without(user, DeviceKey))]
  }
)

export const adminForgetDevice: Handler = transition(
  operations.adminForgetDevice,
  (state, { DeviceKey, UserPoolId, Username }) => {
    const pool = poolOf(state, UserPoolId)
    const user = userOf(pool, Username)
    deviceOf(pool, user, DeviceKey)
    return [undefined, putUser(state, pool, without(user, DeviceKey))]
  }
)
