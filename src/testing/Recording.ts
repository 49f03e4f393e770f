/**
 * Recordings of what went over the wire, with secrets replaced: a transport that makes one, and a client that answers
 * from one.
 *
 * A secret is replaced by a placeholder, such as `<Password 1>`, the same one wherever it occurs; of a JSON Web Token
 * only the signature is. So a program that sends back what it received finds its way through a replay. What the program
 * itself brings along (a password, a code) may be another one at each replay, as long as it is the same where it was the
 * same. Signatures, credentials and headers of the request are not recorded.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import { isJsonObject, replaceSecrets } from "../protocol/Codec.ts"
import { signingSecrets } from "../client/Conceal.ts"
import { mask } from "../protocol/Masking.ts"
import type { AnyOperation } from "../Operation.ts"
import * as operations from "../operations/index.ts"
import type { Cognito } from "../Service.ts"
import type { Signer } from "../client/Signer.ts"
import { Transport } from "../client/Transport.ts"
import type { TransportHeaders, TransportRequest, TransportResponse } from "../protocol/Message.ts"
import { layerOver, operationOf, Requests, type SentRequest, sentRequest } from "./Stub.ts"

/** A request and its response. */
export interface RecordedExchange {
  readonly operation: string
  readonly signed: boolean
  /** The body of the request. */
  readonly request: string
  readonly response: {
    readonly status: number
    readonly headers: TransportHeaders
    readonly body: string
  }
}

/** What a file of a recording holds, as JSON. */
export interface Recording {
  readonly version: 1
  readonly exchanges: ReadonlyArray<RecordedExchange>
}

/**
 * Records what goes over a transport, and writes it to a file when the layer closes, however the program ended.
 *
 * @example
 * ```ts
 * import * as Cognito from "effect-cognito"
 * import * as Testing from "effect-cognito/testing"
 * import { Layer } from "effect"
 *
 * const live = Layer.provide(Cognito.layerConfig, Cognito.layerFetch.pipe(Testing.record("test/fixtures/sign-up.json")))
 * ```
 */
export const record = (path: string) => <E, R>(transport: Layer.Layer<Transport, E, R>): Layer.Layer<Transport, E, R> =>
  Layer.provide(
    Layer.effect(
      Transport,
      Effect.gen(function*() {
        const { send } = yield* Transport
        const exchanges: Array<RecordedExchange> = []
        const secrets = new Secrets()
        yield* Effect.addFinalizer(() => Effect.promise(() => write(path, secrets.cleaned({ version: 1, exchanges }))))
        return {
          send: (request) =>
            Effect.tap(
              send(request),
              (response) => Effect.sync(() => exchanges.push(exchangeOf(request, response, secrets)))
            )
        }
      })
    ),
    transport
  )

/**
 * Answers from a recording: each request gets the answer to the first recorded one like it that is not used up. A request
 * that is not there dies with a message that says what is.
 */
export const replay = (path: string): Layer.Layer<Cognito | Signer | Requests> =>
  Layer.unwrap(Effect.map(Effect.promise(() => read(path)), ({ exchanges }) => {
    const requests: Array<SentRequest> = []
    const left = [...exchanges]
    const bindings = new Bindings()
    const answer = (request: TransportRequest): TransportResponse => {
      const sent = sentRequest(specOf(operationOf(request)), request)
      requests.push(sent)
      const body = utf8Decoder.decode(request.body)
      const index = left.findIndex((exchange) =>
        exchange.operation === sent.operation && exchange.signed === sent.signed
        && bindings.match(JSON.parse(exchange.request), JSON.parse(body))
      )
      const [found] = index < 0 ? [] : left.splice(index, 1)
      if (found === undefined) throw new Error(unrecorded(path, exchanges, left, sent))
      return { ...found.response, body: utf8Encoder.encode(found.response.body) }
    }
    return Layer.merge(
      layerOver((request) => Effect.sync(() => answer(request))),
      Layer.succeed(Requests, { all: requests })
    )
  }))

