/**
 * Where AWS credentials come from on AWS's own machines and on a developer's: the environment, profiles in shared files,
 * processes, SSO, web identity, containers, instances, and the chain of all of them.
 *
 * The sources are those of the AWS SDK, in `@aws-sdk/credential-providers`, which a program that uses this module
 * installs; it is loaded when credentials are first needed. Caching and refreshing are `Credentials.ts`'s.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
import type * as Providers from "@aws-sdk/credential-providers"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { type AwsCredentials, type Credentials, layerLoaded } from "../Credentials.ts"
import { CredentialsError } from "../errors/ClientError.ts"

export { type AwsCredentials, Credentials, layerConfig, layerLoaded, layerStatic } from "../Credentials.ts"

/** What a provider of the AWS SDK gives. */
export interface AwsCredentialIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
  readonly expiration?: Date | undefined
}

/** A provider of the AWS SDK. */
export type AwsCredentialIdentityProvider = () => Promise<AwsCredentialIdentity>

/** Which part of the shared config and credentials files to read. */
export interface ProfileOptions {
  /** Default: AWS_PROFILE, or `default`. */
  readonly profile?: string
}

/** Any provider of the AWS SDK, or a function of that form. `source` names it in errors. */
export const layerProvider = (
  provider: AwsCredentialIdentityProvider,
  source = "provider"
): Layer.Layer<Credentials> => layerOf(source, () => Promise.resolve(provider))

/**
 * The AWS SDK's chain on Node: the environment, SSO, the shared files with their roles, a process, web identity, and the
 * container or the instance that the program runs on. The first that has credentials is used.
 */
export const layerDefault = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("default chain", ({ fromNodeProviderChain }) => fromNodeProviderChain(options))

/** AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION. */
export const layerEnvironment = (): Layer.Layer<Credentials> => layerOf("environment", ({ fromEnv }) => fromEnv())

/** A profile of the shared config and credentials files, with whatever it names: keys, a role, SSO, a process. */
export const layerProfile = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("profile", ({ fromIni }) => fromIni(options))

/** The `credential_process` of a profile. */
export const layerProcess = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("process", ({ fromProcess }) => fromProcess(options))

/** The SSO session of a profile, after `aws sso login`. */
export const layerSso = (options: ProfileOptions = {}): Layer.Layer<Credentials> =>
  layerOf("SSO", ({ fromSSO }) => fromSSO(options))

/** A role for the token in the file of AWS_WEB_IDENTITY_TOKEN_FILE, as Kubernetes has it. */
export const layerWebIdentity = (): Layer.Layer<Credentials> =>
  layerOf("web identity", ({ fromTokenFile }) => fromTokenFile())

/** The metadata service of ECS and EKS. */
export const layerContainer = (): Layer.Layer<Credentials> => layerOf("container", ({ fromHttp }) => fromHttp())

/** The metadata service of EC2. */
export const layerInstance = (): Layer.Layer<Credentials> =>
  layerOf("instance", ({ fromInstanceMetadata }) => fromInstanceMetadata())

const layerOf = (
  source: string,
  make: (providers: typeof Providers) => AwsCredentialIdentityProvider | Promise<AwsCredentialIdentityProvider>
): Layer.Layer<Credentials> => {
  const fail = (message: string) => () => new CredentialsError({ message: `${source}: ${message}` })
  return layerLoaded(
    Effect.tryPromise({
      try: () => import("@aws-sdk/credential-providers"),
      catch: fail("install @aws-sdk/credential-providers to use it")
    }).pipe(
      Effect.flatMap((providers) =>
        Effect.tryPromise({
          try: async () => redacted(await (await make(providers))()),
          // What it throws may quote what it read.
          catch: fail("it has no credentials")
        })
      )
    )
  )
}

const redacted = ({ accessKeyId, expiration, secretAccessKey, sessionToken }: AwsCredentialIdentity): AwsCredentials => ({
  accessKeyId,
  secretAccessKey: Redacted.make(secretAccessKey),
  ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) }),
  ...(expiration === undefined ? {} : { expiration })
})
