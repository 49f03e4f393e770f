/** A client whose service is a {@link Pool} of the test's, without a network between. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type AppClient, DeviceStore, layerAppClient, makeDeviceStore } from "../../src/auth/index.ts"
import { type Cognito, layerPublic } from "../../src/Service.ts"
import { Signer } from "../../src/client/Signer.ts"
import { Transport } from "../../src/client/Transport.ts"
import type { Pool } from "../support/pool.ts"

/** The client of a pool, with a store of devices of its own unless `devices` is false. */
export const clientOf = (pool: Pool, devices = true): Layer.Layer<AppClient | Cognito | Signer> => {
  const transport = Layer.succeed(Transport, {
    send: ({ body, headers }) =>
      pool.handle({ method: "POST", path: "/", headers, body }).pipe(
        Effect.flatMap((answered) => answered ? Effect.succeed(answered) : Effect.die("lost")),
        // The answer is under way for a while.
        Effect.tap(() => Effect.yieldNow)
      )
  })
  return Layer.mergeAll(
    Layer.orDie(Layer.provide(layerPublic({ region: "eu-central-1" }), transport)),
    Layer.succeed(Signer, {
      sign: (request) => Effect.succeed({ ...request, headers: { ...request.headers, authorization: "signed" } })
    }),
    layerAppClient({
      userPoolId: pool.id,
      clientId: pool.clientId,
      ...(pool.clientSecret === undefined ? {} : { clientSecret: Redacted.make(pool.clientSecret) })
    }),
    Layer.succeed(DeviceStore, devices ? makeDeviceStore() : undefined)
  )
}
