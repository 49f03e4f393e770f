/**
 * The codes of authenticator apps, on the pool's side: six digits of SHA-1, for 30 seconds each.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6238
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha1 } from "@noble/hashes/legacy.js"

/** A new secret of 32 random bytes, in Base32 without padding: as long as the service's. */
export const makeSecret = (random: Uint8Array): string => {
  const bits = Array.from(random, (byte) => byte.toString(2).padStart(8, "0")).join("")
  return (bits.match(/.{1,5}/g) ?? []).map((five) => letters[Number.parseInt(five.padEnd(5, "0"), 2)]).join("")
}

const bytesOf = (secret: string): Uint8Array => {
  const bits = Array.from(secret, (letter) => letters.indexOf(letter).toString(2).padStart(5, "0")).join("")
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (eight) => Number.parseInt(eight, 2))
}

/** Base32 of RFC 4648. */
const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** The 30 seconds that a time lies in, counted from 1970. */
export const stepOf = (now: number): number => Math.floor(now / 30_000)

/** The code of some 30 seconds. */
export const codeAt = (secret: string, step: number): string => {
  const counter = new DataView(new ArrayBuffer(8))
  counter.setBigUint64(0, BigInt(step))
  const digest = hmac(sha1, bytesOf(secret), new Uint8Array(counter.buffer))
  const offset = (digest.at(-1) ?? 0) & 15
  const number = new DataView(digest.buffer, digest.byteOffset).getUint32(offset) & 0x7fffffff
  return String(number % 1_000_000).padStart(6, "0")
}

/** Which 30 seconds a code is of: now, or the ones before or after. Undefined: it is wrong. */
export const stepOfCode = (secret: string, code: string, now: number): number | undefined =>
  [0, -1, 1].map((offset) => stepOf(now) + offset).find((step) => codeAt(secret, step) === code)
