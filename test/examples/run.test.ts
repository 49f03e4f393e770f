/**
 * The examples as a reader runs them: as programs of their own, with the built package.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { expect } from "vitest"
import { createUserPool, listUserPools } from "../../src/operations/UserPools.ts"
import { layerFetch } from "../../src/client/Transport.ts"
import { answer } from "../faults/faults.ts"
import { faultServer } from "../faults/faultServer.ts"
import { client, credentials, region } from "../support/client.ts"
import { startCognitoLocal } from "../support/cognitoLocal.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

interface Run {
  readonly args?: ReadonlyArray<string>
  readonly env?: { readonly [name: string]: string }
  /** The working directory. Default: the repository's. */
  readonly cwd?: string
}

const run = (example: string, { args = [], cwd = root, env = {} }: Run = {}) =>
  Effect.promise(() =>
    promisify(execFile)(`${root}node_modules/.bin/tsx`, [`${root}examples/${example}.ts`, ...args], {
      cwd,
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

/** What the service would answer to the examples of the README. */
const answers: { readonly [operation: string]: string } = {
  AdminGetUser: `{"Username":"anna","UserStatus":"CONFIRMED"}`,
  ListUsers: `{"Users":[{"Username":"anna","UserStatus":"CONFIRMED"},{"Username":"bob"}]}`,
  SignUp: `{"UserConfirmed":false,"UserSub":"8f1c"}`
}

const server = faultServer([(socket, request) => {
  const [, operation = ""] = /AWSCognitoIdentityProviderService\.(\w+)/.exec(request) ?? []
  answer({ body: answers[operation] ?? "", headers: ["x-amzn-requestid: r-1"] })(socket, request)
}])

it.live("the promise client reads and lists users", () =>
  Effect.gen(function*() {
    const { url } = yield* server
    const { stderr, stdout } = yield* run("promise", { env: environment(url) })
    expect([stderr, stdout]).toEqual(["", "CONFIRMED r-1\n2\n"])
  }).pipe(Effect.scoped))

it.live("the promise client of two operations lists users until it has enough", () =>
  Effect.gen(function*() {
    const { requests, url } = yield* server
    const { stderr } = yield* run("make", { env: environment(url) })
    expect(stderr).toBe("")
    expect(requests).toHaveLength(1)
  }).pipe(Effect.scoped))

it.live("the stubs answer", () =>
  Effect.gen(function*() {
    expect(yield* run("testing")).toEqual({ stderr: "", stdout: "" })
  }))

it.live("the recording is made, and answers without a server", () =>
  Effect.gen(function*() {
    const { requests, url } = yield* server
    const cwd = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-cognito-example-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    )
    expect(yield* run("recording", { args: ["--record"], cwd, env: environment(url) })).toEqual({
      stderr: "",
      stdout: ""
    })
    expect(requests).toHaveLength(1)
    expect(readFileSync(join(cwd, "fixtures/sign-up.json"), "utf8")).toContain("<Password 1>")
    expect(yield* run("recording", { cwd })).toEqual({ stderr: "", stdout: "" })
    expect(requests).toHaveLength(1)
  }).pipe(Effect.scoped))
