/** What the service refuses of app clients and identity providers: a table of settings and its sentences. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createUserPoolClient, updateUserPoolClient } from "../../../src/operations/AppClients.ts"
import { createIdentityProvider, updateIdentityProvider } from "../../../src/operations/IdentityProviders.ts"
import { createResourceServer } from "../../../src/operations/ResourceServers.ts"
import type { CreateIdentityProviderRequest, CreateUserPoolClientRequest } from "../../../src/schema/index.ts"
import * as UserPools from "../../../src/testing/pool/index.ts"

const UserPoolId = UserPools.defaultUserPoolId

const told = <E extends object>(error: E) => `${String(Object(error)._tag)}: ${String(Object(error).message)}`

/** A resource server and a provider, which clients may name. */
const orders = createResourceServer({
  UserPoolId,
  Identifier: "https://orders.example.com",
  Name: "Orders",
  Scopes: [{ ScopeName: "read", ScopeDescription: "reads orders" }]
})
const oidc = {
  client_id: "id",
  attributes_request_method: "GET",
  oidc_issuer: "https://login.example.com",
  authorize_scopes: "openid"
}
const acme = { UserPoolId, ProviderName: "Acme", ProviderType: "OIDC", ProviderDetails: oidc }

type ClientSettings = Omit<CreateUserPoolClientRequest, "UserPoolId" | "ClientName" | "ClientSecret">

const code = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ["code"],
  AllowedOAuthScopes: ["openid", "https://orders.example.com/read"],
  CallbackURLs: ["https://app.example.com/callback"]
} satisfies ClientSettings
const machine = {
  AllowedOAuthFlows: ["client_credentials"],
  AllowedOAuthScopes: ["https://orders.example.com/read"]
} satisfies ClientSettings

const takenClients: ReadonlyArray<readonly [string, ClientSettings]> = [
  ["the code flow", code],
  ["a machine with a secret", { ...machine, GenerateSecret: true }],
  ["this machine without TLS", {
    ...code,
    CallbackURLs: ["http://localhost:3000/a", "http://127.0.0.1/a", "http://[::1]:8080/"]
  }],
  ["an app's own scheme", { ...code, CallbackURLs: ["myapp://callback"], LogoutURLs: ["myapp://bye"] }],
  ["a default among the addresses", { ...code, DefaultRedirectURI: "https://app.example.com/callback" }],
  ["the pool and a provider of its", { ...code, SupportedIdentityProviders: ["COGNITO", "Acme"] }]
]

const refusedClients: ReadonlyArray<readonly [string, ClientSettings, string]> = [
  [
    "OAuth without flows",
    { AllowedOAuthFlowsUserPoolClient: true },
    "InvalidParameterException: AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."
  ],
  [
    "machines and people",
    { ...code, AllowedOAuthFlows: ["client_credentials", "code"], GenerateSecret: true },
    "InvalidOAuthFlowException: client_credentials flow can not be selected along with code flow or implicit flow."
  ],
  [
    "machines without a secret",
    machine,
    "InvalidOAuthFlowException: client_credentials flow can not be selected if client does not have a client secret."
  ],
  [
    "nowhere to come back to",
    { ...code, CallbackURLs: [] },
    "InvalidOAuthFlowException: CallbackUrls can not be empty when code flow or implicit flow is selected"
  ],
  [
    "a scope of no resource server",
    { ...code, AllowedOAuthScopes: ["openid", "https://orders.example.com/write"] },
    "ScopeDoesNotExistException: Invalid scope requested: https://orders.example.com/write"
  ],
  [
    "a provider that is not there",
    { ...code, SupportedIdentityProviders: ["COGNITO", "Google"] },
    `InvalidParameterException: The provider Google does not exist for User Pool ${UserPoolId}.`
  ],
  [
    "another machine without TLS",
    { ...code, CallbackURLs: ["http://app.example.com/callback"] },
    "InvalidParameterException: http://app.example.com/callback cannot use the HTTP protocol"
  ],
  [
    "a sign-out to another machine without TLS",
    { ...code, LogoutURLs: ["http://localhost.example.com/"] },
    "InvalidParameterException: http://localhost.example.com/ cannot use the HTTP protocol"
  ],
  [
    "an address that is not absolute",
    { ...code, CallbackURLs: ["/callback"] },
    "InvalidParameterException: /callback is not an absolute URL"
  ],
  [
    "an address with a fragment",
    { ...code, CallbackURLs: ["https://app.example.com/#/callback"] },
    "InvalidParameterException: https://app.example.com/#/callback has a fragment"
  ],
  [
    "a default that is no callback",
    { ...code, DefaultRedirectURI: "https://app.example.com/" },
    "InvalidParameterException: The default redirect URI must be one of the callback URLs."
  ]
]

