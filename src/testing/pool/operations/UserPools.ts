/** User pools and their settings. */
import * as operations from "../../../operations/UserPools.ts"
import type { Plain } from "../../../protocol/Plain.ts"
import type { CreateUserPoolRequest, UpdateUserPoolRequest, UserPoolType } from "../../../schema/index.ts"
import { customAttribute, standardAttributes } from "../Attributes.ts"
import { fixed, type Handler, type Moment, query, transition } from "../Handler.ts"
import { page } from "../Page.ts"
import { alphanumeric, randomText } from "../Random.ts"
import { invalid } from "../Refusal.ts"
import { type Pool, poolOf, type State, withPool } from "../State.ts"
import { Table } from "../Table.ts"

/** What a pool has that is not asked for otherwise. @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html */
const defaults = {
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true,
      TemporaryPasswordValidityDays: 7
    },
    SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD"] }
  },
  DeletionProtection: "INACTIVE",
  LambdaConfig: {},
  VerificationMessageTemplate: { DefaultEmailOption: "CONFIRM_WITH_CODE" },
  EmailConfiguration: { EmailSendingAccount: "COGNITO_DEFAULT" },
  UserPoolTags: {},
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
  AccountRecoverySetting: {
    RecoveryMechanisms: [{ Priority: 1, Name: "verified_email" }, { Priority: 2, Name: "verified_phone_number" }]
  },
  UserPoolTier: "ESSENTIALS"
} satisfies Plain<UpdateUserPoolWithoutId>

type UpdateUserPoolWithoutId = Omit<UpdateUserPoolRequest, "UserPoolId">

/** Members of settings that are given in part are filled up. */
const withDefaults = (asked: Plain<UpdateUserPoolWithoutId>): Plain<UpdateUserPoolWithoutId> => ({
  ...defaults,
  ...asked,
  Policies: {
    ...asked.Policies,
    PasswordPolicy: asked.Policies?.PasswordPolicy === undefined
      ? defaults.Policies.PasswordPolicy
      : { MinimumLength: 8, ...asked.Policies.PasswordPolicy },
    SignInPolicy: asked.Policies?.SignInPolicy ?? defaults.Policies.SignInPolicy
  }
})

/** A pool's own id: the region, and nine letters and digits. */
const poolId = ({ random, region }: Moment): string => `${region}_${randomText(alphanumeric, 9, random)}`

/** Makes a pool of what is asked for, with an id of its own unless one is given. */
export const newPool = (
  { Schema = [], ...asked }: Plain<CreateUserPoolRequest>,
  moment: Moment,
  id = poolId(moment)
): Pool => {
  if (asked.AliasAttributes !== undefined && asked.UsernameAttributes !== undefined) {
    invalid("Only one of the aliasAttributes or usernameAttributes can be set in an user pool.")
  }
  checkFactors(asked.Policies)
  const { AliasAttributes, PoolName, UsernameAttributes, UsernameConfiguration, ...settings } = asked
  const { MfaConfiguration = "OFF" } = settings
  if (MfaConfiguration !== "OFF" && settings.SmsConfiguration === undefined) {
    invalid("SMS configuration and Auto verification for phone_number are required when MFA is required/optional")
  }
  const now = new Date(moment.now)
  const { PoolName: _, ...filled } = withDefaults(settings)
  return {
    id,
    settings: {
      ...filled,
      Id: id,
      Name: PoolName,
      MfaConfiguration,
      LastModifiedDate: now,
      CreationDate: now,
      SchemaAttributes: schemaOf(Schema),
      Arn: `arn:aws:cognito-idp:${moment.region}:${moment.accountId}:userpool/${id}`,
      ...(AliasAttributes === undefined ? {} : { AliasAttributes }),
      ...(UsernameAttributes === undefined ? {} : { UsernameAttributes }),
      ...(UsernameConfiguration === undefined ? {} : { UsernameConfiguration })
    },
    mfa: {
      MfaConfiguration,
      ...(settings.SmsConfiguration === undefined
        ? {}
        : { SmsMfaConfiguration: { SmsConfiguration: settings.SmsConfiguration } })
    },
    users: Table.empty,
    aliases: Table.empty,
    groups: Table.empty,
    identityProviders: Table.empty,
    resourceServers: Table.empty,
    terms: Table.empty,
    brandings: Table.empty,
    uiCustomizations: Table.empty,
    importJobs: Table.empty,
    riskConfigurations: Table.empty,
    replicas: Table.empty,
    logConfigurations: [],
    sessionConfiguration: undefined,
    keys: []
  }
}

/** The standard attributes as they were asked to be, and the custom ones. */
const schemaOf = (asked: ReadonlyArray<NonNullable<Plain<CreateUserPoolRequest>["Schema"]>[number]>) => {
  const byName = new Map(asked.map((attribute) => [attribute.Name ?? "", attribute]))
  const standard = standardAttributes.map((attribute) => {
    const wanted = byName.get(attribute.Name ?? "")
    if (wanted === undefined) return attribute
    byName.delete(attribute.Name ?? "")
    return {
      ...attribute,
      Required: wanted.Required ?? attribute.Required ?? false,
      Mutable: wanted.Mutable ?? attribute.Mutable ?? true
    }
  })
  return [...standard, ...[...byName.values()].map(customAttribute)]
}

