/**
 * Answers to challenges: each is checked, ends its session or leaves it, and leads on.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { checkRequired, checkWritten } from "./Attributes.ts"
import { challengeOf, withChallenge, withUsed } from "./Challenges.ts"
import { checkSecretHash } from "./ClientSecrets.ts"
import { answerCustom, nextRound } from "./CustomAuth.ts"
import { findUser, putUser, userOfSub } from "./Directory.ts"
import { withEvent } from "./Events.ts"
import { chosen, relyingPartyOf, required, verificationOf } from "./FirstFactor.ts"
import { attempt as attempted, type Kernel, type Moment } from "./Handler.ts"
import { checkHistory, checkLock, checkPolicy, failed, none, passwordOf, withPassword } from "./Passwords.ts"
import { beginDevice } from "./Proofs.ts"
import { invalid, type Refusal, refuse, unauthorized } from "./Refusal.ts"
import {
  afterFactors,
  afterFirst,
  afterPassword,
  type Attempt,
  type AuthResponse,
  checkedDevice,
  finish,
  type Metadata,
  secondFactor,
  sentCode,
  setUpFactors
} from "./SignIn.ts"
import * as Srp from "./Srp.ts"
import { type Challenge, clientOf, type Pool, type State, type User } from "./State.ts"
import { stepOfCode } from "./Totp.ts"
import { type PasskeyRefusal, verifyAssertion } from "./WebAuthn.ts"

/** An answer as it came. */
export interface Answer {
  readonly poolId?: string
  readonly clientId: string
  readonly name: string
  readonly session: string | undefined
  readonly responses: { readonly [name: string]: string }
  readonly metadata: Metadata
}

/** An answer to a challenge that is open, with what it belongs to. */
interface Open {
  readonly kernel: Kernel["Service"]
  readonly attempt: Attempt
  readonly pool: Pool
  readonly user: User
  readonly challenge: Challenge
  readonly responses: Answer["responses"]
}

/** Answers a challenge. */
export const answer = (kernel: Kernel["Service"], given: Answer): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(kernel.read((state, moment) => opened(kernel, state, given, moment)), (open) => {
    const { attempt, challenge, responses, user } = open
    switch (given.name) {
      case "PASSWORD_VERIFIER":
        return provePassword(open)
      case "DEVICE_SRP_AUTH":
        return once(open, beginDevice(attempt, required(responses, "DEVICE_KEY"), required(responses, "SRP_A")))
      case "DEVICE_PASSWORD_VERIFIER":
        return proveDevice(open)
      case "SMS_MFA":
      case "SMS_OTP":
      case "EMAIL_OTP":
        return takeCode(open, `${given.name}_CODE`)
      case "SOFTWARE_TOKEN_MFA":
        return takeTotp(open)
      case "NEW_PASSWORD_REQUIRED":
        return takePassword(open)
      case "SELECT_MFA_TYPE":
        return once(open, secondFactor(attempt, user, choiceOf(challenge, responses)))
      case "SELECT_CHALLENGE":
        return once(open, chosen(attempt, choiceOf(challenge, responses), responses))
      case "CUSTOM_CHALLENGE":
        return ended(open, answerCustom(attempt, challenge, responses.ANSWER))
      case "MFA_SETUP":
        return setUpFactor(open)
      case "WEB_AUTHN":
        return takePasskey(open)
      default:
        return Effect.suspend(() => invalid(`Unsupported challenge ${given.name}`))
    }
  })

const opened = (kernel: Kernel["Service"], state: State, given: Answer, { now }: Moment): Open => {
  const { clientId, metadata, name, poolId, responses, session } = given
  const { client } = clientOf(state, clientId, poolId)
  const username = required(responses, "USERNAME")
  checkSecretHash(client, username, responses.SECRET_HASH)
  const { challenge, pool, user } = name.endsWith("PASSWORD_VERIFIER")
    ? proofOf(state, given, username)
    : challengeOf(state, session, { clientId, name }, now)
  if (findUser(pool, username)?.name !== user.name) unauthorized("Invalid session for the user.")
  checkedDevice(pool, user, responses.DEVICE_KEY)
  return {
    kernel,
    pool,
    user,
    challenge,
    responses,
    attempt: {
      kernel,
      clientId,
      sub: user.sub,
      flow: challenge.flow,
      deviceKey: responses.DEVICE_KEY,
      metadata,
      proved: challenge.proved
    }
  }
}

