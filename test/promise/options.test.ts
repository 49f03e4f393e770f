/**
 * No option is ignored in silence: each of the AWS SDK's is taken, or refused where the client is made, by its name and with what
 * to do; and so is what is no option of either.
 */
import type { CognitoIdentityProviderClientConfig as OfficialConfig } from "@aws-sdk/client-cognito-identity-provider"
import type { FetchHttpHandlerOptions, NodeHttpHandlerOptions } from "@smithy/types"
import * as Layer from "effect/Layer"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { Agent } from "node:http"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest"
import { adminGetUser } from "../../src/index.ts"
import {
  CognitoIdentityProvider,
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
  make
} from "../../src/promise/index.ts"
import { makeAuth } from "../../src/promise/auth.ts"
import { checkOptions, refused, refusedOfHandler, supported } from "../../src/promise/Options.ts"
import { handlerOptions } from "../../src/promise/platform.node.ts"
import { ownOptions } from "../../src/sdk/ClientConfig.ts"

const makers = {
  CognitoIdentityProvider: (config: object) => new CognitoIdentityProvider(config),
  CognitoIdentityProviderClient: (config: object) => new CognitoIdentityProviderClient(config),
  make: (config: object) => make({ adminGetUser }, config),
  makeAuth: (config: object) => makeAuth({ userPoolId: "eu-central-1_a", clientId: "b", ...config })
}

describe("each option of the official client", () => {
  it("is taken or refused", () => {
    type Known = (typeof supported)[number] | (typeof ownOptions)[number] | keyof typeof refused
    expectTypeOf<Exclude<keyof OfficialConfig, Known>>().toEqualTypeOf<never>()
    type KnownOfHandler = (typeof handlerOptions)[number] | keyof typeof refusedOfHandler
    expectTypeOf<Exclude<keyof (NodeHttpHandlerOptions & FetchHttpHandlerOptions), KnownOfHandler>>()
      .toEqualTypeOf<never>()
  })

  it("and none is both", () => {
    expect([...supported, ...ownOptions].filter((name) => name in refused)).toEqual([])
    expect(handlerOptions.filter((name) => name in refusedOfHandler)).toEqual([])
  })

  it("stands in the documentation's table", () => {
    const page = readFileSync("docs/promise-options.md", "utf8")
    for (const name of [...supported, ...ownOptions, ...handlerOptions]) {
      expect(page, name).toMatch(new RegExp(`^\\| \`${name}\` \\| \\S`, "m"))
    }
    for (const [name, instead] of Object.entries({ ...refused, ...refusedOfHandler })) {
      expect(page).toContain(`| \`${name}\` | ${instead} |`)
    }
  })
})

describe.each(Object.entries(makers))("%s", (_, makeClient) => {
  it.each(Object.entries(refused))("refuses %s", (name, instead) => {
    expect(() => makeClient({ [name]: "anything" })).toThrow(TypeError)
    expect(() => makeClient({ [name]: "anything" })).toThrow(`\`${name}\`: ${instead}`)
    expect(() => makeClient({ [name]: undefined })).not.toThrow()
  })

  it.each(Object.entries(refusedOfHandler))("refuses requestHandler.%s", (name, instead) => {
    expect(() => makeClient({ requestHandler: { [name]: false } })).toThrow(`\`requestHandler.${name}\`: ${instead}`)
  })

  it("refuses what is no option", () => {
    expect(() => makeClient({ regoin: "eu-central-1" })).toThrow("`regoin`: there is no such option")
    expect(() => makeClient({ requestHandler: { timeout: 1 } })).toThrow("`requestHandler.timeout`")
    expect(() => makeClient({ requestHandler: 5 })).toThrow("`requestHandler`")
    expect(() => makeClient({ apiVersion: "2020-01-01" })).toThrow("`apiVersion`")
    expect(() => makeClient({ toString: "anything" })).toThrow("`toString`: there is no such option")
  })

  it("refuses one that another takes the place of", () => {
    const handle = () => Promise.reject(new Error("never"))
    expect(() => makeClient({ requestHandler: { handle }, transport: Layer.empty })).toThrow(/`transport`/)
    expect(() => makeClient({ layer: Layer.empty, maxAttempts: 1 })).toThrow(
      "`maxAttempts`: `layer` is a client already"
    )
  })

  it("takes all of its own", () => {
    const config: CognitoIdentityProviderClientConfig = {
      region: "eu-central-1",
      profile: "default",
      credentials: { accessKeyId: "A", secretAccessKey: "s" },
      endpoint: "http://127.0.0.1:1",
      ignoreConfiguredEndpointUrls: true,
      useFipsEndpoint: false,
      useDualstackEndpoint: false,
      maxAttempts: 1,
      retryMode: "standard",
      requestHandler: {
        connectionTimeout: 1,
        requestTimeout: 1,
        httpAgent: new Agent(),
        httpsAgent: { maxSockets: 1 },
        maxSockets: 2,
        throwOnRequestTimeout: true
      },
      systemClockOffset: 1,
      customUserAgent: "billing/1.0",
      userAgentAppId: "billing",
      allowInsecureEndpoint: true,
      apiVersion: "2016-04-18"
    }
    expect(() => makeClient(config)).not.toThrow()
  })
})

