/** The types of what other people's code takes from a client: a program against them compiles, and does what it says. */
import { Tracer } from "@aws-lambda-powertools/tracer"
import { fromCognitoIdentityPool, fromTemporaryCredentials } from "@aws-sdk/credential-providers"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { SignatureV4 } from "@smithy/signature-v4"
import { ConfiguredRetryStrategy } from "@smithy/util-retry"
import { mockClient } from "aws-sdk-client-mock"
import AWSXRay from "aws-xray-sdk-core"
import { Agent } from "node:https"
import { expect, it, onTestFinished } from "vitest"
import {
  AdminGetUserCommand,
  CognitoIdentityProvider,
  CognitoIdentityProviderClient,
  ListUsersCommand
} from "../../src/promise/index.ts"

const input = { UserPoolId: "eu-central-1_a", Username: "anna" }

it("handlers, strategies, providers, signers and agents of the AWS SDK are options", () => {
  const make = () => [
    new CognitoIdentityProviderClient({
      requestHandler: new NodeHttpHandler({ requestTimeout: 5 }),
      retryStrategy: new ConfiguredRetryStrategy(2),
      credentials: fromTemporaryCredentials({ params: { RoleArn: "arn:aws:iam::123456789012:role/a" } }),
      logger: console
    }),
    new CognitoIdentityProvider({
      credentials: fromCognitoIdentityPool({ identityPoolId: "eu-central-1:a" }),
      requestHandler: { httpsAgent: new Agent({ maxSockets: 5 }), httpAgent: { keepAlive: true } },
      signer: {} as SignatureV4
    })
  ]
  expect(make).not.toThrow()
  expect(SignatureV4).toBeDefined()
})

it("tracers take a client", () => {
  AWSXRay.enableManualMode()
  onTestFinished(() => AWSXRay.enableAutomaticMode())
  const client = AWSXRay.captureAWSv3Client(new CognitoIdentityProviderClient({ region: "eu-central-1" }))
  expect(new Tracer({ enabled: false }).captureAWSv3Client(client)).toBe(client)
})

it("mocks answer for commands", async () => {
  const client = new CognitoIdentityProviderClient({ region: "eu-central-1" })
  const mock = mockClient(client)
  mock.on(AdminGetUserCommand, { Username: "anna" }).resolves({ Username: "mocked" })
  mock.on(ListUsersCommand).resolves({ Users: [{ Username: "bob" }] })
  expect((await client.send(new AdminGetUserCommand(input))).Username).toBe("mocked")
  expect((await client.send(new ListUsersCommand({ UserPoolId: "a" }))).Users).toEqual([{ Username: "bob" }])
  expect(mock.commandCalls(AdminGetUserCommand)[0]?.args[0].input).toEqual(input)
  mock.restore()
})

it("a command's own stack knows its input, and the command is resolved by itself", async () => {
  const handle = async () => ({ response: { statusCode: 200, headers: {}, body: `{"Username":"anna"}` } })
  const client = new CognitoIdentityProviderClient({
    region: "eu-central-1",
    credentials: { accessKeyId: "A", secretAccessKey: "s" },
    requestHandler: { handle }
  })
  const command = new AdminGetUserCommand(input)
  const seen: Array<string | undefined> = []
  command.middlewareStack.add((next, { commandName }) => async (args) => {
    const result = await next(args)
    seen.push(commandName, args.input.UserPoolId, result.output.Username)
    return result
  })
  const handler = command.resolveMiddleware(client.middlewareStack, client.config)
  expect((await handler({ input })).output.Username).toBe("anna")
  expect(seen).toEqual(["AdminGetUserCommand", "eu-central-1_a", "anna"])
  client.destroy()
})
