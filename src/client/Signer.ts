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
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type AwsCredentials, ClientRegion, Credentials, layerLoaded, layerStatic } from "./Credentials.ts"
import { CredentialsError, SigningError } from "../errors/ClientError.ts"
import { plainRegion } from "../protocol/Endpoint.ts"
import type { TransportRequest } from "../protocol/Message.ts"

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

/** What a signature needs to know. */
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

/** The two ways to make a {@link Signer}'s layer, whatever signs. */
export interface LayerSigner {
  (options: WithoutCredentials<SignerOptions>): Layer.Layer<Signer, never, Credentials>
  (options: SignerOptions): Layer.Layer<Signer>
}

/** Keys as they are put into headers. */
export interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

/** Makes what signs requests for a region. `date` is as `x-amz-date` wants it, such as `20261123T101530Z`. */
export interface MakeSign {
  (
    region: string
  ): (request: TransportRequest, keys: Keys, date: string) => Effect.Effect<TransportRequest, SigningError>
}

/** Makes the layer of a way to sign: the keys come from the options, or else from the {@link Credentials} service. */
export const layerSigning =
  (makeSign: MakeSign): LayerSigner =>
  ({ credentials, region: named }: SignerOptions | WithoutCredentials<SignerOptions>) => {
    const region = plainRegion(named)
    const signer = Layer.effect(
      Signer,
      Effect.map(Credentials, ({ get }) => {
        const sign = makeSign(region)
        // Fixed credentials are there already, and ask nobody.
        const load = Exit.isExit(get) ? get : Effect.provideService(get, ClientRegion, region)
        const amzDate = makeAmzDate()
        return {
          sign: (request, clockOffset = 0) =>
            Effect.flatMap(load, (credentials): ReturnType<Signer["Service"]["sign"]> => {
              const keys = keysOf(credentials)
              if (keys === undefined) return unusable
              return Effect.flatMap(
                Clock.currentTimeMillis,
                (now) => sign(request, keys, amzDate(now + clockOffset))
              )
            })
        }
      })
    )
    // Without credentials in the options the first signature tells what is missing.
    return (credentials === undefined ? signer : Layer.provide(signer, layerCredentials(credentials))) as Layer.Layer<
      Signer
    >
  }

const layerCredentials = (credentials: SignerOptions["credentials"]): Layer.Layer<Credentials> =>
  Effect.isEffect(credentials) ? layerLoaded(credentials) : layerStatic(credentials)

const keysOf = ({ accessKeyId, secretAccessKey, sessionToken }: AwsCredentials): Keys | undefined => {
  const secret = textOf(secretAccessKey)
  const token = textOf(sessionToken)
  const isUsable = isHeaderValue(accessKeyId) && isHeaderValue(token ?? "-")
  return isUsable && secret !== undefined ? { accessKeyId, secretAccessKey: secret, sessionToken: token } : undefined
}

/** A secret's text. An empty one is none, and so is what is no text: both come from providers outside TypeScript. */
const textOf = (secret: unknown): string | undefined => {
  const value: unknown = Redacted.isRedacted(secret) ? Redacted.value(secret) : undefined
  return typeof value === "string" && value !== "" ? value : undefined
}

const unusable = Effect.fail(
  new CredentialsError({ message: "the credentials are empty or hold characters no header can hold" })
)

const isHeaderValue = (text: unknown): boolean => typeof text === "string" && /^[\x21-\x7e]+$/.test(text)

/** Writes times, cut to the second; the second before is not written twice. */
const makeAmzDate = () => {
  let second = NaN
  let date = ""
  return (millis: number): string => {
    const now = Math.floor(millis / 1000)
    if (now !== second) {
      second = now
      date = new Date(now * 1000).toISOString().replace(/\.\d+|[:-]/g, "")
    }
    return date
  }
}

/** Signs with the credentials in the options, or else with those that the {@link Credentials} service has. */
export const layerSigner: LayerSigner = layerSigning((region) => {
  const cache = new Map<string, ArrayBuffer>()
  return (request, { accessKeyId, secretAccessKey, sessionToken }, datetime) => {
    // One key a day and pair of credentials: a long-lived process must not gather them.
    if (cache.size > 16) cache.clear()
    return Effect.tryPromise({
      try: async () => {
        const signer = new AwsV4Signer({
          ...request,
          accessKeyId,
          secretAccessKey,
          ...(sessionToken === undefined ? {} : { sessionToken }),
          service: "cognito-idp",
          region,
          datetime,
          cache,
          allHeaders: true
        })
        const { headers } = await signer.sign()
        return { ...request, headers: Object.fromEntries(headers) }
      },
      // What a runtime throws here may quote a header.
      catch: () => new SigningError({ message: "the request could not be signed: is WebCrypto available?" })
    })
  }
})
