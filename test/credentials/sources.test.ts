/**
 * Each source of credentials, in an environment and against servers of the test's own, and what is told where it has
 * none.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { createHash } from "node:crypto"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, vi } from "vitest"
import { Credentials } from "../../src/client/Credentials.ts"
import * as Sources from "../../src/credentials/index.ts"
import type { CredentialsError } from "../../src/errors/ClientError.ts"
import { project } from "../consumers/project.ts"
import { answer } from "../faults/faults.ts"
import { type Fault, faultServer } from "../faults/faultServer.ts"

let home = ""

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "effect-cognito-home-"))
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined)
  vi.stubEnv("HOME", home)
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"))
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"))
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true")
})

afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

const get = (live: Layer.Layer<Credentials>) => Effect.provide(Effect.flatMap(Credentials, ({ get }) => get), live)

const secret = Redacted.make("the-secret-key")
const file = (name: string, ...lines: ReadonlyArray<string>): void => {
  const path = join(home, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(path, `${lines.join("\n")}\n`)
}
const keys = (accessKeyId: string) => [`aws_access_key_id = ${accessKeyId}`, "aws_secret_access_key = the-secret-key"]
const soon = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000)
const issued = (accessKeyId: string) => ({
  AccessKeyId: accessKeyId,
  SecretAccessKey: "the-secret-key",
  Token: "the-token",
  Expiration: soon.toISOString(),
  Code: "Success"
})

describe("the environment", () => {
  it.live("has keys, a token and when they expire", () =>
    Effect.gen(function*() {
      vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENV")
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "the-secret-key")
      vi.stubEnv("AWS_SESSION_TOKEN", "the-token")
      vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", soon.toISOString())
      expect(yield* get(Sources.layerEnvironment())).toEqual({
        accessKeyId: "AKIDENV",
        secretAccessKey: secret,
        sessionToken: Redacted.make("the-token"),
        expiration: soon
      })
    }))
})

describe("a profile", () => {
  it.live("has keys of its own, the default one or another", () =>
    Effect.gen(function*() {
      file("credentials", "[default]", ...keys("AKIDDEFAULT"), "[work]", ...keys("AKIDWORK"))
      expect(yield* get(Sources.layerProfile())).toEqual({ accessKeyId: "AKIDDEFAULT", secretAccessKey: secret })
      expect(yield* get(Sources.layerProfile({ profile: "work" }))).toMatchObject({ accessKeyId: "AKIDWORK" })
      vi.stubEnv("AWS_PROFILE", "work")
      expect(yield* get(Sources.layerProfile())).toMatchObject({ accessKeyId: "AKIDWORK" })
    }))

  it.live("may name a process", () =>
    Effect.gen(function*() {
      const printed = JSON.stringify({ Version: 1, ...issued("AKIDPROCESS"), SessionToken: "the-token" })
      file("keys.json", printed)
      file("config", "[profile tool]", `credential_process = cat ${join(home, "keys.json")}`)
      for (const live of [Sources.layerProcess({ profile: "tool" }), Sources.layerProfile({ profile: "tool" })]) {
        expect(yield* get(live)).toMatchObject({ accessKeyId: "AKIDPROCESS", expiration: soon })
      }
    }))

  it.live("is read anew by a new client", () =>
    Effect.gen(function*() {
      file("credentials", "[default]", ...keys("AKIDBEFORE"))
      expect(yield* get(Sources.layerProfile())).toMatchObject({ accessKeyId: "AKIDBEFORE" })
      file("credentials", "[default]", ...keys("AKIDAFTER"))
      expect(yield* get(Sources.layerProfile())).toMatchObject({ accessKeyId: "AKIDAFTER" })
    }))
})

/** A server that answers by path. */
const server = (bodies: { readonly [path: string]: string }) =>
  faultServer([(socket, request) => {
    const [, path = ""] = /^\w+ ([^ ?]*)/.exec(request) ?? []
    const body = bodies[path]
    const fault: Fault = answer(body === undefined ? { status: "404 Not Found" } : { body })
    fault(socket, request)
  }])

