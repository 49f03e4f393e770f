/**
 * `npx tsx examples/server/serve.ts`: the pages of `app.ts` on this machine, for the pool and the app client that
 * `COGNITO_USER_POOL_ID` and `COGNITO_CLIENT_ID` name. `COOKIE_KEY` is 32 bytes in hexadecimal; without it, cookies end with
 * the program.
 */
import { serve } from "@hono/node-server"
import { makeAuth } from "effect-cognito/promise/auth"
import { randomBytes } from "node:crypto"
import { app } from "./app.ts"

const { COGNITO_CLIENT_ID: clientId = "", COGNITO_USER_POOL_ID: userPoolId = "", COOKIE_KEY: key } = process.env

const server = app({
  auth: makeAuth({ userPoolId, clientId }),
  key: key === undefined ? randomBytes(32) : Buffer.from(key, "hex")
})

serve({ fetch: server.fetch, hostname: "127.0.0.1", port: Number(process.env.PORT ?? 0) }, ({ port }) => {
  console.log(`http://localhost:${port}/`)
})
