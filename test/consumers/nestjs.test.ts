/**
 * A program that was written for the official client runs with the adapter in its place: the NestJS modules
 * `@nestjs-cognito/core` and `@nestjs-cognito/testing`, unchanged, whose dependency is substituted as by npm's
 * `overrides`.
 */
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { CognitoIdentityProvider } from "../../src/promise/index.ts"
import { startCognitoLocal } from "../support/cognitoLocal.ts"
import { project } from "./project.ts"

const Password = "Correct-horse-1"

/** Signs in through the modules' controller, and looks users up through the client that it is given. */
const app = `
  require("reflect-metadata")
  const { Module } = require("@nestjs/common")
  const { NestFactory } = require("@nestjs/core")
  const { COGNITO_IDENTITY_PROVIDER_INSTANCE_TOKEN } = require("@nestjs-cognito/core")
  const { CognitoTestingModule } = require("@nestjs-cognito/testing")
  const { CognitoTestingController } = require("@nestjs-cognito/testing/dist/cognito-testing.controller")
  const [endpoint, ClientId, UserPoolId] = process.argv.slice(2)

  class App {}
  Module({
    imports: [CognitoTestingModule.register({
      identityProvider: {
        region: "eu-central-1",
        endpoint,
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }
      }
    })]
  })(App)

  const main = async () => {
    const context = await NestFactory.createApplicationContext(App, { logger: false })
    const controller = context.get(CognitoTestingController)
    const client = context.get(COGNITO_IDENTITY_PROVIDER_INSTANCE_TOKEN)
    const user = { username: "ada", password: "${Password}", clientId: ClientId }
    const tokens = await controller.login(user)
    const { Username } = await client.getUser({ AccessToken: tokens.AccessToken })
    const refused = await controller.login({ ...user, password: "wrong" }).catch((error) => error)
    const missing = await client.adminGetUser({ UserPoolId, Username: "bob" }).catch((error) => error)
    console.log(JSON.stringify({
      client: require.resolve("@aws-sdk/client-cognito-identity-provider"),
      ours: client instanceof require("effect-cognito/promise").CognitoIdentityProvider,
      Username,
      refused: [refused.name, refused.cause.name],
      missing: [missing.name, missing.$fault]
    }))
    await context.close()
    client.destroy()
  }
  main()
`

it("NestJS modules sign users in with the adapter", () =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const endpoint = yield* startCognitoLocal
    const ids = yield* Effect.promise(() => userPoolWithUser(endpoint))
    const { folder, node } = project({
      packages: ["@nestjs/common", "@nestjs/core", "aws-jwt-verify", "reflect-metadata", "rxjs", "tslib"],
      copies: ["@nestjs-cognito/core", "@nestjs-cognito/testing"],
      files: {
        "node_modules/@aws-sdk/client-cognito-identity-provider/package.json": JSON.stringify({
          name: "@aws-sdk/client-cognito-identity-provider",
          version: "3.1169.0",
          main: "index.cjs"
        }),
        "node_modules/@aws-sdk/client-cognito-identity-provider/index.cjs":
          `module.exports = require("effect-cognito/promise")`,
        "app.cjs": app
      }
    })
    const printed = yield* Effect.promise(() => node("--no-warnings", "app.cjs", endpoint, ...ids))
    const { client, ...seen }: { readonly client: string } = JSON.parse(printed)
    expect(client).toContain(folder)
    expect(seen).toEqual({
      ours: true,
      Username: "ada",
      refused: ["UnauthorizedException", "InvalidPasswordException"],
      missing: ["UserNotFoundException", "client"]
    })
  }))))

/** Makes a user who can sign in; answers the ids of the app client and of the user pool. */
const userPoolWithUser = async (endpoint: string): Promise<ReadonlyArray<string>> => {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }
  await using client = new CognitoIdentityProvider({ region: "eu-central-1", endpoint, credentials })
  const { UserPool } = await client.createUserPool({ PoolName: "nest" })
  const UserPoolId = UserPool?.Id
  const { UserPoolClient } = await client.createUserPoolClient({ UserPoolId, ClientName: "nest" })
  await client.adminCreateUser({ UserPoolId, Username: "ada", MessageAction: "SUPPRESS" })
  await client.adminSetUserPassword({ UserPoolId, Username: "ada", Password, Permanent: true })
  return [UserPoolClient?.ClientId ?? "", UserPoolId ?? ""]
}
