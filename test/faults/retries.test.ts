/**
 * For any series of faults, over every transport: a call ends, in its output or in one typed error; no more requests
 * reach the server than the policy allows; and nothing that a program could print shows a secret, even where the other
 * side sends back what it was sent.
 */
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Random from "effect/Random"
import * as References from "effect/References"
import * as Redacted from "effect/Redacted"
import * as Tracer from "effect/Tracer"
import * as fc from "fast-check"
import { Console as NodeConsole } from "node:console"
import { Writable } from "node:stream"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import { adminInitiateAuth } from "../../src/operations/Auth.ts"
import { adminSetUserPassword } from "../../src/operations/Passwords.ts"
import { getUser } from "../../src/operations/Users.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import { layerTelemetry } from "../../src/client/Telemetry.ts"
import { type Cognito, layer } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"
import { TimeLimits } from "../../src/client/TimeLimits.ts"
import type { Transport } from "../../src/client/Transport.ts"
import { answer, chunked, end, packed, partial, raw, reset, trickle } from "./faults.ts"
import { type Fault, faultServer } from "./faultServer.ts"
import { transports } from "./transports.ts"

const mark = "CANARY"

const credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: Redacted.make(`${mark}-secret-access-key`),
  sessionToken: Redacted.make(`${mark}-session-token`)
}

const password = Redacted.make(`${mark}-password`)

/** Signed and not, to be carried out once and not. */
const calls: { readonly [name: string]: Effect.Effect<unknown, object, Cognito | Signer> } = {
  adminInitiateAuth: adminInitiateAuth({
    UserPoolId: "eu-central-1_a",
    ClientId: "c",
    AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "b", PASSWORD: password }
  }),
  adminSetUserPassword: adminSetUserPassword({ UserPoolId: "eu-central-1_a", Username: "b", Password: password }),
  getUser: getUser({ AccessToken: Redacted.make(`${mark}-access-token`) })
}

const failing = (status: string, code: string): Fault =>
  answer({ status, body: JSON.stringify({ __type: code, message: "Why it failed." }) })

/** Fits each of the calls. */
const output = JSON.stringify({
  Username: "b",
  UserAttributes: [],
  AuthenticationResult: { AccessToken: `${mark}-new`, IdToken: `${mark}-new`, RefreshToken: `${mark}-new` }
})

const faults: { readonly [name: string]: Fault } = {
  success: answer({ body: output }),
  throttled: failing("400 Bad Request", "TooManyRequestsException"),
  "429": answer({ status: "429 Too Many" }),
  "internal error": failing("500 Oops", "InternalErrorException"),
  "not authorized": failing("400 Bad Request", "NotAuthorizedException"),
  unknown: failing("400 Bad Request", "UnrecognizedClientException"),
  "another time": (socket, request) =>
    answer({
      status: "403 Forbidden",
      headers: ["date: Thu, 01 Jan 2032 00:00:00 GMT"],
      body: JSON.stringify({ __type: "InvalidSignatureException", message: `Signature expired: ${request.length}` })
    })(socket, request),
  "a page": answer({ status: "503 Unavailable", headers: ["retry-after: 0"], body: "<html>" }),
  "a page with the request": (socket, request) => answer({ status: "502 Bad", body: request })(socket, request),
  "the request": (socket, request) => answer({ body: request })(socket, request),
  "the request's body": (socket, request) =>
    answer({ body: `{"UserAttributes":${request.slice(request.indexOf("{"))}}` })(socket, request),
  "the request in a header": (socket, request) =>
    raw(`HTTP/1.1 200 OK\r\nx-echo: ${request.replaceAll("\r\n", " ")}\u0000\r\n\r\n`)(socket),
  "no HTTP": (socket, request) => raw(request)(socket),
  reset: reset(),
  "reset within the body": reset(partial),
  end: end(),
  "end within the body": end(partial),
  "broken chunk": raw(`${chunked}xyz\r\n`),
  stall: raw(),
  "stall within the body": raw(partial),
  "slow body": trickle(partial, " "),
  bomb: answer(packed("gzip", 1_000_000)),
  empty: answer({}),
  "invalid UTF-8": answer({ body: Buffer.from([0xff]) })
}

