/** Tours of what administrators set up: pools, clients, groups, domains, providers, looks, imports and the rest. */
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import * as AppClients from "../../../src/operations/AppClients.ts"
import * as Branding from "../../../src/operations/Branding.ts"
import * as Domains from "../../../src/operations/Domains.ts"
import * as Groups from "../../../src/operations/Groups.ts"
import * as IdentityProviders from "../../../src/operations/IdentityProviders.ts"
import * as LogDelivery from "../../../src/operations/LogDelivery.ts"
import * as Quotas from "../../../src/operations/Quotas.ts"
import * as Replicas from "../../../src/operations/Replicas.ts"
import * as ResourceServers from "../../../src/operations/ResourceServers.ts"
import * as Tags from "../../../src/operations/Tags.ts"
import * as Terms from "../../../src/operations/Terms.ts"
import * as ThreatProtection from "../../../src/operations/ThreatProtection.ts"
import * as UserImport from "../../../src/operations/UserImport.ts"
import * as UserPools from "../../../src/operations/UserPools.ts"
import { must, newClient, newPool, newUser, refused, signIn, type Tours } from "./call.ts"

export const userPools: Tours = {
  "a pool is made, changed, listed and removed": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call, { DeletionProtection: "ACTIVE", UserPoolTags: { team: "a" } })
      yield* call(UserPools.addCustomAttributes, {
        UserPoolId,
        CustomAttributes: [{ Name: "level", AttributeDataType: "Number", Mutable: true }]
      })
      const { UserPool } = yield* call(UserPools.describeUserPool, { UserPoolId })
      assert.ok(UserPool?.SchemaAttributes?.some(({ Name }) => Name === "custom:level"))
      const { UserPools: pools = [] } = yield* call(UserPools.listUserPools, { MaxResults: 60 })
      assert.ok(pools.some(({ Id }) => Id === UserPoolId))
      must((yield* call(UserPools.getSigningCertificate, { UserPoolId })).Certificate)
      assert.equal(yield* refused(call(UserPools.deleteUserPool, { UserPoolId })), "InvalidParameterException")
      // What is not sent goes back to its default.
      yield* call(UserPools.updateUserPool, { UserPoolId, EmailVerificationSubject: "Hello" })
      const changed = (yield* call(UserPools.describeUserPool, { UserPoolId })).UserPool
      assert.deepEqual([changed?.DeletionProtection, changed?.UserPoolTags], ["INACTIVE", {}])
      yield* call(UserPools.deleteUserPool, { UserPoolId })
      assert.equal(yield* refused(call(UserPools.describeUserPool, { UserPoolId })), "ResourceNotFoundException")
    })
}

export const appClients: Tours = {
  "a client of a pool is made, changed, gets another secret and is removed": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const ClientId = yield* newClient(call, UserPoolId, { GenerateSecret: true, AccessTokenValidity: 2 })
      const client = { UserPoolId, ClientId }
      must((yield* call(AppClients.describeUserPoolClient, client)).UserPoolClient?.ClientSecret)
      const { ClientSecretDescriptor } = yield* call(AppClients.addUserPoolClientSecret, client)
      must(ClientSecretDescriptor?.ClientSecretValue)
      const { ClientSecrets = [] } = yield* call(AppClients.listUserPoolClientSecrets, client)
      assert.equal(ClientSecrets.length, 2)
      yield* call(AppClients.deleteUserPoolClientSecret, {
        ...client,
        ClientSecretId: must(ClientSecrets[0]?.ClientSecretId)
      })
      const { UserPoolClient } = yield* call(AppClients.updateUserPoolClient, { ...client, ClientName: "renamed" })
      // What is not sent goes back to its default.
      assert.deepEqual([UserPoolClient?.ClientName, UserPoolClient?.AccessTokenValidity], ["renamed", undefined])
      const listed = yield* call(AppClients.listUserPoolClients, { UserPoolId, MaxResults: 10 })
      assert.deepEqual(listed.UserPoolClients?.map(({ ClientName }) => ClientName), ["renamed"])
      yield* call(AppClients.deleteUserPoolClient, client)
      assert.equal(yield* refused(call(AppClients.describeUserPoolClient, client)), "ResourceNotFoundException")
    })
}

