/**
 * The way of a request through an account: its operation, the faults that befall it, its signature, its input, what the
 * operation makes of it, and the bytes of the answer.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { isJsonObject, read, write } from "../../protocol/Codec.ts"
import { plain } from "../../protocol/Conversion.ts"
import type { TransportHeaders, TransportResponse } from "../../protocol/Message.ts"
import { operationOf } from "../Stub.ts"
import { publicOperations } from "./Constraints.generated.ts"
import { type Fault, refusalOf } from "./Faults.ts"
import type { Handler, Kernel } from "./Handler.ts"
import { handlers } from "./operations/index.ts"
import { Refusal } from "./Refusal.ts"
import { type SignatureOptions, signatureRefusal } from "./Signature.ts"
import { inputRefusal } from "./Validation.ts"

/** A request as it came. */
export interface Received {
  readonly method: string
  /** With the query, if there is one. */
  readonly path: string
  /** By names in small letters. */
  readonly headers: TransportHeaders
  readonly body: Uint8Array
  /** Where it came from. */
  readonly ip?: string
}

/** A request that a pool was asked, for tests to look at. */
export interface AskedRequest {
  /** AWS's name of the operation. */
  readonly operation: string
  /** The input as it stood in the body, with all that is secret in it; empty if it was no JSON object. */
  readonly input: { readonly [member: string]: unknown }
  readonly headers: TransportHeaders
  /** Milliseconds since 1970. */
  readonly at: number
}

/** An answer, or none where a fault ended the connection. */
export type Answered = TransportResponse | undefined

/** What a handler came to: an output, or an error. */
type Outcome = { readonly body: string } | Refusal

/** What signatures are checked against; without keys it is enough that there is one. */
export type Signing = Omit<SignatureOptions, "credentials"> & {
  readonly credentials: SignatureOptions["credentials"] | undefined
}

/** Answers a request. `requestId` is what the answer names it by. */
export const dispatch = (
  received: Received,
  asked: AskedRequest,
  faults: ReadonlyArray<Fault>,
  signing: Signing,
  requestId: string
): Effect.Effect<Answered, never, Kernel> =>
  befallen(
    faults,
    Effect.map(answerOf(received, asked, faults, signing), (outcome) => respond(outcome, requestId))
  )

const answerOf = (
  received: Received,
  { operation }: AskedRequest,
  faults: ReadonlyArray<Fault>,
  signing: Signing
): Effect.Effect<Outcome, never, Kernel> =>
  Effect.suspend(() => {
    const handler = handlers.get(operation)
    if (handler === undefined) return Effect.succeed(new Refusal("UnknownOperationException", ""))
    const refusal = faults.map(refusalOf).find((refusal) => refusal !== undefined)
      ?? signatureError(handler, received, signing)
    if (refusal !== undefined) return Effect.succeed(refusal)
    const input = inputOf(handler, received.body)
    return input instanceof Refusal ? Effect.succeed(input) : carriedOut(handler, input.input)
  })

/** Operations that users call with their own tokens take no signature, and one that is there is not looked at. */
const signatureError = (
  { operation: { spec } }: Handler,
  received: Received,
  { credentials, now, region }: Signing
): Refusal | undefined => {
  if (publicOperations.has(spec.name)) return undefined
  if (credentials === undefined) {
    return "authorization" in received.headers
      ? undefined
      : new Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
  }
  const refusal = signatureRefusal(received, { credentials, region, now })
  return refusal === undefined ? undefined : new Refusal(refusal.type, refusal.message)
}

const inputOf = ({ operation: { spec } }: Handler, body: Uint8Array): { readonly input: unknown } | Refusal => {
  const parsed = parse(body)
  if (parsed === undefined) return new Refusal("SerializationException", "")
  const refusal = inputRefusal(spec.name, parsed)
  if (refusal !== undefined) return new Refusal(refusal.type, refusal.message)
  const input = read(spec.input, parsed, plain)
  return input._tag === "Success" ? { input: input.success } : new Refusal("SerializationException", "")
}

