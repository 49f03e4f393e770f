/**
 * Where AWS credentials come from on AWS's own machines and on a developer's: the environment, profiles in shared files,
 * processes, SSO, web identity, containers, instances, and the chain of all of them.
 *
 * The sources are those of the AWS SDK, in `@aws-sdk/credential-providers`, which a program that uses this module
 * installs beside it; it is loaded when credentials are first needed. Caching and refreshing are `Credentials.ts`'s. What
 * a source throws or logs is not passed on, as it may quote what was read.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import type * as Providers from "@aws-sdk/credential-providers"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import { askProvider, type AwsCredentialIdentityProvider, redacted } from "../client/CredentialIdentity.ts"
import { config, type Credentials, layerLoaded } from "../client/Credentials.ts"
import { CredentialsError } from "../errors/ClientError.ts"
import { type Logger, silent, sourcesLogger } from "./logger.ts"
import { isError } from "../errors/isError.ts"

export type {
  AwsCredentialIdentity,
  AwsCredentialIdentityProvider,
  AwsIdentityProperties
} from "../client/CredentialIdentity.ts"
export { type AwsCredentials, Credentials, layerConfig, layerLoaded, layerStatic } from "../client/Credentials.ts"

/** Which part of the shared config and credentials files to read. */
export interface ProfileOptions {
  /** Default: AWS_PROFILE, or `default`. */
  readonly profile?: string
}

/** Any provider of the AWS SDK, or a function of that form. `source` names it in errors. Needs no package of AWS. */
export const layerProvider = (
  provider: AwsCredentialIdentityProvider,
  source = "provider"
): Layer.Layer<Credentials> => layerLoaded(ask(provider, () => [source]))

/**
 * The AWS SDK's chain on Node: the environment, unless a profile is named; the shared files, with their roles, SSO and
 * processes; web identity; and the container or the instance that the program runs on. The first that has credentials
 * is used; one that is configured and fails may end the chain. The `sources` of an error are those that were asked.
 * Without the AWS SDK's package the chain is the environment alone.
 */
export const layerDefault = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerLoaded(Effect.matchEffect(packaged("default chain"), {
    onFailure: ({ message }) =>
      Effect.mapError(
        Effect.suspend(() => config.parse(ConfigProvider.fromEnv())),
        () => new CredentialsError({ message: `no credentials from environment; ${message}`, sources: ["environment"] })
      ),
    onSuccess: ({ fromNodeProviderChain }) => {
      const { logger, sources } = sourcesLogger()
      return ask(fromNodeProviderChain({ ...options, ...fresh, logger }), () => sources, options)
    }
  }))

/** AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION. */
export const layerEnvironment = (): Layer.Layer<Credentials> =>
  layerOf("environment", ({ fromEnv }, settings) => fromEnv(settings))

/** A profile of the shared config and credentials files, with whatever it names: keys, a role, SSO, a process. */
export const layerProfile = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("profile", ({ fromIni }, settings) => fromIni({ ...options, ...settings }), options)

/** The `credential_process` of a profile. */
export const layerProcess = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("process", ({ fromProcess }, settings) => fromProcess({ ...options, ...settings }), options)

/** The SSO session of a profile, after `aws sso login`. */
export const layerSso = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("SSO", ({ fromSSO }, settings) => fromSSO({ ...options, ...settings }), options)

/** The role AWS_ROLE_ARN, for the token in the file of AWS_WEB_IDENTITY_TOKEN_FILE, as Kubernetes has it. */
export const layerWebIdentity = (): Layer.Layer<Credentials> =>
  layerOf("web identity", ({ fromTokenFile }, settings) => fromTokenFile(settings))

/** The metadata service of ECS and EKS. */
export const layerContainer = (): Layer.Layer<Credentials> =>
  layerOf("container", ({ fromHttp }, settings) => fromHttp(settings))

/** The metadata service of EC2. */
export const layerInstance = (): Layer.Layer<Credentials> =>
  layerOf("instance", ({ fromInstanceMetadata }, settings) => fromInstanceMetadata(settings))

/** The SDK would keep the files that it has read, and that some were missing, for as long as the process lives. */
const fresh = { ignoreCache: true }

interface Settings {
  readonly ignoreCache: boolean
  readonly logger: Logger
}

const layerOf = (
  source: string,
  make: (providers: typeof Providers, settings: Settings) => AwsCredentialIdentityProvider,
  options?: ProfileOptions
): Layer.Layer<Credentials> =>
  layerLoaded(
    Effect.flatMap(packaged(source), (providers) =>
      // `make` may throw as well: some of them read their settings at once.
      ask(async (properties) => make(providers, { ...fresh, logger: silent })(properties), () => [source], options))
  )

/**
 * The AWS SDK's sources, if they are installed. Within `try`, bundlers let the package be missing; of some, what is missing is an
 * empty module.
 */
const load = async (): Promise<typeof Providers | undefined> => {
  try {
    const providers = await import("@aws-sdk/credential-providers")
    return typeof providers.fromNodeProviderChain === "function" ? providers : undefined
  } catch {
    return undefined
  }
}

const packaged = (source: string): Effect.Effect<typeof Providers, CredentialsError> =>
  Effect.flatMap(Effect.promise(load), (providers) =>
    providers === undefined
      ? Effect.fail(
        new CredentialsError({ message: `${source}: install @aws-sdk/credential-providers to use it`, sources: [] })
      )
      : Effect.succeed(providers))

/** Less than a load may take, so that the error names the source. */
const sourceLimit = 20_000

const ask = (
  provider: AwsCredentialIdentityProvider,
  sources: () => ReadonlyArray<string>,
  options?: ProfileOptions
) => {
  const failure = (why: string) =>
    new CredentialsError({ message: `no credentials from ${sources().join(", ")}${why}`, sources: sources() })
  return askProvider(provider, (thrown) => failure(`${nameOf(thrown)}${adviceOn(thrown, options)}`)).pipe(
    Effect.timeoutOrElse({
      duration: sourceLimit,
      orElse: () => Effect.fail(failure(`: no answer within ${sourceLimit / 1000} seconds`))
    }),
    Effect.flatMap((identity) => Effect.mapError(redacted(identity), ({ message }) => failure(`: ${message}`)))
  )
}

/** The error's class, such as ` (ExpiredTokenException)`: of what was thrown, this alone cannot quote anything. */
const nameOf = (thrown: unknown): string =>
  isError(thrown) && /^[A-Z][A-Za-z]{1,60}(?:Exception|Error|Denied)$/.test(thrown.name)
    ? ` (${thrown.name})`
    : ""

/** What to do about an error of the AWS SDK, told by its text, of which nothing is quoted. */
const adviceOn = (thrown: unknown, options: ProfileOptions | undefined): string => {
  if (options === undefined || !isError(thrown)) return ""
  const named = options.profile ?? process.env.AWS_PROFILE
  const profile = JSON.stringify(named || "default")
  if (/\baws sso login\b/.test(thrown.message)) {
    return `: the session has expired, run aws sso login --profile ${profile}`
  }
  const isMissing = /\bprofile\b.*\bfound\b|using profile: \[/i.test(thrown.message)
    || (named && /from any providers/.test(thrown.message))
  return isMissing ? `: there is no profile ${profile} with credentials in the shared files` : ""
}
