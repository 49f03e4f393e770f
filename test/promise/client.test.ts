/** The promise client over real sockets: aborting, time limits, retries, connections, and its options. */
import * as Effect from "effect/Effect"
import { afterEach, describe, expect, it, vi } from "vitest"
import {
  ClientException,
  CognitoIdentityProvider,
  type CognitoIdentityProviderClientConfig,
  GetUserCommand,
  TooManyRequestsException,
  UserNotFoundException
} from "../../src/promise/index.ts"
import { answer } from "../faults/faults.ts"
import { type Fault, type FaultServer, faultServer } from "../faults/faultServer.ts"
import { until } from "../faults/transports.ts"

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "the-secret-key" }
const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

const found = answer({ body: `{"Username":"anna","UserAttributes":[]}`, headers: ["x-amzn-requestid: r-1"] })
const failed = (name: string, status: string) =>
  answer({ status, body: JSON.stringify({ __type: name, message: "so it is" }), headers: ["x-amzn-requestid: r-2"] })
const fault = failed("InternalErrorException", "500 Internal Server Error")
const unknown = failed("UserNotFoundException", "400 Bad Request")
const silence: Fault = () => {}

/** Runs a program with a server of this script, and a client of it. */
const served = (
  script: ReadonlyArray<Fault>,
  program: (client: CognitoIdentityProvider, server: FaultServer) => Promise<void>,
  config: CognitoIdentityProviderClientConfig = {}
): Promise<void> =>
  Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const server = yield* faultServer(script)
    const client = new CognitoIdentityProvider({ region: "eu-central-1", credentials, endpoint: server.url, ...config })
    yield* Effect.promise(() => program(client, server).finally(() => client.destroy()))
  })))

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(() => Promise.reject(new Error("it should have been rejected")), (error) => error)

const eventually = (isSo: () => boolean): Promise<void> => Effect.runPromise(until(isSo))

afterEach(() => vi.unstubAllEnvs())

describe("an abort", () => {
  it("rejects with an AbortError and closes the socket", () =>
    served([silence], async (client, server) => {
      const controller = new AbortController()
      const call = rejection(client.adminGetUser(user, { abortSignal: controller.signal }))
      await eventually(() => server.requests.length === 1)
      controller.abort()
      expect(await call).toMatchObject({ name: "AbortError", message: "Request aborted" })
      await eventually(() => server.open() === 0)
    }))

  it("before a call sends nothing", () =>
    served([found], async (client, server) => {
      const error = await rejection(client.send(new GetUserCommand({ AccessToken: "a.b.c" }), {
        abortSignal: AbortSignal.abort(new Error("no need"))
      }))
      expect(error).toMatchObject({ name: "AbortError", cause: new Error("no need") })
      expect(server.requests).toHaveLength(0)
    }))

  it("ends the wait for a retry", () =>
    served([failed("TooManyRequestsException", "400 Bad Request")], async (client, server) => {
      const controller = new AbortController()
      const call = rejection(client.adminGetUser(user, { abortSignal: controller.signal }))
      await eventually(() => server.requests.length >= 1)
      controller.abort()
      expect(await call).toMatchObject({ name: "AbortError" })
      const sent = server.requests.length
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(server.requests).toHaveLength(sent)
    }))

  it("of one call leaves the others", () =>
    served([silence, found], async (client, server) => {
      const controller = new AbortController()
      const call = rejection(client.adminGetUser(user, { abortSignal: controller.signal }))
      await eventually(() => server.requests.length === 1)
      const other = client.adminGetUser(user)
      controller.abort()
      expect(await call).toMatchObject({ name: "AbortError" })
      expect(await other).toMatchObject({ Username: "anna" })
    }))

  it("leaves no listener on the signal", () =>
    served([found], async (client) => {
      const { signal } = new AbortController()
      const added = vi.spyOn(signal, "addEventListener")
      const removed = vi.spyOn(signal, "removeEventListener")
      await client.adminGetUser(user, { abortSignal: signal })
      expect(added).toHaveBeenCalled()
      expect(removed).toHaveBeenCalledTimes(added.mock.calls.length)
    }))
})

