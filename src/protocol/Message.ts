/**
 * A request and its response as they go over the wire: bytes and headers, of one HTTP exchange.
 *
 * How they travel is `client/Transport.ts`'s to know; what the bytes say is `AwsJson.ts`'s.
 */

/** Header names are in lower case. */
export interface TransportHeaders {
  readonly [name: string]: string
}

/** A request that is complete but for what the way adds: the host, the length of the body. */
export interface TransportRequest {
  readonly method: "POST"
  readonly url: string
  readonly headers: TransportHeaders
  readonly body: Uint8Array<ArrayBuffer>
  /**
   * Whether a transport may send it once more by itself, where a connection that was kept turns out to have ended.
   * Absent: it may not.
   */
  readonly repeatable?: boolean | undefined
}

/** A response that came in whole, whatever its status. */
export interface TransportResponse {
  readonly status: number
  readonly headers: TransportHeaders
  readonly body: Uint8Array
}

/** The service's id of a request, which AWS Support asks for; `undefined` where a response names none. */
export const requestIdOf = ({ headers }: Pick<TransportResponse, "headers">): string | undefined =>
  headers["x-amzn-requestid"]

/** Whether a text has the form of the service's ids. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)

/** What an error tells of the response that it comes from. */
export const origin = (
  response: Pick<TransportResponse, "status" | "headers">
): { readonly status: number; readonly requestId?: string } => {
  const { status } = response
  const requestId = requestIdOf(response)
  return requestId === undefined ? { status } : { status, requestId }
}
