/** Signatures: those of two signers that nobody here wrote are taken, and each fault is told as AWS tells it. */
import { SignatureV4 } from "@smithy/signature-v4"
import { AwsClient } from "aws4fetch"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { signatureRefusal, type SignedRequest } from "../../../src/testing/pool/Signature.ts"
import { Sha256 } from "../../support/signature.ts"

const now = Date.UTC(2026, 10, 26, 12)
const region = "eu-central-1"
const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s3cr3t/+" }
const temporary = { ...keys, sessionToken: "token==" }

const utf8 = new TextEncoder()

type Keys = typeof keys & { readonly sessionToken?: string }

/** Signed by AWS's own signer. */
const bySmithy = async (
  credentials: Keys = keys,
  more: { region?: string; service?: string; at?: number; body?: string } = {}
): Promise<SignedRequest> => {
  const { at = now, body = "{}" } = more
  const signer = new SignatureV4({
    service: more.service ?? "cognito-idp",
    region: more.region ?? region,
    sha256: Sha256,
    applyChecksum: false,
    credentials
  })
  const { headers } = await signer.sign({
    method: "POST",
    protocol: "http:",
    hostname: "127.0.0.1",
    path: "/",
    headers: {
      host: "127.0.0.1:9",
      "x-amz-target": "AWSCognitoIdentityProviderService.ListUsers",
      "content-type": "a/b"
    },
    body
  }, { signingDate: new Date(at) })
  return { method: "POST", path: "/", headers, body: utf8.encode(body) }
}

/** Signed by aws4fetch. */
const byAws4fetch = async (credentials: Keys = keys): Promise<SignedRequest> => {
  const client = new AwsClient({ ...credentials, service: "cognito-idp", region })
  const body = "{\"Limit\":1}"
  const request = await client.sign("http://127.0.0.1:9/a/b?c=d&a=b", {
    method: "POST",
    body,
    headers: { "x-amz-target": "X.ListUsers" },
    aws: { datetime: "20261126T120000Z" }
  })
  const { host, pathname, search } = new URL(request.url)
  return {
    method: "POST",
    path: pathname + search,
    headers: { ...Object.fromEntries(request.headers), host },
    body: utf8.encode(body)
  }
}

const refusal = (request: SignedRequest, credentials: ReadonlyArray<Keys> = [keys]) =>
  signatureRefusal(request, { credentials, region, now })

describe.each([["AWS's signer", bySmithy], ["aws4fetch", byAws4fetch]])("a signature by %s", (_, sign) => {
  it("is right, with lasting and with temporary keys", async () => {
    expect(refusal(await sign())).toBeUndefined()
    expect(refusal(await sign(temporary), [keys, temporary].slice(1))).toBeUndefined()
  })
})

const with_ = (request: SignedRequest, headers: { readonly [name: string]: string }): SignedRequest => ({
  ...request,
  headers: { ...request.headers, ...headers }
})

const without = (request: SignedRequest, name: string): SignedRequest => ({
  ...request,
  headers: Object.fromEntries(Object.entries(request.headers).filter(([other]) => other !== name))
})

const mismatch = /^The request signature we calculated does not match the signature you provided\./

const cases: ReadonlyArray<
  readonly [name: string, request: () => Promise<SignedRequest>, type: string, message: RegExp]
> = [
  [
    "no signature",
    async () => without(await bySmithy(), "authorization"),
    "MissingAuthenticationTokenException",
    /^Missing Authentication Token$/
  ],
  [
    "nothing but an algorithm",
    async () => with_(await bySmithy(), { authorization: "AWS4-HMAC-SHA256" }),
    "IncompleteSignatureException",
    /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\.$/
  ],
  ["no date", async () => without(await bySmithy(), "x-amz-date"), "IncompleteSignatureException", /'X-Amz-Date'/],
  [
    "a key that nobody has",
    () => bySmithy({ ...keys, accessKeyId: "AKIDOTHER" }),
    "UnrecognizedClientException",
    /^The security token included in the request is invalid\.$/
  ],
  ["a session that is not the key's", () => bySmithy(temporary), "UnrecognizedClientException", /security token/],
  ["another secret", () => bySmithy({ ...keys, secretAccessKey: "other" }), "InvalidSignatureException", mismatch],
  [
    "another region",
    () => bySmithy(keys, { region: "us-east-1" }),
    "InvalidSignatureException",
    /^Credential should be scoped to a valid region\. $/
  ],
  [
    "another service",
    () => bySmithy(keys, { service: "s3" }),
    "InvalidSignatureException",
    /^Credential should be scoped to correct service: 'cognito-idp'\. $/
  ],
  [
    "a signature of before",
    () => bySmithy(keys, { at: now - 301_000 }),
    "InvalidSignatureException",
    /^Signature expired: 20261126T115459Z is now earlier than 20261126T115500Z \(20261126T120000Z - 5 min\.\)$/
  ],
  [
    "a signature of tomorrow",
    () => bySmithy(keys, { at: now + 301_000 }),
    "InvalidSignatureException",
    /^Signature not yet current: 20261126T120501Z is still later than 20261126T120500Z \(20261126T120000Z \+ 5 min\.\)$/
  ],
  [
    "the date of another day",
    async () => {
      const request = await bySmithy()
      return with_(request, {
        authorization: String(request.headers.authorization).replace("/20261126/", "/20261125/")
      })
    },
    "InvalidSignatureException",
    /^Date in Credential scope does not match YYYYMMDD/
  ],
  [
    "a host that is not signed",
    async () => {
      const request = await bySmithy()
      return with_(request, { authorization: String(request.headers.authorization).replace("host;", "") })
    },
    "InvalidSignatureException",
    /^'Host' or ':authority' must be a 'SignedHeader'/
  ],
  [
    "a header of AWS's that is not signed",
    async () => with_(await bySmithy(), { "x-amz-extra": "1" }),
    "InvalidSignatureException",
    mismatch
  ]
]

it.each(cases)("%s is refused", async (_, request, type, message) => {
  const refused = refusal(await request())
  expect(refused?.type).toBe(type)
  expect(refused?.message).toMatch(message)
  expect(refused?.message).not.toContain(keys.secretAccessKey)
})

it("requests may be late and early by five minutes", async () => {
  expect(refusal(await bySmithy(keys, { at: now - 300_000 }))).toBeUndefined()
  expect(refusal(await bySmithy(keys, { at: now + 300_000 }))).toBeUndefined()
})

it("any change of what is signed is seen", () =>
  fc.assert(fc.asyncProperty(fc.string(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (text, place, flip) => {
    const request = await bySmithy(keys, { body: `{${text}}` })
    expect(refusal(request)).toBeUndefined()
    const body = Uint8Array.from(request.body)
    const at = place % body.length
    body[at] = (body[at] ?? 0) ^ flip
    expect(refusal({ ...request, body })?.message).toMatch(mismatch)
    expect(refusal(with_(request, { "content-type": `a/b${flip}` }))?.message).toMatch(mismatch)
    expect(refusal({ ...request, path: `/${flip}` })?.message).toMatch(mismatch)
  })))