const checkFactors = (policies: Plain<UserPoolType>["Policies"]): void => {
  const factors = policies?.SignInPolicy?.AllowedFirstAuthFactors
  if (factors !== undefined && !factors.includes("PASSWORD")) {
    invalid("PASSWORD must be one of the allowed first auth factors.")
  }
}

/** A pool as `DescribeUserPool` gives it. */
const described = (pool: Pool): Plain<UserPoolType> => ({ ...pool.settings, EstimatedNumberOfUsers: pool.users.size })

export const createUserPool: Handler = transition(operations.createUserPool, (state, input, moment) => {
  const pool = newPool(input, moment)
  return [{ UserPool: described(pool) }, withPool(state, pool)]
})

export const describeUserPool: Handler = query(operations.describeUserPool, (state, { UserPoolId }) => ({
  UserPool: described(poolOf(state, UserPoolId))
}))

/** What an update does not set back. */
const lasting = [
  "AliasAttributes",
  "Arn",
  "CreationDate",
  "CustomDomain",
  "Domain",
  "Id",
  "MfaConfiguration",
  "Name",
  "SchemaAttributes",
  "UsernameAttributes",
  "UsernameConfiguration"
] as const

/**
 * Sets what the request has and everything else back to the default, but for the second factors and what cannot change.
 */
export const updateUserPool: Handler = transition(operations.updateUserPool, (state, input, { now }) => {
  const { PoolName, UserPoolId, ...asked } = input
  const pool = poolOf(state, UserPoolId)
  checkFactors(asked.Policies)
  const kept = {
    ...Object.fromEntries(lasting.flatMap((name) => name in pool.settings ? [[name, pool.settings[name]]] : [])),
    ...(PoolName === undefined ? {} : { Name: PoolName }),
    ...(asked.MfaConfiguration === undefined ? {} : { MfaConfiguration: asked.MfaConfiguration })
  }
  const { PoolName: _, ...filled } = withDefaults(asked)
  const settings: Plain<UserPoolType> = {
    ...filled,
    ...kept,
    LastModifiedDate: new Date(now)
  }
  const mfa = {
    ...pool.mfa,
    ...(settings.MfaConfiguration === undefined ? {} : { MfaConfiguration: settings.MfaConfiguration }),
    ...(asked.SmsConfiguration === undefined
      ? {}
      : { SmsMfaConfiguration: { SmsConfiguration: asked.SmsConfiguration } })
  }
  return [{}, withPool(state, { ...pool, mfa, settings })]
})

export const deleteUserPool: Handler = transition(operations.deleteUserPool, (state, { UserPoolId }) => {
  const { settings } = poolOf(state, UserPoolId)
  if (settings.DeletionProtection === "ACTIVE") {
    invalid(
      "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."
    )
  }
  if ((settings.Domain ?? settings.CustomDomain) !== undefined) {
    invalid("User pool cannot be deleted. It has a domain configured that should be deleted first.")
  }
  const next: State = {
    ...state,
    pools: state.pools.delete(UserPoolId),
    clients: state.clients.values()
      .filter((client) => client.settings.UserPoolId === UserPoolId)
      .reduce((clients, client) => clients.delete(client.settings.ClientId), state.clients)
  }
  return [undefined, next]
})

export const listUserPools: Handler = query(operations.listUserPools, (state, { MaxResults, NextToken }) => {
  const { records, token } = page(state.pools, { list: "pools", limit: MaxResults, token: NextToken })
  const brief = ({ settings: { CreationDate, Id, LambdaConfig, LastModifiedDate, Name } }: Pool) => ({
    Id,
    Name,
    LambdaConfig,
    LastModifiedDate,
    CreationDate
  })
  return { UserPools: records.map(brief), NextToken: token }
})

export const addCustomAttributes: Handler = transition(operations.addCustomAttributes, (state, input, { now }) => {
  const pool = poolOf(state, input.UserPoolId)
  const known = pool.settings.SchemaAttributes ?? []
  const added = input.CustomAttributes.map(customAttribute)
  const taken = added.find(({ Name }) => known.some((attribute) => attribute.Name === Name))
  if (taken !== undefined) invalid(`${taken.Name}: Existing attribute already has name ${taken.Name}.\n`)
  const settings = { ...pool.settings, SchemaAttributes: [...known, ...added], LastModifiedDate: new Date(now) }
  return [{}, withPool(state, { ...pool, settings })]
})

/** The certificate is of no key: SAML does not take place here. */
export const getSigningCertificate: Handler = fixed(query(operations.getSigningCertificate, (state, { UserPoolId }) => {
  poolOf(state, UserPoolId)
  return { Certificate: "MIICvTCCAaWgAwIBAgIJAMadeUpCertificateOfAPoolForTests" }
}))
