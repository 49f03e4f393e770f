import { Effect, Layer, Redacted } from "effect"
import * as Cognito from "effect-cognito"
import * as Testing from "effect-cognito/testing"

const real = Layer.provide(Cognito.layerConfig, Cognito.layerFetch.pipe(Testing.record("fixtures/sign-up.json")))
const live = process.argv.includes("--record") ? real : Testing.replay("fixtures/sign-up.json")

const test = Effect.gen(function*() {
  const Password = Redacted.make(`Correct-horse-${Math.random()}`)
  const { UserConfirmed } = yield* Cognito.signUp({ ClientId: "4kweljr01yrea5qfflyxio4em", Username: "anna", Password })
  console.assert(!UserConfirmed)
})

await Effect.runPromise(Effect.provide(test, live))
