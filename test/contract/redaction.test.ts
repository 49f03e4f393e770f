/**
 * No secret leaves the program but on the wire: whatever a call of an operation with secret members ends in, what a
 * program could print of it shows none of them, nor of the AWS credentials.
 *
 * Each operation is called with marked secrets in every place that can hold one, and answered in every way.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { CredentialsError, SigningError } from "../../src/errors/ClientError.ts"
import { layerPublic } from "../../src/Service.ts"
import { type Credentials, layerSigner, Signer } from "../../src/Signer.ts"
import { Transport, transportError, type TransportRequest, type TransportResponse } from "../../src/Transport.ts"
import { shapeOf } from "../../codegen/Model.ts"
import { operationNamed } from "../support/operations.ts"
import { model, operations, overlay, typed, unwrap, wire } from "../support/shapes.ts"

const mark = "CANARY"

const credentials: Credentials = {
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

/** What the network does with a request. */
type Network = Transport["Service"]["send"]

const answer = (response: TransportResponse): Network => () => Effect.succeed(response)

/** Fails as a runtime would that quotes all it was given. */
const quoteAll: Network = (request) => {
  const text = `${inspect(request.headers)} ${new TextDecoder().decode(request.body)}`
  return Effect.fail(
    transportError(Object.assign(new TypeError(text, { cause: new Error(text) }), { code: text, request }))
  )
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

/** Runs a call and gathers all that a program could print of it. */
const observe = async (
  name: string,
  input: unknown,
  send: Network,
  signer: Layer.Layer<Signer> = layerSigner({ region: "eu-central-1", credentials })
) => {
  const printed: Array<string> = []
  const requests: Array<TransportRequest> = []
  const spans: Array<Tracer.Span> = []
  const transport = Layer.succeed(Transport, {
    send: (request) => {
      requests.push(request)
      return send(request)
    }
  })
  const live = Layer.mergeAll(Layer.provide(layerPublic({ region: "eu-central-1" }), transport), signer)
  const print = (text: string) => {
    printed.push(text)
  }
  const loggers = Logger.layer([
    Logger.map(Logger.formatSimple, print),
    Logger.map(Logger.formatLogFmt, print),
    Logger.map(Logger.formatJson, print),
    Logger.map(Logger.formatStructured, (entry) => print(inspect(entry, { depth: null })))
  ])
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      spans.push(span)
      return span
    }
  })
  const exit = await Effect.runPromise(
    Effect.exit(operationNamed(name)(input)).pipe(
      Effect.tap((exit) => Effect.log("logged", exit)),
      Effect.tap((exit) => Exit.isSuccess(exit) ? Effect.log(exit.value) : Effect.logError(exit.cause)),
      Effect.provide(live),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provide(loggers)
    )
  )
  const values = Exit.isSuccess(exit) ? [exit, exit.value] : [exit, exit.cause, Cause.squash(exit.cause)]
  for (const value of values) {
    print(JSON.stringify(value) ?? "")
    print(String(value))
    print(inspect(value))
    print(inspect(value, { depth: null, showHidden: true }))
  }
  if (Exit.isFailure(exit)) print(Cause.pretty(exit.cause))
  for (const span of spans) print(inspect(span, { depth: 8 }))
  expect(spans.map((span) => span.name)).toContain(`Cognito.${name}`)
  return { exit, printed: printed.join("\n"), requests }
}

const expectSilence = (printed: string) => {
  expect(printed).not.toContain(mark)
  expect(printed).not.toMatch(/Signature=[0-9a-f]/)
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
    for (const body of bodies) {
      const { exit, printed } = await observe(name, typedInput, answer(respond(200, body)))
      expect(errorOf(exit)).toMatchObject({ reason: { _tag: "DecodeError" } })
      expectSilence(printed)
    }
  })

  it("fails on the way", async () => {
    const { exit, printed } = await observe(name, typedInput, quoteAll)
    expect(errorOf(exit)).toMatchObject({ reason: { _tag: "TransportError" } })
    expectSilence(printed)
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
