/**
 * The signatures of both signers, over `aws4fetch` and on `node:crypto`, are those of AWS's own signer, for any headers, bodies, tokens, regions, endpoints and
 * times, however often credentials and days change under one signer.
 */
import { SignatureV4 } from "@smithy/signature-v4"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { Credentials } from "../../src/client/Credentials.ts"
import { resolve } from "../../src/protocol/Endpoint.ts"
import { layerSigner as layerNodeSigner } from "../../src/node/index.ts"
import { type LayerSigner, layerSigner, Signer } from "../../src/client/Signer.ts"
import type { TransportRequest } from "../../src/protocol/Message.ts"
import { Sha256 } from "../support/signature.ts"

interface Keys {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string | undefined
}

interface Case {
  readonly request: TransportRequest
  readonly millis: number
  readonly keys: Keys
}

/** Printable ASCII, with blanks inside: what a header may hold of itself. */
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)

/** Without blanks: an id or a token. */
const word = fc.stringMatching(/^[!-~]{1,40}$/)

const headerName = fc.stringMatching(/^x-[a-z0-9-]{1,12}$/).filter((name) => !name.startsWith("x-amz-"))

const path = fc.oneof(
  fc.constantFrom("", "/", "/cognito", "/a/b-c_d.e~f", "/a%20b", "/a%2Fb", "/%25", "/a+b*c'(d)!", "/a//b", "//"),
  fc.constantFrom("/é", "/a:b@c;d=e,f$&", "/a/../b/./c", "/..a/.../b", "/漢字/"),
  fc.webPath()
)

const host = fc.oneof(fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{2,5}){0,2}$/), fc.constantFrom("127.0.0.1", "[::1]"))

const url = fc.record({
  scheme: fc.constantFrom("http", "https"),
  host,
  port: fc.constantFrom("", ":80", ":443", ":9229"),
  path
}).map(({ host, path, port, scheme }) =>
  Result.getOrThrow(resolve({ endpoint: `${scheme}://${host}${port}${path}`, allowInsecureEndpoint: true }))
)

const request: fc.Arbitrary<TransportRequest> = fc.record({
  url,
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 4, noNullPrototype: true }),
  body: fc.string({ unit: "binary", maxLength: 60 })
}).map(({ body, headers, url }) => ({
  method: "POST",
  url,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "A.B", ...headers },
  body: new TextEncoder().encode(body)
}))

const keys: fc.Arbitrary<Keys> = fc.record({
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secretAccessKey: word,
  sessionToken: fc.option(word, { nil: undefined })
})

const millis = fc.integer({ min: 0, max: Date.UTC(2100, 0) })

const region = fc.stringMatching(/^[a-z]{2}-[a-z]{3,9}-[1-9]$/)

const clock = Effect.runSync(Clock.Clock)

/** Signs requests in turn with one signer of the library's, each with its own credentials and at its own time. */
const signOurs = (
  layerSigner: LayerSigner,
  region: string,
  cases: ReadonlyArray<Case>
): Promise<ReadonlyArray<TransportRequest>> => {
  let at = 0
  const get = Effect.sync(() => {
    const { accessKeyId, secretAccessKey, sessionToken } = cases[at++]?.keys ?? { accessKeyId: "", secretAccessKey: "" }
    return {
      accessKeyId,
      secretAccessKey: Redacted.make(secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) })
    }
  })
  return Effect.forEach(cases, ({ millis, request }) =>
    Effect.flatMap(Signer, (signer) => signer.sign(request)).pipe(
      // The clock's other readings are not asked for.
      Effect.provideService(
        Clock.Clock,
        Object.assign(Object.create(clock), { currentTimeMillis: Effect.succeed(millis) })
      )
    )).pipe(
      Effect.provide(Layer.provide(layerSigner({ region }), Layer.succeed(Credentials, { get }))),
      Effect.runPromise
    )
}

const signTheirs = (region: string, { keys: { sessionToken, ...keys }, millis, request }: Case) => {
  const { host, hostname, pathname, protocol } = new URL(request.url)
  const signer = new SignatureV4({
    service: "cognito-idp",
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials: { ...keys, ...(sessionToken === undefined ? {} : { sessionToken }) }
  })
  return signer.sign({
    method: "POST",
    protocol,
    hostname,
    path: pathname,
    headers: { ...request.headers, host },
    body: request.body
  }, { signingDate: new Date(millis) })
}

/** Checks that both sign the same, and that nothing else of the requests changes. */
const expectSame = (layerSigner: LayerSigner) => async (region: string, cases: ReadonlyArray<Case>) => {
  const ours = await signOurs(layerSigner, region, cases)
  expect(ours).toHaveLength(cases.length)
  for (const [at, one] of cases.entries()) {
    const theirs = await signTheirs(region, one)
    const { host: _, ...headers } = theirs.headers
    expect(ours[at]).toStrictEqual({ ...one.request, headers })
  }
}

const signers = [["aws4fetch", layerSigner], ["node:crypto", layerNodeSigner]] as const

describe.each(signers)("%s", (_, signer) => {
  it("signs as @smithy/signature-v4 does", async () => {
    await fc.assert(
      fc.asyncProperty(
        region,
        fc.record({ request, millis, keys }),
        (region, one) => expectSame(signer)(region, [one])
      ),
      { numRuns: 300 }
    )
  })

  it("signs rightly over many days and credentials, the former ones again too", async () => {
    const cases = fc.tuple(
      fc.array(keys, { minLength: 1, maxLength: 3 }),
      fc.array(millis, { minLength: 1, maxLength: 9 })
    )
      .chain(([keys, times]) =>
        fc.array(fc.record({ request, millis: fc.constantFrom(...times), keys: fc.constantFrom(...keys) }), {
          minLength: 20,
          maxLength: 40
        })
      )
    await fc.assert(fc.asyncProperty(region, cases, expectSame(signer)), { numRuns: 10 })
  })
})
