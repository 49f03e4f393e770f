/**
 * Proofs of passwords, a user's and a device's, as a sign-in sends them: begun with a number, finished with the answer to
 * the service's. The arithmetic is `Srp.ts`'s; the random numbers and the time come from the program.
 */
import * as Clock from "effect/Clock"
import * as SecureRandom from "effect/crypto/SecureRandom"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Srp from "./Srp.ts"

/** A proof of a password that was begun. */
export interface Proof {
  readonly own: Srp.Ephemeral
  readonly password: Redacted.Redacted<string>
}

/** Random bytes of the program's `SecureRandom` service, if it has one, or else of the runtime's. */
export const randomBytes = (size: number): Effect.Effect<Uint8Array> =>
  Effect.flatMap(
    Effect.serviceOption(SecureRandom.SecureRandom),
    Option.match({
      onNone: () => Effect.sync(() => SecureRandom.randomBytesUnsafe(size)),
      onSome: (random) => random.randomBytes(size)
    })
  )

/** Begins the proof of a password. */
export const beginProof = (password: Redacted.Redacted<string>): Effect.Effect<Proof> =>
  Effect.map(randomBytes(32), (secret) => ({ own: Srp.ephemeral(secret), password }))

/** What the service sends for the end of a proof, under the names of its parameters. */
export interface ProofParameters {
  readonly [name: string]: string
}

/** Finishes a proof: the responses that the service checks. Fails where the service's numbers cannot be right. */
export const finishProof = (
  { SALT: salt = "", SECRET_BLOCK: secretBlock = "", SRP_B: theirs = "" }: ProofParameters,
  identity: Srp.Identity,
  own: Srp.Ephemeral
): Effect.Effect<{ readonly [name: string]: string }, Srp.SrpError> =>
  Effect.flatMap(Clock.currentTimeMillis, (millis) => {
    const timestamp = Srp.timestamp(new Date(millis))
    const signature = Srp.signature(identity, own, { public: theirs, salt, secretBlock }, timestamp)
    return Effect.map(Effect.fromResult(signature), (signature) => ({
      PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
      PASSWORD_CLAIM_SIGNATURE: signature,
      TIMESTAMP: timestamp
    }))
  })
