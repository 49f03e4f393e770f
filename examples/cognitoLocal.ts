/**
 * A Cognito-compatible server in this process, for the demo: `cognito-local` on a free port of the loopback interface,
 * with its data in a temporary folder. It goes away with its scope.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { mkdtempSync, rmSync } from "node:fs"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pino } from "pino"

const start = async (folder: string) => {
  // It reads these when it is loaded, and keeps its data in the working directory.
  Object.assign(process.env, { HOST: "127.0.0.1", PORT: "0", AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE: "1" })
  process.chdir(folder)
  const { createDefaultServer } = await import("cognito-local")
  const { start } = await createDefaultServer(pino({ level: "silent" }))
  return start()
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "cognito-local-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Starts the server and tells how to reach it. */
export const cognitoLocal = Effect.gen(function*() {
  const server = yield* Effect.acquireRelease(
    Effect.flatMap(folder, (folder) => Effect.promise(() => start(folder))),
    (server) =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  // A server that listens on a port has an address of this form.
  const { port } = server.address() as AddressInfo
  return {
    region: "local",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "local", secretAccessKey: Redacted.make("local") }
  }
})
