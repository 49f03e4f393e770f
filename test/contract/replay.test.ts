/** Every scenario again, without a server: the recorded requests must come out, all of them, and the answers hold. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { readFileSync } from "node:fs"
import { replay, requests } from "../../src/testing/index.ts"
import { scenarioOf, SecretsReplaced } from "../support/exchange.ts"
import { fixtureFile, fixtureFiles, readFixture } from "../support/fixtures.ts"
import { operationNames } from "../support/model.ts"
import { own } from "./tours/call.ts"
import { tours } from "./tours/index.ts"
import { domains } from "./scenarios/index.ts"

const scenarios = Object.entries(domains).flatMap(([domain, { live = {}, scripted = {} }]) =>
  [
    ...Object.entries(live),
    ...Object.entries(scripted).map(([name, exchanges]) => [name, scenarioOf(exchanges)] as const),
    ...Object.entries(tours[domain] ?? {}).map(([name, tour]) => [name, tour(own)] as const)
  ].map(([name, scenario]) => ({ domain, name, file: fixtureFile(domain, name), scenario }))
)

for (const { domain, file, name, scenario } of scenarios) {
  it.effect(`${domain}: ${name}`, () =>
    Effect.gen(function*() {
      yield* Effect.provideService(scenario, SecretsReplaced, true)
      const sent = (yield* requests).map(({ operation }) => operation)
      assert.deepStrictEqual(sent.sort(), readFixture(file).exchanges.map(({ operation }) => operation).sort())
    }).pipe(Effect.provide(replay(file))))
}

describe("the recordings", () => {
  it("are those of the scenarios, each in a file of its own", () => {
    assert.deepStrictEqual(fixtureFiles(), scenarios.map(({ file }) => file).sort())
  })

  it("hold an answer of every operation", () => {
    const answered = fixtureFiles().flatMap((file) =>
      readFixture(file).exchanges.flatMap(({ operation, response }) => response.status === 200 ? [operation] : [])
    )
    assert.deepStrictEqual([...new Set(answered)].sort(), operationNames)
  })

  it("hold no header of a signature and no token", () => {
    const found = fixtureFiles().filter((file) =>
      /authorization"|AWS4-HMAC|x-amz-security-token|AKIA|eyJ[\w-]+\.eyJ[\w-]+\.(?!replaced-)/i.test(
        readFileSync(file, "utf8")
      )
    )
    assert.deepStrictEqual(found, [])
  })
})
