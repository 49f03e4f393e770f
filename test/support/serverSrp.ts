/** The numbers of SRP on the service's side, computed by `node:crypto` and a power of their own, not by the library's. */
import { createHash, createHmac, getDiffieHellman } from "node:crypto"

export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString("hex") || "0"}`)

/** A number as Java's `BigInteger` writes it: whole bytes, the first bit for the sign. */
export const signed = (number: bigint): Buffer => {
  const hex = number.toString(16)
  const whole = hex.length % 2 === 1 ? `0${hex}` : hex
  return Buffer.from(Number.parseInt(whole.slice(0, 2), 16) > 127 ? `00${whole}` : whole, "hex")
}

export const hash = (...parts: ReadonlyArray<string | Uint8Array>): Buffer => {
  const sha = createHash("sha256")
  parts.forEach((part) => sha.update(part))
  return sha.digest()
}

export const hmac = (key: Uint8Array, data: string | Uint8Array): Buffer =>
  createHmac("sha256", key).update(data).digest()

export const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
  let [result, square, left] = [1n, base % modulus, exponent]
  for (; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % modulus
    square = (square * square) % modulus
  }
  return result
}

/** RFC 3526's group of 3072 bits, which is RFC 5054's. */
export const N = numberOf(getDiffieHellman("modp15").getPrime())
export const k = numberOf(hash(signed(N), Buffer.from([2])))
