/**
 * AWS credentials, as a service: fixed ones, those of the configuration, or whatever loads them, cached and refreshed.
 *
 * Where they come from on AWS's own machines, from profiles or from SSO is `effect-cognito/credentials`'s to know.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import { CredentialsError } from "../errors/ClientError.ts"

/** AWS credentials. `sessionToken` and `expiration` come with temporary ones, such as those of a role or of Lambda. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: Redacted.Redacted<string>
  readonly sessionToken?: Redacted.Redacted<string>
  /** When they stop working. Absent: never. */
  readonly expiration?: Date
}

/** The credentials to sign with, asked for before each request. */
export class Credentials extends Context.Service<Credentials, {
  readonly get: Effect.Effect<AwsCredentials, CredentialsError>
}>()("effect-cognito/Credentials") {}

/**
 * The region of the client that asks for credentials, where a signer asks: a source that calls a service of AWS's itself, and is
 * not told where, calls it there.
 */
export const ClientRegion = Context.Reference<string | undefined>("effect-cognito/Credentials/ClientRegion", {
  defaultValue: () => undefined
})

/** Credentials that stay the same. */
export const layerStatic = (credentials: AwsCredentials): Layer.Layer<Credentials> =>
  Layer.succeed(Credentials, { get: Effect.succeed(credentials) })

/** `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, if set, `AWS_SESSION_TOKEN`, from Effect's `Config`. */
export const config: Config.Config<AwsCredentials> = Config.all({
  accessKeyId: Config.NonEmptyString("AWS_ACCESS_KEY_ID"),
  secretAccessKey: Config.Redacted("AWS_SECRET_ACCESS_KEY"),
  sessionToken: Config.option(Config.Redacted("AWS_SESSION_TOKEN"))
}).pipe(
  Config.map(({ sessionToken, ...keys }) =>
    Option.isNone(sessionToken) ? keys : { ...keys, sessionToken: sessionToken.value }
  )
)

/** The credentials of the {@link config}uration, read when they are first needed, and then no more. */
export const layerConfig: Layer.Layer<Credentials> = Layer.unwrap(
  // The provider of the layer, which the callers of `get` need not have.
  Effect.map(
    ConfigProvider.ConfigProvider,
    (provider) =>
      layerLoaded(Effect.mapError(config.parse(provider), () =>
        new CredentialsError({
          message: "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not both set",
          sources: ["configuration"]
        })))
  )
)

/**
 * Credentials that are loaded when they are first needed, and again from 5 minutes before they expire; those that do not
 * expire are kept for good.
 *
 * One load runs at a time, whoever waits for it; it goes on when they no longer do, until the layer's scope closes. While
 * credentials are still good nobody waits for a refresh: one that fails leaves them as they are, and the next is tried 10
 * seconds after it began at the earliest. Failures are not kept.
 *
 * A load that takes longer than 25 seconds is dropped, and whoever waits for it fails; the next call loads again.
 */
export const layerLoaded = (load: Effect.Effect<AwsCredentials, CredentialsError>): Layer.Layer<Credentials> =>
  Layer.effect(Credentials, cached(load))

const refreshWindow = 5 * 60_000
const refreshPause = 10_000

/** Less than what an attempt has by default, so that a call tells what it has waited for. */
const loadLimit = 25_000

const cached = Effect.fnUntraced(function*(load: Effect.Effect<AwsCredentials, CredentialsError>) {
  const scope = yield* Effect.scope
  const late = new CredentialsError({ message: `the credentials were not loaded within ${loadLimit / 1000} seconds` })
  const limited = Effect.timeoutOrElse(load, { duration: loadLimit, orElse: () => Effect.fail(late) })
  const loadUnexpired = Effect.flatMap(limited, unexpired)
  let current: AwsCredentials | undefined
  let loading: Deferred.Deferred<AwsCredentials, CredentialsError> | undefined
  let startedAt = -Infinity

  // An interruption between the two steps would leave a `loading` that never ends.
  const start = (now: number) =>
    Effect.uninterruptible(Effect.suspend(() => {
      const started = loading = Deferred.makeUnsafe<AwsCredentials, CredentialsError>()
      startedAt = now
      return Effect.map(Effect.forkIn(loadUnexpired, scope), (fiber) => {
        // An observer, because a fiber of a closed scope ends without having run.
        fiber.addObserver((exit) => {
          if (Exit.isSuccess(exit)) current = exit.value
          loading = undefined
          Deferred.doneUnsafe(started, withoutInterrupts(exit))
        })
        return started
      })
    }))

  const get = Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const left = timeLeft(current, now)
    if (current === undefined || left <= 0) {
      return Effect.flatMap(loading === undefined ? start(now) : Effect.succeed(loading), Deferred.await)
    }
    const isDue = left <= refreshWindow && loading === undefined && now - startedAt >= refreshPause
    return isDue ? Effect.as(start(now), current) : Effect.succeed(current)
  })
  return { get }
})

const timeLeft = (credentials: AwsCredentials | undefined, now: number): number =>
  (credentials?.expiration?.getTime() ?? Infinity) - now

const unexpired = (credentials: AwsCredentials) =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    // An expiration that is no valid time counts as passed.
    timeLeft(credentials, now) > 0
      ? Effect.succeed(credentials)
      : Effect.fail(new CredentialsError({ message: "the credentials that were loaded have expired already" })))

/** Who waits for a load is not interrupted with it. */
const withoutInterrupts = (exit: Exit.Exit<AwsCredentials, CredentialsError>) =>
  Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)
    ? Exit.fail(new CredentialsError({ message: "the credentials' load was interrupted" }))
    : exit
