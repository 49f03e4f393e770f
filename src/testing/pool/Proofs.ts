/** Proofs of passwords and devices by SRP, as steps of a sign-in. The numbers are `Srp.ts`'s. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js"
import type * as Effect from "effect/Effect"
import { open } from "./Challenges.ts"
import { invalid, type Refusal } from "./Refusal.ts"
import { type Attempt, type AuthResponse, current } from "./SignIn.ts"
import * as Srp from "./Srp.ts"
import type { Challenge, Pool } from "./State.ts"
import type { Moment } from "./Handler.ts"

/**
 * The service's answer to `SRP_A`. As there, it comes without a session: the secret block tells the proof.
 *
 * A user without a password cannot be told from one with another password.
 */
export const beginPassword = (
  attempt: Attempt,
  A: string,
  members: Partial<Challenge> = {}
): Effect.Effect<AuthResponse, Refusal> =>
  attempt.kernel.modify((state, moment) => {
    const { client, pool, user } = current(state, attempt)
    const salt = user.password?.salt ?? bytesToHex(moment.random(16))
    const verifier = Srp.verifierOf(user.password?.x ?? bytesToHex(moment.random(32)))
    const proof = begun({ A, group: Srp.groupOf(pool.id), name: user.name, verifier }, moment)
    const [, next] = open({ state, pool, user, client }, moment, {
      name: "PASSWORD_VERIFIER",
      flow: attempt.flow,
      proved: attempt.proved,
      proof,
      ...members
    })
    return [{
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: {
        SALT: shortened(salt),
        SECRET_BLOCK: proof.block,
        SRP_B: proof.B,
        USERNAME: user.name,
        USER_ID_FOR_SRP: user.name
      }
    }, next]
  })

/** The same for a name that nobody has: a proof that cannot succeed, with a salt that stays the same. */
export const pretendPassword = (pool: Pool, username: string, A: string, moment: Moment): AuthResponse => {
  const salt = bytesToHex(sha256(utf8ToBytes(`${pool.id} ${username}`)).subarray(0, 16))
  const verifier = Srp.verifierOf(bytesToHex(moment.random(32)))
  const { B, block } = begun({ A, group: Srp.groupOf(pool.id), name: username, verifier }, moment)
  return {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: {
      SALT: shortened(salt),
      SECRET_BLOCK: block,
      SRP_B: B,
      USERNAME: username,
      USER_ID_FOR_SRP: username
    }
  }
}

/** Begins the proof of a device. */
export const beginDevice = (attempt: Attempt, key: string, A: string): Effect.Effect<AuthResponse, Refusal> =>
  attempt.kernel.modify((state, moment) => {
    const { client, pool, user } = current(state, attempt)
    const device = user.devices.find((known) => known.key === key)
    const proof = begun({ A, group: device?.groupKey ?? "", name: key, verifier: device?.verifier ?? "1" }, moment)
    const [, next] = open({ state, pool, user, client }, moment, {
      name: "DEVICE_PASSWORD_VERIFIER",
      flow: attempt.flow,
      proved: attempt.proved,
      proof
    })
    return [{
      ChallengeName: "DEVICE_PASSWORD_VERIFIER",
      ChallengeParameters: {
        DEVICE_KEY: key,
        SALT: shortened(device?.salt ?? "0"),
        SECRET_BLOCK: proof.block,
        SRP_B: proof.B,
        USERNAME: user.name
      }
    }, next]
  })

const begun = (of: Parameters<typeof Srp.begin>[0], { random }: Moment) =>
  Srp.begin(of, random) ?? invalid("Invalid SRP_A")

/** A number without the zeros before it, as the service writes it: an odd number of digits occurs. */
const shortened = (hex: string): string => hex.replace(/^0+(?=.)/, "")
