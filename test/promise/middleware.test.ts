/**
 * Middleware runs as often and in the order as in the official client: the same stacks, the same service, side by side.
 */
import * as fc from "fast-check"
import { createServer, type IncomingHttpHeaders, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { type Sdk, sides } from "./sides.ts"

interface Seen {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the service answers, one after the other; the last again and again. */
let answers: ReadonlyArray<readonly [status: number, body: string]> = []
let seen: Array<Seen> = []
let server: Server

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Array<Buffer> = []
    request.on("data", (chunk: Buffer) => chunks.push(chunk))
    request.on("end", () => {
      const [status, body] = answers[Math.min(seen.length, answers.length - 1)] ?? [200, "{}"]
      seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status, { "x-amzn-requestid": `request-${seen.length}` })
      response.end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

beforeEach(() => {
  seen = []
  answers = [[200, JSON.stringify({ Username: "anna", UserStatus: "CONFIRMED" })]]
})

const options = () => ({
  region: "eu-central-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})

const input = { UserPoolId: "eu-central-1_a", Username: "anna" }

const throttled = JSON.stringify({ __type: "TooManyRequestsException", message: "slow down" })

const steps = ["initialize", "serialize", "build", "finalizeRequest", "deserialize"] as const
const priorities = ["high", "normal", "low"] as const

interface Place {
  readonly step: (typeof steps)[number]
  readonly priority: (typeof priorities)[number]
  readonly on: "client" | "command"
}

/** What a program's middleware sees of a call, in their order. */
const trace = async (
  sdk: Sdk,
  places: ReadonlyArray<Place>,
  relative: ReadonlyArray<readonly [string, string]> = []
) => {
  const events: Array<string> = []
  const client = new sdk.CognitoIdentityProviderClient(options())
  const command = new sdk.AdminGetUserCommand(input)
  const watching = (name: string) => (next: (args: never) => Promise<never>) => async (args: never): Promise<never> => {
    const { request } = args as { request?: { headers: Record<string, string> } }
    const has = ["x-amz-target", "host", "content-length", "authorization"].filter((name) => request?.headers[name])
    events.push(`${name} > ${request === undefined ? "no request" : has.join(" ")}`)
    try {
      const result = await next(args)
      const { output, response } = result as { output?: object; response?: { statusCode: number } }
      events.push(
        `${name} < ${response?.statusCode} ${output === undefined ? "unread" : Object.keys(output).sort().join(" ")}`
      )
      return result
    } catch (error) {
      events.push(`${name} ! ${Object(error).name}`)
      throw error
    }
  }
  for (const [index, { on, priority, step }] of places.entries()) {
    const own = watching(`${step} ${priority} ${on} ${index}`) as never
    if (on === "client") client.middlewareStack.add(own, { step, priority } as never)
    else command.middlewareStack.add(own, { step, priority } as never)
  }
  for (const [relation, toMiddleware] of relative) {
    client.middlewareStack.addRelativeTo(
      watching(`${relation} ${toMiddleware}`) as never,
      { relation, toMiddleware } as never
    )
  }
  const outcome = await client.send(command).then(
    ({ $metadata: { attempts, httpStatusCode, requestId }, Username }) => ({
      attempts,
      httpStatusCode,
      requestId,
      Username
    }),
    (error: unknown) => ({ name: Object(error).name, attempts: Object(error).$metadata?.attempts })
  )
  client.destroy()
  return { events, outcome, requests: seen.splice(0).map(({ body }) => body) }
}

const both = async (...args: Parameters<typeof trace> extends [unknown, ...infer Rest] ? Rest : never) => {
  const traces = []
  for (const { sdk } of sides) traces.push(await trace(sdk, ...args))
  return traces
}

describe("a middleware sees the same as in the official client", () => {
  it.each(steps)("of the step %s, in each priority, of client and command", async (step) => {
    const places = priorities.flatMap((priority) =>
      (["client", "command"] as const).map((on): Place => ({ step, priority, on }))
    )
    const [theirs, ours] = await both(places)
    expect(ours).toEqual(theirs)
    expect(ours?.events.length).toBe(places.length * 2)
  })

  it("around each attempt, where the service throttles", async () => {
    answers = [[400, throttled], [500, "{}"], [200, JSON.stringify({ Username: "anna" })]]
    const places = steps.map((step): Place => ({ step, priority: "normal", on: "client" }))
    const [theirs, ours] = await both(places)
    expect(ours).toEqual(theirs)
    expect(ours?.requests).toHaveLength(3)
  })

  it("and where the call fails", async () => {
    answers = [[400, JSON.stringify({ __type: "UserNotFoundException", message: "none" })]]
    const [theirs, ours] = await both(steps.map((step): Place => ({ step, priority: "normal", on: "command" })))
    expect(ours).toEqual(theirs)
  })

  it.each([
    "loggerMiddleware",
    "serializerMiddleware",
    "contentLengthMiddleware",
    "hostHeaderMiddleware",
    "retryMiddleware",
    "httpSigningMiddleware",
    "awsAuthMiddleware",
    "deserializerMiddleware"
  ])("before and after %s", async (name) => {
    const [theirs, ours] = await both([], [["before", name], ["after", name]])
    expect(ours).toEqual(theirs)
  })

  it("in any stack", { timeout: 60_000 }, async () => {
    const place = fc.record({
      step: fc.constantFrom(...steps),
      priority: fc.constantFrom(...priorities),
      on: fc.constantFrom("client" as const, "command" as const)
    })
    await fc.assert(
      fc.asyncProperty(fc.array(place, { maxLength: 8 }), async (places) => {
        const [theirs, ours] = await both(places)
        expect(ours).toEqual(theirs)
      }),
      { numRuns: 60 }
    )
  })
})

describe.each(sides)("with $side", ({ sdk }) => {
  it("the stack names its middleware, is cloned, used and taken from", () => {
    const { middlewareStack } = new sdk.CognitoIdentityProviderClient(options())
    const before = middlewareStack.identify()
    expect(before).toEqual([
      "loggerMiddleware - initialize",
      "serializerMiddleware - serialize",
      "contentLengthMiddleware - build",
      "getUserAgentMiddleware - build",
      "hostHeaderMiddleware - build",
      "recursionDetectionMiddleware - build",
      "retryMiddleware - finalizeRequest",
      "httpSigningMiddleware (a.k.a. apiKeyMiddleware,tokenMiddleware,awsAuthMiddleware) - finalizeRequest",
      "deserializerMiddleware - deserialize"
    ])
    const own = (next: never) => next
    middlewareStack.use({ applyToStack: (stack) => stack.add(own as never, { name: "own", tags: ["mine"] }) })
    expect(middlewareStack.identify()).toContain("own - initialize")
    expect(middlewareStack.clone().identify()).toEqual(middlewareStack.identify())
    expect(() => middlewareStack.add(own as never, { name: "own" })).toThrow(/own/)
    expect(middlewareStack.remove("own")).toBe(true)
    expect(middlewareStack.remove("own")).toBe(false)
    middlewareStack.add(own as never, { name: "own", tags: ["mine"] })
    expect(middlewareStack.removeByTag("mine")).toBe(true)
    expect(middlewareStack.identify()).toEqual(before)
  })

  it("a request's headers are changed before it is signed", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers["x-own"] = "1"
        return next(args)
      },
      { step: "build" }
    )
    await client.send(new sdk.AdminGetUserCommand(input))
    expect(seen[0]?.headers).toMatchObject({ "x-own": "1", authorization: expect.stringContaining(";x-own") })
    client.destroy()
  })

  it("the headers that proxies may change are not signed", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add(
      (next) => (args) => {
        const { headers } = args.request as { headers: Record<string, string> }
        headers["X-Amzn-Trace-Id"] = "Root=1-a-b"
        return next(args)
      },
      { step: "build" }
    )
    await client.send(new sdk.AdminGetUserCommand(input))
    expect(seen[0]?.headers["x-amzn-trace-id"]).toBe("Root=1-a-b")
    expect(seen[0]?.headers.authorization).not.toMatch(/[;=](x-amzn-trace-id|user-agent)[;,]/)
    client.destroy()
  })

  it("an input is changed before it is written, and an output before it is returned", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add((next) => async (args) => {
      const result = await next({ ...args, input: { ...args.input, Username: "berta" } as never })
      return { ...result, output: { ...result.output, Username: "carla" } as never }
    })
    expect(await client.send(new sdk.AdminGetUserCommand(input))).toMatchObject({ Username: "carla" })
    expect(JSON.parse(seen[0]?.body ?? "")).toEqual({ ...input, Username: "berta" })
    client.destroy()
  })

  it("a call is answered without the service", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add(
      () => async () => ({ output: { $metadata: {}, Username: "cached" } as never, response: {} }),
      { step: "initialize" }
    )
    expect(await client.send(new sdk.AdminGetUserCommand(input))).toMatchObject({ Username: "cached" })
    expect(seen).toHaveLength(0)
    client.destroy()
  })

  it("a response is read before the client reads it", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add(
      (next) => async (args) => {
        const { response } = await next(args)
        const body = new TextEncoder().encode(JSON.stringify({ Username: "from another body" }))
        return { response: Object.assign(response as object, { body }) } as never
      },
      { step: "deserialize", priority: "low" }
    )
    expect(await client.send(new sdk.AdminGetUserCommand(input))).toMatchObject({ Username: "from another body" })
    client.destroy()
  })

  it("an error of a middleware's own is what the call rejects with, and is not tried again", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    const own = new RangeError("of its own")
    let runs = 0
    client.middlewareStack.add(
      () => async () => {
        runs++
        throw own
      },
      { step: "finalizeRequest" }
    )
    await expect(client.send(new sdk.AdminGetUserCommand(input))).rejects.toBe(own)
    expect(runs).toBe(1)
    client.destroy()
  })

  it("a middleware knows the client, the command and the logger", async () => {
    const logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
    const client = new sdk.CognitoIdentityProviderClient({ ...options(), logger })
    const contexts: Array<object> = []
    client.middlewareStack.add((next, { clientName, commandName, logger: given }) => {
      contexts.push({ clientName, commandName, isLogger: given === logger })
      return next
    })
    await client.send(new sdk.AdminGetUserCommand(input))
    expect(contexts).toEqual([{
      clientName: "CognitoIdentityProviderClient",
      commandName: "AdminGetUserCommand",
      isLogger: true
    }])
    client.destroy()
  })

  it("the commands of a list's pages are given middleware", async () => {
    answers = [
      [200, JSON.stringify({ Users: [], PaginationToken: "2" })],
      [200, JSON.stringify({ Users: [] })]
    ]
    const client = new sdk.CognitoIdentityProviderClient(options())
    const inputs: Array<unknown> = []
    const withCommand = (command: { middlewareStack: { add: (middleware: never) => void } }) => {
      const watch = (next: (args: object) => Promise<object>) => (args: { input: object }) => {
        inputs.push(args.input)
        return next(args)
      }
      command.middlewareStack.add(watch as never)
      return undefined
    }
    const pages = sdk.paginateListUsers({ client, withCommand: withCommand as never }, { UserPoolId: "eu-central-1_a" })
    for await (const _ of pages) { /* They are counted by what is sent. */ }
    expect(inputs).toEqual([
      expect.objectContaining({ UserPoolId: "eu-central-1_a" }),
      expect.objectContaining({ UserPoolId: "eu-central-1_a", PaginationToken: "2" })
    ])
    client.destroy()
  })

  it("a call that is given up rejects with an AbortError, and its request is closed", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add((next) => next)
    const controller = new AbortController()
    const call = client.send(new sdk.AdminGetUserCommand(input), { abortSignal: controller.signal })
    controller.abort()
    await expect(call).rejects.toMatchObject({ name: "AbortError" })
    client.destroy()
  })

  it("an operation without credentials is not signed", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.add((next) => next)
    await client.send(new sdk.GetUserCommand({ AccessToken: "a.b.c" }))
    expect(seen[0]?.headers.authorization).toBeUndefined()
    client.destroy()
  })

  it("without its signing, a stack sends an unsigned request", async () => {
    const client = new sdk.CognitoIdentityProviderClient(options())
    client.middlewareStack.remove("httpSigningMiddleware")
    await client.send(new sdk.AdminGetUserCommand(input))
    expect(seen[0]?.headers.authorization).toBeUndefined()
    client.destroy()
  })
})
