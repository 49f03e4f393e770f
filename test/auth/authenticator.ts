/** An authenticator in software: passkeys for one host, in WebAuthn's JSON forms. */
import { encode } from "cborg"
import * as Effect from "effect/Effect"
import {
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes
} from "node:crypto"
import type { Authenticator } from "../../src/auth/index.ts"

/** `origin` is the page's that asks. With a name, it makes the same key each time. */
export const makeAuthenticator = (origin: string, name?: string): Authenticator => {
  const keys = new Map<string, KeyObject>()

  const said = (type: string, options: unknown, attested?: Uint8Array) => {
    const { challenge } = Object(options)
    const client = Buffer.from(JSON.stringify({ type, challenge, origin }))
    // The user is present; nothing else is claimed, but that a new key comes along.
    const data = Buffer.concat([
      createHash("sha256").update(new URL(origin).hostname).digest(),
      Buffer.from([attested === undefined ? 1 : 65, 0, 0, 0, 0]),
      attested ?? new Uint8Array()
    ])
    return { client, data }
  }

  return {
    create: (options) =>
      Effect.sync(() => {
        const { privateKey, publicKey } = name === undefined
          ? generateKeyPairSync("ec", { namedCurve: "P-256" })
          : keyOf(name)
        const rawId = name === undefined ? randomBytes(16) : createHash("sha256").update(name).digest().subarray(0, 16)
        const id = rawId.toString("base64url")
        keys.set(id, privateKey)
        const attested = Buffer.concat([new Uint8Array(16), Uint8Array.of(0, rawId.length), rawId, coseKey(publicKey)])
        const { client, data } = said("webauthn.create", options, attested)
        return {
          id,
          rawId: id,
          type: "public-key",
          response: {
            clientDataJSON: client.toString("base64url"),
            attestationObject: Buffer.from(encode({ fmt: "none", attStmt: {}, authData: data })).toString("base64url")
          }
        }
      }),
    get: (options) =>
      Effect.sync(() => {
        const [id = "", key = ""] = [...keys][0] ?? []
        const { client, data } = said("webauthn.get", options)
        const signed = createSign("sha256").update(data).update(createHash("sha256").update(client).digest())
        return {
          id,
          rawId: id,
          type: "public-key",
          response: {
            clientDataJSON: client.toString("base64url"),
            authenticatorData: data.toString("base64url"),
            signature: signed.sign(key, "base64url")
          }
        }
      })
  }
}

/** A key that is made of a name. */
const keyOf = (name: string): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } => {
  const curve = createECDH("prime256v1")
  curve.setPrivateKey(createHash("sha256").update(name).digest())
  const point = curve.getPublicKey()
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: curve.getPrivateKey("base64url"),
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url")
  }
  return {
    privateKey: createPrivateKey({ key: jwk, format: "jwk" }),
    publicKey: createPublicKey({ key: jwk, format: "jwk" })
  }
}

/** An ES256 key as authenticators write it. */
const coseKey = (key: KeyObject): Uint8Array => {
  const { x = "", y = "" } = key.export({ format: "jwk" })
  return encode(
    new Map<number, unknown>([[1, 2], [3, -7], [-1, 1], [-2, Buffer.from(x, "base64url")], [
      -3,
      Buffer.from(y, "base64url")
    ]])
  )
}
