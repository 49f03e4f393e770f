/**
 * Requests and responses in the form that handlers and middleware of the AWS SDK take, made of the library's own and back.
 *
 * @see https://github.com/smithy-lang/smithy-typescript `HttpRequest` and `HttpResponse`, which are told by their members
 */
import { concat, tooLarge } from "../client/Transport.ts"
import type { TransportHeaders, TransportRequest, TransportResponse } from "../protocol/Message.ts"

/** What a request consists of. */
export interface HttpRequestOptions {
  readonly method: string
  /** Such as `https:`. */
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
  readonly query?: Record<string, string | Array<string> | null>
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/** A request, whose members may be changed. */
export class HttpRequest {
  method: string
  protocol: string
  hostname: string
  declare port?: number
  path: string
  query: Record<string, string | Array<string> | null>
  headers: Record<string, string>
  /** Of a request of this client: JSON. */
  body: unknown

  constructor({ body, headers, hostname, method, path, port, protocol, query = {} }: HttpRequestOptions) {
    this.method = method
    this.protocol = protocol
    this.hostname = hostname
    if (port !== undefined) this.port = port
    this.path = path
    this.query = query
    this.headers = headers
    this.body = body
  }

  /** The same, whose headers and query are its own. */
  clone(): HttpRequest {
    return new HttpRequest({ ...this, headers: { ...this.headers }, query: { ...this.query } })
  }
}

/** A response. Of this client's own transports, the body is bytes and header names are in lower case. */
export interface HttpResponse {
  statusCode: number
  reason?: string
  headers: Record<string, string>
  body?: unknown
}

const decoder = new TextDecoder()
const encoder = new TextEncoder()

/** A request as middleware takes it, without the headers that transports write themselves. */
export const httpRequest = ({ body, headers, method, url }: TransportRequest): HttpRequest => {
  const { hostname, pathname, port, protocol } = new URL(url)
  return new HttpRequest({
    method,
    protocol,
    // An IPv6 address stands in brackets in a URL alone.
    hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? undefined : Number(port),
    path: pathname,
    headers: { ...headers },
    body: decoder.decode(body)
  })
}

/** A request as handlers and signers take it, which has all headers. */
export const completeRequest = (request: TransportRequest): HttpRequest => {
  const complete = httpRequest(request)
  addLength(complete)
  addHost(complete)
  return complete
}

/** Adds the length of the body. */
export const addLength = ({ body, headers }: HttpRequest): void => {
  headers["content-length"] = String(bytesOf(body).length)
}

/** Adds the host. */
export const addHost = ({ headers, hostname, port }: HttpRequest): void => {
  headers["host"] = `${hostOf(hostname)}${port === undefined ? "" : `:${port}`}`
}

/** A request as transports take it, whatever a middleware made of it. */
export const transportRequest = (request: HttpRequestOptions): TransportRequest => {
  const { "content-length": _, host: _host, ...headers } = lowerCased(request.headers)
  const body = typeof request.body === "string" ? encoder.encode(request.body) : new Uint8Array(bytesOf(request.body))
  return { method: "POST", url: urlOf(request), headers, body }
}

const urlOf = ({ hostname, path, port, protocol, query = {} }: HttpRequestOptions): string => {
  const url = new URL(
    `${protocol.replace(/:?$/, ":")}//${hostOf(hostname)}${port === undefined ? "" : `:${port}`}${path}`
  )
  for (const [name, values] of Object.entries(query)) {
    for (const value of [values ?? ""].flat()) url.searchParams.append(name, value)
  }
  return url.href
}

const hostOf = (hostname: string): string => hostname.includes(":") ? `[${hostname}]` : hostname

/** A response as handlers give it. */
export const httpResponse = ({ body, headers, status }: TransportResponse): HttpResponse => ({
  statusCode: status,
  headers: { ...headers },
  body
})

/** A response as transports give it, with its whole body, of at most `limit` bytes. */
export const transportResponse = async (response: HttpResponse, limit: number): Promise<TransportResponse> => {
  const headers = lowerCased(response.headers)
  const status = response.statusCode
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of chunksOf(response.body)) {
    size += chunk.length
    if (size > limit) throw tooLarge(status, headers, limit)
    chunks.push(chunk)
  }
  return { status, headers, body: concat(chunks, size) }
}

/** The pieces of a body: of text, bytes, a `Blob`, a stream of the web or one of Node. */
const chunksOf = async function*(body: unknown): AsyncGenerator<Uint8Array> {
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body) {
    // What can be iterated in a body are its pieces.
    for await (const chunk of body as AsyncIterable<unknown>) yield bytesOf(chunk)
  } else if (isStream(body) || body instanceof Blob) {
    yield new Uint8Array(await new Response(body).arrayBuffer())
  } else {
    yield bytesOf(body)
  }
}

const isStream = (body: unknown): body is ReadableStream => typeof Object(body).getReader === "function"

const bytesOf = (body: unknown): Uint8Array => {
  if (body instanceof Uint8Array) return body
  if (body instanceof ArrayBuffer) return new Uint8Array(body)
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength)
  return encoder.encode(body === undefined || body === null ? "" : String(body))
}

const lowerCased = (headers: Record<string, string>): TransportHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
