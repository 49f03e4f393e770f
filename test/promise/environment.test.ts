/**
 * The environment that AWS's tools share, read as the SDKs and Tools Reference has it: each setting by itself, in capitals or
 * not. Where the official client can read it too, both send to the same place.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
import { CognitoIdentityProvider as Official } from "@aws-sdk/client-cognito-identity-provider"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { afterEach, describe, expect, it, vi } from "vitest"
import { Transport } from "../../src/client/Transport.ts"
import { TransportError } from "../../src/errors/ClientError.ts"
import * as Cognito from "../../src/index.ts"
import { CognitoIdentityProvider, type CognitoIdentityProviderClientConfig } from "../../src/promise/index.ts"

const names = [
  "AWS_REGION",
  "AWS_ENDPOINT_URL",
  "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
  "AWS_MAX_ATTEMPTS",
  "AWS_RETRY_MODE",
  "AWS_PROFILE"
]

interface Environment {
  readonly [name: string]: string
}

const stub = (environment: Environment) => {
  const values = {
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: "/none",
    AWS_SHARED_CREDENTIALS_FILE: "/none",
    ...environment
  }
  for (const name of names) vi.stubEnv(name, undefined)
  for (const [name, value] of Object.entries(values)) vi.stubEnv(name, value)
}

afterEach(() => vi.unstubAllEnvs())

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }

/** Where requests went, which all fail. */
const recording = () => {
  const urls: Array<string> = []
  const transport = Layer.succeed(Transport, {
    send: ({ url }) => {
      urls.push(url)
      return Effect.fail(new TransportError({ message: "no network" }))
    }
  })
  return { urls, transport }
}

const sent = async (environment: Environment, options: CognitoIdentityProviderClientConfig = {}) => {
  stub(environment)
  const { transport, urls } = recording()
  await using client = new CognitoIdentityProvider({ credentials, transport, ...options })
  const error = await client.listUserPools({ MaxResults: 1 }).catch((error: unknown) => error)
  return { urls, error }
}

/** The same of an Effect program, whose environment is its `ConfigProvider`. */
const sentByLayer = (environment: Environment) => {
  const { transport, urls } = recording()
  const values = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "A", AWS_SECRET_ACCESS_KEY: "s", ...environment }
  return Cognito.listUserPools({ MaxResults: 1 }).pipe(
    Effect.provide(Layer.provide(Cognito.layerConfig, transport)),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: values }))),
    Effect.flip,
    Effect.map((error) => ({ urls, error: error as unknown })),
    Effect.runPromise
  )
}

