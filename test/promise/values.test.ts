/** What programs outside TypeScript give for tokens, times and limits: read, or refused by name. */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as operations from "../../src/operations/index.ts"
import { makeUp, write } from "../../src/protocol/Codec.ts"
import { plain } from "../../src/protocol/Conversion.ts"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { afterEach, describe, expect, it, vi } from "vitest"
import { Transport } from "../../src/client/Transport.ts"
import * as Cognito from "../../src/index.ts"
import { layerSigner as layerNodeSigner } from "../../src/node/index.ts"
import { CognitoIdentityProvider, type CognitoIdentityProviderClientConfig } from "../../src/promise/index.ts"
import type { TransportRequest } from "../../src/protocol/Message.ts"

const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-key" }

afterEach(() => vi.unstubAllEnvs())

const capture = () => {
  const requests: Array<TransportRequest> = []
  const transport = Layer.succeed(Transport, {
    send: (request) => {
      requests.push(request)
      return Effect.succeed({ status: 200, headers: {}, body: new TextEncoder().encode("{}") })
    }
  })
  return { requests, transport }
}

const called = async (options: CognitoIdentityProviderClientConfig) => {
  const { requests, transport } = capture()
  await using client = new CognitoIdentityProvider({ region: "eu-central-1", credentials: keys, transport, ...options })
  const error = await client.listUserPools({ MaxResults: 1 }).then(() => undefined, (error: unknown) => error)
  return { requests, error }
}

/** As who does not check types may call it. */
const untyped = (value: unknown) => value as never

describe("a session token", () => {
  it.each(["", null, undefined])("that is none is not sent: %o", async (sessionToken) => {
    const { error, requests } = await called({ credentials: { ...keys, sessionToken: untyped(sessionToken) } })
    expect(error).toBeUndefined()
    expect(requests[0]?.headers).not.toHaveProperty("x-amz-security-token")
    expect(requests[0]?.headers.authorization).not.toContain("x-amz-security-token")
  })

  it.each([["aws4fetch", Cognito.layerSigner], ["Node", layerNodeSigner]] as const)(
    "so of Effect programs, signed by %s",
    async (_, layerSigner) => {
      for (const token of [Redacted.make(""), Redacted.make(untyped(null)), untyped(null)]) {
        const { requests, transport } = capture()
        const credentials = { ...keys, secretAccessKey: Redacted.make(keys.secretAccessKey), sessionToken: token }
        await Cognito.listUserPools({ MaxResults: 1 }).pipe(
          Effect.provide(layerSigner({ region: "eu-central-1", credentials })),
          Effect.provide(Layer.provide(Cognito.layerPublic({ region: "eu-central-1" }), transport)),
          Effect.runPromise
        )
        expect(requests[0]?.headers).not.toHaveProperty("x-amz-security-token")
      }
    }
  )
})

describe("keys that are no texts", () => {
  const secret = Redacted.make("the-secret-key")
  const wrong: ReadonlyArray<readonly [string, object]> = [
    ["an undefined secret", { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make(untyped(undefined)) }],
    ["a secret that is null", { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make(untyped(null)) }],
    ["a number for a secret", { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make(untyped(5)) }],
    ["a secret that is not wrapped", { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-key" }],
    ["no secret", { accessKeyId: "AKIDEXAMPLE" }],
    ["no id", { secretAccessKey: secret }],
    ["a number for an id", { accessKeyId: 5, secretAccessKey: secret }]
  ]
  it.each(wrong)("are refused, and nothing is signed with them: %s", async (_, credentials) => {
    for (const signer of [Cognito.layerSigner, layerNodeSigner]) {
      const { requests, transport } = capture()
      const live = Layer.merge(
        Layer.provide(Cognito.layerPublic({ region: "eu-central-1" }), transport),
        signer({ region: "eu-central-1", credentials: credentials as Cognito.AwsCredentials })
      )
      const error = await Effect.runPromise(Effect.flip(Effect.provide(Cognito.listUserPools({ MaxResults: 1 }), live)))
      expect(error).toMatchObject({ reason: { _tag: "CredentialsError" } })
      expect(requests).toEqual([])
    }
  })
})

describe("the expiration of credentials", () => {
  const soon = Date.now() + 3_600_000

  it.each([new Date(soon), new Date(soon).toISOString(), soon, "", null, undefined])(
    "is read: %o",
    async (expiration) => {
      const load = vi.fn(async () => ({ ...keys, expiration: untyped(expiration) }))
      expect((await called({ credentials: load })).error).toBeUndefined()
    }
  )

  it.each(["soon", new Date(NaN), {}, true, Infinity])("that is none is told by its name: %o", async (expiration) => {
    for (
      const credentials of [
        { ...keys, expiration: untyped(expiration) },
        async () => ({ ...keys, expiration: untyped(expiration) })
      ]
    ) {
      const { error, requests } = await called({ credentials })
      expect(error).toMatchObject({ name: "CredentialsProviderError", message: expect.stringContaining("expiration") })
      expect(requests).toEqual([])
    }
  })
})

describe("limits of time", () => {
  it("of 0 are none", async () => {
    expect((await called({ requestHandler: { requestTimeout: 0, connectionTimeout: 0 } })).error).toBeUndefined()
    const { transport } = capture()
    await using client = new CognitoIdentityProvider({ region: "eu-central-1", credentials: keys, transport })
    await client.listUserPools({ MaxResults: 1 }, { requestTimeout: 0 })
  })

  it.each(["requestTimeout", "connectionTimeout"])("that are no numbers are refused by name: %s", async (name) => {
    for (const value of ["1000", -1, NaN, Infinity, {}]) {
      const { error, requests } = await called({ requestHandler: { [name]: untyped(value) } })
      expect(error).toMatchObject({ name: "EncodeError", message: expect.stringContaining(name) })
      expect(requests).toEqual([])
    }
  })
})

describe("a plain http endpoint on another host", () => {
  const endpoint = "http://cognito:9229"

  it("is refused, and the message says how to allow it", async () => {
    const { error, requests } = await called({ endpoint })
    expect(Object(error).message).toContain("allowInsecureEndpoint")
    expect(Object(error).message).toContain("EFFECT_COGNITO_ALLOW_INSECURE_ENDPOINT=true")
    expect(requests).toEqual([])
  })

  it("is allowed by the environment, which an option overrules", async () => {
    vi.stubEnv("EFFECT_COGNITO_ALLOW_INSECURE_ENDPOINT", "true")
    expect((await called({ endpoint })).requests[0]?.url).toBe(`${endpoint}/`)
    expect((await called({ endpoint, allowInsecureEndpoint: false })).requests).toEqual([])
  })
})

describe("what is wrong with an input is told in plain types", () => {
  const byName: { readonly [name: string]: { readonly spec: { readonly name: string; readonly input: Schema.Top } } } =
    operations
  const withSecrets = Object.values(byName).flatMap(({ spec }) => {
    let secrets = 0
    const input = makeUp(spec.input.ast, {
      has: () => true,
      leaf: (leaf) => {
        if (leaf.kind !== "secret") return leaf.first ?? leaf.zero(plain)
        secrets++
        return 5
      }
    })
    return secrets === 0 ? [] : [[spec.name, spec.input, input] as const]
  })

  it("there are operations with secrets", () => expect(withSecrets.length).toBeGreaterThan(30))

  it.each(withSecrets)("of %s", (_, schema, input) => {
    const written = write(schema, input, plain)
    expect(Result.isFailure(written) ? written.failure.problem : "taken").toBe("Expected string")
  })
})
