/** What the promise client uses on Node where its options say nothing: Node's `http` and `crypto`, and the AWS SDK's sources. */
import type * as Layer from "effect/Layer"
import type { Credentials } from "../client/Credentials.ts"
import { layerDefault } from "../credentials/index.ts"
import { layerNode } from "../node/NodeTransport.ts"
import type { Transport } from "../client/Transport.ts"

/** Node's `http`, with sockets that are kept. */
export const layerTransport: Layer.Layer<Transport> = layerNode()

/** The AWS SDK's chain of sources, or the environment alone where its package is not installed. */
export const layerCredentials: Layer.Layer<Credentials> = layerDefault()

export { layerSigner } from "../node/NodeSigner.ts"
