/** Identity providers, and the users of theirs that are users of a pool. */
import * as operations from "../../../operations/IdentityProviders.ts"
import { changed, findUser, putUser } from "../Directory.ts"
import type { Plain } from "../../../protocol/Plain.ts"
import type { IdentityProviderType } from "../../../schema/index.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { page } from "../Page.ts"
import { invalid, refuse } from "../Refusal.ts"
import { type Pool, poolOf, type User, withPool } from "../State.ts"

type Provider = Plain<IdentityProviderType>

const providerOf = (pool: Pool, name: string) =>
  pool.identityProviders.get(name) ?? refuse("ResourceNotFoundException", `Identity provider ${name} does not exist.`)

/** An identifier leads to one provider alone. */
const checkIdentifiers = (pool: Pool, name: string, identifiers: ReadonlyArray<string> = []): void => {
  const taken = pool.identityProviders.values().some(({ IdpIdentifiers = [], ProviderName }) =>
    ProviderName !== name && IdpIdentifiers.some((identifier) => identifiers.includes(identifier))
  )
  if (taken) refuse("DuplicateProviderException", "An identity provider with the identifier already exists.")
}

/** Providers of which a pool has one each, under the type's name. */
const social: ReadonlySet<string> = new Set(["Facebook", "Google", "LoginWithAmazon", "SignInWithApple"])

/** What providers of a type cannot be without. */
const details: { readonly [type: string]: ReadonlyArray<string> } = {
  Facebook: ["client_id", "client_secret", "authorize_scopes"],
  Google: ["client_id", "client_secret", "authorize_scopes"],
  LoginWithAmazon: ["client_id", "client_secret", "authorize_scopes"],
  SignInWithApple: ["client_id", "team_id", "key_id", "private_key", "authorize_scopes"],
  OIDC: ["client_id", "attributes_request_method", "oidc_issuer", "authorize_scopes"]
}

/**
 * Refuses a provider that the service could not ask. The sentences on social providers and SAML are the service's.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html
 */
const checkProvider = ({ ProviderDetails = {}, ProviderName = "", ProviderType = "" }: Provider): void => {
  if ((social.has(ProviderType) || social.has(ProviderName)) && ProviderName !== ProviderType) {
    invalid(`Provider ${ProviderName} cannot be of type ${ProviderType}.`)
  }
  if (ProviderName === "COGNITO") invalid("Provider COGNITO is the user pool itself.")
  const isThere = (name: string) => (ProviderDetails[name] ?? "") !== ""
  if (ProviderType === "SAML" && !isThere("MetadataURL") && !isThere("MetadataFile")) {
    invalid("At least one of the MetadataURL or MetadataFile should be provided.")
  }
  const needed = details[ProviderType] ?? []
  if (!needed.every(isThere)) {
    invalid(`${needed.slice(0, -1).join(", ")} and ${needed.at(-1)} are all required idp details.`)
  }
}

export const createIdentityProvider: Handler = transition(
  operations.createIdentityProvider,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const { ProviderName } = input
    if (pool.identityProviders.has(ProviderName)) {
      refuse("DuplicateProviderException", "A provider already exists with the given name.")
    }
    checkProvider(input)
    checkIdentifiers(pool, ProviderName, input.IdpIdentifiers)
    const provider = {
      AttributeMapping: { username: "sub" },
      IdpIdentifiers: [],
      ...input,
      LastModifiedDate: new Date(now),
      CreationDate: new Date(now)
    }
    const identityProviders = pool.identityProviders.set(ProviderName, provider)
    return [{ IdentityProvider: provider }, withPool(state, { ...pool, identityProviders })]
  }
)

export const describeIdentityProvider: Handler = query(
  operations.describeIdentityProvider,
  (state, { ProviderName, UserPoolId }) => ({ IdentityProvider: providerOf(poolOf(state, UserPoolId), ProviderName) })
)