const unrecorded = (
  path: string,
  exchanges: ReadonlyArray<RecordedExchange>,
  left: ReadonlyArray<RecordedExchange>,
  { operation, signed }: SentRequest
): string => {
  const count = (all: ReadonlyArray<RecordedExchange>) =>
    all.filter((exchange) => exchange.operation === operation).length
  return `${operation} (${signed ? "signed" : "not signed"}) with this input is not in ${path}, which has ${
    count(exchanges)
  } `
    + `requests of ${operation}, ${count(left)} of them not used yet: record it again with Testing.record`
}

const exchangeOf = (
  request: TransportRequest,
  { body, headers, status }: TransportResponse,
  secrets: Secrets
): RecordedExchange => {
  const { input, name, output } = specOf(operationOf(request))
  secrets.keepSigning(request.headers)
  const sent = utf8Decoder.decode(request.body)
  const received = utf8Decoder.decode(body)
  return {
    operation: name,
    signed: "authorization" in request.headers,
    request: secrets.replaced(input, sent),
    response: {
      status,
      headers: Object.fromEntries(headerNames.flatMap((name) => name in headers ? [[name, headers[name] ?? ""]] : [])),
      body: status < 300 ? secrets.replaced(output, received) : received
    }
  }
}

/** The headers that a response is read by; others are not recorded. */
const headerNames = ["content-type", "x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage"]

const specOf = (name: string): AnyOperation["spec"] => {
  const operation = Object.values<AnyOperation>(operations).find(({ spec }) => spec.name === name)
  if (operation === undefined) throw new Error(`there is no operation ${name}`)
  return operation.spec
}

/** The secrets of a recording, and what stands in their place. */
class Secrets {
  private readonly placeholders = new Map<string, string>()
  private readonly counts = new Map<string, number>()

  /** A body with its secrets replaced; one without any stays as it is, byte for byte. */
  replaced({ ast }: Schema.Top, body: string): string {
    const before = parse(body)
    const after = replaceSecrets(
      ast,
      before,
      (secret, key) => plainKeys.has(key) ? secret : this.placeholder(key, secret)
    )
    return after === before ? body : JSON.stringify(after)
  }

  /** Signatures and credentials are not recorded, but may be quoted. */
  keepSigning(headers: TransportHeaders): void {
    for (const secret of signingSecrets(headers)) this.placeholders.set(secret, "<signing 1>")
  }

  /** The file, in which the secrets of all exchanges are replaced wherever they stand, such as in an error's text. */
  cleaned({ exchanges, version }: Recording): string {
    const cleaned = exchanges.map(({ request, response, ...exchange }) => ({
      ...exchange,
      request: this.body(request),
      response: {
        ...response,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [name, this.masked(value)])
        ),
        body: this.body(response.body)
      }
    }))
    return `${JSON.stringify({ version, exchanges: cleaned }, undefined, 2)}\n`
  }

  /** In JSON the values that are texts are looked through, since a short secret may be a number or a name elsewhere. */
  private body(body: string): string {
    const before = parse(body)
    if (typeof before === "string") return this.masked(body)
    const after = this.texts(before)
    return after === before ? body : JSON.stringify(after)
  }

  private texts(value: unknown): unknown {
    if (typeof value === "string") return isPlaceholder(value) ? value : this.masked(value)
    if (typeof value !== "object" || value === null) return value
    const entries = Object.entries(value).map(([name, item]): [string, unknown] => [name, this.texts(item)])
    if (entries.every(([name, item]) => item === Reflect.get(value, name))) return value
    return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
  }

  private masked(text: string): string {
    return mask(text, this.placeholders)
  }

  private placeholder(key: string, secret: string): string {
    const known = this.placeholders.get(secret)
    if (known !== undefined || isPlaceholder(secret)) return known ?? secret
    const name = key.replaceAll(/\W/g, "") || "secret"
    const count = (this.counts.get(name) ?? 0) + 1
    this.counts.set(name, count)
    const placeholder = placeholderOf(secret, name, count)
    this.placeholders.set(secret, placeholder)
    return placeholder
  }
}

