/**
 * The settings that AWS's tools share, as Effect's `Config`: under the names of environment variables, from whichever
 * `ConfigProvider` the program has (the environment, by default).
 *
 * Credentials are not here but in `Credentials.ts`. It is not part of the public API.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { EndpointOptions } from "../protocol/Endpoint.ts"
import { type AwsCredentials, config as credentials } from "./Credentials.ts"
import { RetryPolicy } from "./Retry.ts"

/** `AWS_REGION`. */
export const region = Config.NonEmptyString("AWS_REGION")

/** What there is in place of a region's usual endpoint. */
export const endpoint = Config.all({
  endpoint: Config.option(
    Config.NonEmptyString("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER").pipe(
      Config.orElse(() => Config.NonEmptyString("AWS_ENDPOINT_URL"))
    )
  ),
  useFipsEndpoint: Config.option(Config.Boolean("AWS_USE_FIPS_ENDPOINT")),
  useDualstackEndpoint: Config.option(Config.Boolean("AWS_USE_DUALSTACK_ENDPOINT"))
}).pipe(Config.map(present))

/** `AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`. */
export const retryPolicy = Config.all({
  maxAttempts: Config.option(Config.Int("AWS_MAX_ATTEMPTS")),
  mode: Config.option(Config.Literals(["standard", "adaptive"], "AWS_RETRY_MODE"))
}).pipe(Config.map(present))

/** The options of a client that the environment has. */
export interface ConfiguredOptions extends EndpointOptions {
  readonly region: string
  readonly credentials: AwsCredentials
}

/** The layer that a function makes of the options which the environment has, with the retries that it asks for. */
export const configured = <A, E, R>(
  layer: (options: ConfiguredOptions) => Layer.Layer<A, E, R>
): Layer.Layer<A, E | Config.ConfigError, R> =>
  Layer.unwrap(
    Effect.map(
      Config.all({ credentials, endpoint, region, retryPolicy }),
      ({ credentials, endpoint, region, retryPolicy }) =>
        Layer.merge(layer({ region, credentials, ...endpoint }), Layer.succeed(RetryPolicy, retryPolicy))
    )
  )

type Settings = { readonly [name: string]: Option.Option<unknown> }

type Present<A extends Settings> = { readonly [K in keyof A]?: Option.Option.Value<A[K]> }

/** The settings that there are. */
function present<A extends Settings>(settings: A): Present<A> {
  const entries = Object.entries(settings).flatMap(([name, setting]) =>
    Option.isSome(setting) ? [[name, setting.value]] : []
  )
  // The members are those of `settings`, out of their options.
  return Object.fromEntries(entries) as Present<A>
}
