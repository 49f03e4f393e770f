/**
 * A {@link Transport} straight on Node's `http` and `https`, with sockets that are kept and used again: the least work
 * per call on Node, and the only transport that keeps `TimeLimits.connection`.
 *
 * It does not retry, but for one case: where a socket that was kept turns out to have ended before any byte of an answer, a
 * request that is `repeatable` goes out again at once on a connection of its own. Any other finds the sockets checked
 * (`KeptSockets.ts`), and what the check could not see yet is a `TransportError` (`ECONNRESET`).
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Agent, ClientRequest, IncomingMessage, request, RequestOptions } from "node:http"
import type { Socket } from "node:net"
import { TimeoutError, TransportError } from "../errors/ClientError.ts"
import { TimeLimits } from "../client/TimeLimits.ts"
import {
  checkDeclaredSize,
  checkHeaders,
  concat,
  MaxResponseSize,
  type SendLimit,
  tooLarge,
  Transport,
  transportError,
  type TransportFailure
} from "../client/Transport.ts"
import { UserAgent, withUserAgent } from "../client/UserAgent.ts"
import type { TransportHeaders, TransportRequest, TransportResponse } from "../protocol/Message.ts"
import { type Deadlines, makeDeadlines } from "./Deadlines.ts"
import { afterCheck, isUnansweredReuse, mayBeStale, watchKept } from "./KeptSockets.ts"

// Imports of them would load undici with them from Node 22 on, in whose `http` WebSockets are.
const http = process.getBuiltinModule("node:http")
const https = process.getBuiltinModule("node:https")

/** How sockets are made and kept. */
export interface NodeTransportOptions {
  /** The most sockets to one host; further requests wait for one. Default: 50. */
  readonly maxSockets?: number
  /** How long an idle socket is kept, or less where the service says so. Default: 10 seconds. */
  readonly keepAlive?: Duration.Input
  /** The authorities to trust in place of Node's own, in PEM. */
  readonly ca?: string | ReadonlyArray<string>
  /** The client's certificate, in PEM, where a proxy or an emulator asks for one. */
  readonly cert?: string
  /** The private key of `cert`, in PEM. */
  readonly key?: Redacted.Redacted<string>
  /**
   * An agent of the program's own, for a proxy for example, or one each for `http:` and `https:`, of which one may be left out.
   * The other options are not used for it. Who made it closes it; of options alone the transport makes one and closes it.
   */
  readonly agent?: Agent | SchemeAgents
}

/** Agents by the scheme of the endpoint, or the options of agents. */
export interface SchemeAgents {
  readonly http?: object | undefined
  readonly https?: object | undefined
}

/**
 * Sends requests through Node's `http` and `https`. The sockets are closed with the layer's scope; idle ones do not keep
 * a process alive. An interrupted request's socket is closed.
 *
 * `TimeLimits.connection` counts from when a new socket is opened until it can be written to: name resolution, TCP and
 * TLS, not the wait for one of `maxSockets`. A socket that is used again takes no time.
 *
 * @example
 * ```ts
 * import { layerPublic } from "effect-cognito"
 * import { layerNode } from "effect-cognito/node"
 * import * as Layer from "effect/Layer"
 *
 * const live = Layer.provide(layerPublic({ region: "eu-central-1" }), layerNode({ maxSockets: 100 }))
 * ```
 */
export const layerNode = (options: NodeTransportOptions = {}): Layer.Layer<Transport> =>
  Layer.effect(
    Transport,
    Effect.map(Effect.acquireRelease(Effect.sync(() => makeAgents(options)), closeAgents), (agents) => {
      const after = makeDeadlines()
      let place: Place | undefined
      const placeFor = ({ url }: TransportRequest): Place => {
        // A client has one endpoint, so one is worth keeping.
        if (place?.url !== url) place = placeOf(url, agents)
        return place
      }
      const send = (request: TransportRequest, limit?: SendLimit) =>
        Effect.withFiber<TransportResponse, TransportFailure>(({ context }) =>
          exchange({
            placeFor,
            request,
            userAgent: Context.get(context, UserAgent),
            after,
            attempt: limit,
            connection: Context.get(context, TimeLimits).connection,
            maxSize: Context.get(context, MaxResponseSize)
          })
        )
      return { send: (request) => send(request), sendWithin: send }
    })
  )

/** The agents of a scheme. */
interface Pool {
  readonly kept: Agent
  /** Makes a connection for each request; a program's own agent has to do. */
  readonly fresh: Agent
}