export const groups: Tours = {
  "groups of a pool have members": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const staff = { UserPoolId, GroupName: "staff" }
      yield* newUser(call, UserPoolId)
      yield* call(Groups.createGroup, { ...staff, Description: "people", Precedence: 1 })
      assert.equal(yield* refused(call(Groups.createGroup, staff)), "GroupExistsException")
      yield* call(Groups.updateGroup, { ...staff, Description: "those who work here" })
      assert.equal((yield* call(Groups.getGroup, staff)).Group?.Description, "those who work here")
      yield* call(Groups.adminAddUserToGroup, { ...staff, Username: "anna" })
      assert.equal((yield* call(Groups.listUsersInGroup, staff)).Users?.[0]?.Username, "anna")
      assert.equal((yield* call(Groups.adminListGroupsForUser, { UserPoolId, Username: "anna" })).Groups?.length, 1)
      yield* call(Groups.adminRemoveUserFromGroup, { ...staff, Username: "anna" })
      assert.equal((yield* call(Groups.listGroups, { UserPoolId })).Groups?.length, 1)
      yield* call(Groups.deleteGroup, staff)
      assert.equal(yield* refused(call(Groups.getGroup, staff)), "ResourceNotFoundException")
    })
}

export const domains: Tours = {
  "a pool has a domain, by a prefix and of its own": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const prefix = { UserPoolId, Domain: "tour-of-a-pool" }
      yield* call(Domains.createUserPoolDomain, prefix)
      const { DomainDescription } = yield* call(Domains.describeUserPoolDomain, { Domain: prefix.Domain })
      // The service leaves the certificate out; the library puts an empty one in, the official client none.
      const { CustomDomainConfig, Status } = DomainDescription ?? {}
      assert.deepEqual([Status, CustomDomainConfig?.CertificateArn || undefined], ["ACTIVE", undefined])
      yield* call(Domains.updateUserPoolDomain, { ...prefix, ManagedLoginVersion: 2 })
      const CertificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
      const own = yield* call(Domains.createUserPoolDomain, {
        UserPoolId,
        Domain: "login.example.com",
        CustomDomainConfig: { CertificateArn }
      })
      must(own.CloudFrontDomain)
      yield* call(Domains.deleteUserPoolDomain, prefix)
      assert.deepEqual((yield* call(Domains.describeUserPoolDomain, { Domain: prefix.Domain })).DomainDescription, {})
      yield* call(Domains.deleteUserPoolDomain, { UserPoolId, Domain: "login.example.com" })
    })
}

const oidc = {
  client_id: "id",
  client_secret: "secret",
  attributes_request_method: "GET",
  authorize_scopes: "openid",
  oidc_issuer: "https://login.example.com"
}

export const identityProviders: Tours = {
  "identity providers of a pool, and users who are linked": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      yield* newUser(call, UserPoolId)
      const acme = { UserPoolId, ProviderName: "Acme" }
      yield* call(IdentityProviders.createIdentityProvider, {
        ...acme,
        ProviderType: "OIDC",
        ProviderDetails: oidc,
        IdpIdentifiers: ["acme.example.com"]
      })
      yield* call(IdentityProviders.updateIdentityProvider, { ...acme, AttributeMapping: { email: "mail" } })
      const { IdentityProvider } = yield* call(IdentityProviders.describeIdentityProvider, acme)
      assert.deepEqual(IdentityProvider.AttributeMapping, { email: "mail" })
      const byIdentifier = { UserPoolId, IdpIdentifier: "acme.example.com" }
      assert.equal(
        (yield* call(IdentityProviders.getIdentityProviderByIdentifier, byIdentifier)).IdentityProvider.ProviderName,
        "Acme"
      )
      assert.equal((yield* call(IdentityProviders.listIdentityProviders, { UserPoolId })).Providers.length, 1)
      const source = { ProviderName: "Acme", ProviderAttributeName: "Cognito_Subject", ProviderAttributeValue: "42" }
      yield* call(IdentityProviders.adminLinkProviderForUser, {
        UserPoolId,
        DestinationUser: { ProviderName: "Cognito", ProviderAttributeValue: "anna" },
        SourceUser: source
      })
      yield* call(IdentityProviders.adminDisableProviderForUser, { UserPoolId, User: source })
      yield* call(IdentityProviders.deleteIdentityProvider, acme)
      assert.equal(yield* refused(call(IdentityProviders.describeIdentityProvider, acme)), "ResourceNotFoundException")
    })
}

