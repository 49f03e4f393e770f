/**
 * The client for Node servers and Lambda, in one layer: endpoint, signatures on `node:crypto`, and requests through Node's
 * `http`. It loads neither `fetch` nor WebCrypto.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Credentials } from "../client/Credentials.ts"
import { EndpointError } from "../protocol/Endpoint.ts"
import { configured, endpoint, layerReferences, region } from "../client/Environment.ts"
import { layerDefault, type ProfileOptions } from "../credentials/index.ts"
import { layer as layerSharedConfig } from "../credentials/SharedConfig.ts"
import { type Cognito, layerPublic, type Options } from "../Service.ts"
import type { Signer, WithoutCredentials } from "../client/Signer.ts"
import { layerSigner } from "./NodeSigner.ts"
import { layerNode, type NodeTransportOptions } from "./NodeTransport.ts"

/** A client on Node: where the service is, what signs, and how requests travel. */
export interface NodeOptions extends Options {
  /** How requests travel. */
  readonly transport?: NodeTransportOptions
}

/**
 * All operations. Without credentials in the options it takes those of the `Credentials` service.
 *
 * @example
 * ```ts
 * import { adminGetUser } from "effect-cognito"
 * import { layerDefault } from "effect-cognito/credentials"
 * import { layer } from "effect-cognito/node"
 * import * as Effect from "effect/Effect"
 * import * as Layer from "effect/Layer"
 *
 * const live = Layer.provide(layer({ region: "eu-central-1" }), layerDefault())
 *
 * const user = Effect.provide(adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" }), live)
 * ```
 */
export const layer: {
  (options: WithoutCredentials<NodeOptions>): Layer.Layer<Cognito | Signer, EndpointError, Credentials>
  (options: NodeOptions): Layer.Layer<Cognito | Signer, EndpointError>
} = ({ transport, ...options }: NodeOptions | WithoutCredentials<NodeOptions>) =>
  // As `layerSigner` does: without credentials in the options the first signature tells what is missing.
  Layer.merge(layerSigner(options as Options), Layer.provide(layerPublic(options), layerNode(transport)))

/** What a program says itself; all else is where AWS's tools have it. */
export interface AwsOptions extends Partial<WithoutCredentials<NodeOptions>>, ProfileOptions {}

/**
 * All operations, set up as every tool of AWS's is: region, endpoint, retries and credentials from the options, the
 * environment, and the profile in the shared files; credentials also from SSO, containers and instances. It needs
 * `@aws-sdk/credential-providers` for all but the environment.
 *
 * @example
 * ```ts
 * import { listUserPools } from "effect-cognito"
 * import { layerAws } from "effect-cognito/node"
 * import * as Effect from "effect/Effect"
 *
 * export const pools = Effect.provide(listUserPools({ MaxResults: 10 }), layerAws({ profile: "staff" }))
 * ```
 */
export const layerAws = (
  { profile, ...options }: AwsOptions = {}
): Layer.Layer<Cognito | Signer, EndpointError | Config.ConfigError> => {
  const named = profile === undefined ? {} : { profile }
  const settled = Effect.flatMap(
    Config.all({
      endpoint,
      region: options.region === undefined ? Config.option(region) : Config.succeed(Option.some(options.region))
    }),
    ({ endpoint, region }) =>
      Option.isNone(region)
        ? Effect.fail(noRegion(profile))
        : Effect.succeed(Layer.merge(layer({ ...endpoint, ...options, region: region.value }), layerReferences))
  )
  return Layer.unwrap(settled).pipe(Layer.provide(layerDefault(named)), Layer.provide(layerSharedConfig(named)))
}

const noRegion = (profile = process.env.AWS_PROFILE || "default"): EndpointError =>
  new EndpointError({
    message: `there is no region: set AWS_REGION, or \`region\` in the profile ${
      JSON.stringify(profile)
    } of ~/.aws/config`
  })

/** {@link layer} from Effect's `Config`, under the names that `layerConfig` of the main entry point reads. */
export const layerConfig: Layer.Layer<Cognito | Signer, EndpointError | Config.ConfigError> = configured(layer)
