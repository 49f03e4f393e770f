/**
 * What calls tell while they run, seen by OpenTelemetry's own SDK and its exporters in memory, and by a logger of the
 * program: spans as the conventions for clients of AWS have them, metrics and log lines; and nothing of it where nobody
 * listens.
 */
import * as NodeSdk from "@effect/opentelemetry/NodeSdk"
import { SpanKind, SpanStatusCode } from "@opentelemetry/api"
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader
} from "@opentelemetry/sdk-metrics"
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as Redacted from "effect/Redacted"
import * as References from "effect/References"
import * as Tracer from "effect/Tracer"
import { describe, expect, it } from "vitest"
import {
  adminGetUser,
  type Cognito,
  describeUserPoolDomain,
  initiateAuth,
  layerTelemetry,
  type Signer
} from "../../src/index.ts"
import * as Testing from "../../src/testing/index.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "canary-name" }

const found = Testing.respond({
  status: 200,
  headers: { "x-amzn-requestid": "req-2" },
  body: JSON.stringify({ Username: "canary-output" })
})

const notFound = Testing.respond({
  status: 400,
  headers: { "x-amzn-requestid": "req-3" },
  body: `{"__type":"UserNotFoundException","message":"canary-text"}`
})

const throttledTwice = Testing.stub(adminGetUser, Testing.throttled(2, found))

interface Told {
  readonly spans: ReadonlyArray<ReadableSpan>
  readonly metrics: ReadonlyArray<readonly [name: string, attributes: object, value: unknown]>
  readonly lines: ReadonlyArray<
    { readonly message: string; readonly annotations: { readonly [name: string]: unknown } }
  >
}

/** Runs a program with OpenTelemetry's SDK and a logger of all levels, and tells what they were told. */
const observe = async (
  program: Effect.Effect<unknown, unknown, Cognito | Signer>,
  live: Layer.Layer<Cognito | Signer>,
  telemetry: Layer.Layer<never> = layerTelemetry
): Promise<Told> => {
  const exporter = new InMemorySpanExporter()
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const metricReader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 1e6 })
  const sdk = NodeSdk.layer(() => ({
    resource: { serviceName: "test" },
    spanProcessor: new SimpleSpanProcessor(exporter),
    metricReader
  }))
  const lines: Array<Told["lines"][number]> = []
  const logger = Logger.make(({ fiber, message }) => {
    lines.push({ message: String(message), annotations: fiber.getRef(References.CurrentLogAnnotations) })
  })
  let spans: ReadonlyArray<ReadableSpan> = []
  let metrics: Told["metrics"] = []
  const read = Effect.promise(async () => {
    await metricReader.forceFlush()
    spans = exporter.getFinishedSpans()
    metrics = (metricExporter.getMetrics().at(-1)?.scopeMetrics ?? []).flatMap((scope) => scope.metrics)
      .filter(({ descriptor }) => descriptor.name.startsWith("cognito."))
      .flatMap(({ dataPoints, descriptor }) =>
        dataPoints.map(({ attributes, value }): Told["metrics"][number] => [descriptor.name, attributes, value])
      )
  })
  await Effect.runPromise(
    Effect.andThen(Effect.exit(program), read).pipe(
      Effect.provide(Layer.mergeAll(live, telemetry, Logger.layer([logger]))),
      Effect.provideService(References.MinimumLogLevel, "All"),
      Effect.provide(sdk),
      // Else what other tests counted would be there too.
      Effect.provideService(Metric.MetricRegistry, new Map())
    )
  )
  return { spans, metrics, lines }
}

