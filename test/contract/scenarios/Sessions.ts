/** Sign-in sessions of a user, against the scripted server. */
import * as Redacted from "effect/Redacted"
import * as Sessions from "../../../src/operations/Sessions.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const AccessToken = Redacted.make("a.b.c")
const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const user = { ...pool, Username: "ada" }
const client = { ...pool, ClientId: "1example23456789" }
const SessionId = "00000000-0000-4000-8000-000000000001"

const answer = `{"Sessions":[{"ClientId":"${client.ClientId}","CreateDate":1.735689600123E9,"DeviceType":"Desktop",
  "IsCurrentSession":true,"LastActiveDate":1735693200,"LastIPAddress":"203.0.113.7",
  "LastLocation":{"City":"Zürich","Country":"CH"},"OriginSessionId":null,"SessionId":"${SessionId}","SessionType":"TOKEN"}]}`
const output = {
  Sessions: [{
    SessionId,
    SessionType: "TOKEN",
    ClientId: client.ClientId,
    CreateDate: new Date("2025-01-01T00:00:00.123Z"),
    LastActiveDate: new Date("2025-01-01T01:00:00Z"),
    DeviceType: "Desktop",
    LastIPAddress: "203.0.113.7",
    LastLocation: { City: "Zürich", Country: "CH" },
    IsCurrentSession: true
  }]
}

export const scripted: ScriptedScenarios = {
  "a user lists and revokes sessions": [
    exchange(Sessions.listUserSessions, { input: { AccessToken }, answer, output }),
    exchange(Sessions.revokeUserSession, {
      input: { AccessToken, SessionId, RevokeAssociatedSessions: "LINKED" },
      output: {}
    })
  ],
  "an administrator lists and revokes sessions": [
    exchange(Sessions.adminListUserSessions, { input: { ...user, NextToken: "page-2" }, answer, output }),
    exchange(Sessions.adminRevokeUserSession, { input: { ...user, SessionId }, output: {} })
  ],
  "tracking is configured": [
    exchange(Sessions.setUserPoolSessionConfiguration, {
      input: { ...pool, UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 5 } },
      answer: `{"UserPoolId":"${pool.UserPoolId}","UserSessionTracking":"ENABLED","TokenSession":{"MaxPerUser":5}}`,
      output: { ...pool, UserSessionTracking: "ENABLED", TokenSession: { MaxPerUser: 5 } }
    }),
    exchange(Sessions.getUserPoolSessionConfiguration, {
      input: pool,
      answer: `{"UserPoolId":"${pool.UserPoolId}","UserSessionTracking":"DISABLED"}`,
      output: { ...pool, UserSessionTracking: "DISABLED" }
    }),
    exchange(Sessions.setUserPoolClientSessionConfiguration, {
      input: { ...client, SSOSession: { MaxValidityMinutes: 720 } },
      answer: `{"SSOSession":{"MaxValidityMinutes":720}}`,
      output: { SSOSession: { MaxValidityMinutes: 720 } }
    }),
    exchange(Sessions.getUserPoolClientSessionConfiguration, {
      input: client,
      answer: JSON.stringify({ ...client, SSOSession: { MaxValidityMinutes: 720, Since: 1 } }),
      output: { ...client, SSOSession: { MaxValidityMinutes: 720 } }
    })
  ]
}