/** The proof of a secret block. `USERNAME` is the pool's own name for the user, whatever was typed at the start. */
const proofOf = (state: State, { clientId, name, responses }: Answer, username: string) => {
  const { pool } = clientOf(state, clientId)
  const block = required(responses, "PASSWORD_CLAIM_SECRET_BLOCK")
  required(responses, "PASSWORD_CLAIM_SIGNATURE")
  const timestamp = required(responses, "TIMESTAMP")
  if (!Srp.isTimestamp(timestamp)) invalid("TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
  if (name === "DEVICE_PASSWORD_VERIFIER") required(responses, "DEVICE_KEY")
  const user = findUser(pool, username)
  const challenge = user?.challenges.find((known) =>
    known.name === name && known.proof?.block === block && known.clientId === clientId && !known.used
  )
  if (user === undefined || challenge === undefined || (user.name !== username && name === "PASSWORD_VERIFIER")) {
    return unauthorized()
  }
  return { challenge, pool, user }
}

/** Ends the session whatever follows: of a proof there is one try. Of two answers at a time, one alone gets on. */
const ended = (
  { attempt, challenge, kernel }: Open,
  next: Effect.Effect<AuthResponse, Refusal>
): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    change(kernel, attempt, (user) => {
      const known = user.challenges.find(({ id }) => id === challenge.id)
      if (known?.used !== false) unauthorized("Invalid session for the user, session can only be used once.")
      return withUsed(user, challenge)
    }),
    () => next
  )

/** Ends the session, unless it turns out that it does not go on from here. */
const once = (open: Open, next: Effect.Effect<AuthResponse, Refusal>): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, kernel } = open
  return ended(
    open,
    Effect.tapError(next, () => Effect.ignore(change(kernel, attempt, (user) => withChallenge(user, challenge))))
  )
}

const change = (
  { modify }: Kernel["Service"],
  { clientId, sub }: Attempt,
  by: (user: User, moment: Moment, pool: Pool) => User
): Effect.Effect<void, Refusal> =>
  modify((state, moment) => {
    const { pool } = clientOf(state, clientId)
    const user = userOfSub(pool, sub) ?? refuse("UserNotFoundException", "User does not exist.")
    return [undefined, putUser(state, pool, by(user, moment, pool))]
  })

const provePassword = (open: Open): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, kernel, responses } = open
  const isRight = isProved(challenge, responses)
  return Effect.flatMap(
    change(kernel, attempt, (user, moment, pool) => {
      checkLock(user, moment.now)
      const used = withUsed(user, challenge)
      return isRight
        ? { ...used, failures: none }
        : withEvent(pool, { ...used, failures: failed(user.failures, moment.now) }, "SignIn", "Fail", moment)
    }),
    () => {
      if (!isRight) return Effect.suspend(() => unauthorized())
      const proved = { ...attempt, proved: ["PASSWORD"] }
      if (challenge.rounds === undefined) return afterFirst(proved)
      return nextRound(proved, [...challenge.rounds, { challengeName: "PASSWORD_VERIFIER", challengeResult: true }])
    }
  )
}

const isProved = ({ proof }: Challenge, responses: Answer["responses"]): boolean =>
  proof !== undefined && Srp.isProved(proof, {
    timestamp: responses.TIMESTAMP ?? "",
    signature: responses.PASSWORD_CLAIM_SIGNATURE ?? ""
  })

const proveDevice = (open: Open): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, responses } = open
  const isRight = challenge.proof?.name === responses.DEVICE_KEY && isProved(challenge, responses)
  return ended(open, isRight ? finish(attempt) : Effect.suspend(() => unauthorized()))
}

const choiceOf = ({ choices = [] }: Challenge, responses: Answer["responses"]): string => {
  const choice = required(responses, "ANSWER")
  return choices.includes(choice) ? choice : invalid(`${choice} is not an available challenge.`)
}

/** Takes the code of a message. A wrong one leaves the session, for a few more tries. */
const takeCode = (open: Open, parameter: string): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, responses } = open
  const given = required(responses, parameter)
  if (given !== challenge.code) return miscoded(open)
  const proved = { ...attempt, proved: [...attempt.proved, challenge.name] }
  return once(open, Effect.andThen(withEmail(open), onward(proved, challenge)))
}

/** A code was a second factor, a first one, or a round that a trigger asked for. */
const onward = (attempt: Attempt, { flow, name, rounds }: Challenge): Effect.Effect<AuthResponse, Refusal> => {
  if (flow === "CUSTOM_AUTH" && !attempt.proved.includes("PASSWORD")) {
    return nextRound(attempt, [...rounds ?? [], { challengeName: name, challengeResult: true }])
  }
  return afterFactors(attempt)
}

/**
 * Goes on after an authenticator app was verified, or sends a code to the address that second factors are to go to.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-sms-email-message.html
 */
