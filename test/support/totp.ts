/** Time-based one-time passwords (RFC 6238), as an authenticator app makes them. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"

/** The six digits for a secret in Base32 at the time of Effect's `Clock`. */
export const totp = (secret: Redacted.Redacted<string>): Effect.Effect<Redacted.Redacted<string>> =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    const counter = Buffer.alloc(8)
    counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)))
    const mac = createHmac("sha1", fromBase32(Redacted.value(secret))).update(counter).digest()
    const offset = mac.readUInt8(mac.length - 1) & 0xf
    const number = mac.readUInt32BE(offset) & 0x7fffffff
    return Redacted.make(String(number % 1_000_000).padStart(6, "0"))
  })

const fromBase32 = (text: string): Buffer => {
  const bits = [...text].map((char) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(char).toString(2).padStart(5, "0"))
    .join("")
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}
