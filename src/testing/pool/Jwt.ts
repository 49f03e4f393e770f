/**
 * JSON Web Tokens as the service signs them: RS256, by a key of the pool that is published as a JSON Web Key.
 *
 * Only signing is here. What a pool gave out it knows again by its signature, see `Grants.ts`.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { isJsonObject } from "../../protocol/Codec.ts"
import type { SigningKey } from "./State.ts"

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }

/** Makes a key. It takes a few tenths of a second. */
export const makeKey = async (kid: string): Promise<SigningKey> => {
  const { privateKey } = await crypto.subtle.generateKey(
    { ...algorithm, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ["sign", "verify"]
  )
  return { kid, jwk: { ...await crypto.subtle.exportKey("jwk", privateKey) } }
}

/** A key that is ready to sign. */
export const importKey = ({ jwk }: SigningKey): Promise<CryptoKey> =>
  crypto.subtle.importKey("jwk", jwk, algorithm, false, ["sign"])

/** Signs claims. */
export const sign = async (kid: string, key: CryptoKey, claims: object): Promise<string> => {
  const signed = [{ kid, alg: "RS256" }, claims].map((part) => Base64Url.encode(JSON.stringify(part))).join(".")
  const signature = await crypto.subtle.sign(algorithm.name, key, new TextEncoder().encode(signed))
  return `${signed}.${Base64Url.encode(new Uint8Array(signature))}`
}

/** The keys as the service publishes them, without what is private. */
export const jwks = (keys: ReadonlyArray<SigningKey>) => ({
  keys: keys.map(({ jwk: { e, n }, kid }) => ({ alg: "RS256", e, kid, kty: "RSA", n, use: "sig" }))
})

/** The claims and the signature of a token, unchecked. Undefined: it is none. */
export const parse = (
  token: string
): { readonly claims: { readonly [claim: string]: unknown }; readonly signature: string } | undefined => {
  const [, claims, signature, ...more] = token.split(".")
  if (claims === undefined || signature === undefined || more.length > 0) return undefined
  const text = Base64Url.decodeString(claims)
  if (Result.isFailure(text)) return undefined
  try {
    const parsed: unknown = JSON.parse(text.success)
    return isJsonObject(parsed) ? { claims: parsed, signature } : undefined
  } catch {
    return undefined
  }
}