describe("a service of the machine", () => {
  it.live("of a container", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* server({ "/keys": JSON.stringify(issued("AKIDCONTAINER")) })
      vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${url}keys`)
      vi.stubEnv("AWS_CONTAINER_AUTHORIZATION_TOKEN", "the-container-token")
      expect(yield* get(Sources.layerContainer())).toEqual({
        accessKeyId: "AKIDCONTAINER",
        secretAccessKey: secret,
        sessionToken: Redacted.make("the-token"),
        expiration: soon
      })
      expect(requests[0]?.toLowerCase()).toContain("authorization: the-container-token")
    }))

  it.live("of an instance", () =>
    Effect.gen(function*() {
      const { url } = yield* server({
        "/latest/api/token": "a-session",
        "/latest/meta-data/iam/security-credentials/": "role",
        "/latest/meta-data/iam/security-credentials/role": JSON.stringify(issued("AKIDINSTANCE"))
      })
      vi.stubEnv("AWS_EC2_METADATA_DISABLED", undefined)
      vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
      expect(yield* get(Sources.layerInstance())).toMatchObject({ accessKeyId: "AKIDINSTANCE", expiration: soon })
    }))
})

describe("a service of AWS", () => {
  it.live("for a web identity", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* server({
        "/": `<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>
          <AccessKeyId>AKIDWEB</AccessKeyId><SecretAccessKey>the-secret-key</SecretAccessKey>
          <SessionToken>the-token</SessionToken><Expiration>${soon.toISOString()}</Expiration>
          </Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
      })
      file("token", "a-web-token")
      vi.stubEnv("AWS_REGION", "eu-central-1")
      vi.stubEnv("AWS_ENDPOINT_URL_STS", url)
      vi.stubEnv("AWS_WEB_IDENTITY_TOKEN_FILE", join(home, "token"))
      vi.stubEnv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/web")
      expect(yield* get(Sources.layerWebIdentity())).toMatchObject({ accessKeyId: "AKIDWEB", expiration: soon })
      expect(requests[0]).toContain("a-web-token")
    }))

  it.live("for a session of SSO", () =>
    Effect.gen(function*() {
      const { requests, url } = yield* server({
        "/federation/credentials": JSON.stringify({
          roleCredentials: {
            accessKeyId: "AKIDSSO",
            secretAccessKey: "the-secret-key",
            sessionToken: "the-token",
            expiration: soon.getTime()
          }
        })
      })
      const startUrl = "https://example.awsapps.com/start"
      file(
        "config",
        "[profile staff]",
        `sso_start_url = ${startUrl}`,
        "sso_region = eu-central-1",
        "sso_account_id = 123456789012",
        "sso_role_name = staff"
      )
      // `aws sso login` names its file by the SHA-1 of the URL.
      const hash = createHash("sha1").update(startUrl).digest("hex")
      file(
        `.aws/sso/cache/${hash}.json`,
        JSON.stringify({ accessToken: "an-sso-token", expiresAt: soon.toISOString() })
      )
      vi.stubEnv("AWS_ENDPOINT_URL_SSO", url)
      expect(yield* get(Sources.layerSso({ profile: "staff" }))).toMatchObject({ accessKeyId: "AKIDSSO" })
      expect(requests[0]).toContain("an-sso-token")
    }))
})

