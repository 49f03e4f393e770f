/**
 * The signatures of `aws4fetch` are those of AWS's own signer, for any headers, bodies, tokens, regions, endpoints and
 * times.
 */
import { SignatureV4 } from "@smithy/signature-v4"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { layerSigner, Signer } from "../../src/Signer.ts"
import { Sha256 } from "../support/signature.ts"

/** Printable ASCII, with blanks inside: what a header may hold of itself. */
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)

/** Without blanks: an id or a token. */
const word = fc.stringMatching(/^[!-~]{1,40}$/)

const headerName = fc.stringMatching(/^x-[a-z0-9-]{1,12}$/).filter((name) => !name.startsWith("x-amz-"))

const request = fc.record({
  host: fc.stringMatching(/^[a-z]{1,8}(\.[a-z]{2,5}){0,2}$/),
  port: fc.constantFrom("", ":9229", ":8443"),
  path: fc.constantFrom("/", "/cognito", "/a/b-c_d.e~f", "/a%20b"),
  headers: fc.dictionary(headerName, headerValue, { maxKeys: 4, noNullPrototype: true }),
  body: fc.string({ unit: "binary", maxLength: 60 }),
  millis: fc.integer({ min: 0, max: Date.UTC(2100, 0) }),
  region: fc.stringMatching(/^[a-z]{2}-[a-z]{3,9}-[1-9]$/),
  accessKeyId: fc.stringMatching(/^[A-Z0-9]{16,20}$/),
  secretAccessKey: word,
  sessionToken: fc.option(word, { nil: undefined })
})

it("aws4fetch signs as @smithy/signature-v4 does", async () => {
  const clock = await Effect.runPromise(Clock.Clock)
  await fc.assert(
    fc.asyncProperty(request, async (request) => {
      const { accessKeyId, host, millis, path, port, region, secretAccessKey, sessionToken } = request
      const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "A.B", ...request.headers }
      const body = new TextEncoder().encode(request.body)

      const live = layerSigner({
        region,
        credentials: {
          accessKeyId,
          secretAccessKey: Redacted.make(secretAccessKey),
          ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) })
        }
      })
      const ours = await Effect.flatMap(
        Signer,
        (signer) => signer.sign({ method: "POST", url: `https://${host}${port}${path}`, headers, body })
      ).pipe(
        Effect.provide(live),
        // The clock's other readings are not asked for.
        Effect.provideService(
          Clock.Clock,
          Object.assign(Object.create(clock), { currentTimeMillis: Effect.succeed(millis) })
        ),
        Effect.runPromise
      )

      const signer = new SignatureV4({
        service: "cognito-idp",
        region,
        sha256: Sha256,
        applyChecksum: false,
        credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) }
      })
      const theirs = await signer.sign({
        method: "POST",
        protocol: "https:",
        hostname: host,
        path,
        headers: { ...headers, host: `${host}${port}` },
        body
      }, { signingDate: new Date(millis) })

      expect(ours.headers.authorization).toBe(theirs.headers.authorization)
      expect(ours.headers["x-amz-date"]).toBe(theirs.headers["x-amz-date"])
      expect(ours.headers["x-amz-security-token"]).toBe(theirs.headers["x-amz-security-token"])
      expect(ours.body).toBe(body)
    }),
    { numRuns: 300 }
  )
})