export const resourceServers: Tours = {
  "resource servers of a pool have scopes": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const orders = { UserPoolId, Identifier: "https://orders.example.com" }
      const Scopes = [{ ScopeName: "read", ScopeDescription: "to read orders" }]
      yield* call(ResourceServers.createResourceServer, { ...orders, Name: "Orders", Scopes })
      yield* call(ResourceServers.updateResourceServer, { ...orders, Name: "Orders, old and new", Scopes })
      assert.deepEqual((yield* call(ResourceServers.describeResourceServer, orders)).ResourceServer.Scopes, Scopes)
      assert.equal((yield* call(ResourceServers.listResourceServers, { UserPoolId })).ResourceServers.length, 1)
      yield* call(ResourceServers.deleteResourceServer, orders)
      assert.equal(yield* refused(call(ResourceServers.describeResourceServer, orders)), "ResourceNotFoundException")
    })
}

export const tags: Tours = {
  "tags of a pool": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const ResourceArn = must((yield* call(UserPools.describeUserPool, { UserPoolId })).UserPool?.Arn)
      yield* call(Tags.tagResource, { ResourceArn, Tags: { stage: "test", team: "a" } })
      yield* call(Tags.untagResource, { ResourceArn, TagKeys: ["team"] })
      assert.deepEqual((yield* call(Tags.listTagsForResource, { ResourceArn })).Tags, { stage: "test" })
    })
}

export const terms: Tours = {
  "terms of a pool's client": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const ClientId = yield* newClient(call, UserPoolId)
      const { Terms: made } = yield* call(Terms.createTerms, {
        UserPoolId,
        ClientId,
        TermsName: "terms-of-use",
        TermsSource: "LINK",
        Enforcement: "NONE",
        Links: { "cognito:default": "https://example.com/terms" }
      })
      const known = { UserPoolId, TermsId: must(made?.TermsId) }
      yield* call(Terms.updateTerms, { ...known, Links: { "cognito:default": "https://example.com/new-terms" } })
      const { Terms: changed } = yield* call(Terms.describeTerms, known)
      assert.deepEqual(changed?.Links, { "cognito:default": "https://example.com/new-terms" })
      yield* call(Terms.describeTermsByClient, { UserPoolId, ClientId, TermsName: "terms-of-use" })
      assert.equal((yield* call(Terms.listTerms, { UserPoolId })).Terms.length, 1)
      yield* call(Terms.deleteTerms, known)
      assert.equal(yield* refused(call(Terms.describeTerms, known)), "ResourceNotFoundException")
    })
}

export const branding: Tours = {
  "a pool's managed login has a style, and its classic pages": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const ClientId = yield* newClient(call, UserPoolId)
      const { ManagedLoginBranding } = yield* call(Branding.createManagedLoginBranding, {
        UserPoolId,
        ClientId,
        Settings: { components: { form: { borderRadius: 8 } } },
        Assets: [{
          Category: "FORM_LOGO",
          ColorMode: "LIGHT",
          Extension: "SVG",
          Bytes: new TextEncoder().encode("<svg/>")
        }]
      })
      const style = { UserPoolId, ManagedLoginBrandingId: must(ManagedLoginBranding?.ManagedLoginBrandingId) }
      const described = (yield* call(Branding.describeManagedLoginBranding, style)).ManagedLoginBranding
      assert.deepEqual(described?.Settings, { components: { form: { borderRadius: 8 } } })
      yield* call(Branding.describeManagedLoginBrandingByClient, { UserPoolId, ClientId })
      yield* call(Branding.updateManagedLoginBranding, { ...style, UseCognitoProvidedValues: true })
      yield* call(Branding.deleteManagedLoginBranding, style)
      assert.equal(yield* refused(call(Branding.describeManagedLoginBranding, style)), "ResourceNotFoundException")
      assert.equal(
        yield* refused(call(Branding.setUICustomization, { UserPoolId, CSS: "" })),
        "InvalidParameterException"
      )
    }),

  "a pool's classic pages have a style": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      yield* call(Domains.createUserPoolDomain, { UserPoolId, Domain: "tour-of-a-style" })
      yield* call(Branding.setUICustomization, { UserPoolId, CSS: ".logo-customizable { max-width: 60%; }" })
      must((yield* call(Branding.getUICustomization, { UserPoolId })).UICustomization.CSS)
      yield* call(Domains.deleteUserPoolDomain, { UserPoolId, Domain: "tour-of-a-style" })
    })
}

