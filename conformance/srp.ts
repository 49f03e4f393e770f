/**
 * `srp.json`: known answers of the SRP sign-in, given the client's and the server's random numbers.
 *
 * The library does not compute SRP, so no case applies. Code that does would be called in {@link check}.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { notApplicable, type Outcome, type Suite } from "./Suite.ts"

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

const check = (_vector: Vector): Outcome => notApplicable("the library does not compute SRP")

export const srp: Suite = {
  file: "srp.json",
  run: (content) =>
    Effect.sync(() =>
      Schema.decodeUnknownSync(Content)(content).vectors.map((vector) => ({ name: vector.id, outcome: check(vector) }))
    )
}
