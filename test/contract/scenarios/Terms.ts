/** Terms of use and privacy policies, against the scripted server. */
import * as Terms from "../../../src/operations/Terms.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const client = { ...pool, ClientId: "1example23456789" }
const TermsId = "00000000-0000-4000-8000-000000000001"
const Links = { "cognito:default": "https://example.com/terms", "cognito:french": "https://example.com/fr?a=1&b=é" }
const settings = { TermsName: "terms-of-use", TermsSource: "LINK", Enforcement: "NONE", Links }
const dates = { CreationDate: new Date("2025-01-01T00:00:00.123Z"), LastModifiedDate: new Date("2025-01-01T00:00:01Z") }

const answer = `{"Terms":{"ClientId":"${client.ClientId}","CreationDate":1.735689600123E9,"Enforcement":"NONE",
  "LastModifiedDate":1.735689601E9,"Links":${JSON.stringify(Links)},"TermsId":"${TermsId}",
  "TermsName":"terms-of-use","TermsSource":"LINK","UserPoolId":"${pool.UserPoolId}"}}`
const output = { Terms: { ...client, ...settings, ...dates, TermsId } }

export const scripted: ScriptedScenarios = {
  "terms are made, read, changed, listed and deleted": [
    exchange(Terms.createTerms, { input: { ...client, ...settings }, answer, output }),
    exchange(Terms.describeTerms, { input: { ...pool, TermsId }, answer, output }),
    exchange(Terms.describeTermsByClient, { input: { ...client, TermsName: "terms-of-use" }, answer, output }),
    exchange(Terms.updateTerms, { input: { ...pool, TermsId, Links }, answer, output }),
    exchange(Terms.listTerms, {
      input: { ...pool, MaxResults: 10 },
      answer: `{"Terms":[{"TermsId":"${TermsId}","TermsName":"privacy-policy","Enforcement":"NONE",
        "CreationDate":1.735689600123E9,"LastModifiedDate":1735689601}],"NextToken":"page-2"}`,
      output: {
        Terms: [{ ...dates, TermsId, TermsName: "privacy-policy", Enforcement: "NONE" }],
        NextToken: "page-2"
      }
    }),
    exchange(Terms.deleteTerms, { input: { ...pool, TermsId }, output: undefined })
  ]
}
