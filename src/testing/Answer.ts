/**
 * What a stubbed operation answers: an output, an error, a function that makes one of them, or a script of several.
 *
 * Answers are turned into the bytes of a response, so that a call to a stub goes through the whole path of a real one.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { TransportError } from "../errors/ClientError.ts"
import type { AnyOperation } from "../Operation.ts"
import { read, write } from "../protocol/Codec.ts"
import { type Settings } from "../protocol/Conversion.ts"
import type { TransportFailure } from "../client/Transport.ts"
import type { TransportResponse } from "../protocol/Message.ts"

/** Makes the answer to a call, of its input. */
export interface Handler<I, O, E> {
  (input: I): Effect.Effect<O, E>
}

/**
 * What an operation with input `I`, output `O` and errors `E` may answer: an output, one of its errors, a
 * {@link Handler}, or a {@link Script} of such answers.
 */
export type Answer<I, O, E> = O | E | Handler<I, O, E> | Script<Answer<I, O, E>>

/** A stubbed call. */
export interface Call {
  readonly spec: AnyOperation["spec"]
  /** The body of its request. */
  readonly body: Uint8Array
}

/** Answers the calls of one stub in one client. Calling it takes the answer: it is called once for each request. */
export interface Responder {
  (call: Call): Effect.Effect<TransportResponse, TransportFailure>
  /** Whether it has given its last answer, which it would give again. Absent: after the first. */
  readonly isOver?: () => boolean
}

/** How answers are written: with the library's values, or with plain ones. */
export interface Dialect {
  /** How handlers see inputs, and how outputs are written. */
  readonly settings: Settings
  /** Runs a handler, whose result may be an effect or a promise. */
  readonly outcome: (given: () => unknown) => Effect.Effect<unknown, unknown>
}

/** An answer with a rule of its own: in turn, late, or no answer at all. The functions below make them. */
export class Script<out A> {
  /** By which it is told from an output, also where it is of another copy of this package. */
  readonly _tag = "effect-cognito/testing/Script"
  /** There is no value behind it. */
  declare readonly answers: A
  /** Makes a responder, with a state of its own. */
  readonly start: (dialect: Dialect) => Responder
  constructor(start: (dialect: Dialect) => Responder) {
    this.start = start
  }
}

const isScript = (answer: unknown): answer is Script<unknown> =>
  typeof answer === "object" && answer !== null && "_tag" in answer && answer._tag === "effect-cognito/testing/Script"

/** The answers in turn, a request each, or as many as a script among them has; the last one stays. */
export const sequence = <A>(...answers: ReadonlyArray<NoInfer<A>>): Script<A> =>
  new Script((dialect) => {
    const responders = answers.map((answer) => toResponder(answer, dialect))
    let at = 0
    let isOver = true
    const respond = (call: Call) => {
      const responder = responders[at]
      if (responder === undefined) return Effect.die(new Error("an empty sequence of answers"))
      const answer = responder(call)
      isOver = responder.isOver?.() ?? true
      if (isOver && at < responders.length - 1) {
        at++
        isOver = false
      }
      return answer
    }
    return Object.assign(respond, { isOver: () => isOver })
  })

/** Throttles the first requests, as the service does with `TooManyRequestsException`, and then answers. */
export const throttled = <A>(times: number, then: NoInfer<A>): Script<A> =>
  sequence<unknown>(...Array.from({ length: times }, () => throttling), then) as Script<A>

/** Answers after a time, on Effect's `Clock`. */
export const slow = <A>(duration: Duration.Input, then: NoInfer<A>): Script<A> =>
  new Script((dialect) => {
    const respond = toResponder(then, dialect)
    const late = (call: Call) => Effect.delay(respond(call), duration)
    return Object.assign(late, { isOver: () => respond.isOver?.() ?? true })
  })

/** Comes to no response: a `TransportError`, by default of a connection that was reset. */
export const failingTransport = (code = "ECONNRESET"): Script<never> =>
  new Script(() => () => Effect.fail(new TransportError({ message: `the request failed: ${code}`, code })))

/** A response whose body is not the service's, such as a proxy's page. */
export const malformedBody = (body = "<html>Bad gateway</html>", status = 200): Script<never> =>
  respond({ status, body, headers: { "content-type": "text/html" } })

/** A response as it stands on the wire. */
export const respond = ({ body = "", headers = {}, status }: {
  readonly status: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Uint8Array
}): Script<never> =>
  new Script(() => () => Effect.succeed({ status, headers, body: typeof body === "string" ? utf8.encode(body) : body }))

/** Makes what answers the calls of a stub. */
export const toResponder = (answer: unknown, dialect: Dialect): Responder => {
  const { outcome, settings } = dialect
  if (isScript(answer)) return answer.start(dialect)
  if (answer instanceof Error) return () => Effect.succeed(errorResponse(answer))
  if (typeof answer !== "function") return ({ spec }) => outputResponse(spec, answer, settings)
  return ({ body, spec }) =>
    Effect.matchEffect(outcome(() => answer(inputIn(spec, body, settings))), {
      onFailure: (error) => error instanceof Error ? Effect.succeed(errorResponse(error)) : Effect.die(error),
      onSuccess: (output) => outputResponse(spec, output, settings)
    })
}

/** The input that a request was made of. */
export const inputIn = ({ input }: Call["spec"], body: Uint8Array, settings: Settings): unknown =>
  Result.getOrThrow(read(input, JSON.parse(utf8Decoder.decode(body)), settings))

/** Writes an output as the service does. One that does not fit is a mistake of the test. */
const outputResponse = (
  spec: Call["spec"],
  output: unknown,
  settings: Settings
): Effect.Effect<TransportResponse> => {
  if (output === undefined) return Effect.succeed(response(200, ""))
  const written = write(spec.output, output, settings)
  if (Result.isSuccess(written)) return Effect.succeed(response(200, JSON.stringify(written.success) ?? ""))
  const { path, problem } = written.failure
  const place = path.map((key) => `.${key}`).join("")
  return Effect.die(new Error(`the stub of ${spec.name} answers what is no output: output${place}: ${problem}`))
}

/** Writes an error as the service does: with its name and its members, and 400 for whatever is not the server's fault. */
const errorResponse = (error: Error): TransportResponse => {
  const { $fault, $metadata: _, _tag, name: __, ...members }: { readonly [member: string]: unknown } = { ...error }
  const name = String(_tag ?? error.name)
  const status = $fault === "server" || /^Internal.*(Error|Exception)$/.test(name) ? 500 : 400
  return response(status, JSON.stringify({ __type: name, message: error.message, ...members }), {
    "x-amzn-errortype": `${name}:`
  })
}

const response = (
  status: number,
  body: string,
  headers: { readonly [name: string]: string } = {}
): TransportResponse => ({
  status,
  headers: {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": "00000000-0000-4000-8000-000000000000",
    ...headers
  },
  body: utf8.encode(body)
})

const utf8 = new TextEncoder()

const utf8Decoder = new TextDecoder()

const throttling = respond({
  status: 400,
  headers: { "x-amzn-errortype": "TooManyRequestsException:" },
  body: JSON.stringify({ __type: "TooManyRequestsException", message: "Too many requests" })
})
