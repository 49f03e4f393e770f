/**
 * No secret leaves the program but on the wire: whatever a call of an operation with secret members ends in, what a
 * program could print of it shows none of them, nor of the AWS credentials.
 *
 * Each operation is called with marked secrets in every place that can hold one, and answered in every way.
 */
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import { Console as NodeConsole } from "node:console"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { CredentialsError, SigningError } from "../../src/errors/ClientError.ts"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import { layerTelemetry } from "../../src/client/Telemetry.ts"
import { layerPublic } from "../../src/Service.ts"
import type { AwsCredentials } from "../../src/client/Credentials.ts"
import { layerSigner, Signer } from "../../src/client/Signer.ts"
import { make } from "../../src/promise/index.ts"
import * as sdk from "../../src/sdk/index.ts"
import { Transport, transportError } from "../../src/client/Transport.ts"
import type { TransportRequest, TransportResponse } from "../../src/protocol/Message.ts"
import { shapeOf } from "../../codegen/Model.ts"
import { operationNamed } from "../support/operations.ts"
import { model, operations, overlay, typed, unwrap, wire } from "../support/shapes.ts"

const mark = "CANARY"

const credentials: AwsCredentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: Redacted.make(`${mark}-secret-access-key`),
  sessionToken: Redacted.make(`${mark}-session-token`)
}

/** A plain value with every member there is, in which the secrets, and they alone, are marked. */
const full = (name: string, path = name): unknown => {
  if (name in overlay.secrets.shapes || path in overlay.secrets.members) return `${mark}-${path}`
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(shape.members).map(([member, { target }]) => [member, full(target, `${name}.${member}`)])
      )
    case "list":
      return [full(shape.member)]
    case "map":
      return { SOME_KEY: name in overlay.secrets.maps ? `${mark}-${path}` : full(shape.value) }
    case "enum":
      return shape.values[0]
    case "boolean":
      return true
    case "integer":
    case "long":
      return 1
    case "timestamp":
      return new Date(1_700_000_000_000)
    case "blob":
      return new Uint8Array([1])
    default:
      return "text"
  }
}

const marks = (text: string): number => text.split(mark).length - 1

const cases = operations.map(({ input, name, output }) => ({
  name,
  input: full(input),
  typedInput: typed(input, full(input)),
  output: output === undefined ? undefined : wire(output, full(output)),
  outputSecrets: output === undefined ? 0 : marks(JSON.stringify(full(output)))
})).filter(({ input, outputSecrets }) => marks(JSON.stringify(input)) + outputSecrets > 0)

const respond = (status: number, body: unknown): TransportResponse => ({
  status,
  headers: { "x-amzn-requestid": "a-1" },
  body: new TextEncoder().encode(JSON.stringify(body))
})

const answer = (response: TransportResponse) => Layer.succeed(Transport, { send: () => Effect.succeed(response) })

const overHttpClient = (client: HttpClient.HttpClient) =>
  Layer.provide(layerHttpClient, Layer.succeed(HttpClient.HttpClient, client))

/** Fails as a runtime would that quotes all it was given. */
const quoteAll = Layer.succeed(Transport, { send: (request) => Effect.fail(transportError(quoting(request))) })

/** The same by an `HttpClient`. */
const quoteAllOverHttpClient = overHttpClient(
  HttpClient.make((request) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({
          request,
          cause: quoting({ ...request, body: request.body._tag === "Uint8Array" ? request.body.body : undefined })
        })
      })
    )
  )
)

const quoting = (request: { readonly headers: object; readonly body: Uint8Array | undefined }): Error => {
  // `Headers` hide some of themselves from inspection.
  const text = `${JSON.stringify(Object.entries(request.headers))} ${new TextDecoder().decode(request.body)}`
  expect(text).toContain("AWSCognitoIdentityProviderService")
  return Object.assign(new TypeError(text, { cause: new Error(text) }), { code: text, request })
}

/** The marked secrets of an output, each in a place where the model has something else. */
const misplaced = (value: unknown): unknown =>
  typeof value === "string" && value.includes(mark)
    ? [value]
    : Array.isArray(value)
    ? value.map(misplaced)
    : typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, misplaced(member)]))
    : value

/** Answers with what a function makes of all that was sent. */
const echoing = (quote: (text: string) => TransportResponse): Layer.Layer<Transport> =>
  Layer.succeed(Transport, {
    send: ({ body, headers }) =>
      Effect.succeed(quote(`${JSON.stringify(Object.entries(headers))} ${new TextDecoder().decode(body)}`))
  })

