/**
 * Codes that go to users: made, sent, checked, and how often.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html
 */
import * as Effect from "effect/Effect"
import { fromList, toList } from "./Attributes.ts"
import { putUser, userOf } from "./Directory.ts"
import { attempt, type Kernel, type Moment } from "./Handler.ts"
import { type Destination, destinationOf, filled, type MessageKind, textOf } from "./Messages.ts"
import { invalid, type Refusal, refuse } from "./Refusal.ts"
import { type Code, type Pool, poolOf, type State, type User } from "./State.ts"

/** How long codes are good, in milliseconds: of a sign-up and of an attribute a day, of a forgotten password an hour. */
export const lifetimes = { signUp: 24 * 3_600_000, attribute: 24 * 3_600_000, forgotPassword: 3_600_000 } as const

/** Codes for the same thing within an hour, and wrong codes for one. */
const most = 5

const tooMany = (type = "LimitExceededException"): never =>
  refuse(type, "Attempt limit exceeded, please try after some time.")

/** A user for whom a code is out for something, and the code. */
export const withCode = (
  user: User,
  purpose: string,
  lifetime: number,
  { code: make, now }: Moment,
  value?: string
): readonly [code: string, user: User] => {
  const sent = (user.codes[purpose]?.sent ?? []).filter((time) => now - time < 3_600_000)
  if (sent.length >= most) tooMany()
  const code = make()
  const made: Code = {
    code,
    expires: now + lifetime,
    failures: 0,
    sent: [...sent, now],
    ...(value === undefined ? {} : { value })
  }
  return [code, { ...user, codes: { ...user.codes, [purpose]: made } }]
}

/** A user without the code for something. */
const withoutCode = (user: User, purpose: string): User => {
  const { [purpose]: _, ...codes } = user.codes
  return { ...user, codes }
}

/** What checking a code comes to. */
type CodeCheck = "right" | "wrong" | "expired" | "exhausted"

/** Checks a code for something; a wrong one is counted. */
const checkCode = (
  user: User,
  purpose: string,
  given: string,
  now: number
): readonly [check: CodeCheck, user: User] => {
  const known = user.codes[purpose]
  if (known === undefined) return ["expired", user]
  if (known.failures >= most) return ["exhausted", user]
  if (now >= known.expires) return ["expired", user]
  if (known.code === given) return ["right", user]
  return ["wrong", { ...user, codes: { ...user.codes, [purpose]: { ...known, failures: known.failures + 1 } } }]
}

/**
 * Takes a code in a step of its own, since a wrong one is counted although the operation is refused. `exhausted` is the
 * name of the error for too many wrong ones.
 */
export const takeCode = (
  { modify }: Kernel["Service"],
  find: (state: State, moment: Moment) => { readonly pool: Pool; readonly user: User },
  purpose: string,
  given: string,
  exhausted = "LimitExceededException"
): Effect.Effect<{ readonly value: string | undefined }, Refusal> =>
  Effect.flatMap(
    modify((state, moment) => {
      const { pool, user } = find(state, moment)
      const [check, counted] = checkCode(user, purpose, given, moment.now)
      const next = check === "right" ? withoutCode(counted, purpose) : counted
      return [{ check, value: user.codes[purpose]?.value }, putUser(state, pool, next)]
    }),
    ({ check, value }) => attempt(() => check === "right" ? { value } : refuseCode(check, exhausted))
  )

/** Refuses by what a check came to. */
export const refuseCode = (check: Exclude<CodeCheck, "right">, exhausted: string): never => {
  if (check === "exhausted") return tooMany(exhausted)
  return check === "wrong"
    ? refuse("CodeMismatchException", "Invalid verification code provided, please try again.")
    : refuse("ExpiredCodeException", "Invalid code provided, please request a code again.")
}

/** A message that is to be sent. */
export interface Letter {
  readonly poolId: string
  readonly name: string
  readonly kind: MessageKind
  readonly destination: Destination
  readonly code: string
  readonly clientId: string
  readonly metadata: { readonly [key: string]: string } | undefined
}

