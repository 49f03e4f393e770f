/**
 * The two halves of an operation on this side of the wire, as AWS's `awsJson1_1` protocol has them: an input becomes the
 * body of a request, a response the output or an error. Pure functions of an operation's {@link Spec}, which need no
 * network.
 *
 * `Operation.ts` does what is between the two: signing, sending, retrying. `Codec.ts` knows how single values look.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { ClientError, type ClientErrorReason, DecodeError, EncodeError, UnmodeledError } from "../errors/ClientError.ts"
import { type CallMetadata, withCall } from "../errors/CallMetadata.ts"
import type { ServiceError, ServiceErrorClass } from "../errors/ServiceError.ts"
import { isJsonObject, read, write } from "./Codec.ts"
import type { JsonObject } from "./Conversion.ts"
import { type Misfit, type Settings } from "./Conversion.ts"
import { origin, requestIdOf, type TransportHeaders, type TransportResponse } from "./Message.ts"

/** What an operation is on the wire, as the model states it. */
export interface Spec<I, O, E extends ServiceError> {
  /** AWS's name of the operation, such as `AdminGetUser`. */
  readonly name: string
  readonly input: Schema.Codec<I, unknown>
  readonly output: Schema.Codec<O, unknown>
  /** The errors that the operation declares; their `identifier` is the name on the wire. */
  readonly errors: ReadonlyArray<ServiceErrorClass<NoInfer<E>>>
  /** Whether it must not be carried out twice: then it is not retried once it may have reached the service. */
  readonly once?: boolean
}

/** The headers of an operation's requests, but for those of the signature. */
export const headersOf = ({ name }: { readonly name: string }): TransportHeaders => ({
  "content-type": "application/x-amz-json-1.1",
  "x-amz-target": `AWSCognitoIdentityProviderService.${name}`
})

/** Checks an input and writes it as the body of a request. */
export const encode = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  input: I,
  settings?: Settings
): Result.Result<Uint8Array<ArrayBuffer>, ClientError> => {
  const fail = (misfit: Misfit) => Result.fail(clientError(spec, new EncodeError(misfit)))
  try {
    const written = write(spec.input, input, settings)
    return Result.isFailure(written)
      ? fail(written.failure)
      : Result.succeed(utf8.encode(JSON.stringify(written.success)))
  } catch {
    // A getter or a proxy that throws, or a document too deep for the stack.
    return fail({ path: [], problem: "it cannot be read" })
  }
}

/**
 * Reads a response: the output, one of the operation's errors, or why it is neither. `corrections` gets each place in the
 * output where the service left a required member out. `conceal` makes the service's texts fit to be told.
 */
export const decode = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  response: TransportResponse,
  settings?: Settings,
  corrections?: Array<string>,
  conceal: (text: string) => string = (text) => text
): Result.Result<O, E | ClientError> => {
  const { body, status } = response
  if (status < 200 || status > 299) return decodeError(spec, response, conceal)
  const fail = (misfit: Misfit) =>
    Result.fail(clientError(spec, new DecodeError({ ...misfit, ...concealedOrigin(response, conceal) }), response))
  const parsed = parse(body)
  if (Result.isFailure(parsed)) return fail({ path: [], problem: parsed.failure })
  const output = read(spec.output, parsed.success, settings, corrections)
  // It was read by the schema of this output.
  return Result.isSuccess(output) ? Result.succeed(output.success as O) : fail(output.failure)
}