describe("a time limit", () => {
  const timedOut = { name: "TimeoutError", reason: { _tag: "TimeoutError", limit: "attempt" } }

  it("of a call ends it and closes the socket", () =>
    served([silence], async (client, server) => {
      const error = await rejection(client.adminGetUser(user, { requestTimeout: 50 }))
      expect(error).toBeInstanceOf(ClientException)
      expect(error).toMatchObject({ ...timedOut, $metadata: { attempts: 1, httpStatusCode: undefined } })
      await eventually(() => server.open() === 0)
    }, { maxAttempts: 1 }))

  it("of the client holds for its calls", () =>
    served([silence], async (client) => {
      expect(await rejection(client.adminGetUser(user))).toMatchObject(timedOut)
    }, { maxAttempts: 1, requestHandler: { requestTimeout: 50 } }))

  it("is one of an attempt: the next has its own", () =>
    served([silence, found], async (client) => {
      const { $metadata } = await client.adminGetUser(user, { requestTimeout: 200 })
      expect($metadata.attempts).toBe(2)
    }))
})

describe("attempts", () => {
  it("are told of an output", () =>
    served([fault, fault, found], async (client) => {
      const { $metadata, ...output } = await client.adminGetUser(user)
      expect(output).toEqual({ Username: "anna", UserAttributes: [] })
      expect($metadata).toMatchObject({ attempts: 3, httpStatusCode: 200, requestId: "r-1" })
      expect($metadata.totalRetryDelay).toBeGreaterThanOrEqual(0)
    }))

  it("and of an exception, which is of the class of its name", () =>
    served([fault, unknown], async (client) => {
      const error = await rejection(client.adminGetUser(user))
      expect(error).toBeInstanceOf(UserNotFoundException)
      expect(error).toMatchObject({
        name: "UserNotFoundException",
        message: "so it is",
        $fault: "client",
        $metadata: { attempts: 2, httpStatusCode: 400, requestId: "r-2" }
      })
    }))

  it("are no more than asked for", () =>
    served([failed("TooManyRequestsException", "400 Bad Request")], async (client, server) => {
      const error = await rejection(client.adminGetUser(user))
      expect(error).toBeInstanceOf(TooManyRequestsException)
      expect(error).toMatchObject({ $metadata: { attempts: 1, totalRetryDelay: 0 } })
      expect(server.requests).toHaveLength(1)
    }, { maxAttempts: 1 }))

  it("are as many as the environment says", () => {
    vi.stubEnv("AWS_MAX_ATTEMPTS", "2")
    return served([fault], async (client, server) => {
      expect(await rejection(client.adminGetUser(user))).toMatchObject({ name: "InternalErrorException" })
      expect(server.requests).toHaveLength(2)
    })
  })
})

describe("connections", () => {
  it("are used again", () =>
    served([found], async (client, server) => {
      for (let call = 0; call < 5; call++) await client.adminGetUser(user)
      expect(server.requests).toHaveLength(5)
      expect(server.connections()).toBe(1)
    }))

  it("are closed by destroy, and calls that are not over reject", () =>
    served([found, silence], async (client, server) => {
      await client.adminGetUser(user)
      const call = rejection(client.adminGetUser(user))
      await eventually(() => server.requests.length === 2)
      client.destroy()
      expect(await call).toMatchObject({ name: "AbortError", message: "the client was destroyed" })
      await eventually(() => server.open() === 0)
      expect(await rejection(client.adminGetUser(user))).toMatchObject({ name: "AbortError" })
    }))

  it("are closed at the end of the block that uses the client", () =>
    served([found], async (_, server) => {
      await (async () => {
        await using client = new CognitoIdentityProvider({ region: "a", credentials, endpoint: server.url })
        await client.adminGetUser(user)
        expect(server.open()).toBe(1)
      })()
      await eventually(() => server.open() === 0)
    }))

  it("destroy of a client that was not used, twice", () => {
    const client = new CognitoIdentityProvider({})
    client.destroy()
    client.destroy()
  })
})

