/**
 * `sigv4.json`: AWS's test suite for Signature Version 4, in the form with headers.
 *
 * The library's `Signer` signs POST requests for the service `cognito-idp`; the suite's are for a service called
 * `service`, and most are GET. Each case's own canonical request, with POST for its method, is therefore signed for
 * `cognito-idp` here, in the few lines of {@link signature}, which must give the suite's signature first for the case as it
 * is. What the suite has to say of paths, queries, headers, bodies and tokens stays as it is.
 *
 * Signatures in the query, which the suite has as well, are for URLs that are handed on; the library makes none.
 *
 * @see https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { createHash, createHmac } from "node:crypto"
import { layerSigner, Signer } from "../src/client/Signer.ts"
import type { TransportRequest } from "../src/protocol/Message.ts"
import { expectEqual, failed, notApplicable, type Outcome, passed, type Suite } from "./Suite.ts"

const Case = Schema.Struct({
  name: Schema.String,
  context: Schema.Struct({
    credentials: Schema.Struct({
      access_key_id: Schema.String,
      secret_access_key: Schema.String,
      token: Schema.optionalKey(Schema.String)
    }),
    normalize: Schema.Boolean,
    region: Schema.String,
    service: Schema.String,
    timestamp: Schema.String,
    omit_session_token: Schema.optionalKey(Schema.Boolean)
  }),
  request: Schema.String,
  "header-canonical-request": Schema.String,
  "header-signature": Schema.String
})
type Case = typeof Case.Type

const Content = Schema.Struct({ cases: Schema.Array(Case) })

export const sigv4: Suite = {
  file: "sigv4.json",
  run: (content) =>
    Effect.suspend(() =>
      Effect.forEach(
        Schema.decodeUnknownSync(Content)(content).cases,
        (test) => Effect.map(runCase(test), (outcome) => ({ name: test.name, outcome }))
      )
    )
}

const runCase = (test: Case): Effect.Effect<Outcome> => {
  const reason = inapplicable(test)
  if (reason !== undefined) return Effect.succeed(notApplicable(reason))
  const canonical = test["header-canonical-request"]
  if (signature(test, test.context.service, canonical) !== test["header-signature"]) {
    return Effect.succeed(failed("the case's signature is not that of its canonical request"))
  }
  const expected = signature(test, "cognito-idp", asSent(canonical))
  return Effect.map(sign(test), (authorization) => {
    const actual = /Signature=([0-9a-f]+)$/.exec(authorization)?.[1]
    const problem = expectEqual("the signature", actual, expected, actual === expected)
    return problem === undefined ? passed : failed(problem)
  })
}

const inapplicable = (test: Case): string | undefined => {
  const { headers, path } = parse(test.request)
  const names = headers.map(([name]) => name)
  if (!test.context.normalize) return "only S3 signs paths as they are"
  if (test.context.omit_session_token) return "the library signs the session token with the rest"
  if (names.some((name) => /^\s/.test(name))) return "no HTTP client of today folds headers"
  if (new Set(names).size < names.length) return "the headers of a request are a record: each is there once"
  return /[^\x21-\x7e]/.test(path.split("?", 1)[0] ?? "")
    ? "a path is part of a URL and encoded as such, and then, as AWS asks for, once more for the signature"
    : undefined
}

interface Parsed {
  readonly path: string
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: string
}

/** Takes a request in the form of HTTP/1.1 apart. The name of a folded header's next line begins with a space. */
const parse = (request: string): Parsed => {
  const [head = "", ...body] = request.split("\n\n")
  const [line = "", ...lines] = head.trimEnd().split("\n")
  return {
    path: line.replace(/^\S+ /, "").replace(/ HTTP\/1\.1$/, ""),
    headers: lines.map((line) => [line.split(":", 1)[0]?.toLowerCase() ?? "", line.slice(line.indexOf(":") + 1)]),
    body: body.join("\n\n")
  }
}

/** The canonical request of a POST. The library sends no header with the body's hash, which only S3 needs. */
const asSent = (canonical: string): string =>
  canonical.replace(/^\w+/, "POST").replace(/\nx-amz-content-sha256:.*/, "").replace("x-amz-content-sha256;", "")

/** The time of a case as a signature has it. */
const timeOf = (test: Case): string => test.context.timestamp.replaceAll(/[:-]/g, "")

const signature = (test: Case, service: string, canonical: string): string => {
  const { credentials, region } = test.context
  const time = timeOf(test)
  const scope = [time.slice(0, 8), region, service, "aws4_request"]
  const text = ["AWS4-HMAC-SHA256", time, scope.join("/"), createHash("sha256").update(canonical).digest("hex")].join(
    "\n"
  )
  const secret: string | Buffer = `AWS4${credentials.secret_access_key}`
  const key = scope.reduce<string | Buffer>((key, part) => createHmac("sha256", key).update(part).digest(), secret)
  return createHmac("sha256", key).update(text).digest("hex")
}

/** The library's `authorization` header for a case. */
const sign = (test: Case): Effect.Effect<string> => {
  const { access_key_id, secret_access_key, token } = test.context.credentials
  const { body, headers, path } = parse(test.request)
  const hosts = headers.filter(([name]) => name === "host").map(([, value]) => value)
  const request: TransportRequest = {
    method: "POST",
    url: `https://${hosts[0]}${path}`,
    headers: Object.fromEntries(headers.filter(([name]) => name !== "host")),
    body: new TextEncoder().encode(body)
  }
  const signer = layerSigner({
    region: test.context.region,
    credentials: {
      accessKeyId: access_key_id,
      secretAccessKey: Redacted.make(secret_access_key),
      ...(token === undefined ? {} : { sessionToken: Redacted.make(token) })
    }
  })
  return Effect.gen(function*() {
    yield* TestClock.setTime(Date.parse(test.context.timestamp))
    const signed = yield* Effect.flatMap(Signer, ({ sign }) => sign(request))
    return signed.headers.authorization ?? ""
  }).pipe(Effect.provide(Layer.merge(signer, TestClock.layer())), Effect.orDie)
}
