/** Every form in which a failure comes over the wire, and the typed error that it becomes, over both transports. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Schema from "effect/Schema"
import { ClientError } from "../../src/errors/ClientError.ts"
import { UserNotFoundException } from "../../src/errors/ServiceErrors.generated.ts"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import { adminGetUser } from "../../src/operations/Users.ts"
import { layerFetch } from "../../src/client/Transport.ts"
import { errorNames, minimalInput, operationNames } from "../support/model.ts"
import { operationNamed } from "../support/operations.ts"
import { type Answer, requestId, scriptedClient, ScriptedServer } from "../support/scriptedServer.ts"

interface Case {
  readonly name: string
  readonly answer: Answer
  /** The error, with its metadata where it is one of the service's, and its whole reason where it is the client's. */
  readonly error: object
}

const id = requestId(1)
const modelled = (tag: string, message: string, status = 400, rest: object = {}) => ({
  ...rest,
  _tag: tag,
  message,
  operation: "AdminGetUser",
  httpStatus: status,
  requestId: id
})
const unmodelled = (code: string, text: string, status = 400) => ({
  _tag: "UnmodeledError",
  code,
  text,
  status,
  requestId: id
})
const undecodable = (status: number, problem: string, path: ReadonlyArray<string | number> = []) => ({
  _tag: "DecodeError",
  status,
  problem,
  path,
  requestId: id
})

const header = (name: string) => ({ "x-amzn-errortype": name })
const html = "<html><body><h1>502 Bad Gateway</h1></body></html>"
const xml = "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>"

const cases: ReadonlyArray<Case> = [
  {
    name: "__type and message",
    answer: { status: 400, body: "{\"__type\":\"UserNotFoundException\",\"message\":\"User does not exist.\"}" },
    error: modelled("UserNotFoundException", "User does not exist.")
  },
  {
    name: "a __type with a namespace",
    answer: {
      status: 400,
      body: "{\"__type\":\"com.amazonaws.cognito.identity.idp.model#UserNotFoundException\",\"message\":\"é\"}"
    },
    error: modelled("UserNotFoundException", "é")
  },
  {
    name: "a header with a colon behind the name",
    answer: {
      status: 400,
      headers: header("NotAuthorizedException:"),
      body: "{\"message\":\"Access Token has been revoked\"}"
    },
    error: modelled("NotAuthorizedException", "Access Token has been revoked")
  },
  {
    name: "a header with an address behind the name",
    answer: {
      status: 400,
      headers: header("ResourceNotFoundException:http://internal.amazon.com/coral/com.amazonaws.cognito/"),
      body: "{\"message\":\"no pool\"}"
    },
    error: modelled("ResourceNotFoundException", "no pool")
  },
  {
    name: "header and __type",
    answer: {
      status: 400,
      headers: header("UserNotFoundException:"),
      body: "{\"__type\":\"UserNotFoundException\",\"message\":\"twice\"}"
    },
    error: modelled("UserNotFoundException", "twice")
  },
  {
    name: "an empty body, with name and message in headers",
    answer: {
      status: 400,
      headers: { ...header("InvalidParameterException"), "x-amzn-errormessage": "1 validation error detected" }
    },
    error: modelled("InvalidParameterException", "1 validation error detected")
  },
  {
    name: "a member beside the message",
    answer: {
      status: 400,
      body: "{\"__type\":\"InvalidParameterException\",\"message\":\"m\",\"reasonCode\":\"Bad\",\"added\":1}"
    },
    error: modelled("InvalidParameterException", "m", 400, { reasonCode: "Bad" })
  },
  {
    name: "a member that does not fit the model",
    answer: {
      status: 400,
      body: "{\"__type\":\"InvalidParameterException\",\"message\":\"m\",\"reasonCode\":{\"a\":1}}"
    },
    error: modelled("InvalidParameterException", "m")
  },
  {
    name: "no message",
    answer: { status: 400, body: "{\"__type\":\"ResourceNotFoundException\"}" },
    error: modelled("ResourceNotFoundException", "")
  },
  {
    name: "a message that is null",
    answer: { status: 400, body: "{\"__type\":\"ResourceNotFoundException\",\"message\":null}" },
    error: modelled("ResourceNotFoundException", "")
  },
  {
    name: "throttling with the status of the model",
    answer: { status: 429, body: "{\"__type\":\"TooManyRequestsException\",\"message\":\"Rate exceeded\"}" },
    error: modelled("TooManyRequestsException", "Rate exceeded", 429)
  },
  {
    name: "throttling with 400",
    answer: { status: 400, body: "{\"__type\":\"TooManyRequestsException\",\"message\":\"Rate exceeded\"}" },
    error: modelled("TooManyRequestsException", "Rate exceeded")
  },
  {
    name: "the service's own failure",
    answer: { status: 500, body: "{\"__type\":\"InternalErrorException\",\"message\":\"Please try again later.\"}" },
    error: modelled("InternalErrorException", "Please try again later.", 500)
  },
  {
    name: "code and type in place of __type",
    answer: {
      status: 404,
      body: "{\"code\":\"ResourceNotFoundException\",\"type\":\"User\",\"message\":\"Requested resource not found\"}"
    },
    error: modelled("ResourceNotFoundException", "Requested resource not found", 404)
  },
  {
    name: "a capital Message",
    answer: {
      status: 400,
      body: "{\"__type\":\"SerializationException\",\"Message\":\"Start of structure expected\"}"
    },
    error: unmodelled("SerializationException", "Start of structure expected")
  },
  {
    name: "an unmodelled name without a message",
    answer: { status: 400, body: "{\"__type\":\"SerializationException\"}" },
    error: unmodelled("SerializationException", "")
  },
  {
    name: "credentials that AWS does not know",
    answer: {
      status: 400,
      body: "{\"__type\":\"UnrecognizedClientException\",\"message\":\"The security token is invalid.\"}"
    },
    error: unmodelled("UnrecognizedClientException", "The security token is invalid.")
  },
  {
    name: "an error that another operation declares",
    answer: { status: 400, body: "{\"__type\":\"UsernameExistsException\",\"message\":\"User already exists\"}" },
    error: unmodelled("UsernameExistsException", "User already exists")
  },
  {
    name: "a page of a proxy",
    answer: { status: 502, headers: { "content-type": "text/html" }, body: html },
    error: undecodable(502, `${html.length} bytes that are not JSON`)
  },
  {
    name: "XML",
    answer: { status: 503, headers: { "content-type": "text/xml" }, body: xml },
    error: undecodable(503, `${xml.length} bytes that are not JSON`)
  },
  {
    name: "nothing but a status",
    answer: { status: 400 },
    error: undecodable(400, "an error without a name")
  },
  {
    name: "a bare string",
    answer: { status: 500, body: "\"failed\"" },
    error: undecodable(500, "a JSON value that is not an object")
  },
  {
    name: "a redirect",
    answer: { status: 302, headers: { location: "http://127.0.0.1:9/elsewhere" } },
    error: undecodable(302, "an error without a name")
  },
  {
    name: "a success that is a page of a proxy",
    answer: { status: 200, headers: { "content-type": "text/html" }, body: html },
    error: undecodable(200, `${html.length} bytes that are not JSON`)
  },
  {
    name: "a success cut in the middle of JSON",
    answer: { body: "{\"Username\":\"a" },
    error: undecodable(200, "14 bytes that are not JSON")
  },
  {
    name: "a success that is not UTF-8",
    answer: { body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d) },
    error: undecodable(200, "7 bytes that are not JSON")
  },
  {
    name: "a success that is a list",
    answer: { body: "[]" },
    error: undecodable(200, "a JSON value that is not an object")
  },
  {
    name: "a success whose required member is of another type",
    answer: { body: "{\"Username\":7}" },
    error: undecodable(200, "Expected string", ["Username"])
  },
  {
    name: "a success with a member of another type",
    answer: { body: "{\"Username\":\"ada\",\"UserAttributes\":[{\"Name\":\"email\"},{\"Name\":7}]}" },
    error: undecodable(200, "Expected string", ["UserAttributes", 1, "Name"])
  }
]

