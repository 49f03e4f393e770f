/**
 * What the promise client uses where its options say nothing, in browsers and on the edge: `fetch`, WebCrypto, and
 * credentials from the configuration, if any. On Node `platform.node.ts` stands in its place, by package.json's `imports`.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type Credentials, layerConfig } from "../client/Credentials.ts"
import { layerFetch, type Transport } from "../client/Transport.ts"
import { ClientError, EncodeError } from "../errors/ClientError.ts"
import type { RequestHandlerOptions } from "./RequestHandlerOptions.ts"

/** Profiles are in files, which there are none of here. */
export interface ProfileOptions {
  readonly profile?: string
}

/** Bare `fetch`. */
export const layerTransport = (_: RequestHandlerOptions): Layer.Layer<Transport> => layerFetch

/** What can be set of it. */
export const handlerOptions: ReadonlyArray<keyof RequestHandlerOptions> = ["requestTimeout"]

/** Those of the configuration, if there are any. */
export const layerCredentials = (_: ProfileOptions): Layer.Layer<Credentials> => layerConfig

/** The environment as it is now, if there is one; Effect's own default is what it was when it was first looked at. */
export const layerSettings = ({ profile }: ProfileOptions): Layer.Layer<never, ClientError> =>
  Layer.effect(
    ConfigProvider.ConfigProvider,
    profile === undefined ? Effect.sync(() => ConfigProvider.fromEnv()) : Effect.fail(noProfiles)
  )

const noProfiles = new ClientError({
  operation: "CognitoIdentityProvider",
  reason: new EncodeError({ path: ["profile"], problem: "profiles are in files, which are read on Node alone" })
})

export { layerSigner } from "../client/Signer.ts"
