/** What a CommonJS program does with the library, on versions of Node that load no ES modules by `require`. */
"use strict"
const { CognitoIdentityProvider, UserNotFoundException } = require("effect-cognito/promise")
const { makeAuth } = require("effect-cognito/promise/auth")
const { getUser } = require("effect-cognito/operations")
const { throttled } = require("effect-cognito/testing")
const { createServer } = require("node:http")
const assert = require("node:assert")

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url")
const token = `${part({})}.${part({ sub: "s", iat: 1, exp: 4102444800 })}.c`
const tokens = { AccessToken: token, IdToken: token, RefreshToken: "r", ExpiresIn: 3600, TokenType: "Bearer" }

const server = createServer((request, response) => {
  const signedIn = String(request.headers["x-amz-target"]).endsWith("InitiateAuth")
  const [, key = "nobody"] = /Credential=(\w+)/.exec(request.headers.authorization ?? "") ?? []
  response.end(JSON.stringify(signedIn ? { AuthenticationResult: tokens } : { Username: key, UserAttributes: [] }))
})

server.listen(0, "127.0.0.1", async () => {
  const endpoint = `http://127.0.0.1:${server.address().port}`
  const client = new CognitoIdentityProvider({
    region: "eu-central-1",
    endpoint,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }
  })
  const user = { UserPoolId: "eu-central-1_a", Username: "anna" }
  assert.strictEqual((await client.adminGetUser(user)).Username, "AKIDEXAMPLE")
  client.destroy()
  const stub = CognitoIdentityProvider.stub({
    adminGetUser: throttled(1, new UserNotFoundException({ message: "none", $metadata: {} }))
  })
  await assert.rejects(stub.adminGetUser(user), UserNotFoundException)
  const auth = makeAuth({ userPoolId: "eu-central-1_a", clientId: "c", endpoint })
  const session = await auth.makeSession()
  await session.start(await auth.signIn({ flow: "USER_PASSWORD_AUTH", username: "anna", password: "p" }))
  assert.strictEqual((await session.as(getUser)({})).Username, "nobody")
  const { _tag } = await auth.signIn({ flow: "USER_SRP_AUTH", username: "anna", password: "p" })
  assert.strictEqual(_tag, "SignedIn")
  auth.destroy()
  server.closeAllConnections()
  server.close()
  console.log(`ok commonjs ${process.version}`)
})
