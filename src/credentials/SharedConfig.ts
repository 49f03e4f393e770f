/**
 * The settings of a profile in the files that AWS's tools share (`~/.aws/config`, `~/.aws/credentials`), under the names of the
 * environment variables that they stand for, behind those of the environment itself.
 *
 * Credentials are not here: the sources of `index.ts` read them. The files are read by the AWS SDK's own reader, in
 * `@smithy/core`, which comes with `@aws-sdk/credential-providers`; without it the environment is all there is.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
import type * as Reader from "@smithy/core/config"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { ProfileOptions } from "./index.ts"

/** The environment as it is when the layer is built, and behind it the profile's settings. */
export const layer = (options: ProfileOptions = {}): Layer.Layer<never> =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    Effect.map(settingsOf(options), (settings) =>
      ConfigProvider.fromEnv().pipe(ConfigProvider.orElse(ConfigProvider.fromEnv({ env: settings }))))
  )

/**
 * The AWS SDK's reader, if it is installed. Within `try`, bundlers let the package be missing; of some, what is missing is an empty
 * module.
 */
const load = async (): Promise<typeof Reader | undefined> => {
  try {
    const reader = await import("@smithy/core/config")
    return typeof reader.loadSharedConfigFiles === "function" ? reader : undefined
  } catch {
    return undefined
  }
}

interface Settings {
  readonly [variable: string]: string
}

type Files = Awaited<ReturnType<typeof Reader.loadSharedConfigFiles>>

const settingsOf = ({ profile = process.env.AWS_PROFILE || "default" }: ProfileOptions): Effect.Effect<Settings> =>
  Effect.promise(async () => {
    const reader = await load()
    // What cannot be read is as if it were not there, as for every tool of AWS's.
    const files = await reader?.loadSharedConfigFiles({ ignoreCache: true }).catch(() => undefined)
    return files === undefined ? {} : variablesOf(files, profile)
  })

/** The variables that stand for settings of the same meaning. */
const variables = {
  region: "AWS_REGION",
  endpoint_url: "AWS_ENDPOINT_URL",
  ignore_configured_endpoint_urls: "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  use_fips_endpoint: "AWS_USE_FIPS_ENDPOINT",
  use_dualstack_endpoint: "AWS_USE_DUALSTACK_ENDPOINT",
  max_attempts: "AWS_MAX_ATTEMPTS",
  retry_mode: "AWS_RETRY_MODE",
  sdk_ua_app_id: "AWS_SDK_UA_APP_ID"
}

const variablesOf = ({ configFile, credentialsFile }: Files, profile: string): Settings => {
  const settings = { ...credentialsFile[profile], ...configFile[profile] }
  const own = configFile[`services.${settings.services}`]?.["cognito_identity_provider.endpoint_url"]
  // What the environment has for all services comes before what a file has for one.
  const isOverruled = Boolean(process.env.AWS_ENDPOINT_URL)
  return Object.fromEntries([
    ...Object.entries(variables).flatMap(([name, variable]) => {
      const value = settings[name]
      return value === undefined || value === "" ? [] : [[variable, value]]
    }),
    ...(own === undefined || isOverruled ? [] : [["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", own]])
  ])
}
