/**
 * The relying party's side of WebAuthn, as a pool plays it: the options for an authenticator, and the checks of what it
 * answers.
 *
 * The statement of an attestation is not looked at: the service asks for none.
 *
 * @see https://www.w3.org/TR/webauthn-3/
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { isJsonObject } from "../../protocol/Codec.ts"
import { type Cbor, readCbor } from "./Cbor.ts"

/** A passkey that was registered. */
export interface Passkey {
  /** Base64 for URLs, as the key is. */
  readonly id: string
  /** The public key in COSE's form. */
  readonly publicKey: string
  /** COSE's number of the algorithm: -7 is ES256, -257 RS256. */
  readonly algorithm: number
  readonly signCount: number
  readonly transports: ReadonlyArray<string>
  readonly attachment?: string
}

/** What an authenticator was asked. */
export interface Ceremony {
  readonly rpId: string
  /** Base64 for URLs. */
  readonly challenge: string
  readonly userVerification: "preferred" | "required"
}

/** Why a credential is refused. `notAllowed` stands for what cannot be read or is not supported. */
export type PasskeyRefusal = "challenge" | "notAllowed" | "origin" | "relyingParty" | "signature" | "userVerification"

/** What options for a new passkey are made of. */
export interface CreationOf {
  readonly rpId: string
  readonly rpName: string
  readonly challenge: string
  readonly user: { readonly id: string; readonly name: string; readonly displayName: string }
  readonly exclude: ReadonlyArray<Passkey>
  readonly userVerification: Ceremony["userVerification"]
}

/** Options for `navigator.credentials.create`, in JSON's form. */
export const creationOptions = ({ challenge, exclude, rpId, rpName, user, userVerification }: CreationOf) => ({
  rp: { id: rpId, name: rpName },
  user,
  challenge,
  pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
  timeout: 60_000,
  excludeCredentials: exclude.map(descriptor),
  authenticatorSelection: { requireResidentKey: true, residentKey: "required", userVerification }
})

/** Options for `navigator.credentials.get`, in JSON's form. */
export const requestOptions = (
  { allow, challenge, rpId, userVerification }: Ceremony & { readonly allow: ReadonlyArray<Passkey> }
) => ({
  challenge,
  timeout: 180_000,
  rpId,
  allowCredentials: allow.map(descriptor),
  userVerification
})

const descriptor = ({ id, transports }: Passkey) => ({
  id,
  type: "public-key",
  ...(transports.length === 0 ? {} : { transports: [...transports] })
})

/** The challenge that a credential says it answers, unchecked. */
export const challengeOf = (credential: unknown): string | undefined => clientDataOf(responseOf(credential))?.challenge

/**
 * Checks a new credential.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential
 */
export const verifyCreation = async (
  credential: unknown,
  ceremony: Ceremony
): Promise<Result.Result<Passkey, PasskeyRefusal>> => {
  const response = responseOf(credential)
  const refusal = misgivings(response, ceremony, "webauthn.create")
  if (refusal !== undefined) return Result.fail(refusal)
  const attestation = readCbor(bytesOf(response.attestationObject) ?? new Uint8Array())?.value
  const data = attestation instanceof Map ? authenticatorDataOf(attestation.get("authData")) : undefined
  if (data?.credential === undefined) return Result.fail("notAllowed")
  const wrong = wrongData(data, ceremony)
  if (wrong !== undefined) return Result.fail(wrong)
  const { id, key } = data.credential
  const algorithm = readCbor(key)?.value
  const alg = algorithm instanceof Map ? algorithm.get(3) : undefined
  const given: unknown = Object(parsed(credential)).id
  if (given !== Base64Url.encode(id) || (alg !== -7 && alg !== -257)) return Result.fail("notAllowed")
  const { authenticatorAttachment: attachment } = Object(parsed(credential))
  const passkey: Passkey = {
    id: given,
    publicKey: Base64Url.encode(key),
    algorithm: alg,
    signCount: data.signCount,
    transports: Array.isArray(response.transports) ? response.transports.map(String) : [],
    ...(typeof attachment === "string" ? { attachment } : {})
  }
  return await importKey(passkey) === undefined ? Result.fail("notAllowed") : Result.succeed(passkey)
}

/**
 * Checks that a known passkey signed the challenge; gives its new counter.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion
 */
export const verifyAssertion = async (
  credential: unknown,
  ceremony: Ceremony,
  known: Passkey
): Promise<Result.Result<number, PasskeyRefusal>> => {
  const response = responseOf(credential)
  if (Object(parsed(credential)).id !== known.id) return Result.fail("notAllowed")
  const refusal = misgivings(response, ceremony, "webauthn.get")
  if (refusal !== undefined) return Result.fail(refusal)
  const raw = bytesOf(response.authenticatorData)
  const data = authenticatorDataOf(raw)
  if (raw === undefined || data === undefined) return Result.fail("notAllowed")
  const wrong = wrongData(data, ceremony)
  if (wrong !== undefined) return Result.fail(wrong)
  const signed = concatBytes(raw, sha256(bytesOf(response.clientDataJSON) ?? new Uint8Array()))
  const isRight = await isSigned(known, bytesOf(response.signature) ?? new Uint8Array(), signed)
  if (!isRight) return Result.fail("signature")
  // A counter that does not grow tells of a copy; authenticators that have none say 0.
  const isCopy = (data.signCount > 0 || known.signCount > 0) && data.signCount <= known.signCount
  return isCopy ? Result.fail("signature") : Result.succeed(data.signCount)
}

interface Response {
  readonly [member: string]: unknown
}

