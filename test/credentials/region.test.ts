/**
 * The client's region is where a source of credentials asks AWS's services, unless it is told otherwise: as in the official
 * client, which makes the same request beside.
 */
import { CognitoIdentityProvider as Official } from "@aws-sdk/client-cognito-identity-provider"
import { fromCognitoIdentityPool, fromNodeProviderChain } from "@aws-sdk/credential-providers"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { layerDefault, layerProfile, layerProvider } from "../../src/credentials/index.ts"
import { listUserPools } from "../../src/index.ts"
import { layer, layerAws } from "../../src/node/index.ts"
import { CognitoIdentityProvider } from "../../src/promise/index.ts"

const soon = new Date(Date.now() + 3_600_000).toISOString()

const assumed = `<AssumeRoleResponse><AssumeRoleResult><Credentials>
  <AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
  <Expiration>${soon}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`

const identity = JSON.stringify({
  IdentityId: "eu-central-1:b",
  Credentials: { AccessKeyId: "AKIDPOOL", SecretKey: "s", SessionToken: "t", Expiration: Date.now() / 1000 + 3600 }
})

/** STS, the identity pools and the service itself, in one: which regions they were asked in, by the signature's scope. */
const regions: Array<string> = []
const server = createServer((request, response) => {
  const [, , region = "", service = ""] = (request.headers.authorization ?? "").split("/")
  if (service === "sts") regions.push(region)
  response.end(service === "sts" ? assumed : request.headers["x-amz-target"]?.includes("Identity") ? identity : "{}")
})

let home = ""
let url = ""

beforeEach(async () => {
  regions.length = 0
  home = mkdtempSync(join(tmpdir(), "effect-cognito-region-"))
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined)
  vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"))
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"))
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true")
  vi.stubEnv("AWS_ENDPOINT_URL_STS", url)
  vi.stubEnv("AWS_PROFILE", "role")
})

afterEach(async () => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const config = (region?: string) =>
  writeFileSync(
    join(home, "config"),
    [
      "[profile keys]",
      "aws_access_key_id = AKIDKEYS",
      "aws_secret_access_key = s",
      "[profile role]",
      "role_arn = arn:aws:iam::123456789012:role/staff",
      "source_profile = keys",
      ...(region === undefined ? [] : [`region = ${region}`])
    ].join("\n")
  )

const one = { MaxResults: 1 }

/** The ways of a program to the service, each in a region, with credentials from wherever AWS's tools have them. */
const ways: { readonly [way: string]: (region: string) => Promise<unknown> } = {
  "the official client": async (region) => {
    const client = new Official({ region, endpoint: url, credentials: fromNodeProviderChain({ ignoreCache: true }) })
    await client.listUserPools(one)
    client.destroy()
  },
  "the promise client": async (region) => {
    await using client = new CognitoIdentityProvider({ region, endpoint: url })
    await client.listUserPools(one)
  },
  "layerAws": (region) =>
    Effect.runPromise(Effect.provide(listUserPools(one), layerAws({ region, endpoint: url, profile: "role" }))),
  "a layer and the default chain": (region) =>
    Effect.runPromise(
      Effect.provide(listUserPools(one), Layer.provide(layer({ region, endpoint: url }), layerDefault()))
    ),
  "a layer and a profile": (region) =>
    Effect.runPromise(
      Effect.provide(
        listUserPools(one),
        Layer.provide(layer({ region, endpoint: url }), layerProfile({ profile: "role" }))
      )
    )
}

describe.each(Object.entries(ways))("a role's profile, by %s", (_, call) => {
  it.each(["us-west-2", "eu-central-1", "cn-north-1", "us-gov-west-1"])(
    "without a region asks in %s",
    async (region) => {
      config()
      await call(region)
      expect(regions).toEqual([region])
    }
  )

  it("with a region of its own asks there", async () => {
    config("ap-south-1")
    await call("eu-central-1")
    expect(regions).toEqual(["ap-south-1"])
  })
})

describe("a provider that takes the caller's configuration", () => {
  const provider = () => {
    const asked: Array<string | undefined> = []
    return {
      asked,
      provide: async (properties?: { callerClientConfig?: { region: () => Promise<string> } }) => {
        asked.push(await properties?.callerClientConfig?.region())
        return { accessKeyId: "AKIDOWN", secretAccessKey: "s" }
      }
    }
  }

  it("gets the region in both APIs", async () => {
    const { asked, provide } = provider()
    await using client = new CognitoIdentityProvider({ region: "cn-north-1", endpoint: url, credentials: provide })
    await client.listUserPools(one)
    const live = Layer.provide(layer({ region: "us-gov-west-1", endpoint: url }), layerProvider(provide))
    await Effect.runPromise(Effect.provide(listUserPools(one), live))
    expect(asked).toEqual(["cn-north-1", "us-gov-west-1"])
  })

  it("gets the plain region of an earlier name", async () => {
    const { asked, provide } = provider()
    const live = Layer.provide(layer({ region: "us-west-2-fips" }), layerProvider(provide))
    const sign = Effect.exit(Effect.timeout(Effect.provide(listUserPools(one), live), 100))
    await Effect.runPromise(sign)
    expect(asked).toEqual(["us-west-2"])
  })

  it("may be one of AWS's identity pools", async () => {
    const credentials = fromCognitoIdentityPool({
      identityPoolId: "eu-central-1:a",
      clientConfig: { endpoint: url }
    })
    await using client = new CognitoIdentityProvider({ region: "eu-central-1", endpoint: url, credentials })
    expect(await client.listUserPools(one)).toHaveProperty("$metadata.httpStatusCode", 200)
  })
})
