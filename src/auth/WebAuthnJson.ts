/**
 * WebAuthn's JSON forms, to what the browser's `navigator.credentials` takes and from what it gives.
 *
 * By hand, since the browser's own conversions (`parseCreationOptionsFromJSON`, `toJSON`) are missing in browsers of before
 * 2024, and fail on credentials that a password manager's extension has made.
 *
 * @see https://www.w3.org/TR/webauthn-3/#sctn-parseCreationOptionsFromJSON
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"

/** `PublicKeyCredentialCreationOptionsJSON` as the browser takes it. Throws `TypeError` for what is none. */
export const creationOptions = (options: Schema.Json): PublicKeyCredentialCreationOptions => {
  const json = Object(options)
  return {
    ...json,
    ...hinted(json),
    challenge: bytesOf(json.challenge),
    user: { ...json.user, id: bytesOf(Object(json.user).id) },
    excludeCredentials: descriptors(json.excludeCredentials)
  }
}

/** `PublicKeyCredentialRequestOptionsJSON` as the browser takes it. Throws `TypeError` for what is none. */
export const requestOptions = (options: Schema.Json): PublicKeyCredentialRequestOptions => {
  const json = Object(options)
  return {
    ...json,
    ...hinted(json),
    challenge: bytesOf(json.challenge),
    allowCredentials: descriptors(json.allowCredentials)
  }
}

/** Extensions have binary members of their own forms; those that are known are converted, the others passed on. */
const hinted = (
  { extensions }: { readonly extensions?: unknown }
): { readonly extensions?: AuthenticationExtensionsClientInputs } => {
  if (extensions === undefined || extensions === null) return {}
  const { largeBlob, prf, ...others } = Object(extensions)
  return {
    extensions: {
      ...others,
      ...(largeBlob === undefined ? {} : { largeBlob: converted(largeBlob, "write", bytesOf) }),
      ...(prf === undefined ? {} : { prf: converted(converted(prf, "eval", salts), "evalByCredential", saltsById) })
    }
  }
}

/** An object with one member converted, if it has that. */
const converted = (value: unknown, name: string, convert: (member: unknown) => unknown): object => {
  const object = Object(value)
  return object[name] === undefined ? object : { ...object, [name]: convert(object[name]) }
}

const saltsById = (value: unknown): object =>
  Object.fromEntries(Object.entries(Object(value)).map(([id, given]) => [id, salts(given)]))

const salts = (value: unknown) => {
  const { first, second } = Object(value)
  return { first: bytesOf(first), ...(second === undefined ? {} : { second: bytesOf(second) }) }
}

const descriptors = (list: unknown): Array<PublicKeyCredentialDescriptor> =>
  Array.isArray(list) ? list.map((item) => ({ ...item, id: bytesOf(Object(item).id) })) : []

const bytesOf = (text: unknown): Uint8Array<ArrayBuffer> => {
  const bytes = typeof text === "string" ? Base64Url.decode(text) : Result.fail(undefined)
  if (Result.isFailure(bytes)) throw new TypeError("not Base64 for URLs")
  return new Uint8Array(bytes.success)
}

/** A credential just made, in JSON, whoever made the object. */
export const madeJson = (credential: Credential): Schema.Json => credentialJson(credential, attestationJson)

/** A credential that answers a challenge, in JSON, whoever made the object. */
export const givenJson = (credential: Credential): Schema.Json => credentialJson(credential, assertionJson)

const credentialJson = (credential: Credential, responseJson: (response: never) => Schema.Json): Schema.Json => {
  const { authenticatorAttachment, id, rawId, response, type } = Object(credential)
  return {
    id,
    rawId: textOf(rawId),
    type,
    // It is of the kind that was asked for.
    response: responseJson(response as never),
    ...(typeof authenticatorAttachment === "string" ? { authenticatorAttachment } : {}),
    clientExtensionResults: jsonOf(attempt(credential, "getClientExtensionResults") ?? {})
  }
}

/** A credential that answers a challenge, as a text: the browser's object, its JSON form, or that of another program. */
export const credentialText = (credential: unknown): Result.Result<string, undefined> =>
  Result.try({
    try: () => {
      const isObject = typeof credential === "object" && credential !== null
      const isBrowsers = isObject && isBuffer(Reflect.get(credential, "rawId"))
      // It has the members that are read.
      const text = JSON.stringify(isBrowsers ? givenJson(credential as Credential) : credential)
      if (typeof text !== "string") throw new TypeError("no JSON")
      return text
    },
    catch: () => undefined
  })

const attestationJson = (response: AuthenticatorAttestationResponse): Schema.Json => {
  const publicKey = attempt(response, "getPublicKey")
  const authenticatorData = attempt(response, "getAuthenticatorData")
  const algorithm = attempt(response, "getPublicKeyAlgorithm")
  return {
    clientDataJSON: textOf(response.clientDataJSON),
    attestationObject: textOf(response.attestationObject),
    transports: jsonOf(attempt(response, "getTransports") ?? []),
    ...(authenticatorData === undefined ? {} : { authenticatorData: textOf(authenticatorData) }),
    ...(publicKey === undefined || publicKey === null ? {} : { publicKey: textOf(publicKey) }),
    ...(typeof algorithm === "number" ? { publicKeyAlgorithm: algorithm } : {})
  }
}

const assertionJson = (response: AuthenticatorAssertionResponse): Schema.Json => ({
  clientDataJSON: textOf(response.clientDataJSON),
  authenticatorData: textOf(response.authenticatorData),
  signature: textOf(response.signature),
  ...(response.userHandle === null || response.userHandle === undefined
    ? {}
    : { userHandle: textOf(response.userHandle) })
})

/** What a method gives, if there is one and it does not throw, as methods inherited from another object's class do. */
const attempt = (object: object, method: string): unknown => {
  try {
    return Reflect.get(object, method)?.call(object)
  } catch {
    return undefined
  }
}

/** Bytes as Base64 for URLs. Throws `TypeError` for what are none. */
const textOf = (bytes: unknown): string => {
  if (ArrayBuffer.isView(bytes)) {
    return Base64Url.encode(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  }
  if (!isBuffer(bytes)) throw new TypeError("not bytes")
  return Base64Url.encode(new Uint8Array(bytes))
}

/** An extension's buffer may be of another realm, where `instanceof` fails. */
const isBuffer = (value: unknown): value is ArrayBuffer =>
  Object.prototype.toString.call(value) === "[object ArrayBuffer]"

/** A value with its bytes as Base64 for URLs; what JSON does not have is left out. */
const jsonOf = (value: unknown): Schema.Json => {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number" || value === null) {
    return value
  }
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value !== "object") return null
  if (ArrayBuffer.isView(value) || isBuffer(value)) return textOf(value)
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined && typeof member !== "function")
      .map(([name, member]) => [name, jsonOf(member)])
  )
}