const decodeError = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  response: TransportResponse,
  conceal: (text: string) => string
): Result.Result<never, E | ClientError> => {
  const { headers } = response
  const body = parse(response.body)
  const fields: JsonObject = Result.isSuccess(body) ? body.success : {}
  const code = errorCode(headers, fields)
  if (code === undefined) {
    const problem = Result.isSuccess(body) ? "an error without a name" : body.failure
    return Result.fail(
      clientError(spec, new DecodeError({ path: [], problem, ...concealedOrigin(response, conceal) }), response)
    )
  }
  const message = conceal([fields.message, fields.Message, headers["x-amzn-errormessage"]].find(isString) ?? "")
  const ErrorClass = spec.errors.find(({ identifier }) => identifier === code)
  if (ErrorClass === undefined) {
    return Result.fail(
      clientError(
        spec,
        new UnmodeledError({ code: conceal(code), text: message, ...concealedOrigin(response, conceal) }),
        response
      )
    )
  }
  const members: { [name: string]: unknown } = { message }
  for (const [name, field] of Object.entries(ErrorClass.fields)) {
    if (name === "_tag" || name === "message") continue
    // Members beside the message are optional in all errors: one that does not fit is left out.
    const member = read(field, fields[name])
    if (Result.isSuccess(member)) members[name] = isString(member.success) ? conceal(member.success) : member.success
  }
  // The class has these members, and they have been read by its schema.
  const make = ErrorClass as new(members: object, options: Schema.MakeOptions) => E
  const error = withoutStack(() => new make(members, { disableChecks: true }))
  return Result.fail(noted(spec, error, response))
}

const concealedOrigin = (response: TransportResponse, conceal: (text: string) => string): ReturnType<typeof origin> => {
  const { requestId, status } = origin(response)
  return requestId === undefined ? { status } : { status, requestId: conceal(requestId) }
}

/** Makes an error tell of the call that it ended: of the response, if there was one, and of what came before it. */
export const noted = <E extends object>(
  { name }: { readonly name: string },
  error: E,
  response: TransportResponse | undefined,
  { attempts, retryDelay }: Partial<Pick<CallMetadata, "attempts" | "retryDelay">> = {}
): E =>
  withCall(error, {
    operation: name,
    response,
    httpStatus: response?.status,
    requestId: response && requestIdOf(response),
    attempts,
    retryDelay
  })

/** Makes an error without noting the stack, which for one from the wire would hold the runtime's frames alone. */
const withoutStack = <A>(make: () => A): A => {
  const { stackTraceLimit } = Error
  try {
    // Not by assignment, which throws where the globals are frozen.
    Reflect.set(Error, "stackTraceLimit", 0)
    return make()
  } finally {
    Reflect.set(Error, "stackTraceLimit", stackTraceLimit)
  }
}

/**
 * The name of an error: from the header, `code` or `__type`, without the address behind `:` and the namespace before
 * `#`. The HTTP status plays no part: AWS answers most errors with 400, whatever the model says.
 */
const errorCode = (headers: TransportHeaders, fields: JsonObject): string | undefined =>
  nameIn(headers["x-amzn-errortype"]) ?? nameIn(fields.code) ?? nameIn(fields.__type)

const nameIn = (text: unknown): string | undefined =>
  isString(text) ? /([^#:,]*)(?:[:,]|$)/.exec(text)?.[1]?.trim() || undefined : undefined

/** Reads a body as the protocol has it: a JSON object, or nothing, which AWS sends for an operation without output. */
const parse = (bytes: Uint8Array): Result.Result<JsonObject, string> => {
  if (bytes.length === 0) return Result.succeed({})
  try {
    const value: unknown = JSON.parse(strictUtf8.decode(bytes))
    return isJsonObject(value) ? Result.succeed(value) : Result.fail("a JSON value that is not an object")
  } catch {
    return Result.fail(`${bytes.length} bytes that are not JSON`)
  }
}

/** The error for what went wrong on this side of the wire, or with what came from the other. */
export const clientError = (
  spec: { readonly name: string },
  reason: ClientErrorReason,
  response?: TransportResponse
): ClientError => noted(spec, new ClientError({ operation: spec.name, reason }), response)

const utf8 = new TextEncoder()

const strictUtf8 = new TextDecoder("utf-8", { fatal: true })

const isString = (value: unknown): value is string => typeof value === "string"
