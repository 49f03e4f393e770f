/** The tokens of a pool for tests: signed as the service signs them, with a key that can be rotated. */
import { createSign, generateKeyPairSync, type JsonWebKey, type KeyObject, randomUUID } from "node:crypto"

export interface Issuer {
  readonly url: string
  /** Issues a token. `lifetime` is in seconds. */
  readonly issue: (claims: { readonly [name: string]: unknown }, lifetime?: number) => string
  /** The keys that tokens are verified with, as the service publishes them. */
  readonly jwks: () => { readonly keys: ReadonlyArray<JsonWebKey> }
  /** Signs with another key from now on; the former one stays published. */
  readonly rotate: () => void
}

export const makeIssuer = (userPoolId: string): Issuer => {
  const url = `https://cognito-idp.${userPoolId.slice(0, userPoolId.indexOf("_"))}.amazonaws.com/${userPoolId}`
  const keys: Array<{ readonly kid: string; readonly publicKey: KeyObject; readonly privateKey: KeyObject }> = []
  const addKey = () => {
    const key = { kid: randomUUID(), ...generateKeyPairSync("rsa", { modulusLength: 2048 }) }
    keys.push(key)
    return key
  }
  return {
    url,
    issue: (claims, lifetime = 3600) => {
      const { kid, privateKey } = keys.at(-1) ?? addKey()
      const now = Math.floor(Date.now() / 1000)
      const times = { iat: now, auth_time: now, exp: now + lifetime }
      const parts = [{ alg: "RS256", kid }, { iss: url, jti: randomUUID(), ...times, ...claims }]
      const signed = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")
      return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`
    },
    jwks: () => ({
      keys: keys.map(({ kid, publicKey }) => ({
        ...publicKey.export({ format: "jwk" }),
        kid,
        alg: "RS256",
        use: "sig"
      }))
    }),
    rotate: () => void addKey()
  }
}
