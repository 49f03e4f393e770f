/**
 * What other people's code touches of a client: tracers, handlers, agents, mocks, signers, strategies, loggers, extensions and
 * `client.config`. Each runs on the official client too.
 */
import { Tracer } from "@aws-lambda-powertools/tracer"
import { FetchHttpHandler } from "@smithy/fetch-http-handler"
import { NodeHttpHandler } from "@smithy/node-http-handler"
import { SignatureV4 } from "@smithy/signature-v4"
import { ConfiguredRetryStrategy } from "@smithy/util-retry"
import { mockClient } from "aws-sdk-client-mock"
import AWSXRay from "aws-xray-sdk-core"
import { HttpsProxyAgent } from "https-proxy-agent"
import { createHash, createHmac } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { Agent, createServer, type IncomingHttpHeaders, type Server } from "node:http"
import { type AddressInfo, connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { type Sdk, sides } from "./sides.ts"

let answers: ReadonlyArray<readonly [status: number, body: string]> = []
let seen: Array<IncomingHttpHeaders> = []
let sockets = 0
let server: Server
let endpoint = ""

beforeAll(async () => {
  server = createServer((request, response) => {
    request.resume()
    request.on("end", () => {
      const [status, body] = answers[Math.min(seen.length, answers.length - 1)] ?? [200, "{}"]
      seen.push(request.headers)
      response.writeHead(status, { "x-amzn-requestid": `request-${seen.length}` })
      response.end(body)
    })
  })
  server.on("connection", () => sockets++)
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

beforeEach(() => {
  seen = []
  sockets = 0
  answers = [[200, JSON.stringify({ Username: "anna", UserStatus: "CONFIRMED" })]]
})

afterEach(() => vi.unstubAllEnvs())

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" }
const options = () => ({ region: "eu-central-1", credentials, endpoint })
const input = { UserPoolId: "eu-central-1_a", Username: "anna" }
const throttled = JSON.stringify({ __type: "TooManyRequestsException", message: "slow down" })

/** The same on both sides, one after the other. */
const onBoth = async <A>(run: (sdk: Sdk) => Promise<A>): Promise<[theirs: A, ours: A]> => {
  const results: Array<A> = []
  for (const { sdk } of sides) {
    seen = []
    results.push(await run(sdk))
  }
  return results as [A, A]
}

describe("tracers", () => {
  it("X-Ray's captureAWSv3Client", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      AWSXRay.enableManualMode()
      onTestFinished(() => AWSXRay.enableAutomaticMode())
      answers = [[200, JSON.stringify({ Username: "anna" })]]
      const segment = new AWSXRay.Segment("test")
      const client = AWSXRay.captureAWSv3Client(new sdk.CognitoIdentityProviderClient(options()), segment)
      await client.send(new sdk.AdminGetUserCommand(input))
      answers = [[400, JSON.stringify({ __type: "UserNotFoundException", message: "none" })]]
      await client.send(new sdk.AdminGetUserCommand(input)).catch(() => {})
      client.destroy()
      const told = segment.subsegments?.map(({ name, ...subsegment }) => {
        const { aws, cause, error, fault, http, namespace } = JSON.parse(JSON.stringify(subsegment))
        return { name, aws, http, namespace, error, fault, cause: cause?.exceptions?.[0]?.message }
      })
      return {
        told,
        traced: seen.map((headers) =>
          /^Root=1-[\da-f-]+;Parent=\w+;Sampled=1$/.test(String(headers["x-amzn-trace-id"]))
        )
      }
    })
    expect(ours).toEqual(theirs)
    expect(ours.told).toHaveLength(2)
    expect(ours.traced).toEqual([true, true])
  })

  it("Powertools' tracer", async () => {
    vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1")
    vi.stubEnv("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs20.x")
    vi.stubEnv("AWS_XRAY_CONTEXT_MISSING", "IGNORE_ERROR")
    const [theirs, ours] = await onBoth(async (sdk) => {
      const tracer = new Tracer({ enabled: true, serviceName: "test" })
      const client = tracer.captureAWSv3Client(new sdk.CognitoIdentityProviderClient(options()))
      const names = client.middlewareStack.identify().filter((name) => /xray/i.test(name))
      const { Username } = await client.send(new sdk.AdminGetUserCommand(input))
      client.destroy()
      return { names, Username }
    })
    expect(ours).toEqual(theirs)
    expect(ours.names).not.toEqual([])
  })
})

