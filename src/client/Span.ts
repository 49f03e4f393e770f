/**
 * The span of a call, named and described as OpenTelemetry has it for clients of AWS. It is made where the program has a
 * tracer; elsewhere a call costs nothing more.
 *
 * No input, output or header is told: only names, numbers, the service's id of the request, and places in the output
 * without their values.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Tracer from "effect/Tracer"
import { ClientError } from "../errors/ClientError.ts"
import { requestIdOf, type TransportResponse } from "../protocol/Message.ts"
import type { Progress } from "./Progress.ts"

/** Where no tracer is installed nobody would see a span. */
export const isTraced = (context: Context.Context<never>): boolean =>
  Context.getOrUndefined(context, Tracer.Tracer) !== undefined

/** The service's name in the spans that OpenTelemetry's instrumentation of the AWS SDK makes. */
const service = "CognitoIdentityProvider"

/** Makes a call within a span of its own, which is told what the call comes to. */
export const inSpan = <A, E extends object, R>(
  operation: string,
  endpoint: string,
  progress: Progress,
  call: () => Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> => {
  const { hostname, port, protocol } = new URL(endpoint)
  const attributes = {
    "rpc.system": "aws-api",
    "rpc.system.name": "aws-api",
    "rpc.service": service,
    "rpc.method": operation,
    "server.address": hostname,
    "server.port": Number(port) || (protocol === "https:" ? 443 : 80)
  }
  return Effect.useSpan(`${service}.${operation}`, { kind: "client", attributes }, (span) =>
    Effect.onExit(
      Effect.provideService(call(), Tracer.ParentSpan, span),
      (exit) => Effect.sync(() => describe(span, progress, exit))
    ))
}

const describe = (
  span: Tracer.Span,
  { attempts, corrections, response }: Progress,
  exit: Exit.Exit<unknown, object>
): void => {
  const attributes = attributesOf(response, errorTypeOf(exit))
  for (const name in attributes) span.attribute(name, attributes[name])
  if (attempts > 1) span.attribute("http.request.resend_count", attempts - 1)
  if (corrections.length > 0) span.attribute("cognito.corrected_members", corrections)
}

/** What OpenTelemetry's conventions tell of a response and of an error. */
export const attributesOf = (
  response: TransportResponse | undefined,
  errorType: string | undefined
): { readonly [name: string]: string | number } => {
  const requestId = response && requestIdOf(response)
  return {
    ...(response && { "http.response.status_code": response.status }),
    ...(requestId && { "aws.request_id": requestId }),
    ...(errorType && { "error.type": errorType })
  }
}

/**
 * What kind of error it is: AWS's name for it, or the tag of a `ClientError`'s reason. A name that can be none of AWS's
 * came from somewhere else and is not passed on.
 */
export const errorType = (error: object): string => {
  if (error instanceof ClientError) {
    const { reason } = error
    return reason._tag === "UnmodeledError" && /^[A-Z]\w{0,63}$/.test(reason.code) ? reason.code : reason._tag
  }
  return "_tag" in error ? String(error._tag) : "defect"
}

/** The {@link errorType} of what a call ended with; `undefined` for a success. */
export const errorTypeOf = (exit: Exit.Exit<unknown, object>): string | undefined => {
  if (Exit.isSuccess(exit)) return undefined
  const [reason] = exit.cause.reasons
  if (reason?._tag === "Fail") return errorType(reason.error)
  return reason?._tag === "Interrupt" ? "interrupted" : "defect"
}
