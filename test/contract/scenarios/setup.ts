/** What most live scenarios start from: a user pool with an app client, a user with a password, tokens. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createUserPoolClient } from "../../../src/operations/AppClients.ts"
import { initiateAuth } from "../../../src/operations/Auth.ts"
import { adminSetUserPassword } from "../../../src/operations/Passwords.ts"
import { createUserPool } from "../../../src/operations/UserPools.ts"
import { adminCreateUser } from "../../../src/operations/Users.ts"
import { present } from "../../support/scenario.ts"

export const password = Redacted.make("Correct-Horse-1")

export const wrongPassword = Redacted.make("Wrong-Horse-1")

/** A user pool that sends codes to email addresses, and an app client of it. */
export const createPool = (name: string) =>
  Effect.gen(function*() {
    const { UserPool } = yield* createUserPool({ PoolName: name, AutoVerifiedAttributes: ["email"] })
    const UserPoolId = present(UserPool?.Id)
    const { UserPoolClient } = yield* createUserPoolClient({ UserPoolId, ClientName: "web" })
    return { UserPoolId, ClientId: present(UserPoolClient?.ClientId) }
  })

/** A confirmed user with an email address and {@link password}. */
export const createUser = (UserPoolId: string, Username: string) =>
  Effect.gen(function*() {
    yield* adminCreateUser({
      UserPoolId,
      Username,
      MessageAction: "SUPPRESS",
      UserAttributes: [{ Name: "email", Value: `${Username}@example.com` }]
    })
    yield* adminSetUserPassword({ UserPoolId, Username, Password: password, Permanent: true })
  })

/** Signs in with {@link password}, or another. */
export const signIn = (ClientId: string, USERNAME: string, PASSWORD = password) =>
  initiateAuth({ ClientId, AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME, PASSWORD } })

/** The tokens of a user who signs in without a challenge. */
export const tokensOf = (ClientId: string, Username: string) =>
  Effect.map(signIn(ClientId, Username), ({ AuthenticationResult }) => ({
    AccessToken: present(AuthenticationResult?.AccessToken),
    IdToken: present(AuthenticationResult?.IdToken),
    RefreshToken: present(AuthenticationResult?.RefreshToken)
  }))
