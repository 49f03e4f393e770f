/** Registers the scripted scenarios of a domain as tests, over bare fetch. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerFetch } from "../../src/client/Transport.ts"
import { scenarioOf, type ScriptedScenarios, scriptOf } from "./exchange.ts"
import { scriptedClient, ScriptedServer } from "./scriptedServer.ts"

/** A test and a server each, which must get the operations in their order and no others. */
export const testScripted = (scenarios: ScriptedScenarios): void => {
  describe("scripted server", () => {
    for (const [name, exchanges] of Object.entries(scenarios)) {
      it.live(name, () =>
        Effect.gen(function*() {
          yield* scenarioOf(exchanges)
          const { requests } = yield* ScriptedServer
          assert.deepStrictEqual(
            requests.map(({ operation }) => operation),
            exchanges.map(({ operation }) => operation)
          )
        }).pipe(Effect.provide(Layer.provide(scriptedClient(scriptOf(exchanges)), layerFetch))))
    }
  })
}