describe("a call's span", () => {
  it("is named and described as OpenTelemetry has it for clients of AWS", async () => {
    const { spans } = await observe(adminGetUser(user), Testing.layer(throttledTwice))
    expect(spans.map(({ attributes, kind, name, status }) => ({ attributes, kind, name, status }))).toEqual([{
      name: "CognitoIdentityProvider.AdminGetUser",
      kind: SpanKind.CLIENT,
      status: { code: SpanStatusCode.OK },
      attributes: {
        "rpc.system": "aws-api",
        "rpc.system.name": "aws-api",
        "rpc.service": "CognitoIdentityProvider",
        "rpc.method": "AdminGetUser",
        "server.address": "cognito-idp.us-east-1.amazonaws.com",
        "server.port": 443,
        "aws.request_id": "req-2",
        "http.response.status_code": 200,
        "http.request.resend_count": 2
      }
    }])
  })

  it.each([
    ["an error of the service", notFound, { "error.type": "UserNotFoundException", "aws.request_id": "req-3" }],
    ["a name that no error of AWS's has", Testing.respond({ status: 400, body: `{"__type":"no name of ours"}` }), {
      "error.type": "UnmodeledError",
      "http.response.status_code": 400
    }],
    ["a page of a proxy", Testing.malformedBody("<html>", 502), {
      "error.type": "DecodeError",
      "http.response.status_code": 502,
      "http.request.resend_count": 2
    }],
    ["no response", Testing.failingTransport(), { "error.type": "TransportError", "http.request.resend_count": 2 }]
  ])("tells %s", async (_, answer, attributes) => {
    const { spans } = await observe(adminGetUser(user), Testing.layer(Testing.stub(adminGetUser, answer)))
    expect(spans).toHaveLength(1)
    expect(spans[0]?.attributes).toMatchObject(attributes)
    expect(spans[0]?.status.code).toBe(SpanStatusCode.ERROR)
  })

  it("tells what was refused before anything was sent", async () => {
    // What a program without types may pass.
    const { spans } = await observe(adminGetUser({ ...user, UserPoolId: 1 as never }), Testing.layer(throttledTwice))
    expect(spans[0]?.attributes).toMatchObject({ "error.type": "EncodeError" })
    expect(spans[0]?.attributes).not.toHaveProperty("http.response.status_code")
  })

  it("is of a page for each page, and a child of the program's", async () => {
    const { spans } = await observe(
      Effect.withSpan(Effect.andThen(adminGetUser(user), adminGetUser(user)), "program"),
      Testing.layer(Testing.stub(adminGetUser, found))
    )
    const parent = spans.find(({ name }) => name === "program")
    const children = spans.filter(({ name }) => name !== "program")
    expect(children).toHaveLength(2)
    for (const { parentSpanContext } of children) expect(parentSpanContext?.spanId).toBe(parent?.spanContext().spanId)
  })

  it("has an event for each attempt", async () => {
    const { spans } = await observe(adminGetUser(user), Testing.layer(throttledTwice))
    const attempts = (spans[0]?.events ?? []).filter(({ name }) => name === "attempt")
    expect(attempts.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ "cognito.attempt": 1, "error.type": "TooManyRequestsException" }),
      expect.objectContaining({ "cognito.attempt": 2, "error.type": "TooManyRequestsException" }),
      { "cognito.attempt": 3, "http.response.status_code": 200, "aws.request_id": "req-2" }
    ])
  })
})

describe("metrics", () => {
  it("count calls, retries and throttles by operation and outcome, and how long calls took", async () => {
    const twice = Testing.stub(adminGetUser, Testing.sequence(Testing.throttled(2, found), notFound))
    const program = Effect.andThen(adminGetUser(user), Effect.exit(adminGetUser(user)))
    const { metrics } = await observe(program, Testing.layer(twice))
    const success = expect.objectContaining({ operation: "AdminGetUser", outcome: "success" })
    const failure = expect.objectContaining({ operation: "AdminGetUser", outcome: "UserNotFoundException" })
    const counters = metrics.filter(([name]) => name !== "cognito.duration")
    expect(counters).toHaveLength(6)
    expect(counters).toEqual(expect.arrayContaining([
      ["cognito.calls", success, 1],
      ["cognito.calls", failure, 1],
      ["cognito.retries", success, 2],
      ["cognito.retries", failure, 0],
      ["cognito.throttles", success, 2],
      ["cognito.throttles", failure, 0]
    ]))
    expect(metrics.filter(([name]) => name === "cognito.duration").map(([, , value]) => value)).toEqual([
      expect.objectContaining({ count: 1 }),
      expect.objectContaining({ count: 1 })
    ])
  })

  it("count a call that was interrupted", async () => {
    const slow = Testing.layer(Testing.stub(adminGetUser, Testing.slow("1 minute", found)))
    const { metrics } = await observe(Effect.timeoutOption(adminGetUser(user), 20), slow)
    expect(metrics).toContainEqual(["cognito.calls", expect.objectContaining({ outcome: "interrupted" }), 1])
  })
})

