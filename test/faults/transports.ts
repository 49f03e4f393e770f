/** The transports that the tests of faults go over, and a client over one of them. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { layerHttpClient } from "../../src/client/HttpClientTransport.ts"
import { layer as nodeLayer, layerNode, type NodeTransportOptions } from "../../src/node/index.ts"
import { RetryPolicy } from "../../src/client/Retry.ts"
import { TimeLimits } from "../../src/client/TimeLimits.ts"
import { layerFetch, type Transport } from "../../src/client/Transport.ts"
import { client, credentials, region } from "../support/client.ts"

/** In what transports may differ. Everything else is the same over all of them. */
export interface Traits {
  /** Refuses bodies that are packed, as nobody asked for it; others unpack them. */
  readonly refusesPacked?: true
  /** Takes a `100 Continue` that it did not ask for, as HTTP has it; others take the response for broken. */
  readonly toleratesContinue?: true
  /** How many calls a test of leaks makes, by the time that a call takes. Absent: the transport is not among them. */
  readonly interruptions?: number
}

export const transports: ReadonlyArray<readonly [name: string, layer: Layer.Layer<Transport>, traits: Traits]> = [
  ["fetch", layerFetch, { interruptions: 4000 }],
  ["HttpClient", Layer.provide(layerHttpClient, FetchHttpClient.layer), {}],
  ["node", layerNode(), { refusesPacked: true, toleratesContinue: true, interruptions: 10_000 }]
]

/** A client that makes one attempt, for which there is time enough but where a test says otherwise. */
export const clientOver = (transport: Layer.Layer<Transport>, url: string, limits: TimeLimits = {}) =>
  Layer.mergeAll(
    Layer.provide(client(url), transport),
    Layer.succeed(RetryPolicy, { maxAttempts: 1 }),
    Layer.succeed(TimeLimits, limits)
  )

/** Node's whole client, which signs at once: between the call and its request nothing that has arrived is read. */
export const nodeClient = (endpoint: string, transport: NodeTransportOptions = {}) =>
  Layer.merge(nodeLayer({ region, endpoint, credentials, transport }), Layer.succeed(RetryPolicy, { maxAttempts: 1 }))

/** Waits until something is so; that it never is, is found by the test's own time limit. */
export const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.suspend(() => isSo() ? Effect.void : Effect.flatMap(Effect.sleep(5), () => until(isSo)))
