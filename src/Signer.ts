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
import { type AwsCredentials, Credentials, layerLoaded, layerStatic } from "./Credentials.ts"
import { CredentialsError, SigningError } from "./errors/ClientError.ts"
import type { TransportRequest } from "./Transport.ts"

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
  /** Fixed credentials, or an effect that loads them: when they are needed, and again before they expire. */
  readonly credentials: AwsCredentials | Effect.Effect<AwsCredentials, CredentialsError>
}

/** Options that leave the credentials to the {@link Credentials} service. */
export type WithoutCredentials<O extends { readonly credentials: unknown }> = Omit<O, "credentials"> & {
  readonly credentials?: undefined
}

/** Signs with the credentials in the options, or else with those that the {@link Credentials} service has. */
export const layerSigner: {
  (options: WithoutCredentials<SignerOptions>): Layer.Layer<Signer, never, Credentials>
  (options: SignerOptions): Layer.Layer<Signer>
} = ({ credentials, region }: SignerOptions | WithoutCredentials<SignerOptions>) => {
  const signer = Layer.effect(Signer, Effect.map(Credentials, ({ get }) => makeSigner(region, get)))
  // Without credentials in the options the first signature tells what is missing.
  return (credentials === undefined ? signer : Layer.provide(signer, layerCredentials(credentials))) as Layer.Layer<
    Signer
  >
}

const layerCredentials = (credentials: SignerOptions["credentials"]): Layer.Layer<Credentials> =>
  Effect.isEffect(credentials) ? layerLoaded(credentials) : layerStatic(credentials)

const makeSigner = (region: string, getCredentials: Credentials["Service"]["get"]): Signer["Service"] => {
  const keys = new Map<string, ArrayBuffer>()
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
