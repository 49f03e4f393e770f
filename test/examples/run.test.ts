/**
 * The examples as a reader runs them: as programs of their own, with the built package.
 */
import { it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { execFile } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
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

/** Set-ups that AWS's tools work with, as files of a home directory, and environments. */
const setUps: { readonly [name: string]: (url: string) => { readonly files?: Files; readonly env?: Environment } } = {
  "a profile's keys, region and endpoint": (url) => ({
    files: {
      config: `[default]\nregion = eu-west-1\nendpoint_url = ${url}\n`,
      credentials: "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n"
    }
  }),
  "a named profile with a process": (url) => ({
    files: {
      config: `[profile staff]\nregion = eu-west-1\nendpoint_url = ${url}\ncredential_process = cat keys.json\n`,
      "keys.json": `{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}`
    },
    env: { AWS_PROFILE: "staff" }
  }),
  "the environment, written as AWS's tools take it": (url) => ({
    env: {
      AWS_REGION: "eu-west-1",
      AWS_ACCESS_KEY_ID: "AKIDENV",
      AWS_SECRET_ACCESS_KEY: "s",
      AWS_ENDPOINT_URL: url,
      AWS_USE_FIPS_ENDPOINT: "False",
      AWS_RETRY_MODE: "legacy"
    }
  })
}

interface Files {
  readonly [name: string]: string
}

interface Environment {
  readonly [name: string]: string
}

/** An environment without a set-up, but for what is given. */
const home = (files: Files = {}, env: Environment = {}) =>
  Effect.gen(function*() {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "effect-cognito-home-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
    )
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text.replace("keys.json", join(folder, "keys.json")))
    }
    return {
      HOME: folder,
      AWS_CONFIG_FILE: join(folder, "config"),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "credentials"),
      AWS_EC2_METADATA_DISABLED: "true",
      ...env
    }
  })

it.live.each(Object.keys(setUps))("the quick start works with %s", (name) =>
  Effect.gen(function*() {
    const endpoint = yield* startCognitoLocal
    yield* Effect.provide(createUserPool({ PoolName: "readers" }), clientOf(endpoint))
    const { env, files } = setUps[name]?.(endpoint) ?? {}
    const { stderr, stdout } = yield* run("quickstart", { env: yield* home(files, env) })
    expect(stderr).toBe("")
    expect(stdout).toMatch(/^\S+ readers\n$/)
  }).pipe(Effect.scoped))

const lacking: ReadonlyArray<readonly [string, Files, Environment, RegExp]> = [
  [
    "everything",
    {},
    {},
    /^there is no region: set AWS_REGION, or `region` in the profile "default" of ~\/.aws\/config\n$/
  ],
  [
    "credentials",
    {},
    { AWS_REGION: "eu-west-1" },
    /^ListUserPools: CredentialsError: no credentials from environment, .*\n$/
  ],
  [
    "the profile that is named",
    {},
    { AWS_REGION: "eu-west-1", AWS_PROFILE: "staff" },
    /^ListUserPools: CredentialsError: .*there is no profile "staff" with credentials in the shared files\n$/
  ],
  [
    "a readable setting",
    {},
    { AWS_REGION: "eu-west-1", AWS_MAX_ATTEMPTS: "many" },
    /AWS_MAX_ATTEMPTS/
  ]
]

it.live.each(lacking)(
  "without %s the quick start says in one line what is missing",
  ([, files, env, line]) =>
    Effect.gen(function*() {
      const { stderr, stdout } = yield* run("quickstart", { env: yield* home(files, env) })
      expect(stdout).toBe("")
      expect(stderr).toMatch(line)
      expect(stderr).not.toContain("[object")
    }).pipe(Effect.scoped)
)

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
