/** The domains of managed login. */
import * as operations from "../../../operations/Domains.ts"
import { type Handler, leavingOut, query, transition } from "../Handler.ts"
import { invalid, refuse } from "../Refusal.ts"
import { poolOf, type State, withPool } from "../State.ts"

/** Words that a prefix cannot hold. @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html */
const reserved = ["aws", "amazon", "cognito"]

const cloudFront = "d111111abcdef8.cloudfront.net"

export const createUserPoolDomain: Handler = transition(
  operations.createUserPoolDomain,
  (state, input, { accountId, region }) => {
    const { CustomDomainConfig, Domain, ManagedLoginVersion = 1, Routing, UserPoolId } = input
    const pool = poolOf(state, UserPoolId)
    const isCustom = CustomDomainConfig !== undefined
    const word = isCustom ? undefined : reserved.find((word) => Domain.includes(word))
    if (word !== undefined) invalid(`Domain cannot contain reserved word: ${word}`)
    if (state.domains.has(Domain)) invalid("Domain already associated with another user pool.")
    if (pool.settings[isCustom ? "CustomDomain" : "Domain"] !== undefined) {
      invalid(
        "User pool already has a domain configured."
      )
    }
    const description = {
      UserPoolId,
      AWSAccountId: accountId,
      Domain,
      S3Bucket: `aws-cognito-prod-${region}-assets`,
      CloudFrontDistribution: cloudFront,
      Version: "20261101000000",
      Status: "ACTIVE",
      CustomDomainConfig: CustomDomainConfig ?? { CertificateArn: "" },
      ManagedLoginVersion,
      ...(Routing === undefined ? {} : { Routing })
    }
    const settings = { ...pool.settings, [isCustom ? "CustomDomain" : "Domain"]: Domain }
    const next: State = { ...withPool(state, { ...pool, settings }), domains: state.domains.set(Domain, description) }
    return [{ ManagedLoginVersion, ...(isCustom ? { CloudFrontDomain: cloudFront } : {}), Routing }, next]
  }
)

/** An unknown domain is described by nothing, and a prefix has an empty configuration. */
export const describeUserPoolDomain: Handler = leavingOut(
  ["DomainDescription", "CustomDomainConfig", "CertificateArn"],
  query(
    operations.describeUserPoolDomain,
    (state, { Domain }) => ({ DomainDescription: state.domains.get(Domain) ?? {} })
  )
)

const domainOf = (state: State, domain: string, poolId: string) => {
  poolOf(state, poolId)
  const known = state.domains.get(domain)
  return known?.UserPoolId === poolId
    ? known
    : refuse("InvalidParameterException", "No such domain or user pool exists.")
}

export const updateUserPoolDomain: Handler = transition(operations.updateUserPoolDomain, (state, input) => {
  const { CustomDomainConfig, Domain, ManagedLoginVersion, Routing, UserPoolId } = input
  const known = domainOf(state, Domain, UserPoolId)
  const next = {
    ...known,
    ...(CustomDomainConfig === undefined ? {} : { CustomDomainConfig }),
    ...(ManagedLoginVersion === undefined ? {} : { ManagedLoginVersion }),
    ...(Routing === undefined ? {} : { Routing })
  }
  const isCustom = next.CustomDomainConfig?.CertificateArn !== ""
  return [
    {
      ManagedLoginVersion: next.ManagedLoginVersion,
      ...(isCustom ? { CloudFrontDomain: cloudFront } : {}),
      Routing: next.Routing
    },
    { ...state, domains: state.domains.set(Domain, next) }
  ]
})

export const deleteUserPoolDomain: Handler = transition(
  operations.deleteUserPoolDomain,
  (state, { Domain, UserPoolId }) => {
    domainOf(state, Domain, UserPoolId)
    const pool = poolOf(state, UserPoolId)
    const { CustomDomain, Domain: prefix, ...settings } = pool.settings
    const kept = {
      ...settings,
      ...(prefix === undefined || prefix === Domain ? {} : { Domain: prefix }),
      ...(CustomDomain === undefined || CustomDomain === Domain ? {} : { CustomDomain })
    }
    return [{}, { ...withPool(state, { ...pool, settings: kept }), domains: state.domains.delete(Domain) }]
  }
)
