/** Every scenario again, without a server: the recorded requests must come out, byte for byte, and the answers hold. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { readdirSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { listTagsForResource, tagResource } from "../../src/operations/Tags.ts"
import type { Cognito } from "../../src/Service.ts"
import type { Signer } from "../../src/Signer.ts"
import { scenarioOf } from "../support/exchange.ts"
import { operationNames } from "../support/model.ts"
import { fixturePath, layerReplay, type Recording } from "../support/recording.ts"
import { domains } from "./scenarios/index.ts"

const folder = fileURLToPath(new URL("../fixtures/", import.meta.url))
const read = (path: string): Recording => JSON.parse(readFileSync(folder + path, "utf8"))

const scenarios = Object.entries(domains).flatMap(([domain, { live = {}, scripted = {} }]) =>
  [
    ...Object.entries(live),
    ...Object.entries(scripted).map(([name, exchanges]) => [name, scenarioOf(exchanges)] as const)
  ].map(([name, scenario]) => ({ domain, name, path: fixturePath(domain, name), scenario }))
)

for (const { domain, name, path, scenario } of scenarios) {
  it.effect(`${domain}: ${name}`, () =>
    Effect.gen(function*() {
      const recording = read(path)
      yield* TestClock.setTime(recording.time)
      yield* Effect.provide(scenario, layerReplay(recording))
    }))
}

describe("a replay fails", () => {
  const recording = read(fixturePath("Tags", "tags are set, listed and taken off"))
  const ResourceArn = "arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_aBcDeFgHi"
  const Tags = { team: "shop", "cost center": "42", "a:b/c": "é" }
  const replay = <A, E>(scenario: Effect.Effect<A, E, Cognito | Signer>) =>
    scenario.pipe(
      Effect.provide(layerReplay({ ...recording, exchanges: recording.exchanges.slice(0, 1) })),
      Effect.exit,
      Effect.map(String)
    )

  it.effect("when a body differs", () =>
    Effect.gen(function*() {
      const exit = yield* replay(tagResource({ ResourceArn, Tags: { ...Tags, team: "other" } }))
      assert.include(exit, "sent:     TagResource, signed, application/x-amz-json-1.1, {\"ResourceArn\"")
      assert.include(exit, "{\"team\":\"other\"")
      assert.include(exit, "recorded: ")
    }))

  it.effect("when an operation differs", () =>
    Effect.gen(function*() {
      const exit = yield* replay(listTagsForResource({ ResourceArn }))
      assert.include(exit, "sent:     ListTagsForResource, signed")
    }))

  it.effect("when a request is too many", () =>
    Effect.gen(function*() {
      const tag = tagResource({ ResourceArn, Tags })
      assert.include(yield* replay(Effect.andThen(tag, tag)), "not in the recording: TagResource")
    }))

  it.effect("when a request is missing", () =>
    Effect.gen(function*() {
      assert.include(yield* replay(Effect.void), "not sent: TagResource")
    }))

  it.effect("not, when all is as it was", () =>
    Effect.gen(function*() {
      assert.include(yield* replay(tagResource({ ResourceArn, Tags })), "Success")
    }))
})

describe("the recordings", () => {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"))

  it("are those of the scenarios, each in a file of its own", () => {
    assert.deepStrictEqual(files.sort(), scenarios.map(({ path }) => path).sort())
  })

  it("hold an answer of every operation", () => {
    const answered = files.flatMap((name) =>
      read(name).exchanges.flatMap(({ operation, response }) => response.status === 200 ? [operation] : [])
    )
    assert.deepStrictEqual([...new Set(answered)].sort(), operationNames)
  })

  it("hold no header of a signature", () => {
    const found = files.filter((name) =>
      /authorization"|AWS4-HMAC|x-amz-security-token|AKIA/i.test(readFileSync(folder + name, "utf8"))
    )
    assert.deepStrictEqual(found, [])
  })
})
