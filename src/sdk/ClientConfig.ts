/**
 * The options that the client of commands has beside those of all promise clients, and how extensions set options.
 */
import type { Logger, RetryStrategyV2 } from "@smithy/types"
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, ClientConfig, Provider } from "../promise/Config.ts"
import { checkOptions } from "../promise/Options.ts"
import { isRequestHandler, type RequestHandler, type RequestHandlerOptions } from "../promise/RequestHandlerOptions.ts"
import { layerHandler } from "../promise/RequestHandler.ts"
import { layerRequestSigner, type RequestSigner } from "../promise/RequestSigner.ts"
import { makeRunner, type Runner } from "../promise/Runner.ts"

/** The options of a client of commands. */
export interface CognitoIdentityProviderClientConfig extends Omit<ClientConfig, "requestHandler"> {
  /**
   * How requests travel: settings of Node's `http`, or of `fetch` elsewhere; or something that sends them itself, such as the AWS
   * SDK's `NodeHttpHandler`, which keeps limits of time of its own.
   */
  readonly requestHandler?: RequestHandlerOptions | RequestHandler | undefined
  /** What signs requests, in place of the library's own. */
  readonly signer?: RequestSigner | Provider<RequestSigner> | undefined
  /**
   * Gets a line for each call: `info` with the command's name, input, output and metadata, `error` with the error in place of the
   * output. Secrets are replaced. Default: nothing is logged.
   */
  readonly logger?: Logger | undefined
  /** Decides which errors another attempt is made for, and when. Not with `maxAttempts` and `retryMode`. */
  readonly retryStrategy?: RetryStrategyV2 | undefined
  /** Functions that set options before the client is made. */
  readonly extensions?: ReadonlyArray<RuntimeExtension> | undefined
}

/** Sets options of a client. */
export interface RuntimeExtension {
  configure(extensionConfiguration: ExtensionConfiguration): void
}

/** What an extension can set. */
export interface ExtensionConfiguration {
  setRegion(region: string | Provider<string>): void
  region(): string | Provider<string> | undefined
  setCredentials(credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider): void
  credentials(): AwsCredentialIdentity | AwsCredentialIdentityProvider | undefined
  setHttpHandler(handler: RequestHandler): void
  /** `undefined` where the client sends requests itself. */
  httpHandler(): RequestHandler | undefined
  setRetryStrategy(strategy: RetryStrategyV2 | Provider<RetryStrategyV2>): void
  retryStrategy(): Provider<RetryStrategyV2 | undefined>
}

/** The options that are not those of every promise client. */
export const ownOptions = ["extensions", "logger", "retryStrategy", "signer"] as const satisfies ReadonlyArray<
  keyof CognitoIdentityProviderClientConfig
>

/** Options as they are used. */
export interface UsedConfig extends Omit<CognitoIdentityProviderClientConfig, "extensions" | "retryStrategy"> {
  readonly retryStrategy?: RetryStrategyV2 | Provider<RetryStrategyV2> | undefined
}

/** What sends the requests, where it is not the client itself. */
export const handlerOf = ({ requestHandler = {} }: UsedConfig): RequestHandler | undefined =>
  isRequestHandler(requestHandler) ? requestHandler : undefined

/** The strategy of a client, if it has one, whichever way it was given. */
export const strategyOf = async ({ retryStrategy }: UsedConfig): Promise<RetryStrategyV2 | undefined> =>
  typeof retryStrategy === "function" ? retryStrategy() : retryStrategy

/** Checks the options of a client, and lets its extensions set more of them. */
export const usedConfig = ({ extensions = [], ...config }: CognitoIdentityProviderClientConfig): UsedConfig => {
  checkOptions(config, ownOptions)
  let used: UsedConfig = config
  const set = (options: UsedConfig) => {
    used = { ...used, ...options }
  }
  const configuration: ExtensionConfiguration = {
    setRegion: (region) => set({ region }),
    region: () => used.region,
    setCredentials: (credentials) => set({ credentials }),
    credentials: () => used.credentials,
    setHttpHandler: (requestHandler) => set({ requestHandler }),
    httpHandler: () => handlerOf(used),
    setRetryStrategy: (retryStrategy) => set({ retryStrategy }),
    retryStrategy: () => () => strategyOf(used)
  }
  for (const extension of extensions) extension.configure(refusing(configuration))
  if (extensions.length > 0) checkOptions(used, ownOptions)
  const { maxAttempts, retryMode, retryStrategy } = used
  if (retryStrategy !== undefined && (maxAttempts !== undefined || retryMode !== undefined)) {
    throw new TypeError(
      "CognitoIdentityProviderClient takes no `maxAttempts` and no `retryMode` with a `retryStrategy`, which decides on both"
    )
  }
  if (typeof retryStrategy === "object" && typeof retryStrategy.acquireInitialRetryToken !== "function") {
    throw new TypeError(
      "CognitoIdentityProviderClient takes a `retryStrategy` of the AWS SDK's second form alone, with `acquireInitialRetryToken`"
    )
  }
  return used
}

/** The runner of a client. */
export const runnerOf = ({ requestHandler = {}, signer, ...config }: UsedConfig): Runner =>
  makeRunner(isRequestHandler(requestHandler) ? config : { ...config, requestHandler }, {
    ...(isRequestHandler(requestHandler) ? { transport: layerHandler(requestHandler) } : {}),
    ...(signer === undefined ? {} : { signer: (region) => layerRequestSigner(signer, region) })
  })

/** Refuses by name what an extension of the AWS SDK could set, and cannot here. */
const refusing = (configuration: ExtensionConfiguration): ExtensionConfiguration =>
  new Proxy(configuration, {
    get: (target, name, receiver) => {
      if (typeof name === "symbol" || Object.hasOwn(target, name)) return Reflect.get(target, name, receiver)
      throw new TypeError(
        `an extension of CognitoIdentityProviderClient cannot use \`${name}\`: there is nothing like it here`
      )
    }
  })
