/**
 * What a call has come to so far: how often its request was sent, how long it waited in between, and the last response.
 *
 * `TimeLimits.ts` counts the requests as it sends them, `Retry.ts` notes waits and responses; outputs, errors and
 * telemetry take from it what they tell.
 */
import type { TransportRequest, TransportResponse } from "../protocol/Message.ts"

/** The progress of one call. */
export class Progress {
  /** How many requests were sent. */
  attempts = 0
  /** The milliseconds that were waited between them. */
  retryDelay = 0
  /** The request that was sent last, with its signature. */
  request: TransportRequest | undefined
  /** The response to the last request; `undefined` where there was none. */
  response: TransportResponse | undefined

  /** Where the service left required members out of the output. */
  readonly corrections: Array<string> = []
}
