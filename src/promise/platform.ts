/**
 * What the promise client uses where its options say nothing, in browsers and on the edge: `fetch`, WebCrypto, and
 * credentials from the configuration, if any. On Node `platform.node.ts` stands in its place, by package.json's `imports`.
 */
import type * as Layer from "effect/Layer"
import { type Credentials, layerConfig } from "../client/Credentials.ts"
import { layerFetch, type Transport } from "../client/Transport.ts"

/** Bare `fetch`. */
export const layerTransport: Layer.Layer<Transport> = layerFetch

/** Those of the configuration, if there are any. */
export const layerCredentials: Layer.Layer<Credentials> = layerConfig

export { layerSigner } from "../client/Signer.ts"
