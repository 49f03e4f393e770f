/**
 * The pools behind a port, for any client: the API, the public keys, the OpenID configuration, and the upload of import
 * files. For Node, Deno and Bun; `node:http` is asked of the runtime when the server starts, so that nothing of it gets
 * into a bundle for browsers.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http"
import type { Account } from "./Account.ts"
import type { Answered } from "./Dispatch.ts"
import { make, type Options, type Shape, upload } from "./UserPools.ts"

/** Where pools are served. */
export interface ServeOptions extends Options {
  /** Default: a free one. */
  readonly port?: number
  /** Default: `127.0.0.1`, which this machine alone reaches. */
  readonly host?: string
}

/** Why pools cannot be served: the port is taken, or the runtime has no `node:http`. */
export class ServeError extends Schema.TaggedError<ServeError>()("ServeError", { message: Schema.String }) {}

/** Pools that are served. */
export interface Served extends Shape {
  /** Such as `http://127.0.0.1:9229`. */
  readonly url: string
}

/**
 * Serves pools until the scope closes. The time is that of Effect's `Clock`.
 *
 * @example
 * ```ts
 * import * as UserPools from "effect-cognito/testing/pool"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.scoped(Effect.gen(function*() {
 *   const { url, userPoolId } = yield* UserPools.serve({ code: "123456" })
 *   yield* Effect.log(`${userPoolId} at ${url}`)
 * }))
 * ```
 */
export const serve = (options: ServeOptions = {}): Effect.Effect<Served, ServeError, Scope.Scope> =>
  Effect.gen(function*() {
    const { account, pools } = yield* make(options)
    const url = yield* serveAccount(account, options)
    return { ...pools, url }
  })

/** Pools that are served for a program without Effect. */
export interface Started extends Omit<Served, "jwks" | "rotateKeys" | "totp"> {
  readonly totp: (username: string) => Promise<string>
  readonly rotateKeys: (userPoolId?: string) => Promise<void>
  /** Stops the server and ends its connections. */
  readonly close: () => Promise<void>
}

/** Serves pools until they are closed, for plain async programs. Rejects with a {@link ServeError}. */
export const start = async (options: ServeOptions = {}): Promise<Started> => {
  const { account, pools } = await Effect.runPromise(make(options))
  const server = await Effect.runPromise(listen(account, options, Context.empty()))
  return {
    ...pools,
    url: urlOf(server, options),
    totp: (username) => Effect.runPromise(pools.totp(username)),
    rotateKeys: (userPoolId) => Effect.runPromise(pools.rotateKeys(userPoolId)),
    close: () => Effect.runPromise(stop(server))
  }
}

/** Serves an account until the scope closes; gives its URL. */
export const serveAccount = (account: Account, options: ServeOptions): Effect.Effect<string, ServeError, Scope.Scope> =>
  Effect.flatMap(
    Effect.context<never>(),
    (context) =>
      Effect.map(Effect.acquireRelease(listen(account, options, context), stop), (server) => urlOf(server, options))
  )