describe("a client", () => {
  const settingUp = Effect.andThen(orders, createIdentityProvider(acme))

  it.effect.each(takenClients)("may have %s", ([, settings]) =>
    Effect.gen(function*() {
      yield* settingUp
      const { UserPoolClient } = yield* createUserPoolClient({ UserPoolId, ClientName: "web", ...settings })
      const { GenerateSecret: _, ...kept } = { GenerateSecret: false, ...settings }
      assert.deepInclude(Object(UserPoolClient), kept)
    }).pipe(Effect.provide(UserPools.layer())))

  it.effect.each(refusedClients)(
    "may not have %s, when it is made or later",
    ([, settings, expected]) =>
      Effect.gen(function*() {
        yield* settingUp
        const making = createUserPoolClient({ UserPoolId, ClientName: "web", ...settings })
        assert.strictEqual(told(yield* Effect.flip(making)), expected)
        const { GenerateSecret = false, ...later } = settings
        const { UserPoolClient: { ClientId = "" } = {} } = yield* createUserPoolClient({
          UserPoolId,
          ClientName: "web",
          GenerateSecret
        })
        assert.strictEqual(told(yield* Effect.flip(updateUserPoolClient({ UserPoolId, ClientId, ...later }))), expected)
      }).pipe(Effect.provide(UserPools.layer()))
  )
})

type ProviderSettings = Omit<CreateIdentityProviderRequest, "UserPoolId">

const refusedProviders: ReadonlyArray<readonly [string, ProviderSettings, string]> = [
  ...["Facebook", "Google", "LoginWithAmazon"].map((type) =>
    [
      `${type} without a secret`,
      { ProviderName: type, ProviderType: type, ProviderDetails: { client_id: "id", authorize_scopes: "email" } },
      "InvalidParameterException: client_id, client_secret and authorize_scopes are all required idp details."
    ] as const
  ),
  [
    "Apple without a key",
    {
      ProviderName: "SignInWithApple",
      ProviderType: "SignInWithApple",
      ProviderDetails: { client_id: "id", team_id: "team", key_id: "key", authorize_scopes: "email" }
    },
    "InvalidParameterException: client_id, team_id, key_id, private_key and authorize_scopes are all required idp details."
  ],
  [
    "OIDC with an empty issuer",
    { ProviderName: "Acme", ProviderType: "OIDC", ProviderDetails: { ...oidc, oidc_issuer: "" } },
    "InvalidParameterException: client_id, attributes_request_method, oidc_issuer and authorize_scopes are all required idp details."
  ],
  [
    "SAML without metadata",
    { ProviderName: "Acme", ProviderType: "SAML", ProviderDetails: oidc },
    "InvalidParameterException: At least one of the MetadataURL or MetadataFile should be provided."
  ],
  [
    "Google under another name",
    {
      ProviderName: "MyGoogle",
      ProviderType: "Google",
      ProviderDetails: { client_id: "id", client_secret: "secret", authorize_scopes: "email" }
    },
    "InvalidParameterException: Provider MyGoogle cannot be of type Google."
  ],
  [
    "another type under Google's name",
    { ProviderName: "Google", ProviderType: "OIDC", ProviderDetails: oidc },
    "InvalidParameterException: Provider Google cannot be of type OIDC."
  ],
  [
    "the pool's own name",
    { ProviderName: "COGNITO", ProviderType: "OIDC", ProviderDetails: oidc },
    "InvalidParameterException: Provider COGNITO is the user pool itself."
  ]
]

describe("an identity provider", () => {
  it.effect.each(refusedProviders)("is not %s", ([, settings, expected]) =>
    Effect.gen(function*() {
      const making = createIdentityProvider({ UserPoolId, ...settings })
      assert.strictEqual(told(yield* Effect.flip(making)), expected)
    }).pipe(Effect.provide(UserPools.layer())))

  it.effect("keeps what it needs", () =>
    Effect.gen(function*() {
      yield* createIdentityProvider(acme)
      const ProviderDetails = { client_id: Redacted.make("id") }
      const changing = updateIdentityProvider({ UserPoolId, ProviderName: "Acme", ProviderDetails })
      assert.include(told(yield* Effect.flip(changing)), "are all required idp details.")
    }).pipe(Effect.provide(UserPools.layer())))
})
