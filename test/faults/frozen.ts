/** A program for `staleSockets.test.ts`: eight calls that may not be repeated, and the same again after a while. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { adminCreateUser } from "../../src/operations/Users.ts"
import { nodeClient } from "./transports.ts"

const [, , url = ""] = process.argv

const calls = Effect.forEach(
  Array.from({ length: 8 }, (_, index) => `user${index}`),
  (Username) => Effect.exit(adminCreateUser({ UserPoolId: "eu-central-1_a", Username })),
  { concurrency: "unbounded" }
)

await Effect.gen(function*() {
  yield* calls
  console.log("ready")
  yield* Effect.sleep(400)
  const exits = yield* calls
  const good = exits.filter(Exit.isSuccess).length
  console.log(`${good} Success, ${exits.length - good} Failure`)
}).pipe(Effect.provide(nodeClient(url)), Effect.runPromise)
