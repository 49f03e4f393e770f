/** @distilled.cloud/aws, on the release candidate of Effect 4 that it was made for. */
import { Credentials, Endpoint, Region } from "@distilled.cloud/aws"
import * as Cognito from "@distilled.cloud/aws/cognito-identity-provider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as FetchHttpClient from "effect/unstable/http/FetchHttpClient"

export const make = async (port, { check, credentials, inputs, region }) => {
  const keys = {
    accessKeyId: Redacted.make(credentials.accessKeyId),
    secretAccessKey: Redacted.make(credentials.secretAccessKey),
    sessionToken: undefined
  }
  const runtime = ManagedRuntime.make(Layer.mergeAll(
    FetchHttpClient.layer,
    Layer.succeed(Region.Region, Effect.succeed(region)),
    Layer.succeed(Credentials.Credentials, Effect.succeed(keys)),
    Layer.succeed(Endpoint.Endpoint, Effect.succeed(`http://127.0.0.1:${port}`))
  ))
  return {
    name: "distilled",
    run: (call, count, concurrency) => {
      let left = count
      const operation = Reflect.get(Cognito, call[0].toLowerCase() + call.slice(1))
      const step = Effect.map(
        Effect.catch(Effect.suspend(() => operation(inputs[call])), Effect.succeed),
        (seen) => check(call, seen)
      )
      const worker = Effect.whileLoop({ while: () => left-- > 0, body: () => step, step: () => {} })
      const workers = Array.from({ length: concurrency }, () => worker)
      return runtime.runPromise(Effect.all(workers, { concurrency: "unbounded", discard: true }))
    }
  }
}
