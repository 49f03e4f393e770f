/**
 * Signers of the AWS SDK's form in place of the library's own, `SignatureV4` of `@smithy/signature-v4` for example.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Signer } from "../client/Signer.ts"
import { SigningError } from "../errors/ClientError.ts"
import { plainRegion } from "../protocol/Endpoint.ts"
import { completeRequest, type HttpRequest, type HttpRequestOptions, transportRequest } from "./HttpMessage.ts"

/** Signs requests. */
export interface RequestSigner {
  sign(request: HttpRequest, options?: SigningOptions): Promise<HttpRequestOptions>
}

/** What a signer is told of a request. */
export interface SigningOptions {
  readonly signingDate?: Date
  readonly signingRegion?: string
  readonly signingService?: string
}

/** Signs with what a program has for it. What it throws may quote a header, so it is not passed on. */
export const layerRequestSigner = (
  signer: RequestSigner | (() => Promise<RequestSigner>),
  region: string
): Layer.Layer<Signer> => {
  const options = { signingRegion: plainRegion(region), signingService: "cognito-idp" }
  return Layer.succeed(Signer, {
    sign: (request, clockOffset = 0) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        Effect.tryPromise({
          try: async () => {
            const own = typeof signer === "function" ? await signer() : signer
            const signingDate = new Date(now + clockOffset)
            return transportRequest(await own.sign(completeRequest(request), { ...options, signingDate }))
          },
          catch: () => new SigningError({ message: "the `signer` of the client's options failed" })
        }))
  })
}
