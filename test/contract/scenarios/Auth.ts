/** Sign-in against cognito-local, and what it lacks against the scripted server. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import { updateUserPoolClient } from "../../../src/operations/AppClients.ts"
import * as Auth from "../../../src/operations/Auth.ts"
import { adminCreateUser, adminGetUser, getUser } from "../../../src/operations/Users.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { failureTag, present, type Scenarios } from "../../support/scenario.ts"
import { createPool, createUser, password, signIn, tokensOf, wrongPassword } from "./setup.ts"

/** The claims of a JSON Web Token, unchecked. */
const claims = (token: Redacted.Redacted<string>): { readonly [claim: string]: unknown } =>
  JSON.parse(Buffer.from(Redacted.value(token).split(".")[1] ?? "", "base64url").toString())

export const live: Scenarios = {
  "a user signs in, refreshes and revokes": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("sign-in")
    yield* createUser(UserPoolId, "ada")
    const { AccessToken, IdToken, RefreshToken } = yield* tokensOf(ClientId, "ada")
    assert.equal(claims(AccessToken).client_id, ClientId)
    assert.equal(claims(IdToken).email, "ada@example.com")

    const refresh = Auth.initiateAuth({
      ClientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: RefreshToken }
    })
    const { AuthenticationResult: refreshed } = yield* refresh
    assert.equal(refreshed?.RefreshToken, undefined)
    const me = yield* getUser({ AccessToken: present(refreshed?.AccessToken) })
    assert.equal(me.Username, "ada")

    yield* Auth.revokeToken({ ClientId, Token: RefreshToken })
    const revoked = yield* Effect.flip(refresh)
    assert.equal(revoked._tag, "NotAuthorizedException")
    assert.equal(revoked.message, "User not authorized")
  }),

  "wrong credentials do not sign in": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("strangers")
    yield* createUser(UserPoolId, "ada")
    assert.equal(yield* failureTag(signIn(ClientId, "nobody")), "NotAuthorizedException")
    assert.equal(yield* failureTag(signIn("nowhere", "ada")), "ResourceNotFoundException")
    // AWS answers NotAuthorizedException; cognito-local an error that InitiateAuth does not declare.
    const error = yield* Effect.flip(signIn(ClientId, "ada", wrongPassword))
    assert.equal(error._tag, "ClientError")
    assert.equal(
      error.message,
      "InitiateAuth: UnmodeledError: HTTP 400 InvalidPasswordException: Invalid password"
    )
  }),

  "a user replaces the temporary password": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("invited")
    const temporary = Redacted.make("Temporary-1")
    const user = { UserPoolId, Username: "grace" }
    yield* adminCreateUser({ ...user, TemporaryPassword: temporary, MessageAction: "SUPPRESS" })
    const challenge = yield* signIn(ClientId, "grace", temporary)
    assert.equal(challenge.ChallengeName, "NEW_PASSWORD_REQUIRED")
    assert.equal(challenge.AuthenticationResult, undefined)
    const parameters = present(challenge.ChallengeParameters)
    assert.equal(Redacted.value(present(parameters.USER_ID_FOR_SRP)), "grace")
    const { AuthenticationResult } = yield* Auth.respondToAuthChallenge({
      ClientId,
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: present(challenge.Session),
      ChallengeResponses: { USERNAME: "grace", NEW_PASSWORD: password }
    })
    assert.equal(claims(present(AuthenticationResult?.AccessToken)).username, "grace")
    assert.equal((yield* adminGetUser(user)).UserStatus, "CONFIRMED")
    yield* tokensOf(ClientId, "grace")
  }),

  "an administrator signs a user in": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("servers")
    yield* createUser(UserPoolId, "ada")
    const { AuthenticationResult } = yield* Auth.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "ada", PASSWORD: password }
    })
    assert.equal(claims(present(AuthenticationResult?.IdToken))["cognito:username"], "ada")
    const refreshed = yield* Auth.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: "REFRESH_TOKEN_AUTH",
      AuthParameters: { REFRESH_TOKEN: present(AuthenticationResult?.RefreshToken) }
    })
    assert.ok(refreshed.AuthenticationResult?.AccessToken)
    assert.equal(
      yield* failureTag(
        Auth.adminInitiateAuth({
          UserPoolId,
          ClientId,
          AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
          AuthParameters: { USERNAME: "nobody", PASSWORD: password }
        })
      ),
      "NotAuthorizedException"
    )
  }),

  "a server that fails itself answers an error without a name": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("units")
    yield* createUser(UserPoolId, "ada")
    // A unit that it takes, and throws on when it has to make a token.
    yield* updateUserPoolClient({
      UserPoolId,
      ClientId,
      AccessTokenValidity: 1,
      TokenValidityUnits: { AccessToken: "fortnights" }
    })
    const error = yield* Effect.flip(signIn(ClientId, "ada"))
    assert.equal(error.message, "InitiateAuth: DecodeError: HTTP 500: an error without a name")
  }),

  "a flow that the server does not know is an unmodelled error": Effect.gen(function*() {
    const { ClientId } = yield* createPool("srp")
    const error = yield* Effect.flip(
      Auth.initiateAuth({ ClientId, AuthFlow: "USER_SRP_AUTH", AuthParameters: { USERNAME: "ada", SRP_A: "ab12" } })
    )
    assert.equal(
      error.message,
      "InitiateAuth: UnmodeledError: HTTP 500 Unsupported: Cognito Local unsupported feature: " +
        "InitAuth with AuthFlow=USER_SRP_AUTH"
    )
  })
}