/** One of the secrets that were sent; an error's name is cut at what is no part of a name. */
const firstMarked = (text: string): string => /CANARY[\w.-]*/.exec(text)?.[0] ?? "A"

/** The places in which a service, or what stands before it, may quote a request. */
const quotes = (codes: ReadonlyArray<string>): ReadonlyArray<(text: string) => TransportResponse> => [
  ...codes.flatMap((code) => [
    (text: string) => respond(400, { __type: code, message: text }),
    (text: string) => respond(400, { __type: code, Message: encodeURIComponent(text) })
  ]),
  (text) => respond(400, { __type: text, message: "" }),
  (text) => respond(400, { __type: firstMarked(text) }),
  (text) => ({ ...respond(400, {}), headers: { "x-amzn-errortype": firstMarked(text) } }),
  (text) => respond(500, { code: text }),
  (text) => ({ ...respond(400, {}), headers: { "x-amzn-errortype": text } }),
  (text) => ({ ...respond(400, {}), headers: { "x-amzn-errortype": "A", "x-amzn-errormessage": text } }),
  (text) => ({ ...respond(400, { __type: "A" }), headers: { "x-amzn-requestid": text } }),
  (text) => ({ ...respond(200, {}), headers: { "x-amzn-requestid": text }, body: new TextEncoder().encode(text) }),
  (text) => ({ ...respond(400, {}), body: new TextEncoder().encode(`${text}"__type":"${text}"`) })
]

/** The values that there are of a value when one of its maps gets an entry of another type under a key. */
const withKeys = (value: unknown, key: string): ReadonlyArray<unknown> => {
  if (typeof value !== "object" || value === null || Redacted.isRedacted(value)) return []
  if ("SOME_KEY" in value) return [{ ...value, [key]: 1 }]
  return Object.entries(value).flatMap(([member, item]) =>
    withKeys(item, key).map((changed) => Array.isArray(value) ? [changed] : { ...value, [member]: changed })
  )
}

/** Runs a call and gathers all that a program could print of it. */
const observe = async (
  name: string,
  input: unknown,
  network: Layer.Layer<Transport>,
  signer: Layer.Layer<Signer> = layerSigner({ region: "eu-central-1", credentials })
) => {
  const printed: Array<string> = []
  const requests: Array<TransportRequest> = []
  const spans: Array<Tracer.Span> = []
  const transport = Layer.effect(
    Transport,
    Effect.map(Transport, ({ send }) => ({
      send: (request) => {
        requests.push(request)
        return send(request)
      }
    }))
  )
  const live = Layer.merge(
    layerPublic({ region: "eu-central-1" }).pipe(Layer.provide(transport), Layer.provide(network)),
    signer
  )
  const print = (text: string) => {
    printed.push(text)
  }
  const loggers = [
    Logger.defaultLogger,
    Logger.consolePretty(),
    Logger.consoleJson,
    Logger.consoleLogFmt,
    Logger.consoleStructured,
    Logger.withConsoleError(Logger.formatSimple)
  ]
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      print(String(chunk))
      done()
    }
  })
  const console = new NodeConsole({ stdout: stream, stderr: stream, inspectOptions: { depth: null } })
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const exit = await Effect.runPromise(
    Effect.exit(operationNamed(name)(input)).pipe(
      Effect.tap((exit) => Effect.log("logged", { exit })),
      Effect.tap((exit) => Exit.isSuccess(exit) ? Effect.log(exit.value) : Effect.logError(exit.cause)),
      Effect.provide(live),
      Effect.tap(() => Effect.map(Metric.snapshot, (metrics) => print(JSON.stringify(metrics)))),
      Effect.provide(layerTelemetry),
      Effect.provideService(RetryPolicy, { baseDelay: 0, throttlingDelay: 0 }),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provideService(Console.Console, console),
      Effect.provideService(Metric.MetricRegistry, new Map()),
      Effect.provide(Logger.layer(loggers))
    )
  )
  expect(printed.join("")).toContain("cognito.calls")
  expect(printed.join("").match(/logged/g)).toHaveLength(loggers.length)
  const values = Exit.isSuccess(exit) ? [exit, exit.value] : [exit, exit.cause, Cause.squash(exit.cause)]
  for (const value of values) {
    print(JSON.stringify(value) ?? "")
    print(String(value))
    print(inspect(value))
    print(inspect(value, { depth: null, showHidden: true }))
  }
  if (Exit.isFailure(exit)) print(Cause.pretty(exit.cause))
  for (const span of spans) print(inspect(span, { depth: 12 }))
  expect(spans.map((span) => span.name)).toContain(`CognitoIdentityProvider.${name}`)
  return { exit, printed: printed.join("\n"), requests }
}

