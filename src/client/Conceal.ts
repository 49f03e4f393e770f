/**
 * Keeps the secrets of a call out of what the service says of it: a service, or what stands before it, may quote what it
 * was sent.
 *
 * Secrets are the `Redacted` values of the input (in plain values, what the model says is secret), the signature, and what
 * of the credentials goes over the wire. Nothing is looked for where a call succeeds.
 */
import * as Redacted from "effect/Redacted"
import { type ClientErrorReason, ResponseTooLargeError } from "../errors/ClientError.ts"
import { isUuid, type TransportHeaders, type TransportRequest, type TransportResponse } from "../protocol/Message.ts"
import { mask } from "../protocol/Masking.ts"
import { secretTexts } from "../protocol/Codec.ts"
import type { Settings } from "../protocol/Conversion.ts"
import type * as Schema from "effect/Schema"

/** Makes a text fit to leave the library. */
export interface Conceal {
  (text: string): string
}

/** A call whose secrets are to be kept. */
export interface Concealed {
  readonly spec: { readonly input: Schema.Top }
  readonly input: unknown
  readonly settings: Settings
  /** The request that was sent last. */
  readonly request: TransportRequest | undefined
}

/** Conceals the secrets of a call, as it is when a text comes. */
export const concealing = (callNow: () => Concealed): Conceal => {
  let of: TransportRequest | undefined
  let secrets: ReadonlyArray<readonly [string, string]> | undefined
  return (text) => {
    const call = callNow()
    if (secrets === undefined || of !== call.request) {
      of = call.request
      secrets = secretsOf(call).map((secret) => [secret, "<redacted>"])
    }
    return mask(text, secrets)
  }
}

const secretsOf = ({ input, request, settings, spec }: Concealed): ReadonlyArray<string> => [
  ...(settings.secrets === "plain" ? secretTexts(spec.input, input) : redactedIn(input)),
  ...(request === undefined ? [] : signingSecrets(request.headers))
]

/** Inputs have been written before, so that they are not deeper than the stack. */
const redactedIn = (value: unknown): ReadonlyArray<string> => {
  if (Redacted.isRedacted(value)) return [String(Redacted.value(value))]
  return typeof value === "object" && value !== null && !ArrayBuffer.isView(value)
    ? Object.values(value).flatMap(redactedIn)
    : []
}

/** What of the credentials and the signature is in the headers of a request. */
export const signingSecrets = ({ authorization = "", "x-amz-security-token": token = "" }: TransportHeaders) =>
  [
    ...authorization.matchAll(/(?:Credential|Signature)=([^/,]+)/g)
  ].map(([, part = ""]) => part).concat(authorization, token).filter((secret) => secret !== "")

const utf8 = new TextEncoder()

/** Headers that are read as times are none that could quote anything. */
const plainHeaders: ReadonlySet<string> = new Set(["date", "retry-after", "x-amz-retry-after"])

/** A response as errors and spans tell of it. */
export const concealed = (response: TransportResponse, conceal: Conceal): TransportResponse => ({
  status: response.status,
  headers: Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name, plainHeaders.has(name) ? value : conceal(value)])
  ),
  body: utf8.encode(conceal(new TextDecoder().decode(response.body)))
})

/** The reason why there is no answer, as it is told. */
export const concealedReason = (reason: ClientErrorReason, conceal: Conceal): ClientErrorReason =>
  reason._tag === "ResponseTooLargeError" && reason.requestId !== undefined
    ? new ResponseTooLargeError({ ...reason, requestId: conceal(reason.requestId) })
    : reason

/** Whether what a response to a call that succeeded tells beside its output is as the service writes it. */
export const tellsNothing = ({ headers: { "x-amzn-requestid": id } }: TransportResponse): boolean =>
  id === undefined || isUuid(id)
