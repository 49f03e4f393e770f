/** Devices of a user, against the scripted server. */
import * as Redacted from "effect/Redacted"
import * as Devices from "../../../src/operations/Devices.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const AccessToken = Redacted.make("a.b.c")
const DeviceKey = "eu-central-1_0a1b2c3d-0000-4000-8000-000000000001"
const user = { UserPoolId: "eu-central-1_aBcDeFgHi", Username: "ada" }

const deviceJson = `{"DeviceKey":"${DeviceKey}","DeviceCreateDate":1.483899206155E9,
  "DeviceAttributes":[{"Name":"device_name","Value":"Ada’s laptop"},{"Name":"last_ip_used","Value":"203.0.113.7"},{"Name":"empty"}],
  "DeviceLastAuthenticatedDate":1483899206.0,"DeviceLastModifiedDate":1483899207}`
const device = {
  DeviceKey,
  DeviceAttributes: [
    { Name: "device_name", Value: "Ada’s laptop" },
    { Name: "last_ip_used", Value: "203.0.113.7" },
    { Name: "empty" }
  ],
  DeviceCreateDate: new Date("2017-01-08T18:13:26.155Z"),
  DeviceLastAuthenticatedDate: new Date("2017-01-08T18:13:26Z"),
  DeviceLastModifiedDate: new Date("2017-01-08T18:13:27Z")
}

export const scripted: ScriptedScenarios = {
  "a user confirms, reads, lists and forgets a device": [
    exchange(Devices.confirmDevice, {
      input: {
        AccessToken,
        DeviceKey,
        DeviceName: "Ada’s laptop",
        DeviceSecretVerifierConfig: { PasswordVerifier: Redacted.make("cGFzc3dvcmQ="), Salt: "c2FsdA==" }
      },
      answer: `{"UserConfirmationNecessary":false}`,
      output: { UserConfirmationNecessary: false }
    }),
    exchange(Devices.getDevice, {
      input: { AccessToken, DeviceKey },
      answer: `{"Device":${deviceJson}}`,
      output: { Device: device }
    }),
    exchange(Devices.listDevices, {
      input: { AccessToken, Limit: 10 },
      answer: `{"Devices":[${deviceJson}],"PaginationToken":null}`,
      output: { Devices: [device] }
    }),
    exchange(Devices.updateDeviceStatus, {
      input: { AccessToken, DeviceKey, DeviceRememberedStatus: "remembered" },
      output: {}
    }),
    exchange(Devices.forgetDevice, { input: { AccessToken, DeviceKey }, output: undefined })
  ],
  "an administrator reads, lists and forgets a device": [
    exchange(Devices.adminGetDevice, {
      input: { ...user, DeviceKey },
      answer: `{"Device":${deviceJson}}`,
      output: { Device: device }
    }),
    exchange(Devices.adminListDevices, {
      input: { ...user, Limit: 1, PaginationToken: "page 2" },
      answer: `{"Devices":[],"PaginationToken":"page 3"}`,
      output: { Devices: [], PaginationToken: "page 3" }
    }),
    exchange(Devices.adminUpdateDeviceStatus, {
      input: { ...user, DeviceKey, DeviceRememberedStatus: "not_remembered" },
      output: {}
    }),
    exchange(Devices.adminForgetDevice, { input: { ...user, DeviceKey }, output: undefined })
  ]
}
