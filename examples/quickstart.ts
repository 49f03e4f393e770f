import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Cognito from "effect-cognito"
import { layerAws } from "effect-cognito/node"

const program = Cognito.listUserPools.items({ MaxResults: 60 }).pipe(
  Stream.runForEach((userPool) => Console.log(userPool.Id, userPool.Name)),
  Effect.catchTag("NotAuthorizedException", (error) => Console.error(`Not allowed: ${error.message}`)),
  Effect.provide(layerAws()),
  Effect.catch((error) => Console.error(error.message))
)

Effect.runPromise(program)