describe("mocks", () => {
  it("aws-sdk-client-mock answers for an instance and for the class", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const client = new sdk.CognitoIdentityProviderClient(options())
      const mock = mockClient(client)
      mock.on(sdk.AdminGetUserCommand, { Username: "anna" }).resolves({ Username: "mocked" })
      mock.on(sdk.ListUsersCommand).rejects(new sdk.ResourceNotFoundException({ message: "none", $metadata: {} }))
      const { Username } = await client.send(new sdk.AdminGetUserCommand(input))
      const error = await client.send(new sdk.ListUsersCommand({ UserPoolId: "a" })).catch((error: unknown) => error)
      const calls = mock.commandCalls(sdk.AdminGetUserCommand).map(({ args: [command] }) => command.input)
      mock.restore()
      const all = mockClient(sdk.CognitoIdentityProvider)
      all.on(sdk.AdminGetUserCommand).resolves({ Username: "of the class" })
      const { Username: second } = await new sdk.CognitoIdentityProvider(options()).adminGetUser(input)
      all.restore()
      return { Username, second, calls, name: Object(error).name, requests: seen.length }
    })
    expect(ours).toEqual(theirs)
    expect(ours).toMatchObject({ Username: "mocked", second: "of the class", requests: 0 })
  })
})

describe("request handlers", () => {
  const handlers = {
    "Node's of the AWS SDK": () => new NodeHttpHandler({ requestTimeout: 5000 }),
    "fetch's of the AWS SDK": () => new FetchHttpHandler({ requestTimeout: 5000 })
  }

  it.each(Object.entries(handlers))("%s sends the requests, and is closed with the client", async (_, make) => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const requestHandler = make()
      const handle = vi.spyOn(requestHandler, "handle")
      const destroy = vi.spyOn(requestHandler, "destroy")
      const client = new sdk.CognitoIdentityProvider({ ...options(), requestHandler })
      const { $metadata: { requestId }, Username } = await client.adminGetUser(input)
      client.destroy()
      await new Promise((resolve) => setTimeout(resolve, 20))
      return { Username, requestId, handled: handle.mock.calls.length, destroyed: destroy.mock.calls.length }
    })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual({ Username: "anna", requestId: "request-1", handled: 1, destroyed: 1 })
  })

  it.each([
    ["a plain error", new Error("boom"), 1],
    ["an error of another class", new RangeError("boom"), 1],
    ["a reset", Object.assign(new Error("reset"), { code: "ECONNRESET" }), 3],
    ["a refused connection", Object.assign(new Error("refused"), { code: "ECONNREFUSED" }), 3],
    ["a time that ran out", Object.assign(new Error("late"), { name: "TimeoutError" }), 3]
  ])(
    "what a test's own throws is what the call rejects with, after as many attempts: %s",
    async (_, thrown, attempts) => {
      const [theirs, ours] = await onBoth(async (sdk) => {
        const handle = vi.fn(() => Promise.reject(thrown))
        const client = new sdk.CognitoIdentityProvider({ ...options(), requestHandler: { handle } })
        const error = await client.adminGetUser(input).catch((error: unknown) => error)
        client.destroy()
        return { isSame: error === thrown, attempts: handle.mock.calls.length }
      })
      expect(ours).toEqual(theirs)
      expect(ours).toEqual({ isSame: true, attempts })
    }
  )

  it("gets a request of the same form, and may answer with any kind of body", async () => {
    const bodies: ReadonlyArray<() => unknown> = [
      () => `{"Username":"text"}`,
      () => new TextEncoder().encode(`{"Username":"bytes"}`),
      () => new Blob([`{"Username":"blob"}`]).stream(),
      () =>
        (async function*() {
          yield Buffer.from(`{"Username":`)
          yield Buffer.from(`"pieces"}`)
        })()
    ]
    const requests: Array<Record<string, unknown>> = []
    const [, adapter] = sides
    const names: Array<unknown> = []
    for (const body of bodies) {
      const handle = async (request: object) => {
        requests.push({ ...request })
        return { response: { statusCode: 200, headers: { "X-Amzn-RequestId": "r" }, body: body() } }
      }
      const client = new adapter.sdk.CognitoIdentityProvider({ ...options(), requestHandler: { handle } as never })
      const { $metadata, Username } = await client.adminGetUser(input)
      names.push([Username, $metadata.requestId])
      client.destroy()
    }
    expect(names).toEqual([["text", "r"], ["bytes", "r"], ["blob", "r"], ["pieces", "r"]])
    const url = new URL(endpoint)
    expect(requests[0]).toMatchObject({
      method: "POST",
      protocol: "http:",
      hostname: "127.0.0.1",
      port: Number(url.port),
      path: "/",
      query: {},
      headers: {
        host: url.host,
        "content-length": String(JSON.stringify(input).length),
        authorization: expect.stringContaining("AWS4-HMAC-SHA256")
      },
      body: JSON.stringify(input)
    })
  })

  it("an agent is used, and the options of one", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 })
      const createConnection = vi.spyOn(httpAgent, "createConnection" as "destroy")
      const client = new sdk.CognitoIdentityProvider({ ...options(), requestHandler: { httpAgent } })
      await Promise.all([1, 2, 3].map(() => client.adminGetUser(input)))
      client.destroy()
      httpAgent.destroy()
      const before = sockets
      const second = new sdk.CognitoIdentityProvider({
        ...options(),
        requestHandler: { httpAgent: { maxSockets: 2 }, httpsAgent: { maxSockets: 7 } }
      })
      await Promise.all(Array.from({ length: 8 }, () => second.adminGetUser(input)))
      second.destroy()
      const opened = sockets - before
      sockets = 0
      return { ofAgent: createConnection.mock.calls.length, opened }
    })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual({ ofAgent: 1, opened: 2 })
  })

  it("an agent of a proxy sends an https request through it", async () => {
    const asked: Array<string> = []
    const proxy = createServer()
    proxy.on("connect", (request, socket) => {
      asked.push(String(request.url))
      // To our own server, which does not speak TLS: that the proxy was asked is what counts.
      const to = connect(
        (server.address() as AddressInfo).port,
        "127.0.0.1",
        () => socket.end("HTTP/1.1 502 No\r\n\r\n")
      )
      to.on("error", () => {})
      to.end()
    })
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", () => resolve()))
    const [theirs, ours] = await onBoth(async (sdk) => {
      asked.length = 0
      const httpsAgent = new HttpsProxyAgent(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
      const client = new sdk.CognitoIdentityProvider({
        region: "eu-central-1",
        credentials,
        maxAttempts: 1,
        requestHandler: { httpsAgent, requestTimeout: 5000 }
      })
      await client.adminGetUser(input).catch(() => {})
      client.destroy()
      return [...asked]
    })
    proxy.closeAllConnections()
    proxy.close()
    expect(ours).toEqual(theirs)
    expect(ours).toEqual(["cognito-idp.eu-central-1.amazonaws.com:443"])
  })
})

