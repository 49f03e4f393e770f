/**
 * The path of a call, all of it: encode → sign → send → decode, or recognise the error; the last three again where
 * `Retry.ts` finds it worth it, and all within the program's `TimeLimits`.
 *
 * An operation is a function that carries its {@link Spec}. {@link encode} and {@link decode}, the halves on this side
 * of the wire, are pure and need no network; {@link signed} and {@link unsigned} put them around a transport.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Tracer from "effect/Tracer"
import { isJsonObject, type JsonObject, readerOf, undecided, writerOf } from "./protocol/Codec.ts"
import {
  ClientError,
  type ClientErrorReason,
  DecodeError,
  EncodeError,
  TimeoutError,
  UnmodeledError
} from "./errors/ClientError.ts"
import { type ServiceError, type ServiceErrorClass, withMetadata } from "./errors/ServiceError.ts"
import { dropNulls, dropUndefined, findOpaque } from "./protocol/Normalize.ts"
import { retrying, RetryPolicy } from "./client/Retry.ts"
import { Cognito } from "./Service.ts"
import { Signer } from "./client/Signer.ts"
import { sender, TimeLimits, within } from "./client/TimeLimits.ts"
import { origin, type TransportHeaders, type TransportRequest, type TransportResponse } from "./client/Transport.ts"

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

/**
 * An operation of the service: call it with its input. `R` is `Cognito` where no AWS credentials are needed, and
 * `Cognito | Signer` where they are; `E` the errors that it declares, to which {@link ClientError} comes.
 */
export interface Operation<I, O, E extends ServiceError, R> {
  (input: I): Effect.Effect<O, E | ClientError, R>
  readonly spec: Spec<I, O, E>
}

/** An operation of which nothing is known but how to call it; for code that deals with all of them alike. */
export interface AnyOperation {
  (input: never): Effect.Effect<unknown, object, Cognito | Signer>
  readonly spec: Spec<unknown, unknown, ServiceError>
}

/** Makes an operation that is signed with AWS credentials. */
export const signed = <I, O, E extends ServiceError>(spec: Spec<I, O, E>): Operation<I, O, E, Cognito | Signer> =>
  makeOperation(spec, (context: Context.Context<Signer>) => Context.get(context, Signer).sign)

/** Makes an operation that is sent as it is, even where AWS credentials are at hand. */
export const unsigned = <I, O, E extends ServiceError>(spec: Spec<I, O, E>): Operation<I, O, E, Cognito> =>
  makeOperation(spec, () => Effect.succeed)

const makeOperation = <I, O, E extends ServiceError, R>(
  spec: Spec<I, O, E>,
  signerOf: (context: Context.Context<R>) => (
    request: TransportRequest,
    clockOffset: number
  ) => Effect.Effect<TransportRequest, ClientErrorReason>
): Operation<I, O, E, Cognito | R> => {
  const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": `${target}.${spec.name}` }
  const once = spec.once ?? false
  const fail = (reason: ClientErrorReason) => clientError(spec, reason)
  const onFailure = (reason: ClientErrorReason) => ({ response: undefined, result: Result.fail(fail(reason)) })
  const onSuccess = (response: TransportResponse) => ({ response, result: decode(spec, response) })

  const run = (input: I, context: Context.Context<Cognito | R>): Effect.Effect<O, E | ClientError> => {
    const { endpoint, state, transport } = Context.get(context, Cognito)
    const sign = signerOf(context)
    const limits = Context.get(context, TimeLimits)
    const encoded = encode(spec, input)
    if (Result.isFailure(encoded)) return Effect.fail(encoded.failure)
    const body = encoded.success

    const send = sender(context, transport, limits)
    const attempt = (clockOffset: number) =>
      Effect.match(send(sign({ method: "POST", url: endpoint, headers, body }, clockOffset)), { onFailure, onSuccess })
    const retried = retrying({ state, once, policy: Context.get(context, RetryPolicy) }, attempt)
    if (limits.total === undefined) return retried
    const millis = Duration.toMillis(limits.total)
    return Effect.mapError(
      within({ limit: "total", millis, left: millis }, retried),
      (error) => error instanceof TimeoutError ? fail(error) : error
    )
  }
  const spanned = Effect.withSpan(`Cognito.${spec.name}`, {
    kind: "client",
    attributes: { "rpc.system.name": "aws-api", "rpc.method": `${target}/${spec.name}` }
  }, { captureStackTrace: false })

  const call = (input: I) =>
    Effect.withFiber<O, E | ClientError, Cognito | R>((fiber) => {
      // The fiber's context holds what the type of the effect asks for.
      const context = fiber.context as Context.Context<Cognito | R>
      // Where no tracer is installed nobody would see the span.
      if (Context.getOrUndefined(context, Tracer.Tracer) === undefined) return run(input, context)
      return spanned(Effect.suspend(() => run(input, context)))
    })
  return Object.assign(call, { spec })
}

