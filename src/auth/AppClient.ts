/**
 * The app client that a program signs its users in with, as a service: the user pool, the client's id and, if it has one,
 * its secret. All of `effect-cognito/auth` needs it.
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { utf8ToBytes } from "@noble/hashes/utils.js"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** An app client of a user pool. */
export interface AppClientOptions {
  /** Such as `eu-central-1_aBcDeFgHi`. */
  readonly userPoolId: string
  readonly clientId: string
  /** Where the client has one. Browsers and phones cannot keep it: their clients have none. */
  readonly clientSecret?: Redacted.Redacted<string>
}

/** The app client of a program. */
export class AppClient extends Context.Service<AppClient, AppClientOptions>()("effect-cognito/auth/AppClient") {}

/**
 * The app client that the options describe.
 *
 * @example
 * ```ts
 * import * as AppClient from "effect-cognito/auth/AppClient"
 *
 * const app = AppClient.layer({ userPoolId: "eu-central-1_aBcDeFgHi", clientId: "4kweljr01yrea5qfflyxio4em" })
 * ```
 */
export const layer = (options: AppClientOptions): Layer.Layer<AppClient> => Layer.succeed(AppClient, options)

/** From `COGNITO_USER_POOL_ID`, `COGNITO_CLIENT_ID` and, where it is set, `COGNITO_CLIENT_SECRET`. */
export const layerConfig: Layer.Layer<AppClient, Config.ConfigError> = Layer.effect(
  AppClient,
  Effect.map(
    Config.all({
      userPoolId: Config.NonEmptyString("COGNITO_USER_POOL_ID"),
      clientId: Config.NonEmptyString("COGNITO_CLIENT_ID"),
      clientSecret: Config.option(Config.Redacted("COGNITO_CLIENT_SECRET"))
    }),
    ({ clientSecret, ...ids }) => Option.isNone(clientSecret) ? ids : { ...ids, clientSecret: clientSecret.value }
  )
)

/**
 * `SECRET_HASH` of a user name, which a client that has a secret sends with it; `undefined` for a client without one.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
 */
export const secretHash = (
  { clientId, clientSecret }: AppClientOptions,
  username: string
): Redacted.Redacted<string> | undefined =>
  clientSecret === undefined ? undefined : Redacted.make(
    Base64.encode(hmac(sha256, utf8ToBytes(Redacted.value(clientSecret)), utf8ToBytes(`${username}${clientId}`)))
  )
