/**
 * A server on this host that notes a request and gives the answer it was told to, so that cases go over the network as
 * calls do.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

export interface Received {
  readonly method: string
  readonly path: string
  /** By name in lower case. */
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

export interface CaseServer {
  /** Without a path. */
  readonly url: string
  /** What the server answers from now on. */
  answer: Answer
  /** The latest request, if there was one. */
  received: Received | undefined
}

/** Starts the server on a free port; it stops with the scope. */
export const startServer: Effect.Effect<CaseServer, never, Scope.Scope> = Effect.gen(function*() {
  const state: CaseServer = { url: "", answer: { status: 200, headers: {}, body: "{}" }, received: undefined }
  const server = createServer(async (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    state.received = { method: request.method ?? "", path: request.url ?? "", headers, body: await text(request) }
    const { answer } = state
    response.writeHead(answer.status, { ...answer.headers }).end(answer.body)
  })
  yield* Effect.acquireRelease(listen(server), () => close(server))
  // A server on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  return Object.assign(state, { url: `http://127.0.0.1:${port}` })
})

const listen = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.listen(0, "127.0.0.1", () => resume(Effect.void))
  })

const close = (server: Server): Effect.Effect<void> =>
  Effect.callback((resume) => {
    server.close(() => resume(Effect.void))
    // The connections that fetch keeps alive would hold it open.
    server.closeAllConnections()
  })
