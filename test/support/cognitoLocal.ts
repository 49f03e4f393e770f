/**
 * cognito-local as a server of the tests: built from its parts in this process, so that it listens on a free loopback
 * port and keeps its data in a folder of its own, which `createDefaultServer` would put under the working directory.
 */
import { CognitoServiceFactoryImpl } from "cognito-local/lib/services/cognitoService.js"
import { StormDBDataStoreFactory } from "cognito-local/lib/services/dataStore/stormDb.js"
import { DateClock, type Triggers } from "cognito-local/lib/services/index.js"
import { JwtTokenGenerator } from "cognito-local/lib/services/tokenGenerator.js"
import { UserPoolServiceFactoryImpl } from "cognito-local/lib/services/userPoolService.js"
import { DefaultConfig } from "cognito-local/lib/server/config.js"
import { Router } from "cognito-local/lib/server/Router.js"
import { createServer } from "cognito-local/lib/server/server.js"
import { Targets } from "cognito-local/lib/targets/targets.js"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { mkdtemp, rm } from "node:fs/promises"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pino } from "pino"
import { clientOf } from "./client.ts"
import { confirmationCode } from "./scenario.ts"

/** AWS's names of the operations that cognito-local implements. */
export const implementedOperations: ReadonlyArray<string> = Object.keys(Targets).sort()

/** Starts a server without data and answers its URL; both go when the scope closes. */
export const startCognitoLocal: Effect.Effect<string, never, Scope.Scope> = Effect.gen(function*() {
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "cognito-local-"))),
    (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
  )
  const server = yield* Effect.acquireRelease(
    Effect.promise(() => listen(folder)),
    (server) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        // The connections that fetch keeps alive would hold it open.
        server.closeAllConnections()
      })
  )
  // A server on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
})

/** A client of a server of its own; how requests travel is left open. */
export const cognitoLocal = clientOf(startCognitoLocal)

const listen = async (folder: string) => {
  const logger = pino({ level: "silent" })
  const clock = new DateClock()
  const stores = new StormDBDataStoreFactory(folder)
  const pools = new UserPoolServiceFactoryImpl(clock, stores)
  // Plain user names, as AWS has by default; cognito-local's own default is the email address.
  const cognito = await new CognitoServiceFactoryImpl(folder, stores, pools).create({ logger }, {})
  const services = {
    clock,
    cognito,
    config: { ...DefaultConfig, UserPoolDefaults: {} },
    messages: { deliver: async () => {} },
    otp: () => confirmationCode,
    tokenGenerator: new JwtTokenGenerator(clock, noTriggers, { IssuerDomain: "http://cognito-local" }),
    triggers: noTriggers
  }
  return createServer(Router(services), logger, { hostname: "127.0.0.1", port: 0, development: false }).start()
}

const unused = () => Promise.reject(new Error("there are no triggers"))

const noTriggers: Triggers = {
  enabled: () => false,
  customMessage: unused,
  customEmailSender: unused,
  postAuthentication: unused,
  postConfirmation: unused,
  preSignUp: unused,
  preTokenGeneration: unused,
  userMigration: unused
}
