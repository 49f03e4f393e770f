/** What a call without an answer rejects with has the name and the code that it has in the official client. */
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { type Sdk, sides } from "./sides.ts"

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined)
  vi.stubEnv("AWS_CONFIG_FILE", "/none")
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/none")
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true")
})

afterEach(() => vi.unstubAllEnvs())

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }

const failure = async (
  sdk: Sdk,
  config: object
): Promise<{ readonly name: unknown; readonly code: unknown; readonly attempts: unknown }> => {
  const client = new sdk.CognitoIdentityProvider(config)
  const error: unknown = await client.adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" })
    .catch((error: unknown) => error)
  client.destroy()
  const { $metadata, code, name } = Object(error)
  return { name, code, attempts: $metadata?.attempts }
}

const servers: { readonly [what: string]: () => Server } = {
  "closes the connection": () => createServer((request) => request.socket.destroy()),
  "does not answer": () => createServer(() => {})
}

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe("names and codes are the official client's", () => {
  const configs: ReadonlyArray<readonly [string, object]> = [
    ["without a region", { credentials }],
    ["without credentials", { region: "eu-central-1" }],
    ["with a profile that is not there", { region: "eu-central-1", profile: "nowhere" }],
    ["of a port where nobody listens", {
      region: "eu-central-1",
      credentials,
      endpoint: "http://127.0.0.1:1",
      maxAttempts: 1
    }],
    ["of a host that is not there", {
      region: "eu-central-1",
      credentials,
      endpoint: "https://nowhere.invalid",
      maxAttempts: 1
    }]
  ]
  it.each(configs)("%s", async (_, config) => {
    const [theirs, ours] = [await failure(sides[0].sdk, config), await failure(sides[1].sdk, config)]
    expect(ours.name).toBe(theirs.name)
    expect(ours.code).toBe(theirs.code)
  })

  it.each(Object.entries(servers))("of a service that %s", async (_, make) => {
    const server = make()
    const endpoint = await listening(server)
    const config = {
      region: "eu-central-1",
      credentials,
      endpoint,
      maxAttempts: 2,
      requestHandler: { requestTimeout: 300, throwOnRequestTimeout: true }
    }
    const [theirs, ours] = [await failure(sides[0].sdk, config), await failure(sides[1].sdk, config)]
    server.closeAllConnections()
    server.close()
    expect(ours).toEqual(theirs)
    expect(ours).toMatchObject({ name: "TimeoutError", attempts: 2 })
  })
})
