/**
 * Signature Version 4 for the operations that need AWS credentials.
 *
 * This module holds the service and its layer over `aws4fetch`, which works on WebCrypto in every runtime. Operations
 * without a signature never touch it, so a program of public operations bundles none of it.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { AwsV4Signer } from "aws4fetch"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { CredentialsError, SigningError } from "./errors/ClientError.ts"
import type { TransportRequest } from "./Transport.ts"

/** AWS credentials. `sessionToken` comes with temporary ones, such as those of a role or of Lambda. */
export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted<string>
  readonly sessionToken?: Redacted.Redacted<string>
}

/**
 * Signs requests. The result is the same request with the headers of the signature; each attempt of a call is signed
 * anew, at the time of Effect's `Clock` plus `clockOffset`, the milliseconds by which the service's clock is known to be
 * ahead of it (default 0).
 */
export class Signer extends Context.Service<Signer, {
  readonly sign: (
    request: TransportRequest,
    clockOffset?: number
  ) => Effect.Effect<TransportRequest, CredentialsError | SigningError>
}>()("effect-cognito/Signer") {}

export interface SignerOptions {
  /** The region of the signature's scope, such as `eu-central-1`. */
  readonly region: string
  /** Fixed credentials, or an effect that is run for each request and should cache them. */
  readonly credentials: Credentials | Effect.Effect<Credentials, CredentialsError>
}

/** A {@link Signer} that signs with `aws4fetch` and keeps the derived keys of recent days and credentials. */
export const layerSigner = (options: SignerOptions): Layer.Layer<Signer> =>
  Layer.sync(Signer, () => makeSigner(options))

const makeSigner = ({ credentials, region }: SignerOptions): Signer["Service"] => {
  const keys = new Map<string, ArrayBuffer>()
  const getCredentials = Effect.isEffect(credentials) ? credentials : Effect.succeed(credentials)
  return {
    sign: Effect.fnUntraced(function*(request, clockOffset = 0) {
      const { accessKeyId, secretAccessKey, sessionToken } = yield* getCredentials
      const token = sessionToken === undefined ? undefined : Redacted.value(sessionToken)
      if (!isHeaderValue(accessKeyId) || Redacted.value(secretAccessKey) === "" || !isHeaderValue(token ?? "-")) {
        return yield* new CredentialsError({
          message: "the credentials are empty or hold characters no header can hold"
        })
      }
      // One key a day and pair of credentials: a long-lived process must not gather them.
      if (keys.size > 16) keys.clear()
      const now = yield* Clock.currentTimeMillis
      return yield* Effect.tryPromise({
        try: async () => {
          const signer = new AwsV4Signer({
            ...request,
            accessKeyId,
            secretAccessKey: Redacted.value(secretAccessKey),
            ...(token === undefined ? {} : { sessionToken: token }),
            service: "cognito-idp",
            region,
            datetime: amzDate(now + clockOffset),
            cache: keys,
            allHeaders: true
          })
          const { headers } = await signer.sign()
          return { ...request, headers: Object.fromEntries(headers) }
        },
        // What a runtime throws here may quote a header.
        catch: () => new SigningError({ message: "the request could not be signed: is WebCrypto available?" })
      })
    })
  }
}

const isHeaderValue = (text: string): boolean => /^[\x21-\x7e]+$/.test(text)

/** `20261123T101530Z`: the time as `x-amz-date` wants it, cut to the second. */
const amzDate = (millis: number): string => new Date(millis).toISOString().replace(/\.\d+|[:-]/g, "")
