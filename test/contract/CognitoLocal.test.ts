/**
 * All live scenarios once more, over Effect's `HttpClient` and against one server, to see that they leave out no
 * operation of cognito-local.
 */
import { assert, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import { listTagsForResource } from "../../src/operations/Tags.ts"
import { operationOf } from "../../src/testing/Stub.ts"
import { Transport } from "../../src/client/Transport.ts"
import { cognitoLocal, implementedOperations } from "../support/cognitoLocal.ts"
import { domains } from "./scenarios/index.ts"

/** The operations that were answered with success. */
class Succeeded extends Context.Service<Succeeded, Set<string>>()("effect-cognito/test/Succeeded") {}

const noting = Layer.effect(
  Transport,
  Effect.gen(function*() {
    const { send } = yield* Transport
    const succeeded = yield* Succeeded
    return {
      send: (request) =>
        Effect.tap(send(request), ({ status }) =>
          Effect.sync(() => {
            if (status === 200) succeeded.add(operationOf(request))
          }))
    }
  })
)

const overHttpClient = noting.pipe(Layer.provide(layerHttpClient), Layer.provide(FetchHttpClient.layer))

const live = Layer.provide(cognitoLocal, overHttpClient).pipe(
  Layer.provideMerge(Layer.sync(Succeeded, () => new Set()))
)

layer(live, { excludeTestServices: true })("cognito-local over HttpClient", (it) => {
  for (const [domain, scenarios] of Object.entries(domains)) {
    for (const [name, scenario] of Object.entries(scenarios.live ?? {})) it.effect(`${domain}: ${name}`, () => scenario)
  }

  it.effect("the scenarios together call each operation that it implements with success", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual([...yield* Succeeded].sort(), implementedOperations)
      assert.lengthOf(implementedOperations, 50)
    }))

  it.effect("an operation that it lacks is a 500 and an unmodelled error", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(
        listTagsForResource({ ResourceArn: "arn:aws:cognito-idp:local:local:userpool/a" })
      )
      assert.strictEqual(
        error.message,
        "ListTagsForResource: UnmodeledError: HTTP 500 Unsupported: Cognito Local unsupported feature: " +
          "Unsupported x-amz-target header \"ListTagsForResource\""
      )
    }))
})
