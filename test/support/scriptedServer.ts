/**
 * A server that answers as the real service does where cognito-local cannot: by a script, over a real socket.
 *
 * It is strict about requests: method, content type, target, that a public operation is not signed, and the signature
 * of every other one.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"
import { clientOf } from "./client.ts"
import { publicNames } from "./model.ts"
import { refusal } from "./signature.ts"

/** A request that was let through to the script. */
export interface Received {
  readonly operation: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
  readonly input: { readonly [member: string]: unknown }
}

export interface Answer {
  /** Default: 200. */
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
  readonly body?: string | Uint8Array
  /** Breaks the connection before anything is answered, or in the middle of the body. */
  readonly broken?: "before" | "within"
}

/** What to answer to each operation. A function that throws refuses the request with what it threw. */
export interface Script {
  readonly [operation: string]: (request: Received) => Answer
}

export class ScriptedServer extends Context.Service<ScriptedServer, {
  readonly endpoint: string
  /** The requests that the script answered, oldest first. */
  readonly requests: ReadonlyArray<Received>
}>()("effect-cognito/test/ScriptedServer") {}

/** A client of a server with a script, and the server; it stops with the layer's scope. How requests travel is left open. */
export const scriptedClient = (script: Script) =>
  Layer.provideMerge(clientOf(Effect.map(ScriptedServer, ({ endpoint }) => endpoint)), scriptedServer(script))

const scriptedServer = (script: Script): Layer.Layer<ScriptedServer> =>
  Layer.effect(
    ScriptedServer,
    Effect.gen(function*() {
      const requests: Array<Received> = []
      const server = createServer((request, response) => {
        serve(script, requests, request, response).catch((error) => response.destroy(error))
      })
      yield* Effect.acquireRelease(Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")), () =>
        Effect.callback<void>((resume) => {
          server.close(() =>
            resume(Effect.void)
          )
          // The connections that fetch keeps alive would hold it open.
          server.closeAllConnections()
        }))
      // A server on TCP has an address of this form.
      const { port } = server.address() as AddressInfo
      return { endpoint: `http://127.0.0.1:${port}`, requests }
    })
  )

/** An answer of the real service: a JSON body, or none. */
export const json = (value: unknown): Answer => ({ body: JSON.stringify(value) })

const serve = async (script: Script, requests: Array<Received>, request: IncomingMessage, response: ServerResponse) => {
  const body = await text(request)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const answer = await decide(script, requests, { path: request.url ?? "", headers, body, method: request.method })
  if (answer.broken === "before") {
    response.destroy()
    return
  }
  const bytes = Buffer.from(answer.body ?? "")
  response.writeHead(answer.status ?? 200, {
    "content-type": "application/x-amz-json-1.1",
    "content-length": answer.broken === "within" ? bytes.length + 1 : bytes.length,
    "x-amzn-requestid": requestId(requests.length),
    ...answer.headers
  })
  if (answer.broken === "within") response.write(bytes, () => response.destroy())
  else response.end(bytes)
}

/** The id that the nth request that the script answers gets. */
export const requestId = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`

interface Incoming {
  readonly method: string | undefined
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

const decide = async (script: Script, requests: Array<Received>, incoming: Incoming): Promise<Answer> => {
  const { body, headers, method, path } = incoming
  const [target, operation = ""] = headers["x-amz-target"]?.split(".") ?? []
  if (method !== "POST" || path !== "/" || headers["content-type"] !== "application/x-amz-json-1.1") {
    return error("UnexpectedRequest", `${method} ${path} ${headers["content-type"]}`)
  }
  const answer = script[operation]
  if (target !== "AWSCognitoIdentityProviderService" || answer === undefined) {
    return error("UnknownOperationException", `${target}.${operation}`)
  }
  if (publicNames.includes(operation)) {
    const secret = Object.keys(headers).find((name) => name === "authorization" || name.startsWith("x-amz-security"))
    if (secret !== undefined) return error("UnexpectedRequest", `a public operation with the header ${secret}`)
  } else {
    const refused = await refusal(incoming)
    if (refused !== undefined) return { ...error(refused, "The request signature does not match."), status: 403 }
  }
  const received = { operation, headers, body, input: JSON.parse(body) }
  requests.push(received)
  try {
    return answer(received)
  } catch (thrown) {
    return error("UnexpectedRequest", String(thrown))
  }
}

const error = (__type: string, message: string): Answer => ({ ...json({ __type, message }), status: 400 })
