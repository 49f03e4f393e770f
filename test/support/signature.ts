/** Checks Signature Version 4 as a server does: signs the received request anew, with AWS's own implementation. */
import { SignatureV4 } from "@smithy/signature-v4"
import * as Redacted from "effect/Redacted"
import { createHash, createHmac, type Hash, type Hmac } from "node:crypto"
import { credentials, region } from "./client.ts"

export interface SignedRequest {
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

/** Why a request must be refused, or undefined if its signature is right. */
export const refusal = async ({ body, headers, path }: SignedRequest): Promise<string | undefined> => {
  const authorization = headers.authorization
  if (authorization === undefined) return "MissingAuthenticationTokenException"
  const [, accessKeyId, signedHeaders] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/[^,]+, ?SignedHeaders=([^,]+), ?Signature=[0-9a-f]{64}$/
      .exec(authorization) ?? []
  if (accessKeyId !== credentials.accessKeyId) return "UnrecognizedClientException"
  const names = signedHeaders?.split(";") ?? []
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(headers["x-amz-date"] ?? "")
  const sessionToken = headers["x-amz-security-token"]
  const needed = ["content-type", "host", "x-amz-date", "x-amz-target", ...sessionToken ? ["x-amz-security-token"] : []]
  if (date === null || !needed.every((name) => names.includes(name))) return "IncompleteSignatureException"

  const signer = new SignatureV4({
    service: "cognito-idp",
    region,
    sha256: Sha256,
    applyChecksum: false,
    credentials: {
      accessKeyId,
      secretAccessKey: Redacted.value(credentials.secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken })
    }
  })
  const [, year, month, day, hour, minute, second] = date.map(Number)
  const signed = await signer.sign({
    method: "POST",
    protocol: "http:",
    hostname: "127.0.0.1",
    path,
    headers: Object.fromEntries(names.map((name) => [name, headers[name] ?? ""])),
    body
  }, { signingDate: new Date(Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)) })
  const same = compact(signed.headers.authorization ?? "") === compact(authorization)
  return same ? undefined : "InvalidSignatureException"
}

/** Spaces after the commas are at the signer's choice. */
const compact = (authorization: string): string => authorization.replaceAll(", ", ",")

type Data = string | ArrayBuffer | ArrayBufferView

/** SHA-256, and HMAC where there is a key, as the signer wants to be handed it. */
export class Sha256 {
  readonly #key: Data | undefined
  #hash: Hash | Hmac
  constructor(key?: Data) {
    this.#key = key
    this.#hash = this.#make()
  }
  update(data: Data): void {
    this.#hash.update(bytes(data))
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }
  reset(): void {
    this.#hash = this.#make()
  }
  #make(): Hash | Hmac {
    return this.#key === undefined ? createHash("sha256") : createHmac("sha256", bytes(this.#key))
  }
}

const bytes = (data: Data): string | Uint8Array =>
  typeof data === "string"
    ? data
    : ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
