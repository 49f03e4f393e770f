/**
 * What requests say of the program: over each transport, against a server, and not in browsers.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { readFileSync } from "node:fs"
import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest"
import {
  layerConfig,
  layerFetch,
  layerHttpClient,
  listUserPools,
  type Transport,
  userAgent,
  type UserAgentOptions
} from "../../src/index.ts"
import { layerNode } from "../../src/node/index.ts"

const seen: Array<IncomingHttpHeaders> = []
const server = createServer(({ headers }, response) => {
  seen.push(headers)
  response.end("{}")
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve())))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => {
  seen.length = 0
  vi.unstubAllGlobals()
})

const { version }: { readonly version: string } = JSON.parse(readFileSync("package.json", "utf8"))
const usual = `effect-cognito/${version} node/${process.versions.node}`

const transports: { readonly [name: string]: Layer.Layer<Transport> } = {
  fetch: layerFetch,
  HttpClient: Layer.provide(layerHttpClient, FetchHttpClient.layer),
  Node: layerNode()
}

const call = (transport: Layer.Layer<Transport>, environment = {}) =>
  listUserPools({ MaxResults: 1 }).pipe(
    Effect.provide(Layer.provide(layerConfig, transport)),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({
      env: {
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "secret",
        ...environment
      }
    })))
  )

describe.each(Object.entries(transports))("over %s", (_, transport) => {
  it("a request has the product, its version and the runtime", async () => {
    await Effect.runPromise(call(transport))
    expect(seen.map((headers) => headers["user-agent"])).toEqual([usual])
  })

  it("and the application's id of the environment, which is not signed", async () => {
    await Effect.runPromise(call(transport, { AWS_SDK_UA_APP_ID: "billing" }))
    expect(seen[0]?.["user-agent"]).toBe(`${usual} app/billing`)
    expect(seen[0]?.authorization).not.toContain("user-agent")
  })
})

describe("the text", () => {
  const cases: ReadonlyArray<readonly [UserAgentOptions, string]> = [
    [{}, usual],
    [{ appId: "my app/1 (é)" }, `${usual} app/my-app-1---- `.trim()],
    [{ appId: "" }, usual],
    [{ products: [["billing", "1.2.0"], ["x"]], appId: "a" }, `${usual} billing/1.2.0 x app/a`],
    [{ products: [["a\r\nb", "1;2"]] }, `${usual} a--b/1-2`]
  ]
  it.each(cases)("of %j", (options, text) => {
    expect(userAgent(options)).toBe(text)
    expect(text).toMatch(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/)
  })

  it.each([
    ["a browser", { userAgent: "Mozilla/5.0 (X11; Linux x86_64)" }, undefined],
    ["Cloudflare's workers", { userAgent: "Cloudflare-Workers" }, `effect-cognito/${version} Cloudflare-Workers`],
    ["a runtime that has none", undefined, `effect-cognito/${version} js`]
  ])("in %s", (_, navigator, text) => {
    vi.stubGlobal("process", { versions: {} })
    vi.stubGlobal("navigator", navigator)
    expect(userAgent()).toBe(text)
  })
})
