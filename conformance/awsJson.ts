/**
 * `awsjson11.json`: the protocol tests that Smithy publishes for `awsJson1_1`, the client's part.
 *
 * Each case becomes an operation of the library, with schemas for the case's shapes, that calls a server on this host. The
 * name of the service before the dot of `x-amz-target` is Cognito's, whatever the case's is.
 *
 * @see https://smithy.io/2.0/additional-specs/http-protocol-compliance-tests.html
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { isDeepStrictEqual } from "node:util"
import { unsigned } from "../src/Operation.ts"
import { RetryPolicy } from "../src/client/Retry.ts"
import { layerPublic } from "../src/Service.ts"
import { layerFetch } from "../src/client/Transport.ts"
import { type CaseServer, type Received, startServer } from "./server.ts"
import { errorOf, isMessage, obstacle, schemaOf, Shape, shapeOf, type Shapes, typed } from "./shapes.ts"
import { expectEqual, failed, notApplicable, type Outcome, passed, type Suite } from "./Suite.ts"

const Headers = Schema.Record(Schema.String, Schema.String)

const Case = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["request", "response"]),
  operation: Schema.String,
  input: Schema.String,
  output: Schema.String,
  errors: Schema.Array(Schema.String),
  operationTraits: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  /** The input, the output or the error, whichever the case is about. */
  shape: Schema.String,
  params: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  body: Schema.optionalKey(Schema.String),
  headers: Schema.optionalKey(Headers),
  appliesTo: Schema.optionalKey(Schema.Literals(["client", "server"])),
  // Of requests.
  method: Schema.optionalKey(Schema.String),
  uri: Schema.optionalKey(Schema.String),
  host: Schema.optionalKey(Schema.String),
  forbidHeaders: Schema.optionalKey(Schema.Array(Schema.String)),
  requireHeaders: Schema.optionalKey(Schema.Array(Schema.String)),
  // Of responses.
  code: Schema.optionalKey(Schema.Finite)
})
type Case = typeof Case.Type

const Content = Schema.Struct({ tests: Schema.Array(Case), shapes: Schema.Record(Schema.String, Shape) })

export const awsJson: Suite = {
  file: "awsjson11.json",
  run: (content) =>
    Effect.scoped(Effect.gen(function*() {
      const { shapes, tests } = Schema.decodeUnknownSync(Content)(content)
      const server = yield* startServer
      return yield* Effect.forEach(tests, (test) =>
        Effect.map(runCase(shapes, server, test), (outcome) => ({ name: `${test.kind} ${test.id}`, outcome })))
    }))
}

const runCase = (shapes: Shapes, server: CaseServer, test: Case): Effect.Effect<Outcome> => {
  const reason = inapplicable(shapes, test)
  if (reason !== undefined) return Effect.succeed(notApplicable(reason))
  const check = test.kind === "request" ? checkRequest : checkResponse
  return check(shapes, server, test).pipe(
    Effect.map((problem) => problem === undefined ? passed : failed(problem)),
    Effect.catchDefect((defect) => Effect.succeed(failed(`it threw ${String(defect)}`)))
  )
}

/** Traits that change how an operation is sent, none of which an operation of Cognito has. */
const operationTraits = ["smithy.api#endpoint", "smithy.api#requestCompression", "smithy.api#httpChecksumRequired"]

const inapplicable = (shapes: Shapes, test: Case): string | undefined => {
  const trait = operationTraits.find((name) => test.operationTraits?.[name] !== undefined)
  if (trait !== undefined) return `Cognito has no operations with ${trait}`
  if (test.appliesTo === "server") return "it is about servers"
  return obstacle(shapes, { target: test.shape }, test.params ?? {})
}

