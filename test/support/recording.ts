/**
 * Recordings of scenarios: a transport that notes what goes over it, and one that plays it back without a server.
 *
 * A recording holds neither signatures nor security tokens, only whether a request was signed.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Cognito } from "../../src/Service.ts"
import { Signer } from "../../src/Signer.ts"
import { Transport, type TransportRequest, type TransportResponse } from "../../src/Transport.ts"

/** A request and its response. */
export interface RecordedExchange {
  readonly operation: string
  readonly request: {
    readonly contentType: string
    readonly target: string
    readonly signed: boolean
    readonly body: string
  }
  readonly response: {
    readonly status: number
    readonly headers: { readonly [name: string]: string }
    readonly body: string
  }
}

/** What a file under `test/fixtures` holds. */
export interface Recording {
  /** When it was made, in milliseconds; one-time codes in it hold for this time. */
  readonly time: number
  readonly exchanges: ReadonlyArray<RecordedExchange>
}

/** Where a scenario's recording stands, in `test/fixtures`. */
export const fixturePath = (domain: string, scenario: string): string =>
  `${slug(domain.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-"))}/${slug(scenario)}.json`

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")

const headerNames = ["content-type", "x-amzn-requestid", "x-amzn-errortype", "x-amzn-errormessage"]

/** Sends by another transport and notes every exchange that came to a response. */
export const layerRecording = (exchanges: Array<RecordedExchange>): Layer.Layer<Transport, never, Transport> =>
  Layer.effect(
    Transport,
    Effect.map(Transport, (inner) => ({
      send: (request) =>
        Effect.tap(
          inner.send(request),
          (response) =>
            Effect.sync(() => exchanges.push({ ...describe(request), response: describeResponse(response) }))
        )
    }))
  )

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const describe = ({ body, headers }: TransportRequest): Omit<RecordedExchange, "response"> => {
  const target = headers["x-amz-target"] ?? ""
  return {
    operation: target.split(".").at(-1) ?? "",
    request: {
      contentType: headers["content-type"] ?? "",
      target,
      signed: "authorization" in headers,
      body: utf8.decode(body)
    }
  }
}

const describeResponse = ({ body, headers, status }: TransportResponse): RecordedExchange["response"] => ({
  status,
  headers: Object.fromEntries(
    headerNames.flatMap((name) => headers[name] === undefined ? [] : [[name, headers[name]]])
  ),
  body: utf8.decode(body)
})

const line = ({ operation, request: { body, contentType, signed } }: Omit<RecordedExchange, "response">): string =>
  `${operation}, ${signed ? "signed" : "not signed"}, ${contentType}, ${body}`

/**
 * A client that answers from a recording, in its order. A request that differs from the recorded one is a defect that
 * tells both; so is a recording that was not used up.
 */
export const layerReplay = ({ exchanges }: Recording): Layer.Layer<Cognito | Signer> => {
  const left = [...exchanges]
  const send = (request: TransportRequest): TransportResponse => {
    const next = left.shift()
    const sent = describe(request)
    if (next === undefined) throw new Error(`not in the recording: ${line(sent)}`)
    const { response, ...recorded } = next
    if (JSON.stringify(sent) !== JSON.stringify(recorded)) {
      throw new Error(`sent:     ${line(sent)}\nrecorded: ${line(recorded)}`)
    }
    return { ...response, body: new TextEncoder().encode(response.body) }
  }
  return Layer.mergeAll(
    Layer.succeed(Cognito, {
      endpoint: "http://recording.invalid/",
      transport: { send: (request) => Effect.sync(() => send(request)) }
    }),
    Layer.succeed(Signer, {
      sign: (request) => Effect.succeed({ ...request, headers: { ...request.headers, authorization: "replayed" } })
    }),
    Layer.effectDiscard(Effect.addFinalizer((exit) =>
      exit._tag === "Failure" || left.length === 0
        ? Effect.void
        : Effect.die(new Error(`not sent: ${left.map(({ operation }) => operation).join(", ")}`))
    ))
  )
}