describe("what signs and when", () => {
  class Sha256 {
    private readonly hash
    constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
      this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string)
    }
    update(data: string | ArrayBuffer | ArrayBufferView) {
      this.hash.update(data as string)
    }
    async digest() {
      return new Uint8Array(this.hash.digest())
    }
    reset() {}
  }

  it("a signer of the AWS SDK's is used", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const signer = new SignatureV4({
        service: "cognito-idp",
        region: "us-west-1",
        credentials: { accessKeyId: "AKIDSIGNER", secretAccessKey: "s" },
        sha256: Sha256
      })
      const client = new sdk.CognitoIdentityProvider({ ...options(), signer: signer as never })
      await client.adminGetUser(input)
      client.destroy()
      return /Credential=([^,]*)/.exec(String(seen[0]?.authorization))?.[1]?.replace(/\d{8}/, "day")
    })
    expect(theirs).toContain("AKIDSIGNER/day")
    expect(ours).toContain("AKIDSIGNER/day")
  })

  it("a clock's offset holds from the first signature on", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const client = new sdk.CognitoIdentityProvider({ ...options(), systemClockOffset: 3_600_000 })
      await client.adminGetUser(input)
      client.destroy()
      const [, y, m, d, h, min, s] = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(String(seen[0]?.["x-amz-date"])) ??
        []
      const ahead = Date.UTC(Number(y), Number(m) - 1, Number(d), Number(h), Number(min), Number(s)) - Date.now()
      return Math.round(ahead / 60_000)
    })
    expect(ours).toBe(theirs)
    expect(ours).toBe(60)
  })
})