const expectSilence = (printed: string) => {
  expect(printed).not.toContain(mark)
  // Neither the signature nor the rest of its header.
  expect(printed).not.toMatch(/Signature=|AKIDEXAMPLE/)
}

const errorOf = (exit: Exit.Exit<unknown, object>): unknown =>
  Exit.isFailure(exit) ? Cause.squash(exit.cause) : undefined

it("there are operations with secrets, and each kind of secret is among them", () => {
  const all = cases.map(({ input, output }) => JSON.stringify([input, output])).join("\n")
  expect(cases.length).toBeGreaterThan(45)
  for (const member of ["Password", "AccessToken", "ClientSecret", "SecretHash", "ConfirmationCode", "Session"]) {
    expect(all).toMatch(new RegExp(`${mark}-\\w+\\.${member}`))
  }
})

describe.each(cases)("$name", ({ input, name, output, outputSecrets, typedInput }) => {
  it("succeeds, with the secrets on the wire and in the output", async () => {
    const body = output === undefined ? {} : output
    const { exit, printed, requests } = await observe(name, typedInput, answer(respond(200, body)))
    expect(requests.map(({ body }) => marks(new TextDecoder().decode(body)))).toEqual([marks(JSON.stringify(input))])
    expect(Exit.isSuccess(exit)).toBe(true)
    expect(marks(JSON.stringify(unwrap(Exit.isSuccess(exit) ? exit.value : undefined)) ?? "")).toBe(outputSecrets)
    expectSilence(printed)
  })

  it("fails with each of its errors and with one that it does not declare", async () => {
    const { spec } = operationNamed(name)
    for (const code of [...spec.errors.map(({ identifier }) => identifier), "UnrecognizedClientException"]) {
      const response = respond(400, { __type: code, message: "Why it failed." })
      const { exit, printed } = await observe(name, typedInput, answer(response))
      expect(JSON.stringify(errorOf(exit))).toContain(code)
      expectSilence(printed)
    }
  })

  it("fails on a response that is not as modelled", async () => {
    const bodies = [`<html>${mark}</html>`, mark, [mark], ...(outputSecrets > 0 ? [misplaced(output)] : [])]
    const responses = bodies.flatMap((body) => [respond(200, body), respond(502, body)])
    for (const response of responses) {
      const { exit, printed } = await observe(name, typedInput, answer(response))
      expect(errorOf(exit)).toMatchObject({ reason: { _tag: "DecodeError" } })
      expectSilence(printed)
    }
  })

  it.each([
    ["", quoteAll],
    [", over an HttpClient", quoteAllOverHttpClient]
  ])("fails on the way%s", async (_where, network) => {
    const { exit, printed } = await observe(name, typedInput, network)
    expect(errorOf(exit)).toMatchObject({ reason: { _tag: "TransportError" } })
    expectSilence(printed)
  })

  it.each([[200, "Success"], [400, "Failure"]])("over an HttpClient, answered with %s", async (status, tag) => {
    const client = HttpClient.make((request) =>
      Effect.succeed(HttpClientResponse.fromWeb(request, new Response(JSON.stringify(output ?? {}), { status })))
    )
    const { exit, printed, requests } = await observe(name, typedInput, overHttpClient(client))
    expect(exit._tag).toBe(tag)
    expect(requests).toHaveLength(1)
    expectSilence(printed)
  })

  it("fails with what the service quotes of the call", async () => {
    // All of its errors are read in one way.
    const [declared] = operationNamed(name).spec.errors
    const errors = [declared?.identifier ?? "", "UnrecognizedClientException"]
    for (const quote of quotes(errors)) {
      const { exit, printed } = await observe(name, typedInput, echoing(quote))
      expect(errorOf(exit)).toBeInstanceOf(Error)
      expectSilence(printed)
    }
  })

  it("succeeds with what the service quotes beside the output", async () => {
    const { exit, printed } = await observe(
      name,
      typedInput,
      echoing((text) => ({
        ...respond(200, output ?? {}),
        headers: { "x-amzn-requestid": text }
      }))
    )
    expect(exit._tag).toBe("Success")
    expectSilence(printed)
  })

  it("rejects with nothing of what the service quotes of plain values", async () => {
    for (const quote of quotes(["UnrecognizedClientException"])) {
      const client = make({ call: operationNamed(name) as never }, {
        region: "eu-central-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: `${mark}-session-token` },
        transport: echoing(quote),
        maxAttempts: 1
      })
      const error: unknown = await (client.call as (input: unknown) => Promise<unknown>)(input).then(
        () => expect.fail("it succeeded"),
        (error: unknown) => error
      )
      expectSilence(
        [String(error), JSON.stringify(error), inspect(error, { depth: null, showHidden: true })].join("\n")
      )
      client.destroy()
    }
  })

  it("rejects with nothing of it through a middleware stack", async () => {
    for (const quote of quotes(["UnrecognizedClientException"])) {
      const client = new sdk.CognitoIdentityProviderClient({
        region: "eu-central-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: `${mark}-session-token` },
        maxAttempts: 1,
        requestHandler: {
          handle: ({ body, headers }: sdk.HttpRequest) => {
            const answered = quote(`${JSON.stringify(Object.entries(headers))} ${String(body)}`)
            return Promise.resolve({ response: { ...answered, statusCode: answered.status } })
          }
        }
      })
      client.middlewareStack.add((next) => (args) => next(args), { step: "build" })
      const Command = Reflect.get(sdk, `${name}Command`) as new(input: unknown) => sdk.SignUpCommand
      const error: unknown = await client.send(new Command(input)).then(
        () => expect.fail("it succeeded"),
        (error) => error
      )
      expect(error).toHaveProperty("$metadata")
      expectSilence(
        [String(error), JSON.stringify(error), inspect(error, { depth: null, showHidden: true })].join("\n")
      )
    }
  })

  it("fails on names that are not the model's, and shows those alone that are plain", async () => {
    for (const key of [`${mark}-key`, `${mark}.${mark}`, `${mark} key`, "sercet"]) {
      const inputs = [{ ...Object(typedInput), [key]: "x" }, ...withKeys(typedInput, key)]
      for (const changed of inputs) {
        const { exit, printed } = await observe(name, changed, answer(respond(200, output ?? {})))
        expect(errorOf(exit)).toMatchObject({ reason: { _tag: "EncodeError" } })
        expectSilence(printed)
        if (!key.includes(mark)) expect(printed).toContain(key)
      }
    }
    for (const changed of withKeys(output, `${mark}-key`)) {
      const { exit, printed } = await observe(name, typedInput, answer(respond(200, changed)))
      expect(errorOf(exit)).toMatchObject({ reason: { _tag: "DecodeError" } })
      expectSilence(printed)
    }
  })

  it("fails on secrets that are not wrapped", async () => {
    const secrets = marks(JSON.stringify(input))
    const { exit, printed, requests } = await observe(name, misplaced(input), answer(respond(200, output ?? {})))
    if (secrets > 0) {
      expect(errorOf(exit)).toMatchObject({ reason: { _tag: "EncodeError" } })
      expect(requests).toEqual([])
    }
    expectSilence(printed)
  })
})

