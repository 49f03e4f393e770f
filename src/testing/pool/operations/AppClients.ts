/** App clients and their secrets. */
import * as operations from "../../../operations/AppClients.ts"
import type { Plain } from "../../../protocol/Plain.ts"
import type { CreateUserPoolClientRequest, UserPoolClientType } from "../../../schema/index.ts"
import { lifetimesOf } from "../Claims.ts"
import { type Handler, type Moment, query, transition } from "../Handler.ts"
import { checkOAuthSettings } from "../OAuthSettings.ts"
import { pageOf } from "../Page.ts"
import { lowerAlphanumeric, randomText } from "../Random.ts"
import { invalid, refuse } from "../Refusal.ts"
import { type Client, clientOf, type Pool, poolOf, withClient } from "../State.ts"

type Settings = Omit<
  Plain<CreateUserPoolClientRequest>,
  "ClientName" | "ClientSecret" | "GenerateSecret" | "UserPoolId"
>

/** What a client has that is not asked for otherwise; `UpdateUserPoolClient` goes back to it as well. */
const defaults = {
  RefreshTokenValidity: 30,
  TokenValidityUnits: {},
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3
} satisfies Partial<UserPoolClientType>

const checkSettings = (client: Client, pool: Pool): void => {
  const { settings } = client
  const { access, id, refresh } = lifetimesOf(client)
  // @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
  if ([access, id].some((lifetime) => lifetime < 300 || lifetime > 86_400)) invalid("Invalid range for token validity.")
  if (refresh < 3600 || refresh > 315_360_000 || refresh < Math.max(access, id)) {
    invalid("Invalid range for token validity.")
  }
  const flows: ReadonlyArray<string> = settings.ExplicitAuthFlows ?? []
  const isNew = (flow: string) => flow.startsWith("ALLOW_")
  if (flows.some(isNew) && !flows.every(isNew)) {
    invalid("Explicit auth flows with and without the prefix ALLOW_ cannot be used together.")
  }
  if (settings.RefreshTokenRotation?.Feature === "ENABLED" && flows.includes("ALLOW_REFRESH_TOKEN_AUTH")) {
    invalid("Refresh token rotation cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH.")
  }
  checkOAuthSettings(client, pool)
}

const secretOf = (id: string, value: string, moment: Moment) => ({
  // Two that are made within a millisecond have to be told apart.
  ClientSecretId: `${id}--${moment.now}${randomText(lowerAlphanumeric, 4, moment.random)}`,
  ClientSecretValue: value,
  ClientSecretCreateDate: new Date(moment.now)
})

/** Makes a client of what is asked for, with an id of its own unless one is given. */
export const newClient = (
  { ClientName, ClientSecret, GenerateSecret, UserPoolId, ...settings }: Plain<CreateUserPoolClientRequest>,
  pool: Pool,
  moment: Moment,
  ClientId = randomText(lowerAlphanumeric, 26, moment.random)
): Client => {
  const secret = ClientSecret ??
    (GenerateSecret === true ? randomText(lowerAlphanumeric, 52, moment.random) : undefined)
  const now = new Date(moment.now)
  const client: Client = {
    settings: {
      ...defaults,
      ...settings,
      UserPoolId,
      ClientName,
      ClientId,
      ...(secret === undefined ? {} : { ClientSecret: secret }),
      LastModifiedDate: now,
      CreationDate: now
    },
    secrets: secret === undefined ? [] : [secretOf(ClientId, secret, moment)],
    session: undefined
  }
  checkSettings(client, pool)
  return client
}

export const createUserPoolClient: Handler = transition(operations.createUserPoolClient, (state, input, moment) => {
  const client = newClient(input, poolOf(state, input.UserPoolId), moment)
  return [{ UserPoolClient: client.settings }, withClient(state, client)]
})

export const describeUserPoolClient: Handler = query(
  operations.describeUserPoolClient,
  (state, { ClientId, UserPoolId }) => ({ UserPoolClient: clientOf(state, ClientId, UserPoolId).client.settings })
)