interface Agents {
  readonly http: Pool
  readonly https: Pool
  /** Those of them to close in the end. */
  readonly own: ReadonlyArray<Agent>
}

const makeAgents = (
  { agent, ca, cert, keepAlive = "10 seconds", key, maxSockets = 50 }: NodeTransportOptions
): Agents => {
  if (agent !== undefined && isAgent(agent)) {
    const pool = { kept: agent, fresh: agent }
    return { http: pool, https: pool, own: [] }
  }
  const longest = Duration.toMillis(keepAlive)
  const pool = { keepAlive: true, maxSockets, maxFreeSockets: maxSockets, timeout: longest }
  const tls = {
    ...(ca === undefined ? {} : { ca: typeof ca === "string" ? ca : [...ca] }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key: Redacted.value(key) })
  }
  const own: Array<Agent> = []
  const poolOf = (given: object | undefined, make: (options: object) => Agent): Pool => {
    if (given !== undefined && isAgent(given)) return { kept: given, fresh: given }
    const made = {
      kept: watchKept(make({ ...pool, ...given }), longest),
      fresh: make({ ...given, keepAlive: false, timeout: longest })
    }
    own.push(made.kept, made.fresh)
    return made
  }
  return {
    http: poolOf(agent?.http, (options) => new http.Agent(options)),
    https: poolOf(agent?.https, (options) => new https.Agent({ ...tls, ...options })),
    own
  }
}

/** By its method, since agents of proxies come from packages with bases of their own. */
const isAgent = (agent: object): agent is Agent => "addRequest" in agent && typeof agent.addRequest === "function"

const closeAgents = ({ own }: Agents) => Effect.sync(() => own.forEach((agent) => agent.destroy()))

/** Where requests to a URL go, as Node's `request` takes it. */
interface Place {
  readonly url: string
  readonly request: typeof request
  readonly options: RequestOptions
  readonly pool: Pool
}

const placeOf = (url: string, agents: Agents): Place => {
  const { hostname, pathname, port, protocol, search } = new URL(url)
  const plain = protocol === "http:"
  return {
    url,
    request: plain ? http.request : https.request,
    pool: plain ? agents.http : agents.https,
    options: {
      // An IPv6 address stands in brackets in a URL alone.
      host: hostname.replace(/^\[(.*)\]$/, "$1"),
      path: `${pathname}${search}`,
      method: "POST",
      joinDuplicateHeaders: true,
      ...(port === "" ? {} : { port })
    }
  }
}

const open = (
  { options, request }: Place,
  agent: Agent,
  { body, headers }: TransportRequest,
  userAgent: string | undefined
): ClientRequest => {
  // A copy, since instrumentation adds its own. A list would be written faster, but OpenTelemetry takes objects alone.
  const outgoing = request({ ...options, agent, headers: withUserAgent(headers, userAgent) })
  outgoing.end(body)
  return outgoing
}

interface ExchangeOptions {
  readonly placeFor: (request: TransportRequest) => Place
  readonly request: TransportRequest
  readonly userAgent: string | undefined
  readonly after: Deadlines
  readonly attempt: SendLimit | undefined
  readonly connection: Duration.Input | undefined
  readonly maxSize: number
}

/** A program's own agent may have this many sockets that have ended before one that has not. */
const mostResends = 8

const exchange = (options: ExchangeOptions): Effect.Effect<TransportResponse, TransportFailure> =>
  Effect.callback((resume) => {
    const refusal = checkHeaders(options.request.headers)
    if (refusal !== undefined) return resume(Effect.fail(refusal))
    const sending = new Sending(options, resume)
    sending.start()
    return Effect.sync(() => sending.giveUp())
  })

/** A request on its way, until there is a response or none will come. */
class Sending {
  private readonly options: ExchangeOptions
  private readonly resume: (effect: Effect.Effect<TransportResponse, TransportFailure>) => void
  private current: ClientRequest | undefined
  private isSettled = false
  private resends = 0
  private stopLimit = () => {}
  private stopCheck = () => {}

  constructor(options: ExchangeOptions, resume: Sending["resume"]) {
    this.options = options
    this.resume = resume
  }

  start(): void {
    const { after, attempt, placeFor, request } = this.options
    if (attempt !== undefined) {
      const { left, millis } = attempt
      this.stopLimit = after(left, () => this.fail(new TimeoutError({ limit: "attempt", millis })))
    }
    this.trying(() => {
      const place = placeFor(request)
      const { kept } = place.pool
      if (request.repeatable === true || !mayBeStale(kept)) return this.send(place, kept)
      this.stopCheck = afterCheck(kept, () => this.trying(() => this.send(place, kept)))
    })
  }

