/**
 * What can happen to a request on its way: as functions of a server's socket, to be put into the script of a
 * `faultServer`.
 */
import type { Socket } from "node:net"
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib"
import type { Fault } from "./faultServer.ts"

export interface Answer {
  /** Default: `200 OK`. */
  readonly status?: string
  /** Beside the length of the body. */
  readonly headers?: ReadonlyArray<string>
  readonly body?: string | Uint8Array
}

/** An HTTP response as bytes. */
export const message = ({ body = "", headers = [], status = "200 OK" }: Answer): Buffer => {
  const bytes = Buffer.from(body)
  const head = [`HTTP/1.1 ${status}`, ...headers, `content-length: ${bytes.length}`, "", ""].join("\r\n")
  return Buffer.concat([Buffer.from(head), bytes])
}

/** Does the same to `n` requests at once, and nothing before all of them are there, however long that takes. */
export const together = (n: number, fault: Fault): Fault => {
  const waiting: Array<() => void> = []
  return (socket, request) => {
    waiting.push(() => fault(socket, request))
    if (waiting.length === n) { for (const go of waiting.splice(0)) go() }
  }
}

/** Answers as it should be. */
export const answer = (options: Answer): Fault => (socket) => {
  socket.write(message(options))
}

/** Writes just this and keeps the connection. */
export const raw = (...bytes: ReadonlyArray<string | Uint8Array>) => (socket: Socket): void => {
  for (const part of bytes) socket.write(part)
}

/** Writes this, then resets the connection. */
export const reset = (bytes = "") => (socket: Socket): void => {
  // What was written must be on its way before.
  if (bytes === "") socket.resetAndDestroy()
  else socket.write(bytes, () => socket.resetAndDestroy())
}

/** Writes this, then ends the connection in good order. */
export const end = (bytes: string | Uint8Array = ""): Fault => (socket) => {
  socket.end(bytes)
}

/** Writes this, then one more byte now and then, without end. */
export const trickle = (bytes: string, byte: string): Fault => (socket) => {
  socket.write(bytes)
  every(socket, 10, () => socket.write(byte))
}

/** Writes this, then as much as the other side takes, without end. */
export const flood = (bytes: string, piece: string): Fault => (socket) => {
  const write = () => {
    while (!socket.destroyed && socket.write(piece));
  }
  socket.on("drain", write)
  socket.write(bytes)
  write()
}

const every = (socket: Socket, millis: number, run: () => void): void => {
  const timer = setInterval(run, millis)
  socket.on("close", () => clearInterval(timer))
}

/** The start of a response that has at least 100 bytes in its body. */
export const partial = `HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"Username"`

export const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"

const packers = { br: brotliCompressSync, deflate: deflateSync, gzip: gzipSync }

/** A body of JSON, packed: a few kilobytes that unpack to this many bytes. */
export const packed = (encoding: keyof typeof packers, size: number): Answer => ({
  headers: [`content-encoding: ${encoding}`],
  body: packers[encoding](`{"Username":"${"b".repeat(size)}"}`)
})
