/** AWS tags on user pools, against the scripted server. */
import * as Tags from "../../../src/operations/Tags.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const ResourceArn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_aBcDeFgHi"

export const scripted: ScriptedScenarios = {
  "tags are set, listed and taken off": [
    exchange(Tags.tagResource, {
      input: { ResourceArn, Tags: { team: "shop", "cost center": "42", "a:b/c": "é" } },
      output: {}
    }),
    exchange(Tags.listTagsForResource, {
      input: { ResourceArn },
      answer: `{"Tags":{"team":"shop","cost center":"42","empty":""}}`,
      output: { Tags: { team: "shop", "cost center": "42", empty: "" } }
    }),
    exchange(Tags.untagResource, { input: { ResourceArn, TagKeys: ["team"] }, output: {} })
  ]
}
