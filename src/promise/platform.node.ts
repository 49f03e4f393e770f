/** What the promise client uses on Node where its options say nothing: Node's `http` and `crypto`, and the AWS SDK's sources. */
import type * as Layer from "effect/Layer"
import type { Credentials } from "../client/Credentials.ts"
import { layerDefault, type ProfileOptions } from "../credentials/index.ts"
import { layer as layerSharedConfig } from "../credentials/SharedConfig.ts"
import { layerNode } from "../node/NodeTransport.ts"
import type { Transport } from "../client/Transport.ts"
import type { ClientError } from "../errors/ClientError.ts"
import type { RequestHandlerOptions } from "./RequestHandlerOptions.ts"

/** Node's `http`, with sockets that are kept. */
export const layerTransport = ({ httpAgent, httpsAgent, maxSockets }: RequestHandlerOptions): Layer.Layer<Transport> =>
  layerNode({
    ...(maxSockets === undefined ? {} : { maxSockets }),
    ...(httpAgent === undefined && httpsAgent === undefined ? {} : { agent: { http: httpAgent, https: httpsAgent } })
  })

/** What can be set of it. */
export const handlerOptions: ReadonlyArray<keyof RequestHandlerOptions> = [
  "connectionTimeout",
  "requestTimeout",
  "httpAgent",
  "httpsAgent",
  "maxSockets"
]

/** The AWS SDK's chain of sources, or the environment alone where its package is not installed. */
export const layerCredentials = (options: ProfileOptions): Layer.Layer<Credentials> => layerDefault(options)

/** The environment, and behind it the settings of a profile in the files that AWS's tools share. */
export const layerSettings = (options: ProfileOptions): Layer.Layer<never, ClientError> => layerSharedConfig(options)

export { layerSigner } from "../node/NodeSigner.ts"