describe("log lines", () => {
  it("are one for each attempt, at the debug level", async () => {
    const { lines } = await observe(adminGetUser(user), Testing.layer(throttledTwice))
    expect(lines.map(({ message }) => message)).toEqual([
      "AdminGetUser: attempt 1: TooManyRequestsException",
      "AdminGetUser: attempt 2: TooManyRequestsException",
      "AdminGetUser: attempt 3: success"
    ])
    expect(lines[2]?.annotations).toMatchObject({ "aws.request_id": "req-2", "http.response.status_code": 200 })
  })

  it("tell each place where the service left something out, and the span does", async () => {
    const body = `{"DomainDescription":{"Domain":"d","Status":"ACTIVE","CustomDomainConfig":{}}}`
    const live = Testing.layer(Testing.stub(describeUserPoolDomain, Testing.respond({ status: 200, body })))
    const { lines, spans } = await observe(describeUserPoolDomain({ Domain: "d" }), live)
    const place = "DomainDescription.CustomDomainConfig.CertificateArn"
    expect(lines.map(({ message }) => message)).toContain(
      `DescribeUserPoolDomain: the service left out ${place}, which has its zero value`
    )
    expect(spans[0]?.attributes).toMatchObject({ "cognito.corrected_members": [place] })
  })
})

it("no value of an input, an output or an error's text is told anywhere", async () => {
  const answers = [found, notFound, Testing.malformedBody("<html>canary-page"), Testing.failingTransport()]
  for (const answer of answers) {
    const live = Testing.layer(Testing.stub(adminGetUser, answer), Testing.stub(initiateAuth, answer))
    const signIn = initiateAuth({
      ClientId: "canary-client",
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "canary-name", PASSWORD: Redacted.make("canary-password") }
    })
    const { lines, metrics, spans } = await observe(
      Effect.andThen(Effect.exit(adminGetUser(user)), Effect.exit(signIn)),
      live
    )
    expect(spans.length).toBeGreaterThan(0)
    const told = spans.map(({ attributes, events, name }) => ({
      attributes,
      name,
      events: events.map((event) => ({
        // An exception's event is OpenTelemetry's own, of the error's message, which holds the service's text.
        ...event,
        ...(event.name === "exception" ? { attributes: {} } : {})
      }))
    }))
    expect(JSON.stringify([told, metrics, lines])).not.toContain("canary")
  }
})

describe("where nobody listens", () => {
  it("there are no spans without a tracer, and no lines and metrics without the layer", async () => {
    const without = await observe(adminGetUser(user), Testing.layer(throttledTwice), Layer.empty)
    expect(without.spans).toHaveLength(1)
    expect(without.spans[0]?.events).toEqual([])
    expect({ metrics: without.metrics, lines: without.lines }).toEqual({ metrics: [], lines: [] })
  })

  it("a call takes as few steps of the runtime as it takes with nothing of this", async () => {
    const steps = (context: Layer.Layer<never>) =>
      Effect.runPromise(
        Effect.gen(function*() {
          yield* adminGetUser(user)
          const before = yield* Effect.withFiber((fiber) => Effect.succeed(fiber.currentOpCount))
          yield* adminGetUser(user)
          return (yield* Effect.withFiber((fiber) => Effect.succeed(fiber.currentOpCount))) - before
        }).pipe(
          Effect.provide(Layer.merge(Testing.layer(Testing.stub(adminGetUser, found)), context))
        )
      )
    const silent = await steps(Layer.empty)
    expect(silent).toBeLessThanOrEqual(20)
    expect(await steps(layerTelemetry)).toBeGreaterThan(silent)
    const spans: Array<string> = []
    const tracer = Tracer.make({
      span: (options) => {
        spans.push(options.name)
        return new Tracer.NativeSpan(options)
      }
    })
    expect(await steps(Layer.succeed(Tracer.Tracer, tracer))).toBeGreaterThan(silent)
    expect(spans).toHaveLength(2)
  })
})
