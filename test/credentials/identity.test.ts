/** AWS credentials in their plain form, as providers give them, through both of the library's entrances for them. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { describe, expect, it } from "vitest"
import { type AwsCredentialIdentity, Credentials, layerProvider } from "../../src/credentials/index.ts"
import { Transport, type TransportRequest } from "../../src/index.ts"
import { CognitoIdentityProvider } from "../../src/promise/index.ts"

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "canary" }

/** What providers outside TypeScript give. */
const identity = (given: unknown) => given as AwsCredentialIdentity

const incomplete: ReadonlyArray<readonly [name: string, given: unknown]> = [
  ["nothing", undefined],
  ["null", null],
  ["no keys", {}],
  ["no id", { secretAccessKey: "canary" }],
  ["an empty id", { ...keys, accessKeyId: "" }],
  ["no secret", { accessKeyId: "AKIDEXAMPLE" }],
  ["an empty secret", { ...keys, secretAccessKey: "" }]
]

const whole: ReadonlyArray<readonly [name: string, given: object, token: string | undefined]> = [
  ["keys alone", keys, undefined],
  ["an empty token", { ...keys, sessionToken: "" }, undefined],
  ["a token", { ...keys, sessionToken: "t" }, "t"],
  ["null for what is absent", { ...keys, sessionToken: null, expiration: null }, undefined],
  ["a time as a Date", { ...keys, expiration: new Date("2100-01-01") }, undefined],
  ["a time as text", { ...keys, expiration: "2100-01-01T00:00:00Z" }, undefined],
  ["a time in milliseconds", { ...keys, expiration: Date.UTC(2100) }, undefined]
]

describe("by layerProvider", () => {
  const load = (given: unknown) =>
    Effect.runPromise(Effect.result(
      Effect.provide(Effect.flatMap(Credentials, ({ get }) => get), layerProvider(async () => identity(given)))
    ))

  it.each(incomplete)("%s is refused", async (_, given) => {
    const result = await load(given)
    expect(result).toMatchObject({ failure: { _tag: "CredentialsError" } })
    expect(JSON.stringify(result)).not.toContain("canary")
  })

  it.each(whole)("%s is taken", async (_, given, token) => {
    const result = await load(given)
    expect(result).toMatchObject({ success: { accessKeyId: "AKIDEXAMPLE" } })
    const { expiration, secretAccessKey, sessionToken } = Object(result).success
    expect(Redacted.value(secretAccessKey)).toBe("canary")
    expect(sessionToken && Redacted.value(sessionToken)).toBe(token)
    expect(expiration?.getTime()).toBe("expiration" in given && given.expiration !== null ? Date.UTC(2100) : undefined)
  })
})

describe.each([
  ["fixed credentials", (given: unknown) => identity(given)],
  ["a provider", (given: unknown) => async () => identity(given)]
])("by the promise client, as %s", (how, credentialsOf) => {
  const call = async (given: unknown) => {
    const requests: Array<TransportRequest> = []
    const send = (request: TransportRequest) => {
      requests.push(request)
      return Effect.succeed({ status: 200, headers: {}, body: new TextEncoder().encode("{}") })
    }
    await using client = new CognitoIdentityProvider({
      region: "eu-central-1",
      credentials: credentialsOf(given),
      transport: Layer.succeed(Transport, { send })
    })
    const outcome = await client.listUserPools({ MaxResults: 1 }).catch((error: unknown) => error)
    return { outcome, requests }
  }

  // Without the option the client looks elsewhere.
  it.each(incomplete.filter(([, given]) => how === "a provider" || given !== undefined))(
    "%s is refused",
    async (_, given) => {
      const { outcome, requests } = await call(given)
      expect(outcome).toMatchObject({ name: "CredentialsProviderError" })
      expect(requests).toEqual([])
    }
  )

  it.each(whole)("%s is taken", async (_, given, token) => {
    const { requests } = await call(given)
    expect(requests.map(({ headers }) => headers["x-amz-security-token"])).toEqual([token])
    expect(requests[0]?.headers.authorization).toContain("AKIDEXAMPLE")
  })
})
