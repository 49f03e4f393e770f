/** Request-rate quotas, against the scripted server. */
import * as Quotas from "../../../src/operations/Quotas.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const LimitDefinition = { LimitClass: "API_CATEGORY", Attributes: { Category: "UserAuthentication" } }

export const scripted: ScriptedScenarios = {
  "a quota is read and raised": [
    exchange(Quotas.getProvisionedLimit, {
      input: { LimitDefinition },
      answer: `{"Limit":{"FreeLimitValue":120,"LimitDefinition":${
        JSON.stringify(LimitDefinition)
      },"ProvisionedLimitValue":1.2E2}}`,
      output: { Limit: { LimitDefinition, FreeLimitValue: 120, ProvisionedLimitValue: 120 } }
    }),
    exchange(Quotas.updateProvisionedLimit, {
      input: { LimitDefinition, RequestedLimitValue: 240 },
      answer: `{"Limit":{"FreeLimitValue":120,"LimitDefinition":${
        JSON.stringify(LimitDefinition)
      },"ProvisionedLimitValue":240}}`,
      output: { Limit: { LimitDefinition, FreeLimitValue: 120, ProvisionedLimitValue: 240 } }
    })
  ]
}
