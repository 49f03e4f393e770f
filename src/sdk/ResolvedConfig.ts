/**
 * `client.config`: the options of a client with what environment and profile add to them, as functions. What is set here
 * holds from the next call on.
 */
import type { Logger, RetryStrategyV2 } from "@smithy/types"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Credentials } from "../client/Credentials.ts"
import { plainRegion } from "../protocol/Endpoint.ts"
import {
  type AwsCredentialIdentity,
  type AwsCredentialIdentityProvider,
  type Endpoint,
  noRegion,
  type Provider,
  type Settings,
  settled
} from "../promise/Config.ts"
import { httpResponse, transportRequest } from "../promise/HttpMessage.ts"
import type { RequestHandler, RequestHandlerOptions } from "../promise/RequestHandlerOptions.ts"
import type { AnyOperation } from "../Operation.ts"
import type { HttpHandlerOptions, Runner } from "../promise/Runner.ts"
import { rejectionOf } from "../promise/Rejection.ts"
import { Cognito } from "../Service.ts"
import { handlerOf, type UsedConfig } from "./ClientConfig.ts"
import type { AnyStack } from "./MiddlewareStack.ts"

/** The options of a client, resolved. Functions look anew each time; what can be set can be set as in the options. */
export interface CognitoIdentityProviderClientResolvedConfig {
  readonly apiVersion: string
  readonly serviceId: string
  /** `node`, or `browser` for all others. */
  readonly runtime: string
  /** Whether the endpoint is not AWS's of the region. */
  readonly isCustomEndpoint: boolean
  get region(): Provider<string>
  set region(region: string | Provider<string>)
  get credentials(): AwsCredentialIdentityProvider
  set credentials(credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider)
  /** `undefined` where the options have no endpoint. */
  get endpoint(): Provider<Endpoint> | undefined
  set endpoint(endpoint: string | URL | Endpoint | Provider<string | URL | Endpoint> | undefined)
  get useFipsEndpoint(): Provider<boolean>
  set useFipsEndpoint(use: boolean | Provider<boolean>)
  get useDualstackEndpoint(): Provider<boolean>
  set useDualstackEndpoint(use: boolean | Provider<boolean>)
  get maxAttempts(): Provider<number>
  set maxAttempts(attempts: number | Provider<number>)
  get retryMode(): Provider<string>
  set retryMode(mode: string | Provider<string>)
  get userAgentAppId(): Provider<string | undefined>
  set userAgentAppId(id: string | Provider<string | undefined> | undefined)
  /** What sends the requests. */
  get requestHandler(): RequestHandler
  set requestHandler(handler: RequestHandlerOptions | RequestHandler)
  logger: Logger | undefined
  /** `undefined` where the client decides itself. */
  get retryStrategy(): Provider<RetryStrategyV2> | undefined
  set retryStrategy(strategy: RetryStrategyV2 | Provider<RetryStrategyV2> | undefined)
  systemClockOffset: number
  /** Makes a call through a stack. Not enumerable. */
  readonly [callKey]: CallThrough
}

/** Under which a configuration has its client's way to make a call. */
export const callKey: unique symbol = Symbol("effect-cognito/sdk/call-through")

/** Makes a call of a command through its client's stack, or another, and its own. */
export type CallThrough = (
  command: Called,
  options: HttpHandlerOptions,
  stack?: AnyStack
) => Promise<{ readonly response: unknown; readonly output: object }>

/** What a call needs of a command. */
export interface Called {
  readonly input: object
  readonly operation: AnyOperation
  readonly stack: AnyStack | undefined
}

/** A client, as far as its configuration is concerned. */
export interface Configured {
  readonly used: () => UsedConfig
  readonly change: (options: UsedConfig) => void
  readonly runner: () => Runner
  readonly callThrough: CallThrough
}

/** Makes `client.config`. */
export const resolvedConfig = (client: Configured): CognitoIdentityProviderClientResolvedConfig => {
  const config = {
    apiVersion: "2016-04-18",
    serviceId: "Cognito Identity Provider",
    runtime: typeof process === "object" && process.versions?.node !== undefined ? "node" : "browser"
  }
  const readers = { ...settingReaders(client), ...optionReaders(client) }
  const descriptors = Object.entries(readers).map(([name, get]): [string, PropertyDescriptor] => [
    name,
    { get, set: (value: unknown) => client.change({ [name]: value }), enumerable: true, configurable: true }
  ])
  const isCustomEndpoint = { get: () => client.used().endpoint !== undefined, enumerable: true }
  // Its members are those of the interface, each by its name.
  return Object.defineProperties(config, {
    ...Object.fromEntries(descriptors),
    isCustomEndpoint,
    [callKey]: { value: client.callThrough }
  }) as CognitoIdentityProviderClientResolvedConfig
}

/** What environment and profile may add to. */
const settingReaders = ({ runner, used }: Configured) => {
  const reader = <A>(read: (settings: Settings) => A) => () => async (): Promise<A> => {
    const { requestHandler: _, ...config } = used()
    const exit = await Effect.runPromiseExit(settled(config))
    if (exit._tag === "Failure") throw rejectionOf(exit.cause, undefined)
    return read(exit.value)
  }
  return {
    region: reader(({ service: { region } }) => {
      if (region === undefined) throw noRegion()
      return plainRegion(region)
    }),
    useFipsEndpoint: reader(({ service: { region = "", useFipsEndpoint } }) =>
      useFipsEndpoint === true || plainRegion(region) !== region
    ),
    useDualstackEndpoint: reader(({ service }) => service.useDualstackEndpoint ?? false),
    maxAttempts: reader(({ retryPolicy }) => retryPolicy.maxAttempts ?? 3),
    retryMode: reader(({ retryPolicy }) => retryPolicy.mode ?? "standard"),
    userAgentAppId: reader(({ agent }) => agent.appId),
    endpoint: () => {
      if (used().endpoint === undefined) return undefined
      return reader(({ service: { endpoint = "" } }) => endpointOf(new URL(endpoint)))()
    },
    credentials: () => async (): Promise<AwsCredentialIdentity> => {
      const { secretAccessKey, sessionToken, ...rest } = await runner().run(
        Effect.flatMap(Credentials, ({ get }) => get)
      )
      return {
        ...rest,
        secretAccessKey: Redacted.value(secretAccessKey),
        ...(sessionToken === undefined ? {} : { sessionToken: Redacted.value(sessionToken) })
      }
    }
  }
}

const endpointOf = ({ hostname, pathname, port, protocol }: URL): Endpoint => ({
  protocol,
  hostname,
  path: pathname,
  ...(port === "" ? {} : { port: Number(port) })
})

/** What the options alone say. */
const optionReaders = ({ runner, used }: Configured) => ({
  logger: () => used().logger,
  systemClockOffset: () => used().systemClockOffset ?? 0,
  requestHandler: () => handlerOf(used()) ?? ownHandler(runner),
  retryStrategy: () => {
    const { retryStrategy } = used()
    return retryStrategy === undefined || typeof retryStrategy === "function"
      ? retryStrategy
      : async () => retryStrategy
  }
})

/** The client's own way to send a request, in the form of a handler. */
const ownHandler = (runner: () => Runner): RequestHandler => ({
  metadata: { handlerProtocol: "http/1.1" },
  async handle(request, options = {}) {
    const sent = Effect.flatMap(Cognito, ({ transport }) => transport.send(transportRequest(request)))
    return { response: httpResponse(await runner().run(sent, options)) }
  },
  destroy: () => void runner().dispose()
})