describe("signing", () => {
  const input = { UserPoolId: "a", Username: "b" }
  const failing = (error: CredentialsError | SigningError) => Layer.succeed(Signer, { sign: () => Effect.fail(error) })

  it.each([
    ["CredentialsError", failing(new CredentialsError({ message: "expired" }))],
    ["SigningError", failing(new SigningError({ message: "no WebCrypto" }))],
    [
      "CredentialsError",
      layerSigner({
        region: "eu-central-1",
        credentials: { ...credentials, sessionToken: Redacted.make(`${mark}\r\nx: ${mark}`) }
      })
    ]
  ])("fails with a %s", async (tag, signer) => {
    const { exit, printed, requests } = await observe("AdminGetUser", input, quoteAll, signer)
    expect(errorOf(exit)).toMatchObject({ reason: { _tag: tag } })
    expect(requests).toEqual([])
    expectSilence(printed)
  })

  it("puts the session token and the signature on the wire alone", async () => {
    const { printed, requests } = await observe("AdminGetUser", input, answer(respond(200, { Username: "b" })))
    expect(requests[0]?.headers["x-amz-security-token"]).toBe(`${mark}-session-token`)
    expect(requests[0]?.headers.authorization).toMatch(/Signature=[0-9a-f]{64}/)
    expectSilence(printed)
  })
})
