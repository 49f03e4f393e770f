/**
 * `srp.json`: known answers of the SRP sign-in, given the client's and the server's random numbers.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Srp from "../src/auth/Srp.ts"
import { failed, type Outcome, passed, type Suite } from "./Suite.ts"

/** Integers are hexadecimal without leading zeros, `secretBlock` and the signature Base64. */
const Vector = Schema.Struct({
  id: Schema.String,
  poolId: Schema.String,
  userIdForSrp: Schema.String,
  password: Schema.String,
  /** The client's secret number. */
  a: Schema.String,
  /** The server's public number and salt. */
  B: Schema.String,
  salt: Schema.String,
  secretBlock: Schema.String,
  /** Such as `Mon May 6 08:49:27 UTC 2047`. */
  timestamp: Schema.String,
  /** Given where a device is confirmed or signs in, in place of the user. */
  device: Schema.optionalKey(Schema.Struct({
    key: Schema.String,
    groupKey: Schema.String,
    password: Schema.String
  })),
  expected: Schema.Struct({
    A: Schema.String,
    hkdf: Schema.String,
    PASSWORD_CLAIM_SIGNATURE: Schema.String
  })
})
type Vector = typeof Vector.Type

const Content = Schema.Struct({ vectors: Schema.Array(Vector) })

const check = ({ B, a, device, expected, poolId, salt, secretBlock, timestamp, ...user }: Vector): Outcome => {
  const identity = device === undefined
    ? { group: poolId.slice(poolId.indexOf("_") + 1), name: user.userIdForSrp, password: Redacted.make(user.password) }
    : { group: device.groupKey, name: device.key, password: Redacted.make(device.password) }
  const own = Srp.ephemeral(Buffer.from(a.padStart(a.length + a.length % 2, "0"), "hex"))
  if (own.public !== expected.A) return failed("another public value")
  const signature = Srp.signature(identity, own, { public: B, salt, secretBlock }, timestamp)
  return Result.isSuccess(signature) && signature.success === expected.PASSWORD_CLAIM_SIGNATURE
    ? passed
    : failed("another signature")
}

export const srp: Suite = {
  file: "srp.json",
  run: (content) =>
    Effect.sync(() =>
      Schema.decodeUnknownSync(Content)(content).vectors.map((vector) => ({ name: vector.id, outcome: check(vector) }))
    )
}
