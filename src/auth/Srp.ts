/**
 * SRP-6a as Cognito does it: proves a password without sending it.
 *
 * Pure functions of what is given; random numbers, requests and the order of steps are `SignIn.ts`'s. They serve users
 * and remembered devices alike, which differ in what stands for the group, the name and the password ({@link Identity}).
 *
 * The group is RFC 5054's of 3072 bits with the generator 2, the hash SHA-256. Where the RFC pads numbers to the length of
 * the modulus, Cognito writes them as signed ones are written: whole bytes, with a zero byte before a set first bit.
 * BigInt's arithmetic does not take the same time for all numbers; the steps that are taken do not depend on secrets.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5054
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { acrossCopies } from "../errors/acrossCopies.ts"

/** The server's part of the exchange cannot be right: going on would give the password away, or never end. */
export class SrpError extends acrossCopies(Schema.TaggedError<SrpError>()("SrpError", { message: Schema.String })) {}

/** Whose password is proved. */
export interface Identity {
  /** The user pool's name, which follows `_` in its id; for a device the key of its group. */
  readonly group: string
  /** `USER_ID_FOR_SRP`, the user's name in the pool; for a device its key. */
  readonly name: string
  readonly password: Redacted.Redacted<string>
}

/** The client's numbers of one exchange. They must not be used for another. */
export interface Ephemeral {
  /** Random bytes, 32 of them or more. */
  readonly secret: Uint8Array
  /** `SRP_A`, hexadecimal. */
  readonly public: string
}

/** The client's numbers from random bytes: 32 of them are as many as the hash has. */
export const ephemeral = (secret: Uint8Array): Ephemeral => ({
  secret,
  public: power(2n, numberOf(secret), secret.length).toString(16)
})

/** What the server sent. Numbers are hexadecimal. */
export interface ServerValues {
  /** `SRP_B`. */
  readonly public: string
  readonly salt: string
  /** `SECRET_BLOCK`, Base64. */
  readonly secretBlock: string
}

/**
 * The longest values that are taken, in characters. A number below the modulus has 768 digits, and a zero byte perhaps
 * before them; salts of the service have 32 digits, its blocks some 2,000 characters.
 */
const longest = { number: 770, salt: 1024, secretBlock: 65_536 }

/** `PASSWORD_CLAIM_SIGNATURE`, Base64. `timestamp` is as {@link timestamp} writes it. */
export const signature = (
  identity: Identity,
  own: Ephemeral,
  server: ServerValues,
  timestamp: string
): Result.Result<string, SrpError> => {
  // Before anything is read or computed: what is too long is not a mistake to spend time on.
  const isBounded = server.public.length <= longest.number && server.salt.length <= longest.salt
    && server.secretBlock.length <= longest.secretBlock
  if (!isBounded) return Result.fail(new SrpError({ message: "the server's values are too long" }))
  const secretBlock = Base64.decode(server.secretBlock)
  if (!isHex(server.public) || !isHex(server.salt) || Result.isFailure(secretBlock)) {
    return Result.fail(new SrpError({ message: "the server's values cannot be read" }))
  }
  const theirs = BigInt(`0x${server.public}`)
  const mine = BigInt(`0x${own.public}`)
  if (theirs % N === 0n) return Result.fail(new SrpError({ message: "the server's public value is zero" }))
  if (theirs >= N) return Result.fail(new SrpError({ message: "the server's public value is not below the modulus" }))
  const scramble = sha256(concatBytes(padded(mine), padded(theirs)))
  const u = numberOf(scramble)
  if (u === 0n) return Result.fail(new SrpError({ message: "the server's public value is one of an attacker's" }))
  const x = privateKey(identity, padded(BigInt(`0x${server.salt}`)))
  const a = numberOf(own.secret)
  // One byte more than the longer of the summands takes.
  const length = Math.max(own.secret.length, 2 * scramble.length) + 1
  const shared = power(theirs - multiplier * power(2n, x, 32), a + u * x, length)
  const extracted = hmac(sha256, padded(u), padded(shared))
  const key = hmac(sha256, extracted, utf8ToBytes("Caldera Derived Key\x01")).subarray(0, 16)
  const message = concatBytes(
    utf8ToBytes(identity.group),
    utf8ToBytes(identity.name),
    secretBlock.success,
    utf8ToBytes(timestamp)
  )
  return Result.succeed(Base64.encode(hmac(sha256, key, message)))
}

/** What a pool keeps of a device's password, both Base64. `salt` is random bytes, 16 of them. */
export const verifier = (
  identity: Identity,
  salt: Uint8Array
): { readonly PasswordVerifier: Redacted.Redacted<string>; readonly Salt: string } => {
  const padding = padded(numberOf(salt))
  const value = power(2n, privateKey(identity, padding), 32)
  return { PasswordVerifier: Redacted.make(Base64.encode(padded(value))), Salt: Base64.encode(padding) }
}

/** `TIMESTAMP`, such as `Mon May 6 08:49:27 UTC 2047`: in English and UTC, the day without a zero before it. */
export const timestamp = (date: Date): string => {
  // Such as `Mon, 06 May 2047 08:49:27 GMT`.
  const [weekday = "", day, month, year, time] = date.toUTCString().split(" ")
  return `${weekday.slice(0, 3)} ${month} ${Number(day)} ${time} UTC ${year}`
}

/** `x` of RFC 5054. */
const privateKey = ({ group, name, password }: Identity, salt: Uint8Array): bigint =>
  numberOf(sha256(concatBytes(salt, sha256(utf8ToBytes(`${group}${name}:${Redacted.value(password)}`)))))

const numberOf = (bytes: Uint8Array): bigint => bytes.length === 0 ? 0n : BigInt(`0x${bytesToHex(bytes)}`)

const isHex = (text: string): boolean => /^[0-9a-f]+$/i.test(text)

/** A number in whole bytes, of which the first bit is not set, and no more of them. */
const padded = (number: bigint): Uint8Array => {
  const hex = number.toString(16)
  const whole = hex.length % 2 === 0 ? hex : `0${hex}`
  return hexToBytes(/^[89a-f]/.test(whole) ? `00${whole}` : whole)
}

/**
 * `base` to the power of an exponent of so many bytes, modulo {@link N}: four bits of it at a time, each with the same
 * four squarings and one multiplication whatever they are.
 */
const power = (base: bigint, exponent: bigint, bytes: number): bigint => {
  const reduced = base % N
  const factor = reduced < 0n ? reduced + N : reduced
  const powers = [1n]
  for (let last = factor; powers.length < 16; last = last * factor % N) powers.push(last)
  let result = 1n
  for (const digit of exponent.toString(16).padStart(bytes * 2, "0")) {
    for (let squarings = 0; squarings < 4; squarings++) result = result * result % N
    result = result * (powers[Number.parseInt(digit, 16)] ?? 1n) % N
  }
  return result
}

/** The modulus: RFC 5054, appendix A, 3072 bits, whose digits are pi's. */
export const N = BigInt(
  `0xFFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD
EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE
386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F8365
5D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E77
2C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A
8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB
0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A61
5D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF`.replaceAll("\n", "")
)

/** `k` of RFC 5054. */
const multiplier = numberOf(sha256(concatBytes(padded(N), padded(2n))))
