/** Domains of user pools, against the scripted server. */
import * as Domains from "../../../src/operations/Domains.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const domain = { Domain: "auth.example.com", UserPoolId: "eu-central-1_aBcDeFgHi" }
const CustomDomainConfig = {
  CertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-8000-000000000001",
  SecurityPolicy: "TLS_V1_2_2021"
}
const Routing = { Failover: { SecondaryRegion: "eu-west-1", PrimaryRoute53HealthCheckId: "check-1" } }

export const scripted: ScriptedScenarios = {
  "a custom domain is made, read, changed and deleted": [
    exchange(Domains.createUserPoolDomain, {
      input: { ...domain, CustomDomainConfig, ManagedLoginVersion: 2, Routing },
      answer: `{"CloudFrontDomain":"d111111abcdef8.cloudfront.net","ManagedLoginVersion":2,"Routing":${
        JSON.stringify(Routing)
      }}`,
      output: { CloudFrontDomain: "d111111abcdef8.cloudfront.net", ManagedLoginVersion: 2, Routing }
    }),
    exchange(Domains.describeUserPoolDomain, {
      input: { Domain: domain.Domain },
      answer:
        `{"DomainDescription":{"AWSAccountId":"123456789012","CloudFrontDistribution":"d111111abcdef8.cloudfront.net",
        "CustomDomainConfig":${JSON.stringify(CustomDomainConfig)},"Domain":"auth.example.com","ManagedLoginVersion":2,
        "S3Bucket":"aws-cognito-prod-eu-central-1-assets","Status":"ACTIVE","UserPoolId":"${domain.UserPoolId}",
        "Version":"20250101000000"}}`,
      output: {
        DomainDescription: {
          ...domain,
          AWSAccountId: "123456789012",
          CloudFrontDistribution: "d111111abcdef8.cloudfront.net",
          CustomDomainConfig,
          ManagedLoginVersion: 2,
          S3Bucket: "aws-cognito-prod-eu-central-1-assets",
          Status: "ACTIVE",
          Version: "20250101000000"
        }
      }
    }),
    exchange(Domains.updateUserPoolDomain, {
      input: { ...domain, ManagedLoginVersion: 1 },
      answer: `{"CloudFrontDomain":"d222222abcdef8.cloudfront.net"}`,
      output: { CloudFrontDomain: "d222222abcdef8.cloudfront.net" }
    }),
    exchange(Domains.deleteUserPoolDomain, { input: domain, output: {} })
  ],
  "a domain that nobody has is described by nothing": [
    exchange(Domains.describeUserPoolDomain, {
      input: { Domain: "free" },
      answer: `{"DomainDescription":{}}`,
      output: { DomainDescription: {} }
    })
  ]
}