/** Calls the case's operation; whatever the server is told to answer, its answer comes once. */
const call = (shapes: Shapes, server: CaseServer, test: Case, input: object, path = "/") => {
  const operation = unsigned({
    name: test.operation,
    input: schemaOf(shapes, test.input),
    output: schemaOf(shapes, test.output),
    errors: test.errors.map((id) => errorOf(shapes, id))
  })
  server.received = undefined
  const client = Layer.provide(layerPublic({ endpoint: `${server.url}${path}` }), layerFetch)
  return Effect.result(operation(input)).pipe(
    Effect.provide(Layer.merge(client, Layer.succeed(RetryPolicy, { maxAttempts: 1 }))),
    Effect.orDie
  )
}

type Check = (shapes: Shapes, server: CaseServer, test: Case) => Effect.Effect<string | undefined>

const checkRequest: Check = (shapes, server, test) =>
  Effect.gen(function*() {
    server.answer = { status: 200, headers: {}, body: "{}" }
    const path = test.host?.replace(/^[^/]*/, "")
    const result = yield* call(shapes, server, test, Object(typed(shapes, test.input, test.params ?? {})), path)
    // The answer need not fit the output.
    return server.received === undefined ? `nothing was sent: ${describe(result)}` : compare(test, server.received)
  })

/** What differs in a request from what a case wants, if anything does. */
const compare = (test: Case, received: Received): string | undefined => {
  const headers = Object.entries(test.headers ?? {}).map(([name, value]) => {
    const wanted = name.toLowerCase() === "x-amz-target" ? value.replace(/^[^.]*/, target) : value
    const actual = received.headers[name.toLowerCase()]
    return expectEqual(`the header ${name}`, actual, wanted, actual === wanted)
  })
  const missing = test.requireHeaders?.find((name) => received.headers[name.toLowerCase()] === undefined)
  const forbidden = test.forbidHeaders?.find((name) => received.headers[name.toLowerCase()] !== undefined)
  const { method = "POST", uri = "/" } = test
  return [
    expectEqual("the method", received.method, method, received.method === method),
    expectEqual("the path", received.path, uri, received.path === uri),
    ...headers,
    missing && `the header ${missing} is missing`,
    forbidden && `there is a header ${forbidden}`,
    test.body === undefined
      ? undefined
      : expectEqual("the body", received.body, test.body, sameJson(received.body, test.body))
  ].find((problem) => problem !== undefined)
}

const target = "AWSCognitoIdentityProviderService"

const sameJson = (one: string, other: string): boolean =>
  one === other || (one !== "" && other !== "" && isDeepStrictEqual(JSON.parse(one), JSON.parse(other)))

const checkResponse: Check = (shapes, server, test) =>
  Effect.gen(function*() {
    server.answer = { status: test.code ?? 200, headers: test.headers ?? {}, body: test.body ?? "" }
    // The members that an input must have are no part of the case.
    const result = yield* call(shapes, server, { ...test, input: "smithy.api#Unit" }, {})
    const isError = shapeOf(shapes, test.shape).traits?.["smithy.api#error"] !== undefined
    const expected = typed(shapes, test.shape, test.params ?? {})
    if (isError) return Result.isFailure(result) ? compareError(test, result.failure, expected) : describe(result)
    return Result.isSuccess(result)
      ? expectEqual("the output", result.success, expected, isDeepStrictEqual(result.success, expected))
      : describe(result)
  })

const compareError = (test: Case, error: object, expected: unknown): string | undefined => {
  const { _tag, ...members }: { [name: string]: unknown } = { ...error }
  const wanted = Object.entries(Object(expected))
  const message = wanted.find(([name]) => isMessage(name))?.[1] ?? ""
  const others = Object.fromEntries(wanted.filter(([name]) => !isMessage(name)))
  const actual = { _tag, members: { ...members, message: error instanceof Error ? error.message : undefined } }
  const wish = { _tag: test.shape.split("#").at(-1), members: { ...others, message } }
  return expectEqual("the error", actual, wish, isDeepStrictEqual(actual, wish))
}

const describe = (result: Result.Result<unknown, object>): string =>
  Result.match(result, {
    onFailure: (error) => `the call failed: ${String(error)}`,
    onSuccess: (output) => `the call succeeded with ${JSON.stringify(output)}`
  })
