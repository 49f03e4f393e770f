/**
 * What runs on Node alone, and faster there than the portable parts: nothing here is needed to use the library.
 */
export { type AwsOptions, layer, layerAws, layerConfig, type NodeOptions } from "./NodeClient.ts"
export { layerSigner } from "./NodeSigner.ts"
export { layerNode, type NodeTransportOptions } from "./NodeTransport.ts"