const AccessToken = Redacted.make("eyJraWQiOiJhIn0.eyJzdWIiOiJhIn0.c2ln")
const user = { UserPoolId: "eu-central-1_aBcDeFgHi", Username: "zoë" }
const ClientId = "1example23456789"

export const scripted: ScriptedScenarios = {
  "an administrator answers a challenge": [
    exchange(Auth.adminRespondToAuthChallenge, {
      input: {
        UserPoolId: user.UserPoolId,
        ClientId,
        ChallengeName: "SMS_MFA",
        Session: Redacted.make("AYABeC1-session"),
        ChallengeResponses: { USERNAME: "zoë", SMS_MFA_CODE: Redacted.make("123456") },
        ContextData: {
          IpAddress: "203.0.113.7",
          ServerName: "example.com",
          ServerPath: "/login",
          HttpHeaders: [{ headerName: "user-agent", headerValue: "curl/8" }]
        },
        ClientMetadata: { tenant: "blå" }
      },
      answer: `{"AuthenticationResult":{"AccessToken":"a.b.c","ExpiresIn":3600,"IdToken":"d.e.f","RefreshToken":"g.h.i",
        "TokenType":"Bearer","NewDeviceMetadata":{"DeviceGroupKey":"-abc","DeviceKey":"eu-central-1_d1"}},
        "ChallengeParameters":{}}`,
      output: {
        AuthenticationResult: {
          AccessToken: Redacted.make("a.b.c"),
          ExpiresIn: 3600,
          IdToken: Redacted.make("d.e.f"),
          RefreshToken: Redacted.make("g.h.i"),
          TokenType: "Bearer",
          NewDeviceMetadata: { DeviceGroupKey: "-abc", DeviceKey: "eu-central-1_d1" }
        },
        ChallengeParameters: {}
      }
    })
  ],
  "tokens without a password": [
    exchange(Auth.getTokensFromRefreshToken, {
      input: { ClientId, RefreshToken: Redacted.make("g.h.i"), ClientSecret: Redacted.make("s3cret") },
      answer:
        `{"AuthenticationResult":{"AccessToken":"a.b.c","ExpiresIn":3600,"IdToken":"d.e.f","NewDeviceMetadata":null,
        "RefreshToken":"j.k.l","TokenType":"Bearer"}}`,
      output: {
        AuthenticationResult: {
          AccessToken: Redacted.make("a.b.c"),
          ExpiresIn: 3600,
          IdToken: Redacted.make("d.e.f"),
          RefreshToken: Redacted.make("j.k.l"),
          TokenType: "Bearer"
        }
      }
    }),
    exchange(Auth.getClientToken, {
      input: {
        ClientId,
        Secret: Redacted.make("s3cret"),
        Scopes: ["orders/read"]
      },
      answer: `{"ClientAuthenticationResult":{"AccessToken":"a.b.c","ExpiresIn":3.6E3,"TokenType":"Bearer"}}`,
      output: {
        ClientAuthenticationResult: { AccessToken: Redacted.make("a.b.c"), ExpiresIn: 3600, TokenType: "Bearer" }
      }
    })
  ],
  "factors are read and sign-ins ended": [
    exchange(Auth.getUserAuthFactors, {
      input: { AccessToken },
      answer: `{"ConfiguredUserAuthFactors":["PASSWORD","WEB_AUTHN","CARRIER_PIGEON"],"Username":"zoë",
        "PreferredMfaSetting":"SOFTWARE_TOKEN_MFA","UserMFASettingList":["SOFTWARE_TOKEN_MFA"]}`,
      output: {
        ConfiguredUserAuthFactors: ["PASSWORD", "WEB_AUTHN", "CARRIER_PIGEON"],
        Username: "zoë",
        PreferredMfaSetting: "SOFTWARE_TOKEN_MFA",
        UserMFASettingList: ["SOFTWARE_TOKEN_MFA"]
      }
    }),
    exchange(Auth.adminGetUserAuthFactors, {
      input: user,
      answer: `{"ConfiguredUserAuthFactors":["PASSWORD"],"Username":"zo\\u00eb"}`,
      output: { ConfiguredUserAuthFactors: ["PASSWORD"], Username: "zoë" }
    }),
    exchange(Auth.globalSignOut, { input: { AccessToken }, output: {} }),
    exchange(Auth.adminUserGlobalSignOut, { input: user, output: {} })
  ]
}
