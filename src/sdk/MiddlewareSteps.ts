/**
 * Calls through a middleware stack, for programs that put something between the steps of a call: the steps of
 * `../Operation.ts`, each as the middleware that `MiddlewareStack.ts` has a place for.
 *
 * Calls of clients and commands whose stacks nobody has asked for do not come here, nor is this module loaded for them.
 *
 * @see https://github.com/smithy-lang/smithy-typescript `packages/middleware-stack`, for steps, priorities and relations
 */
import type { HandlerOptions, RelativeLocation } from "@smithy/types"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { Signer } from "../client/Signer.ts"
import { sender, TimeLimits } from "../client/TimeLimits.ts"
import { MaxResponseSize } from "../client/Transport.ts"
import { UserAgent, withUserAgent } from "../client/UserAgent.ts"
import {
  addHost,
  addLength,
  HttpRequest,
  httpRequest,
  httpResponse,
  transportRequest,
  transportResponse
} from "../promise/HttpMessage.ts"
import { ResponseTooLargeError } from "../errors/ClientError.ts"
import { metadataOf } from "../promise/Rejection.ts"
import { decode, encode, headersOf } from "../protocol/AwsJson.ts"
import { plain } from "../protocol/Conversion.ts"
import { concealed, concealing } from "../client/Conceal.ts"
import { requestIdOf } from "../protocol/Message.ts"
import { Cognito } from "../Service.ts"
import { logging } from "./Logging.ts"
import { Call, callIn, type CallOptions, contextOf } from "./MiddlewareCall.ts"
import type { AnyStack, Next, Step, Steps } from "./MiddlewareStack.ts"
import { retry } from "./RetryStep.ts"

/** Writes the input as a request to the client's endpoint. */
const serialize: Step = (next, context) => async (args) => {
  const call = callIn(context)
  const { operation: { spec }, run } = call.options
  // An operation refuses an input that does not fit it.
  const body = encode(spec, args.input as never, plain)
  if (Result.isFailure(body)) throw call.exception(body.failure)
  const url = await run(Effect.map(Cognito, ({ endpoint }) => endpoint))
  return next({ ...args, request: httpRequest({ method: "POST", url, headers: headersOf(spec), body: body.success }) })
}

const userAgent: Step = (next, context) => async (args) => {
  const agent = await callIn(context).options.run(UserAgent)
  Object.assign(args.request.headers, withUserAgent({}, agent))
  return next(args)
}

const contentLength: Step = (next) => (args) => {
  addLength(args.request)
  return next(args)
}

const hostHeader: Step = (next) => (args) => {
  addHost(args.request)
  return next(args)
}

const sign: Step = (next, context) => async (args) => {
  const call = callIn(context)
  const { operation, run } = call.options
  if (!operation.isSigned) return next(args)
  const request = transportRequest(args.request)
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !unsigned.has(name)))
  const signed = await run(
    Effect.result(Effect.flatMap(Signer, ({ sign }) => sign({ ...request, headers }, call.clockOffset)))
  )
  if (Result.isFailure(signed)) throw call.failed(signed.failure)
  return next({
    ...args,
    request: new HttpRequest({ ...args.request, headers: { ...args.request.headers, ...signed.success.headers } })
  })
}

/**
 * What proxies may change, and a signature does not cover.
 *
 * @see https://github.com/smithy-lang/smithy-typescript `packages/signature-v4`, its constants
 */
const unsigned = new Set([
  "authorization",
  "cache-control",
  "connection",
  "expect",
  "from",
  "keep-alive",
  "max-forwards",
  "pragma",
  "referer",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "user-agent",
  "x-amzn-trace-id"
])

/** Reads the response, whoever it comes from. */
const deserialize: Step = (next, context) => async (args) => {
  const call = callIn(context)
  const { options: { operation: { spec }, run }, progress } = call
  const { response } = await next(args)
  const limit = await run(MaxResponseSize)
  const received = await transportResponse(response, limit).catch((thrown: unknown) => {
    throw thrown instanceof ResponseTooLargeError ? call.failed(thrown) : thrown
  })
  const conceal = concealing(() => ({ spec, input: args.input, settings: plain, request: progress.request }))
  const result = decode(spec, received, plain, progress.corrections, conceal)
  progress.response = Result.isSuccess(result) ? received : concealed(received, conceal)
  if (Result.isFailure(result)) throw call.exception(result.failure)
  const $metadata = metadataOf({ httpStatus: received.status, requestId: requestIdOf(received) })
  return { response, output: { $metadata, ...Object(result.success) } }
}

/** Sends a request and waits for its response, within the limits of the program. */
const send = (call: Call): Next => async ({ request }) => {
  const sent = Effect.contextWith((context: Context.Context<Cognito>) => {
    const { transport } = Context.get(context, Cognito)
    const limits = Context.get(context, TimeLimits)
    return Effect.result(
      sender(context, transport, limits, call.progress)(
        Effect.succeed({ ...transportRequest(request), repeatable: !call.options.operation.spec.once })
      )
    )
  })
  const result = await call.options.run(sent)
  if (Result.isFailure(result)) throw call.failed(result.failure)
  return { response: httpResponse(result.success) }
}

const steps: Steps = { contentLength, deserialize, hostHeader, logging, retry, serialize, sign, userAgent }

/** Of the AWS SDK's, for what they stand in front of; what they do is done elsewhere. */
const nothing: Step = (next) => next

/** The steps that the AWS SDK adds when a call is made. */
const lateSteps: ReadonlyArray<readonly [Step, HandlerOptions & RelativeLocation]> = [
  [nothing, {
    name: "httpAuthSchemeMiddleware",
    tags: ["HTTP_AUTH_SCHEME"],
    relation: "before",
    toMiddleware: "serializerMiddleware"
  }],
  [nothing, {
    name: "endpointV2Middleware",
    tags: ["ENDPOINT_PARAMETERS", "ENDPOINT_V2", "ENDPOINT"],
    relation: "before",
    toMiddleware: "serializerMiddleware"
  }]
]

/** Makes a call through the stacks of its client and its command. */
export const callThrough = async (
  client: AnyStack,
  command: AnyStack | undefined,
  input: object,
  options: CallOptions
): Promise<{ readonly response: unknown; readonly output: object }> => {
  const stack = command === undefined ? client.clone() : client.concat(command)
  for (const [step, place] of lateSteps) stack.addRelativeTo(step as never, place)
  const call = new Call(options)
  const handle = stack.resolve(send(call) as never, contextOf(call, steps))
  return handle({ input })
}