describe("a retry strategy", () => {
  it("decides on attempts and waits", async () => {
    answers = [[400, throttled], [400, throttled], [400, throttled], [400, throttled], [200, "{}"]]
    const [theirs, ours] = await onBoth(async (sdk) => {
      const strategy = new ConfiguredRetryStrategy(5, () => 1)
      const refresh = vi.spyOn(strategy, "refreshRetryTokenForRetry")
      const client = new sdk.CognitoIdentityProvider({ ...options(), retryStrategy: strategy })
      const { $metadata: { attempts, totalRetryDelay } } = await client.adminGetUser(input)
      client.destroy()
      return { attempts, totalRetryDelay, types: refresh.mock.calls.map(([, { errorType }]) => errorType) }
    })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual({ attempts: 5, totalRetryDelay: 4, types: Array(4).fill("THROTTLING") })
  })

  it("ends where it has enough, with the service's error", async () => {
    answers = [[500, "{}"]]
    const [theirs, ours] = await onBoth(async (sdk) => {
      const client = new sdk.CognitoIdentityProvider({
        ...options(),
        retryStrategy: new ConfiguredRetryStrategy(2, () => 1)
      })
      const error = await client.adminGetUser(input).catch((error: unknown) => error)
      client.destroy()
      return { name: Object(error).name, attempts: Object(error).$metadata.attempts, requests: seen.length }
    })
    expect(ours).toEqual(theirs)
    expect(ours.requests).toBe(2)
  })
})

describe("a logger", () => {
  const logging = async (
    sdk: Sdk,
    call: (client: InstanceType<Sdk["CognitoIdentityProvider"]>) => Promise<unknown>
  ) => {
    const lines: Array<readonly [string, Record<string, unknown>]> = []
    const line = (level: string) => (content: object) => void lines.push([level, { ...content }])
    const logger = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") }
    const client = new sdk.CognitoIdentityProvider({ ...options(), logger: logger as never })
    await call(client).catch(() => {})
    client.destroy()
    return lines.filter(([level]) => level === "info" || level === "error")
  }

  it("gets a line for each call, without secrets, as from the official client", async () => {
    const answer = { AuthenticationResult: { AccessToken: "the-access-token", ExpiresIn: 3600, TokenType: "Bearer" } }
    answers = [[200, JSON.stringify(answer)]]
    const [theirs, ours] = await onBoth((sdk) =>
      logging(sdk, (client) =>
        client.respondToAuthChallenge({
          ClientId: "the-client-id",
          ChallengeName: "SMS_MFA",
          Session: "the-session-of-the-call",
          ChallengeResponses: { USERNAME: "anna", SMS_MFA_CODE: "123456" }
        }))
    )
    const [level, { clientName, commandName, metadata, output }] = ours[0] ?? ["", {}]
    expect([level, clientName, commandName]).toEqual([
      "info",
      "CognitoIdentityProviderClient",
      "RespondToAuthChallengeCommand"
    ])
    expect(theirs[0]?.slice(0, 1)).toEqual([level])
    expect(theirs[0]?.[1]).toMatchObject({ clientName, commandName })
    expect(metadata).toMatchObject({ httpStatusCode: 200, requestId: "request-1", attempts: 1 })
    expect(output).toEqual({
      AuthenticationResult: { AccessToken: "***SensitiveInformation***", ExpiresIn: 3600, TokenType: "Bearer" }
    })
    expect(JSON.stringify(ours)).not.toMatch(/123456|the-access-token|the-session-of-the-call/)
  })

  it("and for an error, whatever the service repeats in it", async () => {
    answers = [[400, JSON.stringify({ __type: "NotAuthorizedException", message: "bad: the-password" })]]
    const [, ours] = await onBoth((sdk) =>
      logging(sdk, (client) =>
        client.changePassword({
          AccessToken: "a-token",
          PreviousPassword: "the-password",
          ProposedPassword: "another-password"
        }))
    )
    expect(ours).toMatchObject([["error", {
      commandName: "ChangePasswordCommand",
      error: { name: "NotAuthorizedException" }
    }]])
    expect(JSON.stringify(ours)).not.toMatch(/the-password|another-password|a-token/)
  })
})

it("an extension sets region, credentials, handler and strategy", async () => {
  const [theirs, ours] = await onBoth(async (sdk) => {
    const handle = vi.fn(async ({ headers }: { headers: Record<string, string> }) => ({
      response: {
        statusCode: 200,
        headers: {},
        body: Buffer.from(JSON.stringify({ Username: headers["authorization"] }))
      }
    }))
    const client = new sdk.CognitoIdentityProvider({
      ...options(),
      extensions: [{
        configure: (configuration) => {
          configuration.setRegion(async () => "eu-west-3")
          configuration.setCredentials({ accessKeyId: "AKIDEXTENSION", secretAccessKey: "s" })
          configuration.setHttpHandler({ handle, metadata: { handlerProtocol: "test" } } as never)
        }
      }]
    })
    const { Username = "" } = await client.adminGetUser(input)
    client.destroy()
    return /Credential=(\w+)\/\d+\/([\w-]+)/.exec(Username)?.slice(1)
  })
  expect(ours).toEqual(theirs)
  expect(ours).toEqual(["AKIDEXTENSION", "eu-west-3"])
})