export const getIdentityProviderByIdentifier: Handler = query(
  operations.getIdentityProviderByIdentifier,
  (state, { IdpIdentifier, UserPoolId }) => {
    const provider = poolOf(state, UserPoolId).identityProviders.values().find(({ IdpIdentifiers }) =>
      IdpIdentifiers?.includes(IdpIdentifier) === true
    )
    return {
      IdentityProvider: provider
        ?? refuse("ResourceNotFoundException", `Identity provider with identifier ${IdpIdentifier} does not exist.`)
    }
  }
)

export const updateIdentityProvider: Handler = transition(
  operations.updateIdentityProvider,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const known = providerOf(pool, input.ProviderName)
    checkIdentifiers(pool, input.ProviderName, input.IdpIdentifiers)
    const provider = { ...known, ...input, LastModifiedDate: new Date(now) }
    checkProvider(provider)
    const identityProviders = pool.identityProviders.set(input.ProviderName, provider)
    return [{ IdentityProvider: provider }, withPool(state, { ...pool, identityProviders })]
  }
)

export const deleteIdentityProvider: Handler = transition(operations.deleteIdentityProvider, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  providerOf(pool, input.ProviderName)
  return [undefined, withPool(state, { ...pool, identityProviders: pool.identityProviders.delete(input.ProviderName) })]
})

export const listIdentityProviders: Handler = query(operations.listIdentityProviders, (state, input) => {
  const { records, token } = page(poolOf(state, input.UserPoolId).identityProviders, {
    list: `providers of ${input.UserPoolId}`,
    limit: input.MaxResults,
    token: input.NextToken
  })
  const brief = ({ CreationDate, LastModifiedDate, ProviderName, ProviderType }: typeof records[number]) => ({
    ProviderName,
    ProviderType,
    LastModifiedDate,
    CreationDate
  })
  return { Providers: records.map(brief), NextToken: token }
})

/**
 * Links a user of a provider with a user of the pool.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-identity-federation-consolidate-users.html
 */
export const adminLinkProviderForUser: Handler = transition(
  operations.adminLinkProviderForUser,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const { ProviderAttributeValue: userId, ProviderName: provider } = input.SourceUser
    if (provider === undefined || userId === undefined) {
      return invalid(
        "SourceUser needs a provider and an attribute value."
      )
    }
    providerOf(pool, provider)
    const destination = findUser(pool, input.DestinationUser.ProviderAttributeValue ?? "")
      ?? refuse("UserNotFoundException", "User does not exist.")
    if (linkedWith(pool, provider, userId) !== undefined) {
      refuse("AliasExistsException", "The provider's user is linked with a user already.")
    }
    if (destination.identities.length >= 5) {
      refuse(
        "LimitExceededException",
        "A user is linked with no more than five others."
      )
    }
    const identities = [...destination.identities, { provider, userId, created: now }]
    return [{}, putUser(state, pool, changed(destination, { identities }, now))]
  }
)

const linkedWith = (pool: Pool, provider: string, userId: string): User | undefined =>
  pool.users.values().find(({ identities }) =>
    identities.some((identity) => identity.provider === provider && identity.userId === userId)
  )

/** Unlinks a user of a provider; a user of the pool itself loses the password. */
export const adminDisableProviderForUser: Handler = transition(
  operations.adminDisableProviderForUser,
  (state, input, moment) => {
    const pool = poolOf(state, input.UserPoolId)
    const { ProviderAttributeValue: value = "", ProviderName: provider = "" } = input.User
    if (provider === "Cognito") {
      const { password: _, ...user } = findUser(pool, value) ?? refuse("UserNotFoundException", "User does not exist.")
      return [{}, putUser(state, pool, changed(user, {}, moment.now))]
    }
    providerOf(pool, provider)
    const linked = linkedWith(pool, provider, value) ?? refuse("UserNotFoundException", "User does not exist.")
    const identities = linked.identities.filter((identity) =>
      identity.provider !== provider || identity.userId !== value
    )
    return [{}, putUser(state, pool, changed(linked, { identities }, moment.now))]
  }
)
