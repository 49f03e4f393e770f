/**
 * A server on raw sockets that goes wrong as told: a script says what each request meets, byte by byte.
 *
 * It understands just enough of HTTP to tell where a request ends, and checks nothing.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { once } from "node:events"
import { type AddressInfo, createServer, type Server, type Socket } from "node:net"
import { createServer as createTlsServer } from "node:tls"
import { certificate, key } from "./certificate.ts"

/** What is done to a connection on which a request has come in whole: its head and body. */
export type Fault = (socket: Socket, request: string) => void

export interface FaultServer {
  readonly url: string
  /** The requests that came in whole, oldest first: head and body. */
  readonly requests: ReadonlyArray<string>
  /** How many connections are open now. */
  readonly open: () => number
  /** The same of those on which a request has come in; `fetch` opens others to have them at hand. */
  readonly openAfterRequest: () => number
  /** How many connections there were. */
  readonly connections: () => number
}

export interface FaultServerOptions {
  /** Where there is one, connections meet it at once, before anything is read. */
  readonly onConnect?: (socket: Socket) => void
  /** Whether to speak TLS, with the test certificate. Default: `false`. */
  readonly tls?: boolean
  /** Whether to take only clients with the test certificate. Default: `false`. */
  readonly askForCertificate?: boolean
}

/** Starts a server whose nth request meets the nth fault, and all after the last one the last. Stops with the scope. */
export const faultServer = (
  script: ReadonlyArray<Fault>,
  { askForCertificate = false, onConnect, tls = false }: FaultServerOptions = {}
): Effect.Effect<FaultServer, never, Scope.Scope> =>
  Effect.gen(function*() {
    const requests: Array<string> = []
    const sockets = new Set<Socket>()
    const used = new Set<Socket>()
    let connections = 0
    // What holds a connection open is the socket beneath, with or without TLS.
    const onSocket = (socket: Socket) => {
      connections++
      sockets.add(socket)
      socket.on("close", () => sockets.delete(socket))
      // A reset in return for an end, so that many connections do not use up the ports.
      if (!tls) socket.on("end", () => socket.writableEnded ? socket.destroy() : socket.resetAndDestroy())
      socket.on("error", () => {})
    }
    const onReady = (socket: Socket) => {
      socket.on("error", () => {})
      socket.on("close", () => used.delete(socket))
      if (onConnect !== undefined) {
        // Who does not read does not see the end either.
        socket.resume()
        return onConnect(socket)
      }
      onRequest(socket, (request) => {
        used.add(socket)
        requests.push(request)
        script[Math.min(requests.length, script.length) - 1]?.(socket, request)
      })
    }
    const identity = { key, cert: certificate, ca: certificate, requestCert: askForCertificate }
    const server = tls ? createTlsServer(identity, onReady) : createServer({ allowHalfOpen: true }, onReady)
    server.on("connection", onSocket)
    yield* Effect.acquireRelease(
      Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
      () => close(server, sockets)
    )
    // A server on TCP has an address of this form.
    const { port } = server.address() as AddressInfo
    return {
      url: `${tls ? "https" : "http"}://127.0.0.1:${port}/`,
      requests,
      open: () => sockets.size,
      openAfterRequest: () => used.size,
      connections: () => connections
    }
  })

const close = (server: Server, sockets: ReadonlySet<Socket>) =>
  Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    for (const socket of sockets) socket.destroy()
  })

const onRequest = (socket: Socket, run: (request: string) => void): void => {
  let received = ""
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1")
    const headEnd = received.indexOf("\r\n\r\n") + 4
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0)
    if (headEnd < 4 || received.length < headEnd + length) return
    const request = received.slice(0, headEnd + length)
    received = received.slice(headEnd + length)
    run(request)
  })
}
