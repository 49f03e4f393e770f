/** The client of the contract tests: AWS's example credentials, for whichever server a test starts. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { AwsCredentials } from "../../src/client/Credentials.ts"
import type { EndpointError } from "../../src/protocol/Endpoint.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import { type Cognito, layer } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"
import type { Transport } from "../../src/client/Transport.ts"

export const region = "eu-central-1"

/** The scripted server knows no others. */
export const credentials: AwsCredentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: Redacted.make("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
}

/** A client of the server at a URL, which makes one attempt; how requests travel is left open. */
export const client = (endpoint: string): Layer.Layer<Cognito | Signer, EndpointError, Transport> =>
  Layer.merge(layer({ region, endpoint, credentials }), Layer.succeed(RetryPolicy, { maxAttempts: 1 }))

/** A {@link client} of the server that an effect starts. */
export const clientOf = <R>(
  endpoint: Effect.Effect<string, never, R>
): Layer.Layer<Cognito | Signer, EndpointError, Exclude<R, Scope.Scope> | Transport> =>
  Layer.unwrap(Effect.map(endpoint, client))
