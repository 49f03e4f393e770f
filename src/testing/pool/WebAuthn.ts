/**
 * The relying party's side of WebAuthn, as a pool plays it: the options for an authenticator, and the checks of what it
 * answers.
 *
 * The statement of an attestation is not looked at: the service asks for none. Whose passkey answers is the caller's to
 * know, and nothing is made of extensions, of flags for backups, or of the page that a frame is in.
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
  const given = givenOf(credential)
  if (given === undefined) return Result.fail("notAllowed")
  const { attachment, id, response } = given
  const refusal = misgivings(response, ceremony, "webauthn.create")
  if (refusal !== undefined) return Result.fail(refusal)
  const data = authenticatorDataOf(attestedDataOf(bytesOf(response.attestationObject)))
  if (data?.credential === undefined) return Result.fail("notAllowed")
  const wrong = wrongData(data, ceremony)
  if (wrong !== undefined) return Result.fail(wrong)
  const { id: attestedId, key } = data.credential
  const algorithm = algorithmOf(key)
  if (id !== Base64Url.encode(attestedId) || algorithm === undefined) return Result.fail("notAllowed")
  const passkey: Passkey = {
    id,
    publicKey: Base64Url.encode(key),
    algorithm,
    signCount: data.signCount,
    transports: textsOf(response.transports),
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
  const given = givenOf(credential)
  if (given?.id !== known.id) return Result.fail("notAllowed")
  const { response } = given
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

/** What both ceremonies need of a credential; undefined if it is none. */
const givenOf = (credential: unknown) => {
  const { authenticatorAttachment, id, rawId, type } = Object(parsed(credential))
  const isCredential = typeof id === "string" && id === rawId && type === "public-key"
  const attachment: unknown = authenticatorAttachment
  return isCredential ? { id, attachment, response: responseOf(credential) } : undefined
}

/** The texts of a list: what else is in it, nobody can use. */
const textsOf = (list: unknown): ReadonlyArray<string> =>
  Array.isArray(list) ? list.filter((item: unknown) => typeof item === "string") : []

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

/** What is wrong with what the browser says of the ceremony. Whether the page is in a frame is not looked at. */
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
  const isSafe = protocol === "https:" || (protocol === "http:" && hostname === "localhost")
  return isSafe && (hostname === rpId || hostname.endsWith(`.${rpId}`))
}

interface AuthenticatorData {
  readonly rpIdHash: Uint8Array
  readonly flags: number
  readonly signCount: number
  readonly credential: AttestedCredential | undefined
}

interface AttestedCredential {
  readonly id: Uint8Array
  readonly key: Uint8Array
  /** Where it ends in the authenticator data. */
  readonly end: number
}

/** CBOR that takes up all of the bytes. */
const readWhole = (bytes: Uint8Array): Cbor => {
  const read = readCbor(bytes)
  return read?.end === bytes.length ? read.value : undefined
}

/** The authenticator data of an attestation. @see https://www.w3.org/TR/webauthn-3/#sctn-attestation */
const attestedDataOf = (bytes: Uint8Array = new Uint8Array()): Cbor => {
  const attestation = readWhole(bytes)
  if (!(attestation instanceof Map) || typeof attestation.get("fmt") !== "string") return undefined
  return attestation.get("attStmt") instanceof Map ? attestation.get("authData") : undefined
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-authenticator-data */
const authenticatorDataOf = (bytes: Cbor): AuthenticatorData | undefined => {
  if (!(bytes instanceof Uint8Array) || bytes.length < 37) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint8(32)
  const [hasCredential, hasExtensions] = [(flags & 64) !== 0, (flags & 128) !== 0]
  const credential = hasCredential ? attested(bytes, view) : undefined
  if (hasCredential && credential === undefined) return undefined
  // Nothing is behind what the flags announce.
  const rest = bytes.subarray(credential?.end ?? 37)
  if (hasExtensions ? !(readWhole(rest) instanceof Map) : rest.length > 0) return undefined
  return { rpIdHash: bytes.subarray(0, 32), flags, signCount: view.getUint32(33), credential }
}

/** @see https://www.w3.org/TR/webauthn-3/#sctn-attested-credential-data */
const attested = (bytes: Uint8Array, view: DataView): AttestedCredential | undefined => {
  if (bytes.length < 55) return undefined
  const length = view.getUint16(53)
  const key = readCbor(bytes.subarray(55 + length))
  if (length === 0 || length > 1023 || 55 + length > bytes.length || key === undefined) return undefined
  const end = 55 + length + key.end
  return { id: bytes.subarray(55, 55 + length), key: bytes.subarray(55 + length, end), end }
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
  try {
    return await crypto.subtle.verify(algorithm, key, Uint8Array.from(raw), Uint8Array.from(signed))
  } catch {
    // A key that a runtime imports but cannot work with.
    return false
  }
}

/** The algorithm of a COSE key, if it is one that was offered. */
const algorithmOf = (key: Uint8Array): number | undefined => {
  const cose = readWhole(key)
  const algorithm = cose instanceof Map ? cose.get(3) : undefined
  return algorithm === -7 || algorithm === -257 ? algorithm : undefined
}

/** A COSE key as WebCrypto has it; undefined if it is none of the algorithm. */
const importKey = async ({ algorithm, publicKey }: Passkey): Promise<CryptoKey | undefined> => {
  const cose = readWhole(bytesOf(publicKey) ?? new Uint8Array())
  if (!(cose instanceof Map)) return undefined
  const key = algorithm === -7 ? ellipticOf(cose) : rsaOf(cose)
  const scheme = algorithm === -7
    ? { name: "ECDSA", namedCurve: "P-256" }
    : { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }
  try {
    return key === undefined ? undefined : await crypto.subtle.importKey("jwk", key, scheme, false, ["verify"])
  } catch {
    // Such as a point that is not on the curve.
    return undefined
  }
}

/** A key of P-256, both coordinates written out. @see https://www.rfc-editor.org/rfc/rfc9053#section-7.1.1 */
const ellipticOf = (cose: ReadonlyMap<Cbor, Cbor>): JsonWebKey | undefined => {
  const [x, y] = [cose.get(-2), cose.get(-3)]
  if (cose.get(1) !== 2 || cose.get(-1) !== 1 || !(x instanceof Uint8Array) || !(y instanceof Uint8Array)) {
    return undefined
  }
  if (x.length !== 32 || y.length !== 32) return undefined
  return { kty: "EC", crv: "P-256", x: Base64Url.encode(x), y: Base64Url.encode(y) }
}

/** Runtimes take numbers of no bytes for zero. @see https://www.rfc-editor.org/rfc/rfc8230#section-4 */
const rsaOf = (cose: ReadonlyMap<Cbor, Cbor>): JsonWebKey | undefined => {
  const [n, e] = [cose.get(-1), cose.get(-2)]
  if (cose.get(1) !== 3 || !(n instanceof Uint8Array) || !(e instanceof Uint8Array)) return undefined
  if (n.length === 0 || e.length === 0) return undefined
  return { kty: "RSA", n: Base64Url.encode(n), e: Base64Url.encode(e) }
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
