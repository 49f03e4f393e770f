/** External identity providers, against the scripted server. */
import * as Redacted from "effect/Redacted"
import * as IdentityProviders from "../../../src/operations/IdentityProviders.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const provider = { ...pool, ProviderName: "Okta" }
const details = { client_id: "id-1", authorize_scopes: "openid email", oidc_issuer: "https://example.okta.com" }

const answer =
  `{"IdentityProvider":{"AttributeMapping":{"email":"email","username":"sub"},"CreationDate":1.735689600123E9,
  "IdpIdentifiers":["example.com"],"LastModifiedDate":1.735689600123E9,
  "ProviderDetails":{"client_id":"id-1","client_secret":"s3cret","attributes_url_add_attributes":null},
  "ProviderName":"Okta","ProviderType":"OIDC","UserPoolId":"${pool.UserPoolId}"}}`
const output = {
  IdentityProvider: {
    ...provider,
    ProviderType: "OIDC",
    ProviderDetails: { client_id: Redacted.make("id-1"), client_secret: Redacted.make("s3cret") },
    AttributeMapping: { email: "email", username: "sub" },
    IdpIdentifiers: ["example.com"],
    CreationDate: new Date("2025-01-01T00:00:00.123Z"),
    LastModifiedDate: new Date("2025-01-01T00:00:00.123Z")
  }
}

export const scripted: ScriptedScenarios = {
  "a provider is made, found, changed and deleted": [
    exchange(IdentityProviders.createIdentityProvider, {
      input: {
        ...provider,
        ProviderType: "OIDC",
        ProviderDetails: { ...details, client_secret: Redacted.make("s3cret") },
        AttributeMapping: { email: "email", username: "sub" },
        IdpIdentifiers: ["example.com"]
      },
      answer,
      output
    }),
    exchange(IdentityProviders.describeIdentityProvider, { input: provider, answer, output }),
    exchange(IdentityProviders.getIdentityProviderByIdentifier, {
      input: { ...pool, IdpIdentifier: "example.com" },
      answer,
      output
    }),
    exchange(IdentityProviders.updateIdentityProvider, {
      input: { ...provider, AttributeMapping: { email: "mail" } },
      answer: `{"IdentityProvider":{"ProviderName":"Okta","AttributeMapping":{"email":"mail"}}}`,
      output: { IdentityProvider: { ProviderName: "Okta", AttributeMapping: { email: "mail" } } }
    }),
    exchange(IdentityProviders.listIdentityProviders, {
      input: { ...pool, MaxResults: 60 },
      answer:
        `{"Providers":[{"CreationDate":1735689600,"LastModifiedDate":1735689600,"ProviderName":"Okta","ProviderType":"OIDC"}]}`,
      output: {
        Providers: [{
          ProviderName: "Okta",
          ProviderType: "OIDC",
          CreationDate: new Date("2025-01-01T00:00:00Z"),
          LastModifiedDate: new Date("2025-01-01T00:00:00Z")
        }]
      }
    }),
    exchange(IdentityProviders.deleteIdentityProvider, { input: provider, output: undefined })
  ],
  "a user of a provider is linked and parted": [
    exchange(IdentityProviders.adminLinkProviderForUser, {
      input: {
        ...pool,
        DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "ada" },
        SourceUser: {
          ProviderName: "Okta",
          ProviderAttributeName: "Cognito_Subject",
          ProviderAttributeValue: "00u1"
        }
      },
      output: {}
    }),
    exchange(IdentityProviders.adminDisableProviderForUser, {
      input: {
        ...pool,
        User: { ProviderName: "Okta", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "00u1" }
      },
      output: {}
    })
  ]
}
