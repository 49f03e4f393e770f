/**
 * The options of a promise client, named as the AWS SDK names them, and the layers that they stand for.
 *
 * What an option leaves out comes from the environment. {@link ClientConfig} has the options of all promise clients;
 * `sdk/ClientConfig.ts` adds those of the client that sends commands. `Options.ts` refuses all others.
 */
import * as platform from "#platform"
import * as EffectConfig from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import {
  askProvider,
  type AwsCredentialIdentity,
  type AwsCredentialIdentityProvider,
  redacted
} from "../client/CredentialIdentity.ts"
import { type AwsCredentials, Credentials, layerLoaded } from "../client/Credentials.ts"
import type { EndpointError, EndpointOptions } from "../protocol/Endpoint.ts"
import * as Environment from "../client/Environment.ts"
import { ClientError, CredentialsError, EncodeError } from "../errors/ClientError.ts"
import { RetryPolicy } from "../client/Retry.ts"
import { Cognito, make, type PublicOptions } from "../Service.ts"
import { Signer } from "../client/Signer.ts"
import { TimeLimits } from "../client/TimeLimits.ts"
import type { Transport } from "../client/Transport.ts"
import { UserAgent, userAgent } from "../client/UserAgent.ts"
import type { RequestHandlerOptions } from "./RequestHandlerOptions.ts"

export type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  AwsIdentityProperties
} from "../client/CredentialIdentity.ts"

/** A value that is found when it is needed, once. */
export type Provider<A> = () => Promise<A>

/** An endpoint in its parts. */
export interface Endpoint {
  /** `https:` or `http:`. */
  readonly protocol: string
  readonly hostname: string
  readonly port?: number | undefined
  readonly path: string
}

/**
 * The options of a client. All may be left out; most may be functions, which are called once, when they are needed. What is no
 * option is refused, and so is one of the AWS SDK's that has no counterpart here.
 */
export interface ClientConfig {
  /**
   * Which profile of the files that AWS's tools share (`~/.aws/config`, `~/.aws/credentials`) has the settings and the
   * credentials that neither options nor environment have. On Node. Default: AWS_PROFILE, or `default`.
   */
  readonly profile?: string | undefined
  /** Such as `eu-central-1`. Default: AWS_REGION, or the profile's. */
  readonly region?: string | Provider<string> | undefined
  /**
   * Fixed credentials, or a function that loads them; it is called again shortly before they expire. Default: on Node
   * the AWS SDK's chain of sources, if `@aws-sdk/credential-providers` is installed, else the environment. Operations
   * that need none work without.
   */
  readonly credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined
  /** Where requests go. Default: AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER, AWS_ENDPOINT_URL, or AWS's of the region. */
  readonly endpoint?: string | URL | Endpoint | Provider<string | URL | Endpoint> | undefined
  /** Whether the endpoints of environment and profile do not count. Default: AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, or no. */
  readonly ignoreConfiguredEndpointUrls?: boolean | Provider<boolean> | undefined
  /** Whether to use the region's endpoint with FIPS 140 cryptography. Default: AWS_USE_FIPS_ENDPOINT, or no. */
  readonly useFipsEndpoint?: boolean | Provider<boolean> | undefined
  /** Whether to use the region's endpoint for IPv4 and IPv6. Default: AWS_USE_DUALSTACK_ENDPOINT, or no. */
  readonly useDualstackEndpoint?: boolean | Provider<boolean> | undefined
  /** The most requests that a call sends. Default: AWS_MAX_ATTEMPTS, or 3. */
  readonly maxAttempts?: number | Provider<number> | undefined
  /** `standard` or `adaptive`. Default: AWS_RETRY_MODE, or `standard`. */
  readonly retryMode?: string | Provider<string> | undefined
  /** How requests travel: settings of Node's `http`, or of `fetch` elsewhere. */
  readonly requestHandler?: RequestHandlerOptions | undefined
  /** How requests travel, as a layer. Default: as `requestHandler` says. Not with one. */
  readonly transport?: Layer.Layer<Transport> | undefined
  /** The milliseconds by which the service's clock is known to be ahead. Default: 0, until a signature is refused for its date. */
  readonly systemClockOffset?: number | undefined
  /** What the `User-Agent` has beside the library's name: a product, or several with their versions. */
  readonly customUserAgent?: string | ReadonlyArray<readonly [name: string, version?: string]> | undefined
  /** The application's name in the `User-Agent`. Default: AWS_SDK_UA_APP_ID, or the profile's. */
  readonly userAgentAppId?: string | Provider<string | undefined> | undefined
  /**
   * Whether credentials and tokens may travel over plain http to other hosts than this one. Default:
   * EFFECT_COGNITO_ALLOW_INSECURE_ENDPOINT, or no.
   */
  readonly allowInsecureEndpoint?: boolean | undefined
  /** The service's only version, `2016-04-18`. */
  readonly apiVersion?: string | undefined
  /** A client for Effect programs, to be used in place of one that the other options describe. */
  readonly layer?: Layer.Layer<Cognito | Signer, EndpointError> | undefined
}