const sentByOfficial = async (environment: Environment) => {
  stub(environment)
  const urls: Array<string> = []
  const client = new Official({
    credentials,
    requestHandler: {
      handle: ({ hostname, path, port, protocol }: Record<string, unknown>) => {
        urls.push(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`)
        return Promise.reject(Object.assign(new Error("no network"), { name: "NetworkingError", code: "ECONNRESET" }))
      }
    }
  })
  await client.listUserPools({ MaxResults: 1 }).catch(() => {})
  return urls
}

const local = "http://127.0.0.1:9229/"
const fips = "https://cognito-idp-fips.us-east-1.amazonaws.com/"
const usual = "https://cognito-idp.us-east-1.amazonaws.com/"

type Case = readonly [environment: Environment, url: string, requests?: number]

const labelled = ([environment, url, requests]: Case) => ({
  label: Object.entries(environment).map(([name, value]) => `${name}=${value}`).join(" "),
  environment,
  url,
  requests
})

describe("what can be read is read, in whatever case", () => {
  const cases: ReadonlyArray<Case> = [
    [{}, usual],
    [{ AWS_ENDPOINT_URL: local }, local],
    [{ AWS_ENDPOINT_URL: local, AWS_USE_FIPS_ENDPOINT: "false" }, local],
    [
      { AWS_ENDPOINT_URL: local, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:1/" },
      "http://127.0.0.1:1/"
    ],
    [{ AWS_ENDPOINT_URL: local, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" }, usual],
    [{ AWS_ENDPOINT_URL: "" }, usual],
    [{ AWS_USE_FIPS_ENDPOINT: "true" }, fips],
    [{ AWS_USE_FIPS_ENDPOINT: "" }, usual],
    [{ AWS_RETRY_MODE: "standard", AWS_MAX_ATTEMPTS: "1" }, usual, 1],
    [{ AWS_RETRY_MODE: "adaptive", AWS_MAX_ATTEMPTS: "2" }, usual, 2]
  ]

  it.each(cases.map(labelled))("$label, by us and by the official client", async ({ environment, requests, url }) => {
    const [ours, layer, official] = [
      await sent(environment),
      await sentByLayer(environment),
      await sentByOfficial(environment)
    ]
    expect(new Set(ours.urls)).toEqual(new Set([url]))
    expect(new Set(layer.urls)).toEqual(new Set([url]))
    expect(new Set(official)).toEqual(new Set([url]))
    if (requests !== undefined) {
      expect([ours.urls.length, layer.urls.length, official.length]).toEqual([requests, requests, requests])
    }
  })

  // The official client refuses capitals, which the reference allows.
  const ourOwn: typeof cases = [
    [{ AWS_ENDPOINT_URL: local, AWS_USE_FIPS_ENDPOINT: "False" }, local],
    [{ AWS_USE_FIPS_ENDPOINT: "TRUE", AWS_USE_DUALSTACK_ENDPOINT: "False" }, fips],
    [{ AWS_RETRY_MODE: "legacy", AWS_MAX_ATTEMPTS: "1" }, usual, 1],
    [{ AWS_RETRY_MODE: "Adaptive", AWS_MAX_ATTEMPTS: "1" }, usual, 1]
  ]

  it.each(ourOwn.map(labelled))("$label", async ({ environment, requests, url }) => {
    const both = [await sent(environment), await sentByLayer(environment)]
    for (const { urls } of both) {
      expect(new Set(urls)).toEqual(new Set([url]))
      if (requests !== undefined) expect(urls).toHaveLength(requests)
    }
  })
})

describe("what cannot be read is told by its name and form, and nothing is sent", () => {
  const cases: ReadonlyArray<readonly [name: string, value: string, form: string]> = [
    ["AWS_USE_FIPS_ENDPOINT", "1", "true"],
    ["AWS_USE_FIPS_ENDPOINT", "yes", "true"],
    ["AWS_USE_DUALSTACK_ENDPOINT", "on", "true"],
    ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "1", "true"],
    ["AWS_MAX_ATTEMPTS", "many", "number"],
    ["AWS_MAX_ATTEMPTS", "0", "greater"],
    ["AWS_MAX_ATTEMPTS", "1.5", "integer"],
    ["AWS_RETRY_MODE", "fast", "adaptive"]
  ]

  it.each(cases)("%s=%s", async (name, value, form) => {
    // Neighbours that can be read do not hide it, nor does it hide them.
    const environment = { AWS_ENDPOINT_URL: local, [name]: value }
    for (const { error, urls } of [await sent(environment), await sentByLayer(environment)]) {
      expect(urls).toEqual([])
      expect(error).toMatchObject({ name: "ConfigError" })
      expect(Object(error).message).toContain(name)
      expect(Object(error).message.toLowerCase()).toContain(form)
    }
    expect((await sent(environment)).error).toBeInstanceOf(Error)
  })

  it("but not where an option says it", async () => {
    const environment = {
      AWS_USE_FIPS_ENDPOINT: "1",
      AWS_USE_DUALSTACK_ENDPOINT: "1",
      AWS_MAX_ATTEMPTS: "many",
      AWS_RETRY_MODE: "fast"
    }
    const options = { useFipsEndpoint: true, useDualstackEndpoint: false, maxAttempts: 1, retryMode: "standard" }
    expect((await sent(environment, options)).urls).toEqual([fips])
  })
})

it("an endpoint that is an empty text is none", async () => {
  expect(new Set((await sent({ AWS_ENDPOINT_URL: local }, { endpoint: "" })).urls)).toEqual(new Set([local]))
})
