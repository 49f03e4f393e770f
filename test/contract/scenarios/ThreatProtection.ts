/** Threat protection, against the scripted server. */
import * as Redacted from "effect/Redacted"
import * as ThreatProtection from "../../../src/operations/ThreatProtection.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const user = { ...pool, Username: "ada" }
const EventId = "00000000-0000-4000-8000-000000000001"

const risk = {
  CompromisedCredentialsRiskConfiguration: { EventFilter: ["SIGN_IN"], Actions: { EventAction: "BLOCK" } },
  AccountTakeoverRiskConfiguration: {
    NotifyConfiguration: {
      From: "security@example.com",
      SourceArn: "arn:aws:ses:eu-central-1:123456789012:identity/example.com",
      BlockEmail: { Subject: "Blocked", HtmlBody: "<p>“Blocked”</p>", TextBody: "Blocked\n" }
    },
    Actions: {
      LowAction: { Notify: false, EventAction: "NO_ACTION" },
      HighAction: { Notify: true, EventAction: "MFA_REQUIRED" }
    }
  },
  RiskExceptionConfiguration: { BlockedIPRangeList: ["198.51.100.0/24"], SkippedIPRangeList: [] }
}

export const scripted: ScriptedScenarios = {
  "risk settings are set and read": [
    exchange(ThreatProtection.setRiskConfiguration, {
      input: { ...pool, ...risk },
      answer: JSON.stringify({
        RiskConfiguration: { ...pool, ...risk, ClientId: null, LastModifiedDate: 1735689600.123 }
      }),
      output: { RiskConfiguration: { ...pool, ...risk, LastModifiedDate: new Date("2025-01-01T00:00:00.123Z") } }
    }),
    exchange(ThreatProtection.describeRiskConfiguration, {
      input: { ...pool, ClientId: "1example23456789" },
      answer: `{"RiskConfiguration":{"ClientId":"1example23456789","LastModifiedDate":1.7356896E9}}`,
      output: {
        RiskConfiguration: { ClientId: "1example23456789", LastModifiedDate: new Date("2025-01-01T00:00:00Z") }
      }
    })
  ],
  "events are listed and judged": [
    exchange(ThreatProtection.adminListUserAuthEvents, {
      input: { ...user, MaxResults: 1 },
      answer: `{"AuthEvents":[{"ChallengeResponses":[{"ChallengeName":"Password","ChallengeResponse":"Success"}],
        "CreationDate":1.735689600123E9,"EventContextData":{"City":"Zürich","Country":"Switzerland","DeviceName":"Firefox 130, Linux",
        "IpAddress":"203.0.113.7","Timezone":null},"EventFeedback":{"FeedbackDate":1735689700,"FeedbackValue":"Valid","Provider":"ada"},
        "EventId":"${EventId}","EventResponse":"Pass","EventRisk":{"CompromisedCredentialsDetected":false,
        "RiskDecision":"AccountTakeover","RiskLevel":"Low"},"EventType":"SignIn"}],"NextToken":"${EventId}"}`,
      output: {
        AuthEvents: [{
          EventId,
          EventType: "SignIn",
          EventResponse: "Pass",
          CreationDate: new Date("2025-01-01T00:00:00.123Z"),
          EventRisk: { RiskDecision: "AccountTakeover", RiskLevel: "Low", CompromisedCredentialsDetected: false },
          ChallengeResponses: [{ ChallengeName: "Password", ChallengeResponse: "Success" }],
          EventContextData: {
            City: "Zürich",
            Country: "Switzerland",
            DeviceName: "Firefox 130, Linux",
            IpAddress: "203.0.113.7"
          },
          EventFeedback: {
            FeedbackValue: "Valid",
            Provider: "ada",
            FeedbackDate: new Date("2025-01-01T00:01:40Z")
          }
        }],
        NextToken: EventId
      }
    }),
    exchange(ThreatProtection.adminUpdateAuthEventFeedback, {
      input: { ...user, EventId, FeedbackValue: "Invalid" },
      output: {}
    }),
    exchange(ThreatProtection.updateAuthEventFeedback, {
      input: { ...user, EventId, FeedbackToken: Redacted.make("f.g.h"), FeedbackValue: "Valid" },
      output: {}
    })
  ]
}
