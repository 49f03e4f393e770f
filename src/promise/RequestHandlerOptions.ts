/**
 * How requests travel, as the AWS SDK has it: settings for the client, which sends them itself, or what sends them in its place.
 */
import type { HttpRequest, HttpResponse } from "./HttpMessage.ts"

/** How the client sends requests. Limits are in milliseconds; 0 is none. Where `fetch` sends them, only `requestTimeout`. */
export interface RequestHandlerOptions {
  /** Of a new connection. Default: 5,000. */
  readonly connectionTimeout?: number | undefined
  /** Of one attempt. Default: 30,000. */
  readonly requestTimeout?: number | undefined
  /** An agent of Node's for `http:`, of a proxy for example, or the options of one. Who made an agent closes it. */
  readonly httpAgent?: object | undefined
  /** The same for `https:`. */
  readonly httpsAgent?: object | undefined
  /** The most sockets to one host, where there is no agent. Default: 50. */
  readonly maxSockets?: number | undefined
  /** That a limit ends an attempt, as it always does here. */
  readonly throwOnRequestTimeout?: true | undefined
}

/** Sends requests: `NodeHttpHandler` and `FetchHttpHandler` of the AWS SDK, for example, or a test's own. */
export interface RequestHandler {
  handle(request: HttpRequest, options?: HandlerOptions): Promise<{ readonly response: HttpResponse }>
  /** Called where the client is destroyed. */
  destroy?(): void
  readonly metadata?: { readonly handlerProtocol: string }
}

/** What a handler is told of a call. */
export interface HandlerOptions {
  readonly abortSignal?: AbortSignal
  readonly requestTimeout?: number
}

/** Whether a value sends requests, and is no set of options. */
export const isRequestHandler = (value: object): value is RequestHandler =>
  "handle" in value && typeof value.handle === "function"
