/**
 * `npm run example:browser`: serves the page on this machine alone, and plays the user pool that it talks to. Codes that
 * would be sent are shown here.
 *
 * The pool is that of the tests (`test/pool/`): it checks SRP, passkeys and sessions as Cognito does. For a pool of
 * AWS, its ids go into `app.ts`, and the folder is all that has to be served.
 */
import { build } from "esbuild"
import { readFile } from "node:fs/promises"
import { createServer, type IncomingMessage, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { code, makePool, type Pool } from "../../test/pool/Pool.ts"

/** Starts a server for a pool, on a free port if none is given. */
export const serve = async (pool: Pool, port = 0): Promise<{ url: string; server: Server }> => {
  const [page, app] = await Promise.all([
    readFile(new URL("index.html", import.meta.url)),
    build({
      entryPoints: [fileURLToPath(new URL("app.ts", import.meta.url))],
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      write: false
    })
  ])
  const files = new Map([
    ["/", { type: "text/html; charset=utf-8", content: page }],
    ["/app.js", { type: "text/javascript", content: app.outputFiles[0]?.contents }]
  ])
  const server = createServer(async (request, response) => {
    if (request.method === "POST") {
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? ""
      const { body, status } = pool.answer(operation, JSON.parse(await textOf(request)))
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body))
      return
    }
    const file = files.get(request.url ?? "")
    if (file === undefined) response.writeHead(404).end()
    else response.writeHead(200, { "content-type": file.type }).end(file.content)
  })
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  // A server on TCP has an address of this form. Passkeys are `localhost`'s, not an address's.
  return { url: `http://localhost:${(server.address() as AddressInfo).port}/`, server }
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await serve(makePool({}), 8080)
  console.log(`${url}\nThe code of every message is ${code}.`)
}
