/**
 * The client as a service, and the layers that make it.
 *
 * {@link Cognito} knows where the service is and how to reach it; every operation needs it. `Signer` (see `Signer.ts`)
 * is needed by the operations that take AWS credentials only, so {@link layerPublic} is enough for the others. Each
 * layer leaves open how requests travel: provide `layerFetch` or `layerHttpClient`.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Endpoint from "./Endpoint.ts"
import { ClientState } from "./Retry.ts"
import { type Credentials, layerSigner, type Signer, type SignerOptions } from "./Signer.ts"
import { Transport } from "./Transport.ts"

/**
 * The Cognito User Pools service of one region, or of an emulator.
 */
export class Cognito extends Context.Service<Cognito, {
  /** Where requests go, such as `https://cognito-idp.eu-central-1.amazonaws.com/`. */
  readonly endpoint: string
  readonly transport: Transport["Service"]
  readonly state: ClientState
}>()("effect-cognito/Service/Cognito") {}

/** `endpoint` wins over `region`; an `http:` or `https:` URL, of an emulator or a proxy for example. */
export type PublicOptions =
  | { readonly region: string; readonly endpoint?: string | URL }
  | { readonly region?: string; readonly endpoint: string | URL }

export interface Options extends SignerOptions {
  /** Where requests go. Default: AWS's endpoint of the region. */
  readonly endpoint?: string | URL
}

/**
 * Makes the {@link Cognito} service. Fails with an `EndpointError` where the region or the URL cannot be one.
 */
export const make = (
  options: PublicOptions
): Effect.Effect<Cognito["Service"], Endpoint.EndpointError, Transport> =>
  Effect.gen(function*() {
    const transport = yield* Transport
    return { transport, endpoint: yield* Effect.fromResult(Endpoint.resolve(options)), state: new ClientState() }
  })

/**
 * The layer for programs without AWS credentials: sign-up, sign-in and all that a user does with an access token.
 *
 * @example
 * ```ts
 * import { Layer } from "effect"
 * import { layerFetch, layerPublic } from "effect-cognito"
 *
 * const live = Layer.provide(layerPublic({ region: "eu-central-1" }), layerFetch)
 * ```
 */
export const layerPublic = (options: PublicOptions): Layer.Layer<Cognito, Endpoint.EndpointError, Transport> =>
  Layer.effect(Cognito, make(options))

/**
 * The layer for programs with AWS credentials: all operations.
 */
export const layer = (options: Options): Layer.Layer<Cognito | Signer, Endpoint.EndpointError, Transport> =>
  Layer.merge(layerPublic(options), layerSigner(options))

const endpointConfig = Config.option(
  Config.String("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER").pipe(
    Config.orElse(() => Config.String("AWS_ENDPOINT_URL"))
  )
)

const credentialsConfig: Config.Config<Credentials> = Config.all({
  accessKeyId: Config.NonEmptyString("AWS_ACCESS_KEY_ID"),
  secretAccessKey: Config.Redacted("AWS_SECRET_ACCESS_KEY"),
  sessionToken: Config.option(Config.Redacted("AWS_SESSION_TOKEN"))
}).pipe(
  Config.map(({ sessionToken, ...keys }) =>
    Option.isNone(sessionToken) ? keys : { ...keys, sessionToken: sessionToken.value }
  )
)

/**
 * {@link layer} from Effect's `Config`, under the names that AWS's tools use: `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
 * `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` (optional), and for another endpoint
 * `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER` or `AWS_ENDPOINT_URL`. Read once, when the layer is built.
 */
export const layerConfig: Layer.Layer<Cognito | Signer, Endpoint.EndpointError | Config.ConfigError, Transport> = Layer
  .unwrap(
    Config.all({
      region: Config.NonEmptyString("AWS_REGION"),
      credentials: credentialsConfig,
      endpoint: endpointConfig
    }).pipe(
      Effect.map(({ endpoint, ...options }) =>
        layer(Option.isNone(endpoint) ? options : { ...options, endpoint: endpoint.value })
      )
    )
  )
