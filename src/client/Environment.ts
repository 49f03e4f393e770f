/**
 * The settings that AWS's tools share, as Effect's `Config`: under the names of environment variables, from whichever
 * `ConfigProvider` the program has (the environment, by default).
 *
 * Each is read by itself: what cannot be read fails, by its name, and takes none of the others with it. An empty value is none.
 *
 * Credentials are not here but in `Credentials.ts`. It is not part of the public API.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { allowingVariable, type EndpointOptions } from "../protocol/Endpoint.ts"
import { type AwsCredentials, config as credentials } from "./Credentials.ts"
import { RetryPolicy } from "./Retry.ts"
import { UserAgent, userAgent } from "./UserAgent.ts"

/** `AWS_REGION`. */
export const region = Config.NonEmptyString("AWS_REGION")

/** One of some words, in capitals or not, as AWS's tools take them; absent where there is none. */
const word = <const Words extends ReadonlyArray<string>>(
  words: Words,
  name: string
): Config.Config<Option.Option<Words[number]>> => Config.option(Config.schema(lowered(Schema.Literals(words)), name))

const lowered = <S extends Schema.Codec<string, string>>(schema: S) =>
  Schema.String.pipe(Schema.decodeTo(schema, SchemaTransformation.toLowerCase()))

const flag = (name: string): Config.Config<Option.Option<boolean>> =>
  Config.map(word(["true", "false"], name), Option.map((value) => value === "true"))

/** `AWS_USE_FIPS_ENDPOINT`. */
export const useFipsEndpoint = flag("AWS_USE_FIPS_ENDPOINT")

/** `AWS_USE_DUALSTACK_ENDPOINT`. */
export const useDualstackEndpoint = flag("AWS_USE_DUALSTACK_ENDPOINT")

/** `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`, or `AWS_ENDPOINT_URL`. */
export const configuredEndpointUrl = Config.map(
  Config.all([
    Config.option(Config.NonEmptyString("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER")),
    Config.option(Config.NonEmptyString("AWS_ENDPOINT_URL"))
  ]),
  ([own, general]) => Option.orElse(own, () => general)
)

/**
 * {@link configuredEndpointUrl}, unless `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` says that
 * neither counts.
 */
export const endpointUrl = Config.map(
  Config.all([configuredEndpointUrl, flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")]),
  ([url, ignored]) => Option.contains(ignored, true) ? Option.none<string>() : url
)

/** `AWS_MAX_ATTEMPTS`. */
export const maxAttempts = Config.option(
  Config.schema(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)), "AWS_MAX_ATTEMPTS")
)

/** `AWS_RETRY_MODE`, of which `legacy` is what was standard before there was `standard`. */
export const retryMode = Config.map(
  word(["legacy", "standard", "adaptive"], "AWS_RETRY_MODE"),
  Option.map((mode) => mode === "adaptive" ? mode : "standard")
)

/** `AWS_SDK_UA_APP_ID`. */
export const appId = Config.option(Config.NonEmptyString("AWS_SDK_UA_APP_ID"))

/** Whether an endpoint may be plain http on another host, such as one of a compose file. */
export const allowInsecureEndpoint = flag(allowingVariable)

/** What there is in place of a region's usual endpoint. */
export const endpoint = Config.all({
  endpoint: endpointUrl,
  useFipsEndpoint,
  useDualstackEndpoint,
  allowInsecureEndpoint
}).pipe(Config.map(present))

/** How often and how calls are tried again, and what requests say of the program. */
export const layerReferences: Layer.Layer<never, Config.ConfigError> = Layer.unwrap(
  Effect.map(
    Config.all({
      retryPolicy: Config.map(Config.all({ maxAttempts, mode: retryMode }), present),
      agent: Config.map(Config.all({ appId }), present)
    }),
    ({ agent, retryPolicy }) =>
      Layer.merge(Layer.succeed(RetryPolicy, retryPolicy), Layer.succeed(UserAgent, userAgent(agent)))
  )
)

/** The options of a client that the environment has. */
export interface ConfiguredOptions extends EndpointOptions {
  readonly region: string
  readonly credentials: AwsCredentials
}

/** The layer that a function makes of the options which the environment has, with the references that it has. */
export const configured = <A, E, R>(
  layer: (options: ConfiguredOptions) => Layer.Layer<A, E, R>
): Layer.Layer<A, E | Config.ConfigError, R> =>
  Layer.unwrap(
    Effect.map(
      Config.all({ credentials, endpoint, region }),
      ({ credentials, endpoint, region }) => Layer.merge(layer({ region, credentials, ...endpoint }), layerReferences)
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