const urlOf = (server: HttpServer, { host = "127.0.0.1" }: ServeOptions): string => {
  const address = server.address()
  const port = typeof address === "object" && address !== null ? address.port : 0
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`
}

const listen = (
  account: Account,
  options: ServeOptions,
  context: Context.Context<never>
): Effect.Effect<HttpServer, ServeError> =>
  Effect.callback((resume) => {
    const http = globalThis.process?.getBuiltinModule?.("node:http")
    if (http === undefined) {
      return resume(
        Effect.fail(new ServeError({ message: "this runtime has no node:http: use UserPools.layer in process" }))
      )
    }
    const server = http.createServer((request, response) => {
      Effect.runForkWith(context)(answered(account, request, response))
    })
    server.once("error", ({ message }) => resume(Effect.fail(new ServeError({ message }))))
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", () => {
      account.reachAt(urlOf(server, options))
      resume(Effect.succeed(server))
    })
  })

const stop = (server: HttpServer): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    server.closeAllConnections()
  })

/** A body may be as large as this, in bytes; the images of a branding are the largest. */
const largest = 10_000_000

/** Whatever goes wrong within is told as the service tells of itself; a request that ends early gets no answer. */
const answered = (account: Account, request: IncomingMessage, response: ServerResponse): Effect.Effect<void> =>
  Effect.catchCause(answering(account, request, response), (cause) => {
    if (request.errored !== null || response.headersSent) return Effect.sync(() => end(request, response, undefined))
    end(request, response, json({ __type: "InternalErrorException", message: "The pool failed." }, 500))
    return Effect.logError("the pool failed", cause)
  })

const answering = (account: Account, request: IncomingMessage, response: ServerResponse): Effect.Effect<void> =>
  Effect.gen(function*() {
    const body = yield* Effect.promise(() => bodyOf(request))
    if (body === undefined) return end(request, response, plainText(413, "the body is too large"))
    const path = request.url ?? "/"
    const answer = request.method === "POST"
      ? yield* account.handle({
        method: "POST",
        path,
        headers: headersOf(request),
        body,
        ip: request.socket.remoteAddress ?? "127.0.0.1"
      })
      : yield* page(account, request.method ?? "GET", path, body)
    end(request, response, answer)
  })

/** Whatever is not the API: what tokens are checked with, uploads, and what browsers ask beforehand. */
const page = (account: Account, method: string, path: string, body: Uint8Array): Effect.Effect<Answered> => {
  if (method === "OPTIONS") return Effect.succeed({ status: 200, headers: {}, body: new Uint8Array() })
  const [, poolId = "", place = "", file = ""] = path.split("?")[0]?.split("/") ?? []
  if (!account.state().pools.has(poolId)) return Effect.succeed(plainText(404, "there is no such pool"))
  if (method === "PUT" && place === "import") {
    if (account.state().pools.get(poolId)?.importJobs.has(file) !== true) {
      return Effect.succeed(plainText(404, "there is no such import job"))
    }
    return Effect.as(upload(account, poolId, file, new TextDecoder().decode(body)), plainText(200, ""))
  }
  if (place === ".well-known" && file === "jwks.json") return Effect.map(Effect.orDie(account.jwks(poolId)), json)
  if (place === ".well-known" && file === "openid-configuration") {
    return Effect.map(Effect.orDie(account.kernel().read((_, moment) => moment)), ({ endpoint, issuer }) =>
      json({
        authorization_endpoint: `${endpoint}/oauth2/authorize`,
        id_token_signing_alg_values_supported: ["RS256"],
        issuer: `${issuer}/${poolId}`,
        jwks_uri: `${endpoint}/${poolId}/.well-known/jwks.json`,
        response_types_supported: ["code", "token"],
        scopes_supported: ["openid", "email", "phone", "profile"],
        subject_types_supported: ["public"]
      }))
  }
  return Effect.succeed(plainText(404, "not found"))
}

const plainText = (status: number, text: string): NonNullable<Answered> => ({
  status,
  headers: { "content-type": "text/plain" },
  body: new TextEncoder().encode(text)
})

const json = (value: unknown, status = 200): NonNullable<Answered> => ({
  status,
  headers: {
    "content-type": "application/json",
    ...(status === 200 ? { "cache-control": "public, max-age=86400" } : {})
  },
  body: new TextEncoder().encode(JSON.stringify(value))
})

/** What a browser needs to see an answer to another origin's page; the service sends the same. */
const cors = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*",
  "access-control-allow-methods": "*",
  "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
  "access-control-max-age": "172800"
}

/** Without an answer the connection ends. */
const end = (request: IncomingMessage, response: ServerResponse, answer: Answered): void => {
  if (answer === undefined) return void request.socket.destroy()
  response.writeHead(answer.status, { ...cors, ...answer.headers, "content-length": answer.body.length }).end(
    answer.body
  )
}

const headersOf = ({ headers }: IncomingMessage): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | undefined> => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > largest) return undefined
    chunks.push(chunk)
  }
  const body = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}
