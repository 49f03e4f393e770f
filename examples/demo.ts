/**
 * `npm run demo`: a user's way from sign-up to sign-in, through the public API and the admin API.
 *
 * By default it runs against `cognito-local`, which it starts itself. With `-- --aws` it runs against AWS, with
 * `AWS_REGION` and the credentials of the environment, and deletes the user pool that it made.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as Cognito from "effect-cognito"
import { randomUUID } from "node:crypto"
import { cognitoLocal } from "./cognitoLocal.ts"

const password = Redacted.make(`Aa1!${randomUUID()}`)

const email = (attributes: ReadonlyArray<Cognito.AttributeType> = []): string | undefined =>
  attributes.find(({ Name }) => Name === "email")?.Value

const userPool = Effect.acquireRelease(
  Cognito.createUserPool({ PoolName: `demo-${randomUUID()}`, UsernameAttributes: ["email"] }).pipe(
    Effect.flatMap(({ UserPool }) => Effect.fromNullishOr(UserPool?.Id))
  ),
  (UserPoolId) =>
    Cognito.deleteUserPool({ UserPoolId }).pipe(
      Effect.andThen(Console.log(`  deleted       the user pool ${UserPoolId}`)),
      Effect.orDie
    )
)

const demo = Effect.gen(function*() {
  const UserPoolId = yield* userPool
  yield* Console.log(`  created       the user pool ${UserPoolId}`)

  const { UserPoolClient } = yield* Cognito.createUserPoolClient({
    UserPoolId,
    ClientName: "demo",
    ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
  })
  const ClientId = yield* Effect.fromNullishOr(UserPoolClient?.ClientId)
  yield* Console.log(`  created       the app client ${ClientId}`)

  const Username = "ada@example.com"
  const { UserConfirmed } = yield* Cognito.signUp({ ClientId, Username, Password: password })
  yield* Console.log(`  signed up     ${Username} (${UserConfirmed ? "confirmed" : "not confirmed yet"})`)

  yield* Cognito.adminConfirmSignUp({ UserPoolId, Username })
  const { UserStatus } = yield* Cognito.adminGetUser({ UserPoolId, Username })
  yield* Console.log(`  confirmed     the user, who is now ${UserStatus}`)

  const { AuthenticationResult } = yield* Cognito.initiateAuth({
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: Username, PASSWORD: password }
  })
  const AccessToken = yield* Effect.fromNullishOr(AuthenticationResult?.AccessToken)
  yield* Console.log(`  signed in     with an access token that logs show as ${AccessToken}`)

  const { UserAttributes } = yield* Cognito.getUser({ AccessToken })
  yield* Console.log(`  read          the user's own profile: ${email(UserAttributes)}`)

  yield* Effect.forEach(["grace@example.com", "hedy@example.com"], (Username) =>
    Cognito.adminCreateUser({
      UserPoolId,
      Username,
      UserAttributes: [{ Name: "email", Value: Username }],
      MessageAction: "SUPPRESS"
    }))
  const addresses = yield* Cognito.listUsers.items({ UserPoolId, Limit: 2 }).pipe(
    Stream.map(({ Attributes }) => email(Attributes)),
    Stream.runCollect
  )
  yield* Console.log(`  streamed      the user pool's users: ${addresses.join(", ")}`)

  yield* Cognito.adminGetUser({ UserPoolId, Username: "nobody@example.com" }).pipe(
    Effect.catchTag("UserNotFoundException", (error) => Console.log(`  caught        ${error._tag}: ${error.message}`))
  )
}).pipe(Effect.scoped)

const live = process.argv.includes("--aws")
  ? Cognito.layerConfig
  : Layer.unwrap(Effect.map(cognitoLocal, Cognito.layer))

Effect.runPromise(demo.pipe(Effect.provide(live), Effect.provide(Cognito.layerFetch), Effect.scoped)).then(
  () => console.log("done"),
  (error: unknown) => {
    console.error(error)
    process.exitCode = 1
  }
)
