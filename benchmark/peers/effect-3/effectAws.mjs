/** @effect-aws/client-cognito-identity-provider: Effect 3 around the official client. */
import { CognitoIdentityProvider } from "@effect-aws/client-cognito-identity-provider"
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"

export const make = async (port, { check, credentials, inputs, region }) => {
  const runtime = ManagedRuntime.make(
    CognitoIdentityProvider.layer({ region, credentials, endpoint: `http://127.0.0.1:${port}` })
  )
  return {
    name: "effect-aws",
    run: (call, count, concurrency) => {
      let left = count
      const method = call[0].toLowerCase() + call.slice(1)
      const step = CognitoIdentityProvider[method](inputs[call]).pipe(
        Effect.catchAll(Effect.succeed),
        Effect.map((seen) => check(call, seen))
      )
      const worker = Effect.whileLoop({ while: () => left-- > 0, body: () => step, step: () => {} })
      const workers = Array.from({ length: concurrency }, () => worker)
      return runtime.runPromise(Effect.all(workers, { concurrency: "unbounded", discard: true }))
    }
  }
}
