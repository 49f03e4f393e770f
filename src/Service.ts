/**
 * The client as a service, and the layers that make it.
 *
 * {@link Cognito} knows where the service is and how to reach it; every operation needs it. `Signer` (see `Signer.ts`)
 * is needed by the operations that take AWS credentials only, so {@link layerPublic} is enough for the others. Each
 * layer leaves open how requests travel: provide `layerFetch` or `layerHttpClient`.
 */
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credentials } from "./client/Credentials.ts"
import * as Endpoint from "./protocol/Endpoint.ts"
import * as Environment from "./client/Environment.ts"
import { ClientState } from "./client/Retry.ts"
import { layerSigner, type Signer, type SignerOptions, type WithoutCredentials } from "./client/Signer.ts"
import { Transport } from "./client/Transport.ts"

/**
 * The Cognito User Pools service of one region, or of an emulator.
 */
export class Cognito extends Context.Service<Cognito, {
  /** Where requests go, such as `https://cognito-idp.eu-central-1.amazonaws.com/`. */
  readonly endpoint: string
  readonly transport: Transport["Service"]
  readonly state: ClientState
}>()("effect-cognito/Service/Cognito") {}

/** A region or an endpoint is needed. */
export type PublicOptions =
  & Endpoint.EndpointOptions
  & ({ readonly region: string } | { readonly endpoint: string | URL })

/** A client with AWS credentials: where the service is, and what signs. */
export interface Options extends Endpoint.EndpointOptions, SignerOptions {
  /** Where the service is, and the region of the signatures' scope, such as `eu-central-1`. */
  readonly region: string
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
 * The layer for programs with AWS credentials: all operations. Without credentials in the options it takes those of the
 * `Credentials` service.
 */
export const layer: {
  (options: WithoutCredentials<Options>): Layer.Layer<
    Cognito | Signer,
    Endpoint.EndpointError,
    Credentials | Transport
  >
  (options: Options): Layer.Layer<Cognito | Signer, Endpoint.EndpointError, Transport>
} = (options: Options | WithoutCredentials<Options>) =>
  // As `layerSigner` does: without credentials in the options the first signature tells what is missing.
  Layer.merge(layerPublic(options), layerSigner(options as Options))

/**
 * {@link layer} from Effect's `Config`, under the names that AWS's tools use: `AWS_REGION`, `AWS_ACCESS_KEY_ID`,
 * `AWS_SECRET_ACCESS_KEY`; and, where they are set, `AWS_SESSION_TOKEN`, `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER` or
 * `AWS_ENDPOINT_URL` (unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is `true`), `AWS_USE_FIPS_ENDPOINT`,
 * `AWS_USE_DUALSTACK_ENDPOINT`, `AWS_MAX_ATTEMPTS`, `AWS_RETRY_MODE`, `AWS_SDK_UA_APP_ID`,
 * `EFFECT_COGNITO_ALLOW_INSECURE_ENDPOINT`. Read once, when the layer is built.
 */
export const layerConfig: Layer.Layer<Cognito | Signer, Endpoint.EndpointError | Config.ConfigError, Transport> =
  Environment.configured(layer)
