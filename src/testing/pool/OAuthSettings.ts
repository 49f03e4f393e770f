/**
 * What app clients may have for OAuth: flows, scopes, addresses that users come back to, and identity providers.
 *
 * It does not run OAuth; it refuses settings with which the service could not.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html
 */
import type { Plain } from "../../protocol/Plain.ts"
import type { UserPoolClientType } from "../../schema/index.ts"
import { invalid, refuse } from "./Refusal.ts"
import type { Client, Pool } from "./State.ts"

type Settings = Plain<UserPoolClientType>

/** Refuses what a client of a pool may not have. */
export const checkOAuthSettings = ({ secrets, settings }: Client, pool: Pool): void => {
  const { AllowedOAuthFlows = [], AllowedOAuthScopes = [], AllowedOAuthFlowsUserPoolClient } = settings
  if (
    AllowedOAuthFlowsUserPoolClient === true && (AllowedOAuthFlows.length === 0 || AllowedOAuthScopes.length === 0)
  ) {
    invalid("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
  }
  checkFlows(AllowedOAuthFlows, secrets.length > 0)
  checkAddresses(settings)
  checkScopes(AllowedOAuthScopes, pool)
  checkProviders(settings.SupportedIdentityProviders, pool)
}

const checkFlows = (flows: ReadonlyArray<string>, hasSecret: boolean): void => {
  if (!flows.includes("client_credentials")) return
  if (flows.length > 1) {
    refuse(
      "InvalidOAuthFlowException",
      "client_credentials flow can not be selected along with code flow or implicit flow."
    )
  }
  if (!hasSecret) {
    refuse(
      "InvalidOAuthFlowException",
      "client_credentials flow can not be selected if client does not have a client secret."
    )
  }
}

const checkAddresses = (
  { AllowedOAuthFlows = [], CallbackURLs = [], DefaultRedirectURI, LogoutURLs = [] }: Settings
): void => {
  if (CallbackURLs.length === 0 && AllowedOAuthFlows.some((flow) => flow !== "client_credentials")) {
    refuse("InvalidOAuthFlowException", "CallbackUrls can not be empty when code flow or implicit flow is selected")
  }
  for (const address of [...CallbackURLs, ...LogoutURLs]) {
    const problem = addressProblem(address)
    if (problem !== undefined) invalid(`${address} ${problem}`)
  }
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI)) {
    invalid("The default redirect URI must be one of the callback URLs.")
  }
}

const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"])

/** Absolute, without a fragment, and over TLS unless it is this machine's. Apps may have a scheme of their own. */
const addressProblem = (address: string): string | undefined => {
  if (!URL.canParse(address)) return "is not an absolute URL"
  const { hostname, protocol } = new URL(address)
  if (address.includes("#")) return "has a fragment"
  return protocol === "http:" && !loopback.has(hostname) ? "cannot use the HTTP protocol" : undefined
}

/** The scopes that every pool has. */
const standardScopes: ReadonlySet<string> = new Set([
  "aws.cognito.signin.user.admin",
  "email",
  "openid",
  "phone",
  "profile"
])

const checkScopes = (scopes: ReadonlyArray<string>, { resourceServers }: Pool): void => {
  const own = new Set(
    resourceServers.values().flatMap(({ Identifier, Scopes = [] }) =>
      Scopes.map(({ ScopeName }) => `${Identifier}/${ScopeName}`)
    )
  )
  const unknown = scopes.find((scope) => !standardScopes.has(scope) && !own.has(scope))
  if (unknown !== undefined) refuse("ScopeDoesNotExistException", `Invalid scope requested: ${unknown}`)
}

const checkProviders = (names: ReadonlyArray<string> = [], { id, identityProviders }: Pool): void => {
  const unknown = names.find((name) => name !== "COGNITO" && !identityProviders.has(name))
  if (unknown !== undefined) invalid(`The provider ${unknown} does not exist for User Pool ${id}.`)
}
