/** Where a user pool sends its logs, against the scripted server. */
import * as LogDelivery from "../../../src/operations/LogDelivery.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const UserPoolId = "eu-central-1_aBcDeFgHi"
const LogConfigurations = [
  {
    EventSource: "userNotification",
    LogLevel: "ERROR",
    CloudWatchLogsConfiguration: { LogGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:cognito" }
  },
  { EventSource: "userAuthEvents", LogLevel: "INFO", S3Configuration: { BucketArn: "arn:aws:s3:::events" } }
]

export const scripted: ScriptedScenarios = {
  "the configuration is set and read": [
    exchange(LogDelivery.setLogDeliveryConfiguration, {
      input: { UserPoolId, LogConfigurations },
      answer: JSON.stringify({ LogDeliveryConfiguration: { UserPoolId, LogConfigurations } }),
      output: { LogDeliveryConfiguration: { UserPoolId, LogConfigurations } }
    }),
    exchange(LogDelivery.getLogDeliveryConfiguration, {
      input: { UserPoolId },
      answer: `{"LogDeliveryConfiguration":{"LogConfigurations":[{"CloudWatchLogsConfiguration":null,
        "EventSource":"userAuthEvents","FirehoseConfiguration":{"StreamArn":"arn:aws:firehose:eu-central-1:123456789012:deliverystream/s"},
        "LogLevel":"INFO","S3Configuration":null}],"UserPoolId":"${UserPoolId}"}}`,
      output: {
        LogDeliveryConfiguration: {
          UserPoolId,
          LogConfigurations: [{
            EventSource: "userAuthEvents",
            LogLevel: "INFO",
            FirehoseConfiguration: { StreamArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/s" }
          }]
        }
      }
    })
  ]
}
