/**
 * The options of a promise client, named as the AWS SDK names them, and the layers that they stand for.
 *
 * What an option leaves out comes from the environment. Options that change how the SDK works inside (middleware,
 * handlers, signers, loggers, extensions) have no counterpart here.
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
import { ClientError, CredentialsError, EncodeError, SigningError } from "../errors/ClientError.ts"
import { RetryPolicy } from "../client/Retry.ts"
import { type Cognito, layerPublic, type PublicOptions } from "../Service.ts"
import { Signer } from "../client/Signer.ts"
import { TimeLimits } from "../client/TimeLimits.ts"
import type { Transport } from "../client/Transport.ts"

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

/** The options of a client. All may be left out; most may be functions, which are called once, when they are needed. */
export interface CognitoIdentityProviderClientConfig {
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
  readonly useFipsEndpoint?: boolean | Provider<boolean> | undefined
  readonly useDualstackEndpoint?: boolean | Provider<boolean> | undefined
  /** The most requests that a call sends. Default: AWS_MAX_ATTEMPTS, or 3. */
  readonly maxAttempts?: number | Provider<number> | undefined
  /** `standard` or `adaptive`. Default: AWS_RETRY_MODE, or `standard`. */
  readonly retryMode?: string | Provider<string> | undefined
  readonly requestHandler?: RequestHandlerOptions | undefined
  /** How requests travel. Default: Node's `http` on Node, `fetch` elsewhere. */
  readonly transport?: Layer.Layer<Transport> | undefined
  /**
   * Whether credentials and tokens may travel over plain http to other hosts than this one. Default:
   * EFFECT_COGNITO_ALLOW_INSECURE_ENDPOINT, or no.
   */
  readonly allowInsecureEndpoint?: boolean | undefined
  /** A client for Effect programs, to be used in place of one that the other options describe. */
  readonly layer?: Layer.Layer<Cognito | Signer, EndpointError> | undefined
}

/** Time limits, in milliseconds; 0 is none. */
export interface RequestHandlerOptions {
  readonly connectionTimeout?: number | undefined
  /** Of one attempt. */
  readonly requestTimeout?: number | undefined
}

/** The layers that options stand for. */
export const layerOf = (
  config: CognitoIdentityProviderClientConfig
): Layer.Layer<Cognito | Signer, EndpointError | EffectConfig.ConfigError | ClientError> =>
  config.layer ?? Layer.unwrap(Effect.map(settingsOf(config), ({ limits, retryPolicy, service }) =>
    Layer.mergeAll(
      // With neither region nor endpoint the layer fails, and says so.
      Layer.provide(layerPublic(service as PublicOptions), config.transport ?? platform.layerTransport),
      signerOf(service.region, config),
      Layer.succeed(RetryPolicy, retryPolicy),
      Layer.succeed(TimeLimits, limits)
    ))).pipe(Layer.provide(platform.layerSettings(profileOf(config))))

const profileOf = ({ profile }: CognitoIdentityProviderClientConfig) => profile === undefined ? {} : { profile }

/** The options, and what the environment has in the place of absent ones. What an option says, the environment is not asked. */
const settingsOf = Effect.fnUntraced(function*(config: CognitoIdentityProviderClientConfig) {
  const { allowInsecureEndpoint, endpoint, maxAttempts, region, retryMode, useDualstackEndpoint, useFipsEndpoint } =
    config
  const url = Effect.map(
    provided(endpoint),
    (endpoint) => endpoint === undefined || endpoint === "" ? undefined : urlOf(endpoint)
  )
  const service: EndpointOptions = present({
    region: yield* orElse(provided(region), EffectConfig.option(Environment.region)),
    endpoint: yield* orElse(url, Environment.endpointUrl),
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
  return { limits: yield* timeLimits(config.requestHandler), retryPolicy, service }
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

const timeLimits = (
  { connectionTimeout, requestTimeout }: RequestHandlerOptions = {}
): Effect.Effect<TimeLimits, ClientError> =>
  Effect.map(
    Effect.all([
      limitOf("connectionTimeout", connectionTimeout, 5000),
      limitOf("requestTimeout", requestTimeout, 30_000)
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

/** Without a region nothing can be signed; operations that need no signature work with an endpoint alone. */
const signerOf = (
  region: string | undefined,
  config: CognitoIdentityProviderClientConfig
): Layer.Layer<Signer> =>
  region === undefined
    ? Layer.succeed(Signer, {
      sign: () =>
        Effect.fail(new SigningError({ message: "there is no region: set `region`, AWS_REGION or that of a profile" }))
    })
    : Layer.provide(platform.layerSigner({ region }), credentialsOf(config))

const credentialsOf = (config: CognitoIdentityProviderClientConfig): Layer.Layer<Credentials> => {
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