/** A credential comes as an object or as JSON text. */
const parsed = (credential: unknown): unknown => {
  if (typeof credential !== "string") return credential
  try {
    return JSON.parse(credential)
  } catch {
    return undefined
  }
}

const responseOf = (credential: unknown): Response => {
  const { response } = Object(parsed(credential))
  return isJsonObject(response) ? response : {}
}

const bytesOf = (text: unknown): Uint8Array | undefined => {
  if (typeof text !== "string") return undefined
  const bytes = Base64Url.decode(text)
  return Result.isSuccess(bytes) ? bytes.success : undefined
}

const clientDataOf = ({ clientDataJSON }: Response) => {
  const bytes = bytesOf(clientDataJSON)
  const data = bytes === undefined ? undefined : parsed(new TextDecoder().decode(bytes))
  return isJsonObject(data) && typeof data.challenge === "string"
    ? { challenge: data.challenge, type: data.type, origin: data.origin }
    : undefined
}

/** What is wrong with what the browser says of the ceremony. */
const misgivings = (response: Response, { challenge, rpId }: Ceremony, type: string): PasskeyRefusal | undefined => {
  const data = clientDataOf(response)
  if (data === undefined || data.type !== type) return "notAllowed"
  if (data.challenge !== challenge) return "challenge"
  return isOriginOf(data.origin, rpId) ? undefined : "origin"
}

/** The page must be of the relying party's host or one below it, and safe: by TLS, or on this machine. */
const isOriginOf = (origin: unknown, rpId: string): boolean => {
  if (typeof origin !== "string" || !URL.canParse(origin)) return false
  const { hostname, protocol } = new URL(origin)
  const isSafe = protocol === "https:" || hostname === "localhost"
  return isSafe && (hostname === rpId || hostname.endsWith(`.${rpId}`))
}

interface AuthenticatorData {
  readonly rpIdHash: Uint8Array
  readonly flags: number
  readonly signCount: number
  readonly credential: { readonly id: Uint8Array; readonly key: Uint8Array } | undefined
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
const authenticatorDataOf = (bytes: Cbor): AuthenticatorData | undefined => {
  if (!(bytes instanceof Uint8Array) || bytes.length < 37) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint8(32)
  return {
    rpIdHash: bytes.subarray(0, 32),
    flags,
    signCount: view.getUint32(33),
    credential: (flags & 64) === 0 ? undefined : attested(bytes, view)
  }
}

const attested = (bytes: Uint8Array, view: DataView): AuthenticatorData["credential"] => {
  if (bytes.length < 55) return undefined
  const length = view.getUint16(53)
  const key = readCbor(bytes.subarray(55 + length))
  if (length === 0 || length > 1023 || 55 + length > bytes.length || key === undefined) return undefined
  return { id: bytes.subarray(55, 55 + length), key: bytes.subarray(55 + length, 55 + length + key.end) }
}

const wrongData = (
  { flags, rpIdHash }: AuthenticatorData,
  { rpId, userVerification }: Ceremony
): PasskeyRefusal | undefined => {
  const expected = sha256(utf8ToBytes(rpId))
  if (rpIdHash.some((byte, index) => byte !== expected[index])) return "relyingParty"
  // The user was there, and was recognised where that is asked for.
  const isVerified = userVerification !== "required" || (flags & 4) !== 0
  return (flags & 1) === 0 || !isVerified ? "userVerification" : undefined
}

const isSigned = async (passkey: Passkey, signature: Uint8Array, signed: Uint8Array): Promise<boolean> => {
  const key = await importKey(passkey)
  const raw = passkey.algorithm === -7 ? rawSignature(signature) : signature
  if (key === undefined || raw === undefined) return false
  const algorithm = passkey.algorithm === -7 ? { name: "ECDSA", hash: "SHA-256" } : { name: "RSASSA-PKCS1-v1_5" }
  return crypto.subtle.verify(algorithm, key, Uint8Array.from(raw), Uint8Array.from(signed))
}

/** A COSE key as WebCrypto has it. @see https://www.rfc-editor.org/rfc/rfc9053 */
const importKey = async ({ algorithm, publicKey }: Passkey): Promise<CryptoKey | undefined> => {
  const cose = readCbor(bytesOf(publicKey) ?? new Uint8Array())?.value
  if (!(cose instanceof Map)) return undefined
  const member = (key: number): string => {
    const value = cose.get(key)
    return value instanceof Uint8Array ? Base64Url.encode(value) : ""
  }
  try {
    return algorithm === -7
      ? await crypto.subtle.importKey(
        "jwk",
        { kty: "EC", crv: "P-256", x: member(-2), y: member(-3) },
        { name: "ECDSA", namedCurve: "P-256" },
        false,
        ["verify"]
      )
      : await crypto.subtle.importKey(
        "jwk",
        { kty: "RSA", n: member(-1), e: member(-2) },
        { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
        false,
        ["verify"]
      )
  } catch {
    return undefined
  }
}

/** An ECDSA signature in DER, of 32 bytes each for `r` and `s`, as WebCrypto wants them. */
const rawSignature = (der: Uint8Array): Uint8Array | undefined => {
  const raw = new Uint8Array(64)
  if (der[0] !== 0x30 || der[1] !== der.length - 2) return undefined
  let at = 2
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0
    const bytes = der.subarray(at + 2, at + 2 + length)
    const trimmed = bytes[0] === 0 ? bytes.subarray(1) : bytes
    if (der[at] !== 2 || bytes.length !== length || trimmed.length > 32) return undefined
    raw.set(trimmed, end - trimmed.length)
    at += 2 + length
  }
  return at === der.length ? raw : undefined
}
