/**
 * Checks Signature Version 4 of a request as the service does: signs it anew and compares, with AWS's errors.
 *
 * It knows keys, not permissions: whoever signs may do everything.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"

/** Keys that requests may be signed with. */
export interface KnownCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What of a request is signed. */
export interface SignedRequest {
  readonly method: string
  /** With the query, if there is one. */
  readonly path: string
  /** By names in small letters. */
  readonly headers: { readonly [name: string]: string }
  readonly body: Uint8Array
}

/** What signatures are checked against. */
export interface SignatureOptions {
  readonly credentials: ReadonlyArray<KnownCredentials>
  readonly region: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Why a request is refused. */
export interface SignatureRefusal {
  readonly type: string
  readonly message: string
}

/** Why the service refuses a request for its signature, or undefined. */
export const signatureRefusal = (request: SignedRequest, options: SignatureOptions): SignatureRefusal | undefined => {
  const { authorization } = request.headers
  if (authorization === undefined) {
    return { type: "MissingAuthenticationTokenException", message: "Missing Authentication Token" }
  }
  const parts = partsOf(authorization)
  const date = request.headers["x-amz-date"] ?? ""
  if (parts === undefined || !/^\d{8}T\d{6}Z$/.test(date)) {
    return { type: "IncompleteSignatureException", message: missing(authorization, date) }
  }
  const keys = options.credentials.find(({ accessKeyId }) => accessKeyId === parts.accessKeyId)
  if (keys === undefined || keys.sessionToken !== request.headers["x-amz-security-token"]) {
    return { type: "UnrecognizedClientException", message: "The security token included in the request is invalid." }
  }
  const problem = misscoped(parts, date, options) ?? skewed(date, options.now) ?? unsigned(parts, request)
  if (problem !== undefined) return invalid(problem)
  return isSame(signatureOf(request, parts, date, keys), parts.signature) ? undefined : invalid(mismatch)
}

const invalid = (message: string): SignatureRefusal => ({ type: "InvalidSignatureException", message })

const mismatch =
  "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
  + "and signing method. Consult the service documentation for details."

interface Parts {
  readonly accessKeyId: string
  readonly scope: string
  readonly names: ReadonlyArray<string>
  readonly signature: string
}

const partsOf = (authorization: string): Parts | undefined => {
  const [algorithm, ...rest] = authorization.split(/ (.*)/s)
  const fields = new Map(
    (rest[0] ?? "").split(",").map((field) => {
      const [name = "", ...value] = field.trim().split("=")
      return [name, value.join("=")]
    })
  )
  const [, accessKeyId, scope] = /^([^/]+)\/(.+)$/.exec(fields.get("Credential") ?? "") ?? []
  const signature = fields.get("Signature")
  const names = fields.get("SignedHeaders")
  if (algorithm !== "AWS4-HMAC-SHA256" || !accessKeyId || !scope || !signature || !names) return undefined
  return { accessKeyId, scope, names: names.split(";"), signature }
}

/** What is missing, without the header itself, which the service quotes. */
const missing = (authorization: string, date: string): string =>
  [
    ...["Credential", "Signature", "SignedHeaders"].flatMap((name) =>
      authorization.includes(`${name}=`) ? [] : [`Authorization header requires '${name}' parameter.`]
    ),
    ...(/^\d{8}T\d{6}Z$/.test(date)
      ? []
      : ["Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."])
  ].join(" ")

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
const misscoped = ({ scope }: Parts, date: string, { region }: SignatureOptions): string | undefined => {
  const [day = "", of, service, end] = scope.split("/")
  if (of !== region) return "Credential should be scoped to a valid region. "
  if (service !== "cognito-idp") return "Credential should be scoped to correct service: 'cognito-idp'. "
  if (end !== "aws4_request") return "Credential should be scoped with a valid terminator: 'aws4_request'. "
  if (day === date.slice(0, 8)) return undefined
  return `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != `
    + `'${date.slice(0, 8)}', from '${date}'.`
}

/** Requests may be early or late by five minutes. */
const tolerance = 300_000

const skewed = (date: string, now: number): string | undefined => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? []
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const [early, late] = [compact(now - tolerance), compact(now + tolerance)]
  if (Number.isNaN(time)) return `${date} is not a valid date.`
  if (time < now - tolerance) {
    return `Signature expired: ${date} is now earlier than ${early} (${compact(now)} - 5 min.)`
  }
  return time > now + tolerance
    ? `Signature not yet current: ${date} is still later than ${late} (${compact(now)} + 5 min.)`
    : undefined
}

const compact = (millis: number): string => new Date(millis).toISOString().replaceAll(/\.\d+|[:-]/g, "")

/** The host and all of AWS's headers must be signed. */
const unsigned = ({ names }: Parts, { headers }: SignedRequest): string | undefined => {
  if (!names.includes("host")) return "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
  return Object.keys(headers).some((name) => name.startsWith("x-amz-") && !names.includes(name)) ? mismatch : undefined
}

const signatureOf = (
  { body, headers, method, path }: SignedRequest,
  { names, scope }: Parts,
  date: string,
  { secretAccessKey }: KnownCredentials
): string => {
  const [pathname = "/", query = ""] = path.split("?")
  const canonical = [
    method,
    pathname.split("/").map((part) => escaped(decoded(part))).join("/"),
    query.split("&").filter((pair) => pair !== "").sort().join("&"),
    ...names.map((name) => `${name}:${(headers[name] ?? "").trim().replaceAll(/ +/g, " ")}`),
    "",
    names.join(";"),
    bytesToHex(sha256(body))
  ].join("\n")
  const text = ["AWS4-HMAC-SHA256", date, scope, bytesToHex(sha256(utf8ToBytes(canonical)))].join("\n")
  const key = scope.split("/").reduce(
    (key, part) => hmac(sha256, key, utf8ToBytes(part)),
    utf8ToBytes(`AWS4${secretAccessKey}`)
  )
  return bytesToHex(hmac(sha256, key, utf8ToBytes(text)))
}

const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const escaped = (part: string): string =>
  encodeURIComponent(part).replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`)

/** Compares in the same time wherever the difference is. */
const isSame = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let index = 0; index < one.length; index++) difference |= one.charCodeAt(index) ^ (other.charCodeAt(index) || 0)
  return difference === 0
}
