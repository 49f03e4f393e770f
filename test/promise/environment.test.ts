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
import * as Redacted from "effect/Redacted"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, describe, expect, it, vi } from "vitest"
import { Transport } from "../../src/client/Transport.ts"
import { TransportError } from "../../src/errors/ClientError.ts"
import * as Cognito from "../../src/index.ts"
import { type AwsOptions, layerAws } from "../../src/node/index.ts"
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
  readonly [name: string]: string | undefined
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

const defined = (environment: Environment): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => value === undefined ? [] : [[name, value]]))

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
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: defined(values) }))),
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

describe("the shared config file", () => {
  const directory = mkdtempSync(join(tmpdir(), "aws-"))
  afterAll(() => rmSync(directory, { recursive: true }))
  const file = join(directory, "config")
  const credentialsFile = join(directory, "credentials")

  const write = (config: string, credentials = "") => {
    writeFileSync(file, config)
    writeFileSync(credentialsFile, credentials)
    return { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: credentialsFile }
  }

  const config = `
[default]
region = eu-west-1
[profile local]
region = eu-central-1
endpoint_url = http://127.0.0.1:1/
services = mine
[profile fips]
region = us-gov-west-1
use_fips_endpoint = true
max_attempts = 1
retry_mode = adaptive
[profile ignoring]
region = eu-central-1
endpoint_url = http://127.0.0.1:1/
ignore_configured_endpoint_urls = true
[profile dual]
region = eu-central-1
use_dualstack_endpoint = true
[services mine]
cognito_identity_provider =
  endpoint_url = http://127.0.0.1:9229/
s3 =
  endpoint_url = http://127.0.0.1:3/
`
  const own = "http://127.0.0.1:9229/"

  const cases: ReadonlyArray<readonly [environment: Environment, url: string, requests?: number]> = [
    [{}, "https://cognito-idp.eu-west-1.amazonaws.com/"],
    [{ AWS_REGION: "us-east-2" }, "https://cognito-idp.us-east-2.amazonaws.com/"],
    [{ AWS_PROFILE: "local" }, own],
    [{ AWS_PROFILE: "local", AWS_ENDPOINT_URL: "http://127.0.0.1:2/" }, "http://127.0.0.1:2/"],
    [
      { AWS_PROFILE: "local", AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://127.0.0.1:4/" },
      "http://127.0.0.1:4/"
    ],
    [
      { AWS_PROFILE: "local", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
      "https://cognito-idp.eu-central-1.amazonaws.com/"
    ],
    [{ AWS_PROFILE: "ignoring" }, "https://cognito-idp.eu-central-1.amazonaws.com/"],
    [{ AWS_PROFILE: "fips" }, "https://cognito-idp-fips.us-gov-west-1.amazonaws.com/", 1],
    [{ AWS_PROFILE: "fips", AWS_MAX_ATTEMPTS: "2" }, "https://cognito-idp-fips.us-gov-west-1.amazonaws.com/", 2],
    [{ AWS_PROFILE: "dual" }, "https://cognito-idp.eu-central-1.amazonaws.com/"]
  ]

  it.each(cases.map(labelled))("$label, by us and by the official client", async ({ environment, requests, url }) => {
    const files: Environment = { AWS_REGION: undefined, ...write(config), ...environment }
    const ours = await sent(files)
    stub(files)
    const layer = await sentByAws()
    const official = await sentByOfficial(files)
    // Which of two addresses a region has for both protocols is the endpoint rules' to say.
    const expected = environment.AWS_PROFILE === "dual" ? official[0] : url
    for (const urls of [ours.urls, layer, official]) {
      expect(new Set(urls)).toEqual(new Set([expected]))
      if (requests !== undefined) expect(urls).toHaveLength(requests)
    }
  })

  /** The same of an Effect program that is set up as AWS's tools are. */
  const sentByAws = async (options: AwsOptions = {}) => {
    const urls: Array<string> = []
    const live = Layer.effect(
      Cognito.Cognito,
      Effect.map(Cognito.Cognito, (client) => {
        urls.push(client.endpoint)
        return client
      })
    )
    const { attempts } = await Cognito.getUser({ AccessToken: Redacted.make("a.b.c") }).pipe(
      Effect.provide(Layer.provideMerge(live, layerAws({ transport: {}, ...options }))),
      Effect.match({
        onFailure: (error) => ({ attempts: "attempts" in error ? error.attempts ?? 1 : 1 }),
        onSuccess: () => ({ attempts: 1 })
      }),
      Effect.runPromise
    )
    return Array.from({ length: attempts }, () => urls[0] ?? "")
  }

  it("signs with the keys of the profile that is named", async () => {
    stub({
      AWS_REGION: "",
      ...write(
        "[profile test]\nregion = eu-central-1",
        "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = d\n[test]\naws_access_key_id = AKIDTEST\naws_secret_access_key = t"
      )
    })
    const signed: Array<string | undefined> = []
    const transport = Layer.succeed(Transport, {
      send: ({ headers }) => {
        signed.push(headers.authorization)
        return Effect.fail(new TransportError({ message: "no network" }))
      }
    })
    await using client = new CognitoIdentityProvider({ transport, profile: "test", maxAttempts: 1 })
    await client.listUserPools({ MaxResults: 1 }).catch(() => {})
    expect(signed).toEqual([expect.stringMatching(/Credential=AKIDTEST\/\d{8}\/eu-central-1\//)])
  })

  it("that is not there, or holds something else, is none", async () => {
    for (const text of ["", "not a file of AWS's", "[profile other]"]) {
      const files = write(text)
      expect(new Set((await sent({ AWS_REGION: "us-east-1", ...files })).urls)).toEqual(new Set([usual]))
    }
  })

  it("without a region anywhere it is said where one goes", async () => {
    const { error } = await sent({ AWS_REGION: undefined, ...write("") })
    expect(Object(error).message).toContain("region")
  })
})