/** A JSON Web Token stays readable, as programs read its claims; without its signature it is good for nothing. */
const placeholderOf = (secret: string, name: string, count: number): string => {
  const [, claims] = /^(eyJ[\w-]+\.eyJ[\w-]+)\.[\w-]+$/.exec(secret) ?? []
  return claims === undefined ? `<${name} ${count}>` : `${claims}.replaced-${name}-${count}`
}

const isPlaceholder = (text: string): boolean => /^<\w+ \d+>$|\.replaced-\w+-\d+$/.test(text)

/** What stands under these keys of challenges and of a provider's details is no secret, and programs look at it. */
const plainKeys: ReadonlySet<string> = new Set([
  "CHALLENGE_NAME",
  "CODE_DELIVERY_DELIVERY_MEDIUM",
  "CODE_DELIVERY_DESTINATION",
  "DEVICE_KEY",
  "FRIENDLY_DEVICE_NAME",
  "MFAS_CAN_CHOOSE",
  "MFAS_CAN_SETUP",
  "PREFERRED_CHALLENGE",
  "SALT",
  "SRP_B",
  "TIMESTAMP",
  "USERNAME",
  "USER_ID_FOR_SRP",
  "requiredAttributes",
  "userAttributes",
  "EncryptedResponses",
  "IDPInit",
  "IDPSignout",
  "MetadataURL",
  "RequestSigningAlgorithm",
  "SLORedirectBindingURI",
  "SSORedirectBindingURI",
  "api_version",
  "attributes_request_method",
  "attributes_url",
  "attributes_url_add_attributes",
  "authorize_scopes",
  "authorize_url",
  "client_id",
  "jwks_uri",
  "key_id",
  "oidc_issuer",
  "team_id",
  "token_url"
])

/** Which value stands for which placeholder in a replay. */
class Bindings {
  private readonly values = new Map<string, string>()

  /** Whether what was sent is what was recorded; keeps what the placeholders stand for, if it is. */
  match(recorded: unknown, sent: unknown): boolean {
    const bound = new Map(this.values)
    if (!matches(recorded, sent, bound)) return false
    bound.forEach((value, placeholder) => this.values.set(placeholder, value))
    return true
  }
}

const matches = (recorded: unknown, sent: unknown, bound: Map<string, string>): boolean => {
  if (typeof recorded === "string" && typeof sent === "string" && isPlaceholder(recorded)) {
    // What the program received from the replay itself.
    if (sent === recorded) return true
    const isTaken = [...bound].some(([placeholder, value]) => value === sent && placeholder !== recorded)
    if (isTaken || (bound.get(recorded) ?? sent) !== sent) return false
    bound.set(recorded, sent)
    return true
  }
  if (Array.isArray(recorded) && Array.isArray(sent)) {
    return recorded.length === sent.length && recorded.every((item, index) => matches(item, sent[index], bound))
  }
  if (!isJsonObject(recorded) || !isJsonObject(sent)) return recorded === sent
  const keys = new Set([...Object.keys(recorded), ...Object.keys(sent)])
  return [...keys].every((key) => matches(recorded[key], sent[key], bound))
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

const write = async (path: string, text: string): Promise<void> => {
  const { mkdir, rename, writeFile } = await import("node:fs/promises")
  const { dirname } = await import("node:path")
  await mkdir(dirname(path), { recursive: true })
  // All of it or nothing: whoever reads meanwhile finds the recording of before.
  // Its owner's alone: what a recording holds is of real programs.
  await writeFile(`${path}.part`, text, { mode: 0o600 })
  await rename(`${path}.part`, path)
}

const read = async (path: string): Promise<Recording> => {
  const { readFile } = await import("node:fs/promises")
  const recording: Recording = JSON.parse(await readFile(path, "utf8"))
  if (recording.version !== 1) throw new Error(`${path} is not a recording of this version: record it again`)
  return recording
}

const utf8Encoder = new TextEncoder()

const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true })
