/**
 * The examples as a reader runs them: as programs of their own, with the built package.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect } from "vitest"
import { createUserPool, listUserPools } from "../../src/operations/UserPools.ts"
import { layerFetch } from "../../src/Transport.ts"
import { client, credentials, region } from "../support/client.ts"
import { startCognitoLocal } from "../support/cognitoLocal.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

interface Run {
  readonly args?: ReadonlyArray<string>
  readonly env?: { readonly [name: string]: string }
}

const run = (example: string, { args = [], env = {} }: Run = {}) =>
  Effect.promise(() =>
    promisify(execFile)("node_modules/.bin/tsx", [`examples/${example}.ts`, ...args], {
      cwd: root,
      env: { ...process.env, ...env }
    })
  )

/** The environment of a program that uses AWS, pointed to a server here. */
const environment = (endpoint: string) => ({
  AWS_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: Redacted.value(credentials.secretAccessKey),
  AWS_ENDPOINT_URL: endpoint
})

const clientOf = (endpoint: string) => Layer.provide(client(endpoint), layerFetch)

it.live("the demo goes all the way and leaves nothing behind", () =>
  Effect.gen(function*() {
    const { stderr, stdout } = yield* run("demo")
    expect(stderr).toBe("")
    expect(stdout.trim().split("\n").map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      "created",
      "created",
      "signed up",
      "confirmed",
      "signed in",
      "read",
      "streamed",
      "caught",
      "deleted",
      "done"
    ])
    expect(stdout).toContain("<redacted>")
    expect(stdout).toContain("ada@example.com, grace@example.com, hedy@example.com")
    expect(stdout).toContain("UserNotFoundException: User does not exist.")
  }))

it.live("the demo cleans up where the server is not its own", () =>
  Effect.gen(function*() {
    const endpoint = yield* startCognitoLocal
    const { stdout } = yield* run("demo", { args: ["--aws"], env: environment(endpoint) })
    expect(stdout).toMatch(/done\n$/)
    const { UserPools } = yield* Effect.provide(listUserPools({ MaxResults: 60 }), clientOf(endpoint))
    expect(UserPools).toEqual([])
  }).pipe(Effect.scoped))

it.live("the quick start lists the user pools", () =>
  Effect.gen(function*() {
    const endpoint = yield* startCognitoLocal
    yield* Effect.provide(createUserPool({ PoolName: "readers" }), clientOf(endpoint))
    const { stderr, stdout } = yield* run("quickstart", { env: environment(endpoint) })
    expect(stderr).toBe("")
    expect(stdout).toMatch(/^\S+ readers\n$/)
  }).pipe(Effect.scoped))