/** What a test compares of an error. */
const describeError = (error: object): object => {
  if (error instanceof ClientError) return { ...error.reason }
  // All modelled errors have these, and the compiler does not know that it can be no other.
  const { httpStatus, message, operation, requestId } = error as UserNotFoundException
  return { ...error, message, httpStatus, operation, requestId }
}

const transports = [
  { transport: "fetch", layer: layerFetch },
  { transport: "HttpClient", layer: Layer.provide(layerHttpClient, FetchHttpClient.layer) }
]

const call = adminGetUser({ UserPoolId: "eu-central-1_aBcDeFgHi", Username: "ada" })

describe.each(transports)("over $transport", ({ layer }) => {
  const serve = (answer: Answer) => Effect.provide(Layer.provide(scriptedClient({ AdminGetUser: () => answer }), layer))

  it.live.each(cases)("$name", ({ answer, error }) =>
    Effect.gen(function*() {
      assert.deepEqual(describeError(yield* Effect.flip(call)), error)
      // Nothing is retried and no redirect followed.
      const { requests } = yield* ScriptedServer
      assert.lengthOf(requests, 1)
    }).pipe(serve(answer)))

  it.live.each(["before", "within"] as const)(
    "a connection that breaks %s the answer",
    (broken) =>
      Effect.gen(function*() {
        const error = yield* Effect.flip(call)
        assert.instanceOf(error, ClientError)
        assert.strictEqual(error.operation, "AdminGetUser")
        assert.strictEqual(error.reason._tag, "TransportError")
        assert.strictEqual("code" in error.reason ? error.reason.code : undefined, "UND_ERR_SOCKET")
      }).pipe(serve({ broken, body: "{\"Username\":\"ada\"}" }))
  )

  it.live("errors are of their classes", () =>
    Effect.gen(function*() {
      assert.instanceOf(yield* Effect.flip(call), UserNotFoundException)
      const caught = yield* call.pipe(
        Effect.catchTag("UserNotFoundException", ({ message }) => Effect.succeed(message))
      )
      assert.strictEqual(caught, "gone")
    }).pipe(serve({ status: 400, body: "{\"__type\":\"UserNotFoundException\",\"message\":\"gone\"}" })))
})

it.live("each operation fails with each error that the model gives it", () => {
  // The server answers the name of the error that is due.
  let due = ""
  const script = Object.fromEntries(
    operationNames.map((name) => [name, () => ({ status: 400, body: JSON.stringify({ __type: due, message: name }) })])
  )
  return Effect.gen(function*() {
    for (const operationName of operationNames) {
      const operation = operationNamed(operationName)
      const call = operation(Schema.decodeUnknownSync(operation.spec.input)(minimalInput(operationName)))
      for (const errorName of errorNames(operationName)) {
        due = errorName
        const error = yield* Effect.flip(call)
        assert.strictEqual("_tag" in error && error._tag, errorName, operationName)
        assert.strictEqual("message" in error && error.message, operationName)
      }
    }
    const { requests } = yield* ScriptedServer
    assert.strictEqual(requests.length, operationNames.flatMap(errorNames).length)
  }).pipe(Effect.provide(Layer.provide(scriptedClient(script), layerFetch)))
})