const setUpFactor = (open: Open): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, pool, responses: { EMAIL: email }, user } = open
  if (challenge.setUp === true) return once(open, afterFactors({ ...attempt, proved: [...attempt.proved, "MFA"] }))
  return Effect.suspend(() => {
    if (email === undefined || !setUpFactors(pool).includes("EMAIL_OTP")) return invalid("Invalid session provided")
    checkWritten({ pool, user }, { email })
    return once(open, sentCode(attempt, "EMAIL_OTP", { attribute: "email", medium: "EMAIL", to: email }, { email }))
  })
}

/** The address that a code was sent to is the user's, and a second factor from now on. */
const withEmail = ({ attempt, challenge: { email }, kernel }: Open): Effect.Effect<void, Refusal> =>
  email === undefined
    ? Effect.void
    : change(kernel, attempt, (user, { now }) => ({
      ...user,
      attributes: { ...user.attributes, email, email_verified: "true" },
      mfa: { ...user.mfa, email: true },
      modified: now
    }))

const miscoded = ({ attempt, challenge, kernel }: Open): Effect.Effect<AuthResponse, Refusal> =>
  Effect.flatMap(
    change(kernel, attempt, (user) => {
      const known = user.challenges.find(({ id }) => id === challenge.id) ?? challenge
      const failures = known.failures + 1
      return withChallenge(user, { ...known, failures, used: failures >= 5 })
    }),
    () => Effect.suspend(() => refuse("CodeMismatchException", "Invalid code or auth state for the user."))
  )

const takeTotp = (open: Open): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, kernel, responses, user } = open
  const given = required(responses, "SOFTWARE_TOKEN_MFA_CODE")
  const { totp } = user.mfa
  if (totp?.verified !== true) {
    return Effect.suspend(() =>
      refuse(
        "SoftwareTokenMFANotFoundException",
        "Software token TOTP multi-factor authentication is not enabled for the user."
      )
    )
  }
  return Effect.flatMap(kernel.read((_, { now }) => stepOfCode(totp.secret, given, now)), (step) => {
    if (step === undefined) return miscoded(open)
    // @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html
    if (step === totp.lastStep) {
      return Effect.suspend(() => refuse("ExpiredCodeException", "Your software token has already been used once."))
    }
    const taken = change(kernel, attempt, (user) => ({
      ...user,
      mfa: { ...user.mfa, totp: { ...totp, lastStep: step } }
    }))
    return Effect.flatMap(
      taken,
      () => once(open, onward({ ...attempt, proved: [...attempt.proved, challenge.name] }, challenge))
    )
  })
}

const takePassword = (open: Open): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, kernel, responses } = open
  const set = change(kernel, attempt, (user, { now, random }, pool) => {
    const password = required(responses, "NEW_PASSWORD")
    const written = Object.fromEntries(
      Object.entries(responses).flatMap(([name, value]) =>
        name.startsWith("userAttributes.") ? [[name.slice("userAttributes.".length), value]] : []
      )
    )
    checkPolicy(pool, password)
    checkHistory(pool, user, password)
    checkWritten({ pool, user }, written)
    const attributes = { ...user.attributes, ...written }
    checkRequired(pool, attributes)
    return {
      ...withPassword(user, passwordOf(pool.id, user.name, password, random(16))),
      attributes,
      status: "CONFIRMED",
      modified: now
    }
  })
  const proved = { ...attempt, proved: [...attempt.proved, "NEW_PASSWORD"] }
  return Effect.flatMap(set, () => ended(open, afterPassword(proved)))
}

const takePasskey = (open: Open): Effect.Effect<AuthResponse, Refusal> => {
  const { attempt, challenge, kernel, pool, responses, user } = open
  const credential = parsed(required(responses, "CREDENTIAL"))
  const id = Object(credential).id
  const known = user.passkeys.find((passkey) => passkey.id === id)
  if (known === undefined) return ended(open, Effect.suspend(() => unauthorized("Invalid credential")))
  const ceremony = {
    rpId: relyingPartyOf(pool),
    challenge: challenge.passkey ?? "",
    userVerification: verificationOf(pool)
  }
  return Effect.flatMap(Effect.promise(() => verifyAssertion(credential, ceremony, known)), (verified) => {
    if (Result.isFailure(verified)) return ended(open, attempted(() => refusePasskey(verified.failure)))
    const counted = change(kernel, attempt, (user) => ({
      ...user,
      passkeys: user.passkeys.map((passkey) =>
        passkey.id === known.id ? { ...passkey, signCount: verified.success } : passkey
      )
    }))
    return ended(open, Effect.flatMap(counted, () => finish({ ...attempt, proved: ["WEB_AUTHN"] })))
  })
}

/** A passkey that does not prove the user is refused like a wrong password. */
const refusePasskey = (_: PasskeyRefusal): never => unauthorized("Invalid credential")

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