const carriedOut = (handler: Handler, input: unknown): Effect.Effect<Outcome, never, Kernel> =>
  // The input was read by the handler's own schema.
  handler.run(input as never).pipe(
    Effect.map((output) => ({ body: written(handler, output) })),
    // A step between those that touch the state refuses by throwing, too.
    Effect.catchDefect((defect) => defect instanceof Refusal ? Effect.fail(defect) : Effect.die(defect)),
    Effect.catch((refusal) => Effect.succeed(declared(handler, refusal)))
  )

/** A user who does not exist is told by another error where the operation does not declare that one. */
const declared = ({ operation: { spec } }: Handler, refusal: Refusal): Refusal => {
  if (refusal.type !== "UserNotFoundException" || spec.errors.some(({ identifier }) => identifier === refusal.type)) {
    return refusal
  }
  return publicOperations.has(spec.name)
    ? new Refusal("NotAuthorizedException", "Invalid Access Token")
    : new Refusal("ResourceNotFoundException", refusal.message)
}

const written = ({ leavesOut = [], operation: { spec } }: Handler, output: unknown): string => {
  if (output === undefined) return ""
  const body = write(spec.output, output, plain)
  if (body._tag === "Failure") {
    throw new Error(`${spec.name} answers what is no output: ${body.failure.path.join(".")}: ${body.failure.problem}`)
  }
  leaveOut(body.success, leavesOut)
  return JSON.stringify(body.success) ?? ""
}

const leaveOut = (value: unknown, [first, ...rest]: ReadonlyArray<string>): void => {
  if (Array.isArray(value)) return value.forEach((item) => leaveOut(item, first === undefined ? [] : [first, ...rest]))
  if (first === undefined || !isJsonObject(value)) return
  const member = value[first]
  if (rest.length > 0) return leaveOut(member, rest)
  // What was read from JSON or written for it is an object of this program's own.
  if (member === "" || (Array.isArray(member) && member.length === 0)) delete (value as Record<string, unknown>)[first]
}

const respond = (outcome: Outcome, requestId: string): TransportResponse => {
  if (!(outcome instanceof Refusal)) return response(200, outcome.body, requestId)
  const { members, message, status, type } = outcome
  // The service writes this member of this one error with a capital.
  const key = type === "SerializationException" ? "Message" : "message"
  const body = JSON.stringify({ __type: type, ...(message === "" ? {} : { [key]: message }), ...members })
  return response(status, body, requestId, {
    "x-amzn-errortype": `${type}:`,
    ...(message === "" ? {} : { "x-amzn-errormessage": headerText(message) })
  })
}

/** A header is one line of printable characters. */
const headerText = (message: string): string => message.replaceAll(/[^\x20-\x7e]+/g, " ").trim()

const response = (
  status: number,
  body: string,
  requestId: string,
  headers: TransportHeaders = {}
): TransportResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId, ...headers },
  body: utf8.encode(body)
})

const utf8 = new TextEncoder()

/** An answer with the delays and losses of faults. */
const befallen = (
  faults: ReadonlyArray<Fault>,
  answer: Effect.Effect<TransportResponse, never, Kernel>
): Effect.Effect<Answered, never, Kernel> => {
  const latency = faults.reduce((sum, { latency = 0 }) => sum + Duration.toMillis(latency), 0)
  const lost = faults.find(({ lost }) => lost !== undefined)?.lost
  const taken: Effect.Effect<Answered, never, Kernel> = lost === "request"
    ? Effect.undefined
    : lost === "answer"
    ? Effect.as(answer, undefined)
    : answer
  return latency > 0 ? Effect.delay(taken, latency) : taken
}

/** What a request asks for. */
export const askedOf = (received: Received, at: number): AskedRequest => {
  // Parsed for itself, since reading an input changes it.
  const input = parse(received.body)
  return { operation: operationOf(received), input: isJsonObject(input) ? input : {}, headers: received.headers, at }
}

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}
