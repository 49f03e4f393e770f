/**
 * `npm run record`: runs every scenario of `test/contract` against its server and writes what went over the wire to
 * `test/fixtures`. A maintenance tool, to run when scenarios, servers or requests change; the tests only read the files.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { layerFetch, type Transport } from "../src/Transport.ts"
import type { Cognito } from "../src/Service.ts"
import type { Signer } from "../src/Signer.ts"
import { domains, type DomainScenarios } from "../test/contract/scenarios/index.ts"
import { cognitoLocal } from "../test/support/cognitoLocal.ts"
import { scenarioOf, scriptOf } from "../test/support/exchange.ts"
import { fixturePath, layerRecording, type RecordedExchange, type Recording } from "../test/support/recording.ts"
import type { Scenario } from "../test/support/scenario.ts"
import { scriptedClient } from "../test/support/scriptedServer.ts"

const record = <E>(scenario: Scenario, client: Layer.Layer<Cognito | Signer, E, Transport>) =>
  Effect.gen(function*() {
    const exchanges: Array<RecordedExchange> = []
    // One-time codes of the scenario are all of one moment, so that a replay can go back to it.
    const time = yield* Clock.currentTimeMillis
    yield* TestClock.setTime(time).pipe(
      Effect.andThen(scenario),
      Effect.provide([
        TestClock.layer(),
        Layer.provide(client, Layer.provide(layerRecording(exchanges), layerFetch))
      ])
    )
    return { time, exchanges } satisfies Recording
  })

/** The recordings of a domain's scenarios, with their files. */
const recordDomain = Effect.fnUntraced(
  function*(domain: string, { live = {}, scripted = {} }: DomainScenarios) {
    const recordings: Array<readonly [file: string, recording: Recording]> = []
    for (const [name, scenario] of Object.entries(live)) {
      recordings.push([fixturePath(domain, name), yield* record(scenario, cognitoLocal)])
    }
    for (const [name, exchanges] of Object.entries(scripted)) {
      recordings.push([
        fixturePath(domain, name),
        yield* record(scenarioOf(exchanges), scriptedClient(scriptOf(exchanges)))
      ])
    }
    return recordings
  }
)

const recordings = await Effect.runPromise(
  Effect.forEach(Object.entries(domains), ([domain, scenarios]) => recordDomain(domain, scenarios))
)

// Nothing is touched before every scenario has succeeded.
const folder = fileURLToPath(new URL("../test/fixtures", import.meta.url))
rmSync(folder, { recursive: true, force: true })
for (const [path, recording] of recordings.flat()) {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(recording, undefined, 2)}\n`)
}
console.log(`recorded ${recordings.flat().length} scenarios`)