export const logDelivery: Tours = {
  "logs of a pool go somewhere": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      yield* call(LogDelivery.setLogDeliveryConfiguration, {
        UserPoolId,
        LogConfigurations: [{
          LogLevel: "ERROR",
          EventSource: "userNotification",
          CloudWatchLogsConfiguration: { LogGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:pools" }
        }]
      })
      const { LogDeliveryConfiguration } = yield* call(LogDelivery.getLogDeliveryConfiguration, { UserPoolId })
      assert.equal(LogDeliveryConfiguration?.LogConfigurations.length, 1)
    })
}

export const quotas: Tours = {
  "a limit of requests is raised": (call) =>
    Effect.gen(function*() {
      const LimitDefinition = { LimitClass: "API_CATEGORY", Attributes: { Category: "UserAuthentication" } }
      yield* call(Quotas.updateProvisionedLimit, { LimitDefinition, RequestedLimitValue: 240 })
      assert.equal((yield* call(Quotas.getProvisionedLimit, { LimitDefinition })).Limit.ProvisionedLimitValue, 240)
    })
}

export const replicas: Tours = {
  "a pool has a replica": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const replica = { UserPoolId, RegionName: "eu-west-1" }
      yield* call(Replicas.createUserPoolReplica, replica)
      yield* call(Replicas.updateUserPoolReplica, { ...replica, Status: "INACTIVE" })
      const { UserPoolReplicas } = yield* call(Replicas.listUserPoolReplicas, { UserPoolId })
      assert.deepEqual(UserPoolReplicas?.map(({ Status }) => Status), ["INACTIVE"])
      yield* call(Replicas.deleteUserPoolReplica, replica)
    })
}

export const threatProtection: Tours = {
  "threat protection of a pool keeps events": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call, { UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } })
      const ClientId = yield* newClient(call, UserPoolId)
      yield* newUser(call, UserPoolId)
      yield* call(ThreatProtection.setRiskConfiguration, {
        UserPoolId,
        RiskExceptionConfiguration: { BlockedIPRangeList: ["192.0.2.0/24"] }
      })
      const { RiskConfiguration } = yield* call(ThreatProtection.describeRiskConfiguration, { UserPoolId })
      assert.deepEqual(RiskConfiguration.RiskExceptionConfiguration, { BlockedIPRangeList: ["192.0.2.0/24"] })
      yield* signIn(call, ClientId)
      const anna = { UserPoolId, Username: "anna" }
      const { AuthEvents = [] } = yield* call(ThreatProtection.adminListUserAuthEvents, anna)
      const event = { ...anna, EventId: must(AuthEvents[0]?.EventId), FeedbackValue: "Valid" }
      yield* call(ThreatProtection.adminUpdateAuthEventFeedback, event)
      assert.equal(
        yield* refused(call(ThreatProtection.updateAuthEventFeedback, { ...event, FeedbackToken: "e30.e30.none" })),
        "InvalidParameterException"
      )
    })
}

export const userImport: Tours = {
  "an import job of a pool is made and stopped": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const { CSVHeader = [] } = yield* call(UserImport.getCSVHeader, { UserPoolId })
      assert.ok(CSVHeader.includes("cognito:username"))
      const { UserImportJob } = yield* call(UserImport.createUserImportJob, {
        UserPoolId,
        JobName: "first",
        CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import"
      })
      const job = { UserPoolId, JobId: must(UserImportJob?.JobId) }
      assert.equal(yield* refused(call(UserImport.startUserImportJob, job)), "PreconditionNotMetException")
      yield* call(UserImport.stopUserImportJob, job)
      assert.equal((yield* call(UserImport.describeUserImportJob, job)).UserImportJob?.Status, "Stopped")
      assert.equal(
        (yield* call(UserImport.listUserImportJobs, { UserPoolId, MaxResults: 10 })).UserImportJobs?.length,
        1
      )
    })
}