/** Sets what the request has, and everything else back to the default. */
export const updateUserPoolClient: Handler = transition(operations.updateUserPoolClient, (state, input, { now }) => {
  const { ClientId, ClientName, UserPoolId, ...asked } = input
  const { client, pool } = clientOf(state, ClientId, UserPoolId)
  const settings: Settings = asked
  const { ClientName: former, ClientSecret, CreationDate } = client.settings
  const next: Client = {
    ...client,
    settings: {
      ...defaults,
      ...settings,
      UserPoolId,
      ClientId,
      ...(ClientName ?? former) === undefined ? {} : { ClientName: ClientName ?? former ?? "" },
      ...(ClientSecret === undefined ? {} : { ClientSecret }),
      ...(CreationDate === undefined ? {} : { CreationDate }),
      LastModifiedDate: new Date(now)
    }
  }
  checkSettings(next, pool)
  return [{ UserPoolClient: next.settings }, withClient(state, next)]
})

export const deleteUserPoolClient: Handler = transition(
  operations.deleteUserPoolClient,
  (state, { ClientId, UserPoolId }) => {
    clientOf(state, ClientId, UserPoolId)
    return [undefined, { ...state, clients: state.clients.delete(ClientId) }]
  }
)

export const listUserPoolClients: Handler = query(operations.listUserPoolClients, (state, input) => {
  const { ClientType = "REGULAR", MaxResults, NextToken, UserPoolId } = input
  poolOf(state, UserPoolId)
  const own = state.clients.values().filter(({ settings }) =>
    settings.UserPoolId === UserPoolId && (settings.ClientType ?? "REGULAR") === ClientType
  )
  const { records, token } = pageOf(own, { list: `clients of ${UserPoolId}`, limit: MaxResults, token: NextToken })
  return {
    UserPoolClients: records.map(({ settings: { ClientId, ClientName, UserPoolId } }) => ({
      ClientId,
      UserPoolId,
      ClientName
    })),
    NextToken: token
  }
})

export const addUserPoolClientSecret: Handler = transition(
  operations.addUserPoolClientSecret,
  (state, input, moment) => {
    const { ClientId, ClientSecret, UserPoolId } = input
    const { client } = clientOf(state, ClientId, UserPoolId)
    if (client.secrets.length === 0) invalid("The client has no secret: it was made without one.")
    if (client.secrets.length >= 2) refuse("LimitExceededException", "A client has no more than two secrets.")
    const secret = secretOf(ClientId, ClientSecret ?? randomText(lowerAlphanumeric, 52, moment.random), moment)
    // A secret that the request brought along is not given back.
    const { ClientSecretValue: _, ...told } = secret
    return [
      { ClientSecretDescriptor: ClientSecret === undefined ? secret : told },
      withClient(state, { ...client, secrets: [...client.secrets, secret] })
    ]
  }
)

export const deleteUserPoolClientSecret: Handler = transition(operations.deleteUserPoolClientSecret, (state, input) => {
  const { ClientId, ClientSecretId, UserPoolId } = input
  const { client } = clientOf(state, ClientId, UserPoolId)
  const secrets = client.secrets.filter((secret) => secret.ClientSecretId !== ClientSecretId)
  if (secrets.length === client.secrets.length) refuse("ResourceNotFoundException", "Client secret not found.")
  if (secrets.length === 0) invalid("The last secret of a client cannot be deleted.")
  const { ClientSecretValue } = secrets[0] ?? {}
  const settings = ClientSecretValue === undefined
    ? client.settings
    : { ...client.settings, ClientSecret: ClientSecretValue }
  return [{}, withClient(state, { ...client, settings, secrets })]
})

export const listUserPoolClientSecrets: Handler = query(operations.listUserPoolClientSecrets, (state, input) => {
  const { ClientId, NextToken, UserPoolId } = input
  const { client } = clientOf(state, ClientId, UserPoolId)
  const { records, token } = pageOf(client.secrets, { list: `secrets of ${ClientId}`, token: NextToken })
  return { ClientSecrets: records.map(({ ClientSecretValue: _, ...told }) => told), NextToken: token }
})
