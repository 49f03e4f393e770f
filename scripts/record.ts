/**
 * `npm run record`: runs every scenario of `test/contract` against its server and writes what went over the wire to
 * `test/fixtures`, with secrets replaced. A maintenance tool, to run when scenarios, servers or requests change; the tests
 * only read the files.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { rmSync } from "node:fs"
import { record } from "../src/testing/index.ts"
import { layerFetch, type Transport } from "../src/client/Transport.ts"
import type { Cognito } from "../src/Service.ts"
import type { Signer } from "../src/client/Signer.ts"
import { domains, type DomainScenarios } from "../test/contract/scenarios/index.ts"
import { code, own } from "../test/contract/tours/call.ts"
import { tours } from "../test/contract/tours/index.ts"
import { serve } from "../src/testing/pool/index.ts"
import { clientOf } from "../test/support/client.ts"
import { cognitoLocal } from "../test/support/cognitoLocal.ts"
import { scenarioOf, scriptOf } from "../test/support/exchange.ts"
import { fixtureFile, fixtures } from "../test/support/fixtures.ts"
import type { Scenario } from "../test/support/scenario.ts"
import { scriptedClient } from "../test/support/scriptedServer.ts"

const recorded = <E>(file: string, scenario: Scenario, client: Layer.Layer<Cognito | Signer, E, Transport>) =>
  Effect.provide(scenario, Layer.provide(client, layerFetch.pipe(record(file))))

/** The tours of a domain, against a pool of `effect-cognito/testing/pool`. */
const recordTours = Effect.fnUntraced(function*(domain: string) {
  for (const [name, tour] of Object.entries(tours[domain] ?? {})) {
    yield* recorded(
      fixtureFile(domain, name),
      tour(own),
      clientOf(Effect.map(Effect.orDie(serve({ code })), ({ url }) => url))
    )
  }
  return Object.keys(tours[domain] ?? {}).length
})

const recordDomain = Effect.fnUntraced(function*(domain: string, { live = {}, scripted = {} }: DomainScenarios) {
  for (const [name, scenario] of Object.entries(live)) {
    yield* recorded(fixtureFile(domain, name), scenario, cognitoLocal)
  }
  for (const [name, exchanges] of Object.entries(scripted)) {
    yield* recorded(fixtureFile(domain, name), scenarioOf(exchanges), scriptedClient(scriptOf(exchanges)))
  }
  return Object.keys(live).length + Object.keys(scripted).length + (yield* recordTours(domain))
})

rmSync(fixtures, { recursive: true, force: true })
const counts = await Effect.runPromise(
  Effect.forEach(Object.entries(domains), ([domain, scenarios]) => recordDomain(domain, scenarios))
)
console.log(`recorded ${counts.reduce((sum, count) => sum + count)} scenarios`)