/** What makes up the client of some options. */
type Client = Cognito | Signer | Credentials

/** What a program has in place of the library's own. */
export interface OwnParts {
  readonly transport?: Layer.Layer<Transport>
  /** Of a region. */
  readonly signer?: (region: string) => Layer.Layer<Signer>
}

/** The layers that options stand for. */
export const layerOf = (
  config: ClientConfig,
  parts: OwnParts = {}
): Layer.Layer<Client, EndpointError | EffectConfig.ConfigError | ClientError> =>
  config.layer === undefined
    ? Layer.unwrap(Effect.map(settingsOf(config), (settings) => clientOf(config, settings, parts))).pipe(
      Layer.provide(platform.layerSettings(profileOf(config)))
    )
    : Layer.merge(config.layer, credentialsOf(config))

const clientOf = (
  config: ClientConfig,
  { agent, limits, retryPolicy, service }: Settings,
  { signer, transport }: OwnParts
): Layer.Layer<Client, EndpointError> =>
  Layer.mergeAll(
    Layer.provide(serviceOf(service, config.systemClockOffset ?? 0), transport ?? transportOf(config)),
    Layer.provideMerge(signerOf(service.region, signer), credentialsOf(config)),
    Layer.succeed(RetryPolicy, retryPolicy),
    // A program's own transport keeps limits itself.
    Layer.succeed(TimeLimits, transport === undefined ? limits : {}),
    Layer.succeed(UserAgent, userAgent(agent))
  )

/** What the options and the environment say, as it is now. */
export const settled = (config: ClientConfig): Effect.Effect<Settings, EffectConfig.ConfigError | ClientError> =>
  Effect.provide(settingsOf(config), platform.layerSettings(profileOf(config)))

const profileOf = ({ profile }: ClientConfig) => profile === undefined ? {} : { profile }

/** What a client goes by. What is absent has the library's default. */
export type Settings = Effect.Success<ReturnType<typeof settingsOf>>

/** The options, and what the environment has in the place of absent ones. What an option says, the environment is not asked. */
const settingsOf = Effect.fnUntraced(function*(config: ClientConfig) {
  const { allowInsecureEndpoint, endpoint, maxAttempts, region, retryMode, useDualstackEndpoint, useFipsEndpoint } =
    config
  const url = Effect.map(
    provided(endpoint),
    (endpoint) => endpoint === undefined || endpoint === "" ? undefined : urlOf(endpoint)
  )
  const isIgnored = yield* provided(config.ignoreConfiguredEndpointUrls)
  const service: EndpointOptions = present({
    region: yield* orElse(provided(region), EffectConfig.option(Environment.region)),
    endpoint: yield* isIgnored === true
      ? url
      : orElse(url, isIgnored === false ? Environment.configuredEndpointUrl : Environment.endpointUrl),
    useFipsEndpoint: yield* orElse(provided(useFipsEndpoint), Environment.useFipsEndpoint),
    useDualstackEndpoint: yield* orElse(provided(useDualstackEndpoint), Environment.useDualstackEndpoint),
    allowInsecureEndpoint: yield* orElse(Effect.succeed(allowInsecureEndpoint), Environment.allowInsecureEndpoint)
  })
  const mode = Effect.map(
    provided(retryMode),
    (mode) => mode === undefined ? undefined : mode === "adaptive" ? mode : "standard"
  )
  const retryPolicy: RetryPolicy = present({
    maxAttempts: yield* orElse(provided(maxAttempts), Environment.maxAttempts),
    mode: yield* orElse(mode, Environment.retryMode)
  })
  const { customUserAgent = [] } = config
  const agent = {
    ...present({ appId: yield* orElse(provided(config.userAgentAppId), Environment.appId) }),
    products: typeof customUserAgent === "string" ? productsOf(customUserAgent) : customUserAgent
  }
  return { agent, limits: yield* limitsOf(config), retryPolicy, service }
})