describe("options of the client of commands alone", () => {
  it("are taken by it", () => {
    const handle = () => Promise.reject(new Error("never"))
    const config: CognitoIdentityProviderClientConfig = {
      signer: { sign: async (request) => request },
      requestHandler: { handle },
      logger: console,
      extensions: []
    }
    expect(() => new CognitoIdentityProviderClient(config)).not.toThrow()
    expect(() => make({ adminGetUser }, { requestHandler: { handle } as never })).toThrow(/set `transport`/)
  })

  it("are refused by the others", () => {
    for (const name of ownOptions) expect(() => checkOptions({ [name]: {} })).toThrow(`\`${name}\``)
  })

  it("do not go with what they would take the place of", () => {
    const retryStrategy = { acquireInitialRetryToken: () => {} }
    expect(() => new CognitoIdentityProvider({ retryStrategy: retryStrategy as never, maxAttempts: 1 })).toThrow(
      /maxAttempts/
    )
    expect(() => new CognitoIdentityProvider({ retryStrategy: { retry: () => {} } as never })).toThrow(/second form/)
  })

  it("an extension that uses what is not here is told so", () => {
    const extensions = [{ configure: (configuration: object) => Reflect.get(configuration, "addChecksumAlgorithm") }]
    expect(() => new CognitoIdentityProvider({ extensions })).toThrow(/addChecksumAlgorithm/)
  })
})

it("what ignoreConfiguredEndpointUrls says holds, whatever the environment does", async () => {
  const region = "eu-central-1"
  const aws = `https://cognito-idp.${region}.amazonaws.com`
  const own = "http://127.0.0.1:9229"
  const cases: ReadonlyArray<readonly [boolean | undefined, string | undefined, string]> = [
    [true, undefined, aws],
    [true, "false", aws],
    [false, undefined, own],
    [false, "true", own],
    [undefined, "true", aws],
    [undefined, undefined, own]
  ]
  for (const [ignoreConfiguredEndpointUrls, variable, url] of cases) {
    vi.stubEnv("AWS_ENDPOINT_URL", own)
    vi.stubEnv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", variable)
    const urls: Array<string> = []
    const handle = async ({ hostname, port, protocol }: { hostname: string; port?: number; protocol: string }) => {
      urls.push(`${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`)
      return { response: { statusCode: 200, headers: {}, body: "{}" } }
    }
    const credentials = { accessKeyId: "A", secretAccessKey: "s" }
    await using client = new CognitoIdentityProvider({
      region,
      credentials,
      requestHandler: { handle },
      ignoreConfiguredEndpointUrls
    })
    await client.listUserPools({ MaxResults: 1 })
    expect(urls, `${ignoreConfiguredEndpointUrls} ${variable}`).toEqual([url])
  }
  vi.unstubAllEnvs()
})

describe("the User-Agent", () => {
  afterEach(() => vi.unstubAllEnvs())

  const sent = async (config: CognitoIdentityProviderClientConfig) => {
    const agents: Array<string | undefined> = []
    const handle = async ({ headers }: { headers: Record<string, string> }) => {
      agents.push(headers["user-agent"])
      return { response: { statusCode: 200, headers: {}, body: "{}" } }
    }
    await using client = new CognitoIdentityProvider({
      region: "eu-central-1",
      credentials: { accessKeyId: "A", secretAccessKey: "s" },
      requestHandler: { handle },
      ...config
    })
    await client.listUserPools({ MaxResults: 1 })
    return agents.map((agent) => agent?.replace(/^effect-cognito\/[\d.]+ node\/[\d.]+ ?/, ""))
  }

  it("has what the options add", async () => {
    expect(await sent({ customUserAgent: "billing/1.2 x" })).toEqual(["billing/1.2 x"])
    expect(await sent({ customUserAgent: [["billing", "1.2"], ["x"]] })).toEqual(["billing/1.2 x"])
    expect(await sent({ userAgentAppId: "shop" })).toEqual(["app/shop"])
    expect(await sent({ userAgentAppId: async () => "shop" })).toEqual(["app/shop"])
  })

  it("has what the environment adds, unless an option says another", async () => {
    vi.stubEnv("AWS_SDK_UA_APP_ID", "of-env")
    expect(await sent({})).toEqual(["app/of-env"])
    expect(await sent({ userAgentAppId: "of-option" })).toEqual(["app/of-option"])
  })

  it("has what the profile adds, behind the environment", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "effect-cognito-agent-")), "config")
    writeFileSync(file, "[profile shop]\nsdk_ua_app_id = of-file\n")
    vi.stubEnv("AWS_CONFIG_FILE", file)
    expect(await sent({ profile: "shop" })).toEqual(["app/of-file"])
    vi.stubEnv("AWS_SDK_UA_APP_ID", "of-env")
    expect(await sent({ profile: "shop" })).toEqual(["app/of-env"])
    rmSync(dirname(file), { recursive: true })
  })
})