/**
 * Sends a message: the custom message trigger may word it, a custom sender may take it over.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-sender-triggers.html
 */
export const send = Effect.fnUntraced(function*(kernel: Kernel["Service"], letter: Letter) {
  const { clientId, code, destination: { medium, to }, kind, metadata = {}, name, poolId } = letter
  const { at, pool, user } = yield* kernel.read((state, { now }) => {
    const pool = poolOf(state, poolId)
    return { at: now, pool, user: userOf(pool, name) }
  })
  const userAttributes = fromList(toList(user))
  const request = {
    userAttributes,
    codeParameter: "{####}",
    linkParameter: "{##Click Here##}",
    usernameParameter: kind === "CustomMessage_AdminCreateUser" ? "{username}" : null,
    clientMetadata: metadata
  }
  const custom = yield* kernel.invoke({
    pool,
    trigger: "CustomMessage",
    source: kind,
    clientId,
    userName: name,
    request,
    response: { smsMessage: null, emailMessage: null, emailSubject: null }
  })
  const words = worded(textOf(pool, kind, medium), custom, medium)
  const taken = yield* kernel.invoke({
    pool,
    trigger: medium === "EMAIL" ? "CustomEmailSender" : "CustomSMSSender",
    source: kind.replace("CustomMessage", medium === "EMAIL" ? "CustomEmailSender" : "CustomSMSSender"),
    clientId,
    userName: name,
    request: {
      type: `custom${medium === "EMAIL" ? "Email" : "SMS"}SenderRequestV1`,
      code,
      clientMetadata: metadata,
      userAttributes
    },
    response: {}
  })
  if (taken !== undefined) return
  yield* kernel.deliver({
    userPoolId: poolId,
    username: name,
    medium,
    to,
    kind,
    code,
    ...(medium === "EMAIL" ? { subject: words.subject } : {}),
    body: filled(words.body, code, name),
    sentAt: at
  })
})

const worded = (
  text: { readonly subject: string; readonly body: string },
  custom: { readonly [member: string]: unknown } | undefined,
  medium: Destination["medium"]
): { readonly subject: string; readonly body: string } => {
  const body = medium === "SMS" ? custom?.smsMessage : custom?.emailMessage
  if (typeof body === "string" && !body.includes("{####}")) {
    invalid("Message does not contain the code parameter {####}")
  }
  return {
    subject: typeof custom?.emailSubject === "string" ? custom.emailSubject : text.subject,
    body: typeof body === "string" ? body : text.body
  }
}

/**
 * Where a code for a sign-up or a forgotten password goes: by the pool's settings, and only to what the user has.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html
 */
export const recoveryDestination = ({ settings }: Pool, { attributes }: User): Destination | undefined => {
  const mechanisms = settings.AccountRecoverySetting?.RecoveryMechanisms
    ?? [{ Name: "verified_phone_number", Priority: 1 }, { Name: "verified_email", Priority: 2 }]
  return [...mechanisms]
    .sort((one, other) => one.Priority - other.Priority)
    .map(({ Name }) =>
      Name === "verified_email" ? "email" : Name === "verified_phone_number" ? "phone_number" : undefined
    )
    .flatMap((attribute) => {
      const to = attribute !== undefined && attributes[`${attribute}_verified`] === "true"
        ? destinationOf(attributes, attribute)
        : undefined
      return to === undefined ? [] : [to]
    })[0]
}

/** Where the code of a sign-up goes: to what the pool verifies, a number before an address. */
export const verificationDestination = ({ settings }: Pool, { attributes }: User): Destination | undefined =>
  (["phone_number", "email"] as const)
    .filter((attribute) => settings.AutoVerifiedAttributes?.includes(attribute) === true)
    .map((attribute) => destinationOf(attributes, attribute))
    .find((destination) => destination !== undefined)
