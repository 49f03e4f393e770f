/**
 * The service's side of SRP-6a: what it keeps of a password, its public value, and the check of a client's proof.
 *
 * It shares nothing with the client's side in `auth/Srp.ts` but the modulus, so that neither hides the other's mistakes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5054
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { N } from "../../auth/Srp.ts"
import type { Proof } from "./State.ts"

/** Whose password it is: the group is the pool's name in its id, or a device's group key. */
export interface Identity {
  readonly group: string
  readonly name: string
  readonly password: string
}

/** The part of a pool's id that SRP takes for its name. */
export const groupOf = (poolId: string): string => poolId.slice(poolId.indexOf("_") + 1)

/** `x` of RFC 5054, hexadecimal. */
export const privateKey = ({ group, name, password }: Identity, salt: string): string =>
  bytesToHex(sha256(concatBytes(bytesOf(numberOf(salt)), sha256(utf8ToBytes(`${group}${name}:${password}`)))))

/** The verifier of a private key, both hexadecimal. */
export const verifierOf = (x: string): string => power(2n, numberOf(x)).toString(16)

/** Begins a proof: `b` is random. Undefined for a client's value that would give the proof away. */
export const begin = (
  { A, group, name, verifier }: Pick<Proof, "A" | "group" | "name" | "verifier">,
  random: (size: number) => Uint8Array
): Proof | undefined => {
  if (!/^[0-9a-f]{1,1024}$/i.test(A) || numberOf(A) % N === 0n) return undefined
  const b = bytesToHex(random(64))
  const B = (k * numberOf(verifier) + power(2n, numberOf(b))) % N
  return { A, B: B.toString(16), b, block: Base64.encode(random(512)), group, name, verifier }
}

/** What a client claims of a proof. */
export interface Claim {
  readonly timestamp: string
  /** Base64. */
  readonly signature: string
}

/** Whether a claim is right. */
export const isProved = (proof: Proof, { signature, timestamp }: Claim): boolean => {
  const A = numberOf(proof.A)
  const u = hash(bytesOf(A), bytesOf(numberOf(proof.B)))
  const S = power(A * power(numberOf(proof.verifier), u), numberOf(proof.b))
  const prk = hmac(sha256, bytesOf(u), bytesOf(S))
  const key = hmac(sha256, prk, utf8ToBytes("Caldera Derived Key\u0001")).subarray(0, 16)
  const block = Result.getOrThrow(Base64.decode(proof.block))
  const message = concatBytes(utf8ToBytes(proof.group), utf8ToBytes(proof.name), block, utf8ToBytes(timestamp))
  return Base64.encode(hmac(sha256, key, message)) === signature
}

/** The form of `TIMESTAMP`: the day is not padded. */
export const isTimestamp = (text: string): boolean =>
  /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [1-9]\d? \d\d:\d\d:\d\d UTC \d{4}$/
    .test(text)

const numberOf = (hex: string): bigint => BigInt(`0x${hex || "0"}`)

const hash = (...parts: ReadonlyArray<Uint8Array>): bigint => numberOf(bytesToHex(sha256(concatBytes(...parts))))

/** A number as Java's `BigInteger` gives it: whole bytes, the first bit for the sign. */
const bytesOf = (number: bigint): Uint8Array => {
  const hex = number.toString(16)
  const whole = hex.length % 2 === 1 ? `0${hex}` : hex
  return hexToBytes(Number.parseInt(whole.slice(0, 2), 16) > 127 ? `00${whole}` : whole)
}

const power = (base: bigint, exponent: bigint): bigint => {
  let [result, square] = [1n, base % N]
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % N
    square = (square * square) % N
  }
  return result
}

const k = hash(bytesOf(N), Uint8Array.of(2))