describe("client.config", () => {
  it("has what options, environment and profile say", async () => {
    const home = mkdtempSync(join(tmpdir(), "effect-cognito-config-"))
    writeFileSync(join(home, "config"), "[default]\nregion = eu-north-1\nmax_attempts = 7\nretry_mode = adaptive\n")
    writeFileSync(join(home, "credentials"), "[default]\naws_access_key_id = AKIDPROFILE\naws_secret_access_key = s\n")
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined)
    vi.stubEnv("AWS_CONFIG_FILE", join(home, "config"))
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(home, "credentials"))
    const read = async (config: object, sdk: Sdk) => {
      const client = new sdk.CognitoIdentityProviderClient(config)
      const { config: resolved } = client
      const { accessKeyId } = await resolved.credentials()
      const { retryMode } = Object(resolved)
      const told = {
        region: await resolved.region(),
        accessKeyId,
        maxAttempts: await resolved.maxAttempts(),
        // The official client leaves what an option says as it is.
        retryMode: typeof retryMode === "function" ? await retryMode() : retryMode,
        useFipsEndpoint: await resolved.useFipsEndpoint(),
        useDualstackEndpoint: await resolved.useDualstackEndpoint(),
        endpoint: resolved.endpoint === undefined ? undefined : await resolved.endpoint(),
        serviceId: resolved.serviceId,
        apiVersion: resolved.apiVersion,
        runtime: resolved.runtime,
        isHandler: typeof resolved.requestHandler.handle,
        systemClockOffset: resolved.systemClockOffset
      }
      client.destroy()
      return told
    }
    const cases = [
      {},
      options(),
      { ...options(), endpoint: "https://idp.example.org:8443/a/b", maxAttempts: 2, retryMode: "standard" },
      { region: "us-west-2-fips", credentials }
    ]
    for (const config of cases) {
      const [theirs, ours] = await onBoth((sdk) => read(config, sdk))
      const { endpoint, ...rest } = ours
      const { endpoint: theirEndpoint, ...their } = theirs
      expect(rest).toEqual(their)
      if (theirEndpoint === undefined) expect(endpoint).toBeUndefined()
      else expect(theirEndpoint).toMatchObject({ hostname: endpoint?.hostname, protocol: endpoint?.protocol })
    }
    rmSync(home, { recursive: true, force: true })
  })

  it("without a region rejects as the official client's does", async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) vi.stubEnv(name, undefined)
    vi.stubEnv("AWS_CONFIG_FILE", "/none")
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/none")
    const [theirs, ours] = await onBoth(async (sdk) => {
      const { config } = new sdk.CognitoIdentityProviderClient({})
      const error = await config.region().catch((error: unknown) => error)
      return { name: Object(error).name, says: /Region is missing/.test(Object(error).message) }
    })
    expect(ours).toEqual(theirs)
  })

  it("takes other credentials, which the next call is signed with", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const client = new sdk.CognitoIdentityProvider(options())
      await client.adminGetUser(input)
      client.config.credentials = async () => ({ accessKeyId: "AKIDOTHER", secretAccessKey: "s" })
      await client.adminGetUser(input)
      client.destroy()
      return seen.map(({ authorization }) => /Credential=(\w+)/.exec(String(authorization))?.[1])
    })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual(["AKIDEXAMPLE", "AKIDOTHER"])
  })

  it("takes another handler, while a call of the first goes on", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const client = new sdk.CognitoIdentityProvider(options())
      const first = client.adminGetUser(input)
      await new Promise((resolve) => setTimeout(resolve, 50))
      client.config.requestHandler = {
        handle: async () => ({ response: { statusCode: 200, headers: {}, body: Buffer.from(`{"Username":"other"}`) } })
      } as never
      const names = [(await first).Username, (await client.adminGetUser(input)).Username]
      client.destroy()
      return names
    })
    expect(ours).toEqual(theirs)
    expect(ours).toEqual(["anna", "other"])
  })

  it("its handler sends a request by itself", async () => {
    const [theirs, ours] = await onBoth(async (sdk) => {
      const client = new sdk.CognitoIdentityProviderClient(options())
      const { hostname, port } = new URL(endpoint)
      const request = {
        method: "POST",
        protocol: "http:",
        hostname,
        port: Number(port),
        path: "/",
        query: {},
        headers: {},
        body: "{}"
      }
      const { response } = await client.config.requestHandler.handle(request as never)
      client.destroy()
      return Object(response).statusCode
    })
    expect(ours).toEqual(theirs)
    expect(ours).toBe(200)
  })
})