const scenario = fc.record({
  call: fc.constantFrom(...Object.keys(calls)),
  script: fc.array(fc.constantFrom(...Object.keys(faults)), { minLength: 1, maxLength: 5 }),
  maxAttempts: fc.integer({ min: 1, max: 4 }),
  mode: fc.constantFrom("standard" as const, "adaptive" as const),
  total: fc.constantFrom(undefined, "100 millis" as const)
})

type Scenario = typeof scenario extends fc.Arbitrary<infer A> ? A : never

/** Runs a call against a server that goes by the script, and gathers all that a program could print of it. */
const run = (transport: Layer.Layer<Transport>, { call, maxAttempts, mode, script, total }: Scenario) =>
  Effect.gen(function*() {
    const server = yield* faultServer(script.map((name) => faults[name] ?? raw()))
    const { print, printed, spans, watch } = observer()
    const live = Layer.mergeAll(
      Layer.provide(layer({ region: "eu-central-1", endpoint: server.url, credentials }), transport),
      Layer.succeed(RetryPolicy, { maxAttempts, mode, baseDelay: 2, throttlingDelay: 2, maxDelay: 10 }),
      Layer.succeed(TimeLimits, { attempt: "60 millis", ...(total === undefined ? {} : { total }) })
    )
    const exit = yield* Effect.exit(calls[call] ?? Effect.die(call)).pipe(
      Effect.tap((exit) => Effect.log("logged", { exit })),
      Effect.tap((exit) => Exit.isSuccess(exit) ? Effect.log(exit.value) : Effect.logError(exit.cause)),
      Effect.provide(live),
      // The waits between attempts are drawn at random, here from the scenario.
      Random.withSeed(JSON.stringify(script)),
      watch
    )
    for (const value of [exit, ...(Exit.isFailure(exit) ? [exit.cause, Cause.squash(exit.cause)] : [exit.value])]) {
      print(JSON.stringify(value) ?? "")
      print(String(value))
      print(inspect(value, { depth: null, showHidden: true }))
    }
    if (Exit.isFailure(exit)) print(Cause.pretty(exit.cause))
    for (const span of spans) print(inspect(span, { depth: 12 }))
    return { exit, requests: server.requests.length, printed: printed.join("\n"), spans }
  }).pipe(Effect.scoped, Effect.runPromise)

/** A console and a tracer that keep what they are given. */
const observer = () => {
  const printed: Array<string> = []
  const spans: Array<Tracer.Span> = []
  const print = (text: string) => {
    printed.push(text)
  }
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
  const watch = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    effect.pipe(
      Effect.provide(layerTelemetry),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provideService(Tracer.Tracer, tracer),
      Effect.provideService(Console.Console, console),
      Effect.provide(Logger.layer([Logger.consoleJson, Logger.consolePretty()]))
    )
  return { print, printed, spans, watch }
}

const errorsOf = (exit: Exit.Exit<unknown, unknown>): ReadonlyArray<unknown> =>
  Exit.isSuccess(exit) ? [] : exit.cause.reasons.map((reason) => Cause.isFailReason(reason) ? reason.error : reason)

describe.each(transports)("over %s", (_name, transport) => {
  it("a call ends well or in one typed error, after no more requests than allowed, and tells no secret", async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async (scenario) => {
        const { exit, printed, requests, spans } = await run(transport, scenario)
        expect(requests).toBeLessThanOrEqual(scenario.maxAttempts)
        const errors = errorsOf(exit)
        expect(errors).toHaveLength(Exit.isSuccess(exit) ? 0 : 1)
        for (const error of errors) expect(error).toMatchObject({ _tag: expect.stringMatching(/E(rror|xception)$/) })
        expect(spans.length).toBeGreaterThan(0)
        expect(printed).toContain("logged")
        expect(printed).not.toContain(mark)
        expect(printed).not.toMatch(/Signature=|AKIDEXAMPLE/)
      }),
      { numRuns: 60 }
    )
  })

  it("what passes is tried again until it has passed", async () => {
    const script = ["throttled", "reset", "a page", "success"]
    const scenario: Scenario = { call: "getUser", script, maxAttempts: 4, mode: "standard", total: undefined }
    const { exit, requests } = await run(transport, scenario)
    expect(exit._tag).toBe("Success")
    expect(requests).toBe(4)
  })
})
