/**
 * The packed pool on whatever runtime this is: in process and behind a port. Prints `ok` and the runtime's name; the
 * runner is `test/runtimes/run.mjs`.
 */
import { adminGetUser, getUser } from "effect-cognito"
import * as Auth from "effect-cognito/auth"
import * as UserPools from "effect-cognito/testing/pool"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"

const password = "Correct-Horse-1"
const options = { users: [{ Username: "anna", Password: password }], checkSignatures: true }
const app = Auth.layerAppClient({ userPoolId: UserPools.defaultUserPoolId, clientId: UserPools.defaultClientId })

const program = Effect.gen(function*() {
  const { Username } = yield* adminGetUser({ UserPoolId: UserPools.defaultUserPoolId, Username: "anna" })
  const step = yield* Auth.signIn({ flow: "USER_SRP_AUTH", username: Username, password: Redacted.make(password) })
  if (step._tag !== "SignedIn") throw new Error(step._tag)
  return yield* getUser({ AccessToken: step.tokens.accessToken })
})

const { Username } = await Effect.runPromise(Effect.provide(program, Layer.merge(UserPools.layer(options), app)))

const call = async (url) => {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AWSCognitoIdentityProviderService.InitiateAuth"
    },
    body: JSON.stringify({
      ClientId: UserPools.defaultClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "anna", PASSWORD: password }
    })
  })
  return (await response.json()).AuthenticationResult.TokenType
}

const isServer = typeof globalThis.process?.getBuiltinModule === "function"
const served = isServer ? await UserPools.start(options) : undefined
const type = served === undefined ? "Bearer" : await call(served.url)
await served?.close()

const runtime = globalThis.Deno ? "deno" : globalThis.Bun ? "bun" : isServer ? "node" : "browser"
const verdict = Username === "anna" && type === "Bearer" ? `ok ${runtime}` : "not ok"
console.log(verdict)
if (!isServer) document.title = verdict