const productsOf = (text: string): ReadonlyArray<readonly [name: string, version?: string]> =>
  text.split(/\s+/).filter((product) => product !== "").map((product) => {
    const [name = "", ...version] = product.split("/")
    return version.length === 0 ? [name] : [name, version.join("/")]
  })

/** An option, or the setting of the environment in its place. */
const orElse = <A, B>(
  option: Effect.Effect<A | undefined>,
  setting: EffectConfig.Config<Option.Option<B>>
): Effect.Effect<A | B | undefined, EffectConfig.ConfigError> =>
  Effect.flatMap(
    option,
    (given): Effect.Effect<A | B | undefined, EffectConfig.ConfigError> =>
      given === undefined ? Effect.map(setting, Option.getOrUndefined) : Effect.succeed(given)
  )

type Present<A> = { readonly [K in keyof A]?: Exclude<A[K], undefined> }

const present = <A extends object>(options: A): Present<A> =>
  // The members are those of `options` that have a value.
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Present<A>

/** A provider that fails is a defect here: calls reject with what it was rejected with. */
const provided = <A>(option: A | Provider<A> | undefined): Effect.Effect<A | undefined> =>
  isProvider(option) ? Effect.promise(option) : Effect.succeed(option)

const isProvider = <A>(option: A | Provider<A> | undefined): option is Provider<A> => typeof option === "function"

const urlOf = (endpoint: string | URL | Endpoint): string | URL => {
  if (typeof endpoint === "string" || endpoint instanceof URL) return endpoint
  const { hostname, path, port, protocol } = endpoint
  return `${protocol.replace(/:?$/, ":")}//${hostname}${port === undefined ? "" : `:${port}`}${path}`
}

const limitsOf = ({ requestHandler = {} }: ClientConfig): Effect.Effect<TimeLimits, ClientError> =>
  Effect.map(
    Effect.all([
      limitOf("connectionTimeout", requestHandler.connectionTimeout, 5000),
      limitOf("requestTimeout", requestHandler.requestTimeout, 30_000)
    ]),
    ([connection, attempt]) => ({ ...present({ connection, attempt }) })
  )

/** A limit in milliseconds; 0 is none, as in the AWS SDK. */
const limitOf = (
  name: string,
  millis: number | undefined,
  otherwise: number
): Effect.Effect<number | undefined, ClientError> => {
  if (millis === undefined) return Effect.succeed(otherwise)
  if (Number.isFinite(millis) && millis >= 0) return Effect.succeed(millis === 0 ? undefined : millis)
  const problem = "expected a number of milliseconds"
  const reason = new EncodeError({ path: ["requestHandler", name], problem })
  return Effect.fail(new ClientError({ operation: "CognitoIdentityProvider", reason }))
}

const serviceOf = (service: EndpointOptions, clockOffset: number): Layer.Layer<Cognito, EndpointError, Transport> => {
  if (service.region === undefined && service.endpoint === undefined) return Layer.effect(Cognito, regionMissing)
  return Layer.effect(
    Cognito,
    // There is a region or an endpoint.
    Effect.map(make(service as PublicOptions), (cognito) => {
      cognito.state.clockOffset = clockOffset
      return cognito
    })
  )
}

/** As the AWS SDK says it, and what to do. */
export const noRegion = (): Error => new Error("Region is missing: set `region`, AWS_REGION or that of a profile")

/** Made anew for each call, for its stack. */
const regionMissing = Effect.suspend(() => Effect.die(noRegion()))

const transportOf = ({ requestHandler = {}, transport }: ClientConfig): Layer.Layer<Transport> =>
  transport ?? platform.layerTransport(requestHandler)

/** Without a region nothing can be signed; operations that need no signature work with an endpoint alone. */
const signerOf = (
  region: string | undefined,
  own: OwnParts["signer"]
): Layer.Layer<Signer, never, Credentials> => {
  if (region === undefined) return Layer.succeed(Signer, { sign: () => regionMissing })
  return own === undefined ? platform.layerSigner({ region }) : own(region)
}

const credentialsOf = (config: ClientConfig): Layer.Layer<Credentials> => {
  const { credentials } = config
  if (credentials === undefined) return platform.layerCredentials(profileOf(config))
  return typeof credentials === "function"
    ? layerLoaded(loaded(credentials))
    : Layer.succeed(Credentials, { get: redacted(credentials) })
}

/** What a foreign provider throws may quote a secret. */
const loaded = (provider: AwsCredentialIdentityProvider): Effect.Effect<AwsCredentials, CredentialsError> =>
  Effect.flatMap(
    askProvider(provider, () => new CredentialsError({ message: "the provider of credentials failed" })),
    redacted
  )
