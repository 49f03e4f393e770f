/**
 * Sign-ins that triggers lead: one decides what comes next, one makes the challenge, one checks the answer.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-challenge.html
 */
import * as Effect from "effect/Effect"
import { triggerAttributes } from "./Attributes.ts"
import { beginPassword } from "./Proofs.ts"
import { type Refusal, refuse, unauthorized } from "./Refusal.ts"
import { type Attempt, type AuthResponse, challenge, checkStatus, current, finish, secondFactor } from "./SignIn.ts"
import type { Challenge, Round } from "./State.ts"
import { arnOf, clientMetadata } from "./Triggers.ts"

/** Goes on with a custom sign-in after the rounds that it had: another challenge, tokens, or the end. */
export const nextRound = Effect.fnUntraced(function*(attempt: Attempt, rounds: ReadonlyArray<Round>, srpA?: string) {
  const { pool, user } = yield* attempt.kernel.read((state) => {
    const now = current(state, attempt)
    checkStatus(now.user)
    if (arnOf(now.pool, "DefineAuthChallenge") === undefined) {
      refuse("InvalidUserPoolConfigurationException", "Custom auth lambda trigger is not configured for the user pool.")
    }
    return now
  })
  const userAttributes = triggerAttributes(user)
  const decided = yield* attempt.kernel.invoke({
    pool,
    trigger: "DefineAuthChallenge",
    source: "DefineAuthChallenge_Authentication",
    clientId: attempt.clientId,
    userName: user.name,
    request: { userAttributes, session: rounds, ...clientMetadata(attempt.metadata), userNotFound: false },
    response: { challengeName: null, issueTokens: null, failAuthentication: null }
  })
  if (decided?.failAuthentication === true) return yield* Effect.sync(() => unauthorized())
  if (decided?.issueTokens === true) return yield* finish({ ...attempt, proved: [...attempt.proved, "CUSTOM"] })
  const name = String(decided?.challengeName ?? "")
  switch (name) {
    case "CUSTOM_CHALLENGE":
      return yield* customChallenge(attempt, rounds, srpA)
    case "PASSWORD_VERIFIER":
      return yield* beginPassword(attempt, srpA ?? "", { rounds })
    case "SMS_MFA":
    case "EMAIL_OTP":
    case "SOFTWARE_TOKEN_MFA":
      return yield* secondFactor(attempt, user, name)
    default:
      return yield* Effect.sync(() => refuse("InvalidLambdaResponseException", `Invalid challenge name: ${name}`))
  }
})

const customChallenge = Effect.fnUntraced(function*(
  attempt: Attempt,
  rounds: ReadonlyArray<Round>,
  srpA: string | undefined
) {
  const { pool, user } = yield* attempt.kernel.read((state) => current(state, attempt))
  const made = yield* attempt.kernel.invoke({
    pool,
    trigger: "CreateAuthChallenge",
    source: "CreateAuthChallenge_Authentication",
    clientId: attempt.clientId,
    userName: user.name,
    request: {
      userAttributes: triggerAttributes(user),
      challengeName: "CUSTOM_CHALLENGE",
      session: rounds,
      ...clientMetadata(attempt.metadata),
      userNotFound: false
    },
    response: { publicChallengeParameters: null, privateChallengeParameters: null, challengeMetadata: null }
  })
  const metadata = made?.challengeMetadata
  return yield* challenge(attempt, "CUSTOM_CHALLENGE", texts(made?.publicChallengeParameters), {
    rounds,
    privateParameters: texts(made?.privateChallengeParameters),
    ...(srpA === undefined ? {} : { srpA }),
    ...(typeof metadata === "string" ? { choices: [metadata] } : {})
  })
})

/** Checks the answer to a custom challenge by the pool's trigger, and goes on. */
export const answerCustom = (
  attempt: Attempt,
  { choices, privateParameters = {}, rounds = [], srpA }: Challenge,
  answer: string | undefined
): Effect.Effect<AuthResponse, Refusal> =>
  Effect.gen(function*() {
    const { pool, user } = yield* attempt.kernel.read((state) => current(state, attempt))
    const checked = yield* attempt.kernel.invoke({
      pool,
      trigger: "VerifyAuthChallengeResponse",
      source: "VerifyAuthChallengeResponse_Authentication",
      clientId: attempt.clientId,
      userName: user.name,
      request: {
        userAttributes: triggerAttributes(user),
        privateChallengeParameters: privateParameters,
        challengeAnswer: answer,
        ...clientMetadata(attempt.metadata),
        userNotFound: false
      },
      response: { answerCorrect: null }
    })
    const [metadata] = choices ?? []
    const round = {
      challengeName: "CUSTOM_CHALLENGE",
      challengeResult: checked?.answerCorrect === true,
      ...(metadata === undefined ? {} : { challengeMetadata: metadata })
    }
    return yield* nextRound(attempt, [...rounds, round], srpA)
  })

const texts = (value: unknown): { readonly [name: string]: string } =>
  Object.fromEntries(Object.entries(Object(value)).map(([name, text]) => [name, String(text)]))
