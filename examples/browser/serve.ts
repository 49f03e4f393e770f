/**
 * `npm run example:browser`: serves the page on this machine alone, and a user pool that it talks to. Codes that would be
 * sent are shown here.
 *
 * The pool is that of `effect-cognito/testing/pool`, which checks SRP, passkeys and sessions as Cognito does. For a pool
 * of AWS, its ids go into `app.ts`, and the folder is all that has to be served.
 */
import { build } from "esbuild"
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { start, type Started } from "effect-cognito/testing/pool"

/** What is served. */
export interface Example {
  readonly url: string
  readonly pools: Started
  readonly close: () => Promise<void>
}

/** Serves the page, on a free port if none is given. */
export const serve = async (port = 0): Promise<Example> => {
  const pools = await start({
    pool: {
      AutoVerifiedAttributes: ["email"],
      UsernameAttributes: ["email"],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } }
    },
    mfa: {
      MfaConfiguration: "OPTIONAL",
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration: { RelyingPartyId: "localhost" }
    }
  })
  const files = await pageOf(pools.url)
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? "")
    if (file === undefined) response.writeHead(404).end()
    else response.writeHead(200, { "content-type": file.type }).end(file.content)
  })
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  return {
    // A server on TCP has an address of this form. Passkeys are `localhost`'s, not an address's.
    url: `http://localhost:${(server.address() as AddressInfo).port}/`,
    pools,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await pools.close()
    }
  }
}

const pageOf = async (endpoint: string) => {
  const [page, app] = await Promise.all([
    readFile(new URL("index.html", import.meta.url)),
    build({
      entryPoints: [fileURLToPath(new URL("app.ts", import.meta.url))],
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      write: false,
      define: { "process.env.ENDPOINT": JSON.stringify(endpoint) }
    })
  ])
  return new Map([
    ["/", { type: "text/html; charset=utf-8", content: page }],
    ["/app.js", { type: "text/javascript", content: app.outputFiles[0]?.contents }]
  ])
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { pools, url } = await serve(8080)
  console.log(url)
  let told = 0
  setInterval(() => {
    for (; told < pools.messages.length; told++) {
      const { body, to } = pools.messages[told] ?? { to: "", body: "" }
      console.log(`to ${to}: ${body}`)
    }
  }, 200)
}
