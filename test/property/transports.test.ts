/**
 * The transports agree: over bare `fetch` and over Effect's `HttpClient`, a call of any operation puts the same request
 * on the network, and any response ends the call in the same way. The network is a `fetch` that notes what it is asked.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import { layer } from "../../src/Service.ts"
import { Fetch, layerFetch, type Transport } from "../../src/client/Transport.ts"
import { operationNamed } from "../support/operations.ts"
import { operations, plain, typed, unwrap, wire } from "../support/shapes.ts"

const overFetch = (fetch: typeof globalThis.fetch): Layer.Layer<Transport> =>
  Layer.provide(layerFetch, Layer.succeed(Fetch, fetch))

const overHttpClient = (fetch: typeof globalThis.fetch): Layer.Layer<Transport> =>
  layerHttpClient.pipe(Layer.provide(FetchHttpClient.layer), Layer.provide(Layer.succeed(FetchHttpClient.Fetch, fetch)))

const clock = Effect.runSync(Clock.Clock)

/** Calls an operation inside a span, at a fixed time, and tells what it sent and how it ended. */
const call = async (
  transport: (fetch: typeof globalThis.fetch) => Layer.Layer<Transport>,
  name: string,
  input: unknown,
  endpoint: string,
  respond: () => Response
) => {
  const sent: Array<object> = []
  const fetch: typeof globalThis.fetch = async (url, init) => {
    const { signal, ...options } = init ?? {}
    expect(signal).toBeInstanceOf(AbortSignal)
    sent.push({
      ...options,
      url: String(url),
      headers: Object.fromEntries(new Headers(options.headers)),
      body: new Uint8Array(await new Response(options.body ?? null).arrayBuffer())
    })
    return respond()
  }
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
  const client = Layer.merge(
    Layer.provide(layer({ region: "eu-central-1", endpoint, credentials }), transport(fetch)),
    Layer.succeed(RetryPolicy, { maxAttempts: 1 })
  )
  const exit = await operationNamed(name)(input).pipe(
    Effect.withSpan("caller"),
    Effect.provide(client),
    // The clock's other readings have no part in a request.
    Effect.provideService(
      Clock.Clock,
      Object.assign(Object.create(clock), { currentTimeMillis: Effect.succeed(1_700_000_000_000) })
    ),
    Effect.exit,
    Effect.runPromise
  )
  return { sent, exit }
}

/** A response as `fetch` has it: some statuses allow no body. */
interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string | Uint8Array<ArrayBuffer>
}

const response = ({ body, headers, status }: Answer): Response =>
  new Response([204, 205, 304].includes(status) ? null : body, { status, headers })

const bodyOf = (output: string | undefined): fc.Arbitrary<Answer["body"]> =>
  output === undefined ? fc.constant("") : plain(output).map((value) => JSON.stringify(wire(output, value)))

const operation = fc.constantFrom(...operations).chain(({ errors, input, name, output }) =>
  fc.record({
    name: fc.constant(name),
    input: plain(input).map((value) => typed(input, value)),
    answer: fc.record({
      status: fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 })),
      headers: fc.dictionary(
        fc.constantFrom("x-amzn-requestid", "X-Amzn-ErrorType", "x-amzn-errormessage", "content-type", "set-cookie"),
        fc.oneof(fc.constantFrom("UserNotFoundException:", ...errors), fc.stringMatching(/^[!-~]{1,20}$/)),
        { noNullPrototype: true }
      ),
      body: fc.oneof(
        bodyOf(output),
        fc.constantFrom(...errors, "UnrecognizedClientException").map((name) => JSON.stringify({ __type: name })),
        fc.uint8Array({ maxLength: 40 }).map((bytes) => new Uint8Array(bytes)),
        fc.constantFrom("", "{}", "\ufeff{}", "<html>")
      )
    })
  })
)

const endpoint = fc.constantFrom(
  "https://cognito-idp.eu-central-1.amazonaws.com/",
  "http://localhost:9229",
  "http://127.0.0.1:9229/a/b%20c",
  "http://[::1]:9229/é//"
)

/** What came of a call, with what comparing an `Exit` would not look at: secrets, and the response behind an error. */
const outcome = (exit: Exit.Exit<unknown, object>): unknown =>
  Exit.isSuccess(exit) ? unwrap(exit.value) : Array.from(exit.cause.reasons, (reason) => {
    const error = Cause.isFailReason(reason) ? reason.error : undefined
    expect(error).toBeInstanceOf(Error)
    return { error, httpStatus: Object(error).httpStatus, requestId: Object(error).requestId }
  })

it("send the same and make the same of what comes back", async () => {
  await fc.assert(
    fc.asyncProperty(operation, endpoint, async ({ answer, input, name }, endpoint) => {
      const one = await call(overFetch, name, input, endpoint, () => response(answer))
      const two = await call(overHttpClient, name, input, endpoint, () => response(answer))
      expect(one.sent).toHaveLength(1)
      expect(two.sent).toEqual(one.sent)
      expect(outcome(two.exit)).toStrictEqual(outcome(one.exit))
    }),
    { numRuns: 500 }
  )
})

it("send the headers of the protocol and of the signature, and none of a trace", async () => {
  await fc.assert(
    fc.asyncProperty(operation, endpoint, async ({ answer, input, name }, endpoint) => {
      for (const transport of [overFetch, overHttpClient]) {
        const { sent } = await call(transport, name, input, endpoint, () => response(answer))
        const isPublic = operations.some((operation) => operation.name === name && operation.public === true)
        expect(sent.map(({ headers }: { readonly headers?: object }) => Object.keys(headers ?? {}).sort())).toEqual([
          [
            ...(isPublic ? [] : ["authorization"]),
            "content-type",
            "user-agent",
            ...(isPublic ? [] : ["x-amz-date"]),
            "x-amz-target"
          ]
        ])
      }
    }),
    { numRuns: 200 }
  )
})
