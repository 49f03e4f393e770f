/** An authenticator in software: passkeys for one host, in WebAuthn's JSON forms. */
import * as Effect from "effect/Effect"
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto"
import type { Authenticator } from "../../src/auth/index.ts"

/** `origin` is the page's that asks. */
export const makeAuthenticator = (origin: string): Authenticator => {
  const keys = new Map<string, KeyObject>()

  const said = (type: string, options: unknown) => {
    const { challenge } = Object(options)
    const client = Buffer.from(JSON.stringify({ type, challenge, origin }))
    // The user is present; nothing else is claimed.
    const data = Buffer.concat([
      createHash("sha256").update(new URL(origin).hostname).digest(),
      Buffer.from([1, 0, 0, 0, 0])
    ])
    return { client, data }
  }

  return {
    create: (options) =>
      Effect.sync(() => {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
        const id = randomBytes(16).toString("base64url")
        keys.set(id, privateKey)
        const { client, data } = said("webauthn.create", options)
        return {
          id,
          rawId: id,
          type: "public-key",
          response: {
            clientDataJSON: client.toString("base64url"),
            authenticatorData: data.toString("base64url"),
            publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64url")
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