const target = "AWSCognitoIdentityProviderService"

/** Checks an input and writes it as the body of a request. */
export const encode = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  input: I
): Result.Result<Uint8Array<ArrayBuffer>, ClientError> => {
  const fail = (where: Where) => Result.fail(clientError(spec, new EncodeError(where)))
  try {
    const written = writerOf(spec.input)(input)
    if (written !== undecided) return Result.succeed(utf8.encode(JSON.stringify(written)))
    const write = Schema.encodeUnknownResult(spec.input, { onExcessProperty: "error" })
    // Where it fits, as it nearly always does, it is not copied first.
    const encoded = Result.orElse(write(input), () => write(dropUndefined(input)))
    if (Result.isFailure(encoded)) return fail(describe(encoded.failure))
    const opaque = findOpaque(spec.input, input)
    if (opaque !== undefined) return fail({ path: opaque, problem: "Expected a plain object" })
    return Result.succeed(utf8.encode(JSON.stringify(encoded.success)))
  } catch {
    // A getter or a proxy that throws, or a document too deep for the stack.
    return fail({ path: [], problem: "it cannot be read" })
  }
}

/** Reads a response: the output, one of the operation's errors, or why it is neither. */
export const decode = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  response: TransportResponse
): Result.Result<O, E | ClientError> =>
  response.status >= 200 && response.status < 300 ? decodeOutput(spec, response) : decodeError(spec, response)

const decodeOutput = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  response: TransportResponse
): Result.Result<O, ClientError> => {
  const fail = (where: Where) => Result.fail(clientError(spec, new DecodeError({ ...where, ...origin(response) })))
  const body = parse(response.body)
  if (Result.isFailure(body)) return fail({ path: [], problem: body.failure })
  const read = readerOf(spec.output)(body.success)
  // It is the output of this schema.
  if (read !== undecided) return Result.succeed(read as O)
  dropNulls(spec.output, body.success)
  const output = Schema.decodeUnknownResult(spec.output)(body.success)
  return Result.isSuccess(output) ? Result.succeed(output.success) : fail(describe(output.failure))
}

const decodeError = <I, O, E extends ServiceError>(
  spec: Spec<I, O, E>,
  response: TransportResponse
): Result.Result<never, E | ClientError> => {
  const { headers } = response
  const body = parse(response.body)
  const fields: JsonObject = Result.isSuccess(body) ? body.success : {}
  const code = errorCode(headers, fields)
  if (code === undefined) {
    const problem = Result.isSuccess(body) ? "an error without a name" : body.failure
    return Result.fail(clientError(spec, new DecodeError({ path: [], problem, ...origin(response) })))
  }
  const message = [fields.message, fields.Message, headers["x-amzn-errormessage"]].find(isString) ?? ""
  const ErrorClass = spec.errors.find(({ identifier }) => identifier === code)
  if (ErrorClass === undefined) {
    return Result.fail(clientError(spec, new UnmodeledError({ code, text: message, ...origin(response) })))
  }
  const members: { [name: string]: unknown } = { message }
  for (const [name, field] of Object.entries(ErrorClass.fields)) {
    // What the model says of an error beside its message is optional: where it does not fit, it is left out.
    const member = name === "_tag" || name === "message" ? undecided : readerOf(field)(fields[name])
    if (member !== undecided) members[name] = member
  }
  // The class has these members, and they have been read by its schema.
  const make = ErrorClass as new(members: object, options: Schema.MakeOptions) => E
  const error = withoutStack(() => new make(members, { disableChecks: true }))
  const { requestId, status } = origin(response)
  return Result.fail(withMetadata(error, { operation: spec.name, httpStatus: status, requestId }))
}

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

const nameIn = (text: unknown): string | undefined => {
  if (!isString(text)) return undefined
  const end = text.search(/[:,]/)
  const whole = end === -1 ? text : text.slice(0, end)
  const name = whole.slice(whole.lastIndexOf("#") + 1).trim()
  return name === "" ? undefined : name
}

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

interface Where {
  readonly path: ReadonlyArray<string | number>
  readonly problem: string
}

/** The first thing that a schema found wrong. Its texts tell what was expected, never what was there. */
const describe = (error: Schema.SchemaError): Where => {
  const [issue] = formatIssue(error.issue).issues
  return {
    path: (issue?.path ?? []).map((key) => typeof key === "number" ? key : String(key)),
    problem: issue?.message ?? "it does not fit"
  }
}

const formatIssue = SchemaIssue.makeFormatterStandardSchemaV1()

const clientError = (spec: { readonly name: string }, reason: ClientErrorReason): ClientError =>
  new ClientError({ operation: spec.name, reason })

const utf8 = new TextEncoder()

const strictUtf8 = new TextDecoder("utf-8", { fatal: true })

const isString = (value: unknown): value is string => typeof value === "string"