describe("the default chain", () => {
  it.live("takes the first source that has any", () =>
    Effect.gen(function*() {
      file("credentials", "[default]", ...keys("AKIDPROFILE"))
      expect(yield* get(Sources.layerDefault())).toMatchObject({ accessKeyId: "AKIDPROFILE" })
      vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENV")
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "the-secret-key")
      expect(yield* get(Sources.layerDefault())).toMatchObject({ accessKeyId: "AKIDENV" })
    }))

  it.live("that has none says which it asked", () =>
    Effect.gen(function*() {
      const { url } = yield* server({})
      vi.stubEnv("AWS_EC2_METADATA_DISABLED", undefined)
      vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
      const error = yield* Effect.flip(get(Sources.layerDefault()))
      expect(error).toMatchObject({
        _tag: "CredentialsError",
        sources: ["environment", "SSO", "profile", "process", "web identity", "instance"]
      })
      expect(error.message).toContain("environment, SSO, profile, process, web identity, instance")
    }))

  it("without the AWS SDK's package is the environment, and says what to install", async () => {
    const { node } = project({
      alone: true,
      files: {
        "package.json": `{"type":"module"}`,
        "app.js": `
          import { Effect } from "effect"
          import { Credentials, layerDefault, layerProfile } from "effect-cognito/credentials"
          const get = (live) => Effect.runPromise(Effect.result(Effect.provide(Effect.flatMap(Credentials, ({ get }) => get), live)))
          const seen = [await get(layerDefault()), await get(layerProfile())]
          process.env.AWS_ACCESS_KEY_ID = "AKIDENV"
          process.env.AWS_SECRET_ACCESS_KEY = "the-secret-key"
          seen.push(await get(layerDefault()))
          console.log(JSON.stringify(seen.map((result) => result.success?.accessKeyId ?? result.failure.message)))`
      }
    })
    expect(JSON.parse(await node("app.js"))).toEqual([
      "no credentials from environment; default chain: install @aws-sdk/credential-providers to use it",
      "profile: install @aws-sdk/credential-providers to use it",
      "AKIDENV"
    ])
  })
})

describe("a profile that leads to none", () => {
  const of = (profile: string): ReadonlyArray<readonly [string, Layer.Layer<Credentials>]> => [
    ["the chain", Sources.layerDefault({ profile })],
    ["profile", Sources.layerProfile({ profile })],
    ["SSO", Sources.layerSso({ profile })],
    ["process", Sources.layerProcess({ profile })]
  ]

  it.live.each(of("elsewhere"))("is told by its name where it is missing: %s", ([, live]) =>
    Effect.gen(function*() {
      file("config", "[default]", "region = eu-central-1")
      const { message } = yield* Effect.flip(get(live))
      expect(message).toContain(`there is no profile "elsewhere"`)
    }))

  it.live.each(of("staff").slice(0, 3))(
    "says to sign in where its session has expired: %s",
    ([, live]) =>
      Effect.gen(function*() {
        file(
          "config",
          "[profile staff]",
          "sso_start_url = https://x.awsapps.com/start",
          "sso_region = eu-central-1",
          "sso_account_id = 123456789012",
          "sso_role_name = staff"
        )
        const { message } = yield* Effect.flip(get(live))
        expect(message).toContain(`run aws sso login --profile "staff"`)
      })
  )
})

describe("a source that has none", () => {
  const sources: ReadonlyArray<readonly [source: string, live: () => Layer.Layer<Credentials>]> = [
    ["environment", () => Sources.layerEnvironment()],
    ["profile", () => Sources.layerProfile()],
    ["process", () => Sources.layerProcess()],
    ["SSO", () => Sources.layerSso()],
    ["web identity", () => Sources.layerWebIdentity()],
    ["container", () => Sources.layerContainer()],
    ["instance", () => Sources.layerInstance()],
    ["provider", () => Sources.layerProvider(() => Promise.reject(new Error("of the-secret-key")))],
    [
      "vault",
      () => Sources.layerProvider(async () => ({ accessKeyId: "", secretAccessKey: "the-secret-key" }), "vault")
    ]
  ]

  it.live.each(sources)(
    "%s is a typed error with its name, without a word of what was read",
    ([source, live]) =>
      Effect.gen(function*() {
        const warned = vi.spyOn(console, "warn")
        file("credentials", "[default]", "aws_access_key_id = AKIDHALF", "the-secret-key")
        file("config", "[default]", "credential_process = echo the-secret-key; exit 1")
        const error: CredentialsError = yield* Effect.flip(get(live()))
        expect(error).toMatchObject({ _tag: "CredentialsError", sources: [source] })
        expect(error.message).toContain(`no credentials from ${source}`)
        expect(`${error.stack} ${JSON.stringify(error)}`).not.toMatch(/the-secret-key|AKIDHALF/)
        expect(warned).not.toHaveBeenCalled()
      })
  )
})