describe("options", () => {
  const authorization = ({ requests }: FaultServer) => /\r\nauthorization: *(.*)\r\n/i.exec(requests.at(-1) ?? "")?.[1]

  it("may be functions that find them", () =>
    served([found], async (_, server) => {
      const { hostname, port } = new URL(server.url)
      const load = vi.fn(async () => credentials)
      await using client = new CognitoIdentityProvider({
        region: async () => "eu-west-3",
        credentials: load,
        endpoint: async () => ({ protocol: "http:", hostname, port: Number(port), path: "/" }),
        maxAttempts: async () => 1
      })
      await client.adminGetUser(user)
      await client.adminGetUser(user)
      expect(authorization(server)).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-3\/cognito-idp\//)
      expect(load).toHaveBeenCalledTimes(1)
    }))

  it("come from the environment where they are absent", () =>
    served([found], async (_, server) => {
      vi.stubEnv("AWS_REGION", "us-gov-west-1")
      vi.stubEnv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", server.url)
      vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT")
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another-secret")
      vi.stubEnv("AWS_PROFILE", undefined)
      await using client = new CognitoIdentityProvider()
      await client.adminGetUser(user)
      expect(authorization(server)).toMatch(/Credential=AKIDENVIRONMENT\/\d{8}\/us-gov-west-1\//)
    }))

  it("credentials are not needed, and not used, by operations without them", () =>
    served([found], async (_, server) => {
      const load = vi.fn(async () => credentials)
      await using client = new CognitoIdentityProvider({ credentials: load, endpoint: server.url })
      await client.getUser({ AccessToken: "a.b.c" })
      expect(authorization(server)).toBeUndefined()
      expect(load).not.toHaveBeenCalled()
    }))

  it("credentials that cannot be had are told, and what the provider said is not", () =>
    served([found], async (client, server) => {
      const error = await rejection(client.adminGetUser(user))
      expect(error).toMatchObject({ name: "CredentialsProviderError" })
      expect(`${error} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain("the-secret-key")
      expect(server.requests).toHaveLength(0)
    }, { credentials: () => Promise.reject(new Error("of the-secret-key")) }))

  it("without a region nothing is signed, and the error says what to set", () =>
    served([found], async (_, server) => {
      vi.stubEnv("AWS_REGION", undefined)
      await using client = new CognitoIdentityProvider({ endpoint: server.url, credentials })
      expect(await rejection(client.adminGetUser(user))).toMatchObject({
        name: "Error",
        message: expect.stringMatching(/^Region is missing.*AWS_REGION/)
      })
      expect(await client.getUser({ AccessToken: "a.b.c" })).toMatchObject({ Username: "anna" })
    }))

  it("that name no endpoint are refused at the first call", async () => {
    vi.stubEnv("AWS_REGION", undefined)
    await using client = new CognitoIdentityProvider({ credentials })
    expect(await rejection(client.getUser({ AccessToken: "a.b.c" }))).toMatchObject({
      name: "Error",
      message: expect.stringContaining("Region is missing")
    })
  })

  it("a token does not travel over plain http to another host", async () => {
    await using client = new CognitoIdentityProvider({ credentials, region: "a", endpoint: "http://192.0.2.1" })
    expect(await rejection(client.getUser({ AccessToken: "a.b.c" }))).toMatchObject({ name: "EndpointError" })
  })
})

describe("an input", () => {
  it("that does not fit is refused by its member, without its value, and nothing is sent", () =>
    served([found], async (client, server) => {
      // Past the compiler, as JavaScript programs are.
      const wrong = { ...user, Username: 42 as unknown as string }
      const error = await rejection(client.adminGetUser(wrong))
      expect(error).toMatchObject({ name: "EncodeError", reason: { path: ["Username"] } })
      expect(String(error)).not.toContain("42")
      expect(server.requests).toHaveLength(0)
    }))

  it("may have members that are undefined, null or unknown, as with the official client", () =>
    served([found], async (client, server) => {
      const input = { ...user, ClientMetadata: undefined, Nothing: null, Extra: 1 }
      await client.adminGetUser(input)
      expect(JSON.parse(server.requests[0]?.split("\r\n\r\n")[1] ?? "")).toEqual(user)
    }))
})