  giveUp(): void {
    this.isSettled = true
    this.stopLimit()
    this.stopCheck()
    this.current?.destroy()
  }

  private trying(run: () => void): void {
    try {
      run()
    } catch (thrown) {
      this.fail(transportError(thrown))
    }
  }

  private send(place: Place, agent: Agent): void {
    const { connection, maxSize, request, userAgent } = this.options
    const outgoing = open(place, agent, request, userAgent)
    this.current = outgoing
    const broken = (failure: TransportError) => this.broken(failure, outgoing, place)
    const fail = (failure: TransportFailure) => this.fail(failure)
    // Errors may follow the first one, or an interruption, so this listener stays.
    outgoing.on("error", (error) => broken(transportError(error)))
    outgoing.on("close", () => broken(new TransportError({ message: "the connection was closed", code: "ECONNRESET" })))
    outgoing.on(
      "response",
      (incoming) => receive(incoming, maxSize, fail, (response) => this.settle(Effect.succeed(response)))
    )
    if (connection !== undefined) limitConnection(outgoing, connection, fail)
  }

  private broken(failure: TransportError, outgoing: ClientRequest, place: Place): void {
    // Another request may be in this one's place already.
    if (this.isSettled || outgoing !== this.current) return
    const isStale = isReset(failure) && isUnansweredReuse(outgoing)
    if (!isStale || this.options.request.repeatable !== true || this.resends === mostResends) return this.fail(failure)
    this.resends++
    this.trying(() => this.send(place, place.pool.fresh))
  }

  private fail(failure: TransportFailure): void {
    if (this.isSettled) return
    this.settle(Effect.fail(failure))
    this.current?.destroy()
  }

  private settle(effect: Effect.Effect<TransportResponse, TransportFailure>): void {
    if (this.isSettled) return
    this.isSettled = true
    this.stopLimit()
    this.stopCheck()
    this.resume(effect)
  }
}

/** `EPIPE` is what writing to a socket that has ended comes to. */
const isReset = ({ code }: TransportError): boolean => code === "ECONNRESET" || code === "EPIPE"

const receive = (
  incoming: IncomingMessage,
  maxSize: number,
  fail: (failure: TransportFailure) => void,
  succeed: (response: TransportResponse) => void
): void => {
  const status = incoming.statusCode ?? 0
  const headers = headersOf(incoming)
  const chunks: Array<Uint8Array> = []
  let size = 0
  incoming.on("error", (error) => fail(transportError(error)))
  const refusal = checkDeclaredSize(status, headers, maxSize) ?? checkEncoding(headers)
  if (refusal !== undefined) return fail(refusal)
  incoming.on("data", (chunk: Uint8Array) => {
    size += chunk.length
    if (size > maxSize) {
      chunks.length = 0
      return fail(tooLarge(status, headers, maxSize))
    }
    chunks.push(chunk)
  })
  incoming.on("end", () => succeed({ status, headers, body: concat(chunks, size) }))
}

/** In lower case already; only cookies come as a list. */
const headersOf = ({ headers }: IncomingMessage): TransportHeaders => {
  const flat: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value !== undefined) flat[name] = typeof value === "string" ? value : value.join(", ")
  }
  return flat
}

/** The service packs a body only for who asks for it; what a proxy packed could unpack to any size. */
const checkEncoding = (headers: TransportHeaders): TransportError | undefined =>
  (headers["content-encoding"] ?? "identity") === "identity"
    ? undefined
    : new TransportError({ message: "the response is compressed, which was not asked for" })

/** Fails a request whose new socket does not become usable in time. */
const limitConnection = (
  outgoing: ClientRequest,
  limit: Duration.Input,
  fail: (failure: TransportFailure) => void
): void => {
  outgoing.once("socket", (socket: Socket) => {
    if (isUsable(socket)) return
    const millis = Duration.toMillis(limit)
    const timer = setTimeout(() => fail(new TimeoutError({ limit: "connection", millis })), millis)
    const stop = () => clearTimeout(timer)
    socket.once("authorized" in socket ? "secureConnect" : "connect", stop)
    outgoing.once("close", stop)
  })
}

/** Whether a socket is past TCP and, where it has TLS, past the handshake, which tells what it came to in one of two. */
const isUsable = (socket: Socket & { readonly authorized?: boolean; readonly authorizationError?: unknown }): boolean =>
  !socket.connecting
  && (socket.authorized === undefined || socket.authorized || Boolean(socket.authorizationError))
