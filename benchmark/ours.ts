/** This library: in Effect programs on Node's own layers and on the portable ones, and through the promise client. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Cognito from "effect-cognito"
import { layer } from "effect-cognito/node"
import { CognitoIdentityProvider } from "effect-cognito/promise"
import { type Call, check, type Contestant, credentials, inputs, promising, region } from "./contestant.ts"

const { AuthParameters: { PASSWORD, USERNAME }, ...initiateAuth } = inputs.InitiateAuth

const calls: { readonly [Name in Call]: Effect.Effect<unknown, unknown, Cognito.Cognito | Cognito.Signer> } = {
  AdminGetUser: Effect.suspend(() => Cognito.adminGetUser(inputs.AdminGetUser)),
  ListUsers: Effect.suspend(() => Cognito.listUsers(inputs.ListUsers)),
  AdminDeleteUser: Effect.flip(Effect.suspend(() => Cognito.adminDeleteUser(inputs.AdminDeleteUser))),
  InitiateAuth: Effect.suspend(() =>
    Cognito.initiateAuth({ ...initiateAuth, AuthParameters: { USERNAME, PASSWORD: Redacted.make(PASSWORD) } })
  )
}

const overEffect = (name: string, live: Layer.Layer<Cognito.Cognito | Cognito.Signer, object>): Contestant => {
  const runtime = ManagedRuntime.make(live)
  return {
    name,
    run: (call, count, concurrency) => {
      let left = count
      const step = Effect.map(calls[call], (seen) => check(call, seen))
      const worker = Effect.whileLoop({ while: () => left-- > 0, body: () => step, step: () => {} })
      const workers = Array.from({ length: concurrency }, () => worker)
      return runtime.runPromise(Effect.all(workers, { concurrency: "unbounded", discard: true }))
    }
  }
}

const options = (port: number) => ({
  region,
  endpoint: `http://127.0.0.1:${port}`,
  credentials: { ...credentials, secretAccessKey: Redacted.make(credentials.secretAccessKey) }
})

export const onNode = (port: number): Contestant =>
  overEffect("effect-cognito/node", layer({ ...options(port), transport: { maxSockets: 64 } }))

export const onFetch = (port: number): Contestant =>
  overEffect("effect-cognito, fetch and WebCrypto", Layer.provide(Cognito.layer(options(port)), Cognito.layerFetch))

export const promises = (port: number): Contestant => {
  const client = new CognitoIdentityProvider({ region, credentials, endpoint: `http://127.0.0.1:${port}` })
  return promising("effect-cognito/promise", (call) => () => {
    switch (call) {
      case "AdminGetUser":
        return client.adminGetUser(inputs.AdminGetUser)
      case "ListUsers":
        return client.listUsers(inputs.ListUsers)
      case "AdminDeleteUser":
        return client.adminDeleteUser(inputs.AdminDeleteUser).catch((error: unknown) => error)
      case "InitiateAuth":
        return client.initiateAuth(inputs.InitiateAuth)
    }
  })
}
