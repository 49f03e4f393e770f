/**
 * Settings of how requests travel, where the client sends them itself; as the AWS SDK names them.
 */

/** How the client sends requests. Limits are in milliseconds; 0 is none. Where `fetch` sends them, only `requestTimeout`. */
export interface RequestHandlerOptions {
  /** Of a new connection. Default: 5,000. */
  readonly connectionTimeout?: number | undefined
  /** Of one attempt. Default: 30,000. */
  readonly requestTimeout?: number | undefined
  /** An agent of Node's for `http:`, of a proxy for example, or the options of one. Who made an agent closes it. */
  readonly httpAgent?: object | undefined
  /** The same for `https:`. */
  readonly httpsAgent?: object | undefined
  /** The most sockets to one host, where there is no agent. Default: 50. */
  readonly maxSockets?: number | undefined
  /** That a limit ends an attempt, as it always does here. */
  readonly throwOnRequestTimeout?: true | undefined
}
