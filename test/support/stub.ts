/** A client without a network: a function answers. One attempt, no time limits, so that it may be run synchronously. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { ClientState, RetryPolicy } from "../../src/client/Retry.ts"
import { Cognito } from "../../src/Service.ts"
import { Signer } from "../../src/client/Signer.ts"
import { TimeLimits } from "../../src/client/TimeLimits.ts"
import type { Transport } from "../../src/client/Transport.ts"

export const stub = (
  send: Transport["Service"]["send"],
  sign: Signer["Service"]["sign"] = Effect.succeed
): Layer.Layer<Cognito | Signer> =>
  Layer.mergeAll(
    Layer.succeed(Cognito, {
      endpoint: "https://cognito-idp.eu-central-1.amazonaws.com/",
      transport: { send },
      state: new ClientState()
    }),
    Layer.succeed(Signer, { sign }),
    Layer.succeed(RetryPolicy, { maxAttempts: 1 }),
    Layer.succeed(TimeLimits, {})
  )
