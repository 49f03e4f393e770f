/** Sign-up and its confirmation. */
import * as Effect from "effect/Effect"
import * as operations from "../../../operations/SignUp.ts"
import { checkFree, checkUsername, claimAlias, newUser } from "../Accounts.ts"
import { checkRequired, checkWritten, fromList, triggerAttributes } from "../Attributes.ts"
import { challengeOf, open, withUsed } from "../Challenges.ts"
import { checkSecretHash } from "../ClientSecrets.ts"
import { lifetimes, refuseCode, send, takeCode, verificationDestination, withCode } from "../Codes.ts"
import { changed, findUser, putUser, userOf } from "../Directory.ts"
import { withEvent } from "../Events.ts"
import { type Handler, type Kernel, type Moment, program } from "../Handler.ts"
import { deliveryDetails, type Destination, masked } from "../Messages.ts"
import { checkPolicy } from "../Passwords.ts"
import { invalid, type Refusal, refuse, unauthorized } from "../Refusal.ts"
import type { Metadata } from "../SignIn.ts"
import { type Client, clientOf, type Pool, poolOf, type State, type User } from "../State.ts"
import { clientMetadata } from "../Triggers.ts"

export const signUp: Handler = program(operations.signUp, (input, kernel) =>
  Effect.gen(function*() {
    const { ClientId, ClientMetadata, Username, ValidationData } = input
    const asked = yield* kernel.read((state, moment) => {
      const { client, pool } = clientOf(state, ClientId)
      checkSecretHash(client, Username, input.SecretHash)
      return { client, pool, user: newcomer(pool, client, input, moment) }
    })
    const response = yield* kernel.invoke({
      pool: asked.pool,
      trigger: "PreSignUp",
      source: "PreSignUp_SignUp",
      clientId: ClientId,
      userName: asked.user.name,
      request: {
        userAttributes: asked.user.attributes,
        validationData: ValidationData === undefined ? null : fromList(ValidationData),
        ...clientMetadata(ClientMetadata)
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false }
    })
    const made = yield* kernel.modify((state, moment) =>
      registered(state, ClientId, Username, asked.user, response, moment)
    )
    const { code, destination, session, user } = made
    if (destination !== undefined) {
      yield* send(kernel, {
        poolId: asked.pool.id,
        name: user.name,
        kind: "CustomMessage_SignUp",
        destination,
        code,
        clientId: ClientId,
        metadata: ClientMetadata
      })
    }
    if (user.status === "CONFIRMED") yield* postConfirmation(kernel, made.pool, user, ClientId, ClientMetadata)
    return {
      UserConfirmed: user.status === "CONFIRMED",
      UserSub: user.sub,
      Session: session,
      CodeDeliveryDetails: destination === undefined ? undefined : deliveryDetails(destination)
    }
  }))

/** What a sign-up says of the user. */
interface Asked {
  readonly Username: string
  readonly Password?: string
  readonly UserAttributes?: Parameters<typeof fromList>[0]
}

const newcomer = (pool: Pool, client: Client, { Password, UserAttributes, Username }: Asked, moment: Moment): User => {
  if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true) {
    unauthorized("SignUp is not permitted for this user pool")
  }
  const factors = pool.settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ["PASSWORD"]
  if (Password !== undefined) checkPolicy(pool, Password)
  else if (!factors.some((factor) => factor !== "PASSWORD")) invalid("Password is required")
  checkUsername(pool, Username)
  const attributes = fromList(UserAttributes)
  checkWritten({ client, pool }, attributes)
  const user = newUser(pool, { username: Username, attributes, password: Password }, moment, { status: "UNCONFIRMED" })
  checkRequired(pool, user.attributes)
  checkFree(pool, Username, "User already exists")
  return user
}

/** A sign-up that was taken. */
interface Registered {
  readonly pool: Pool
  readonly user: User
  readonly code: string
  readonly destination: Destination | undefined
  readonly session: string | undefined
}

const registered = (
  state: State,
  clientId: string,
  username: string,
  user: User,
  response: { readonly [member: string]: unknown } | undefined,
  moment: Moment
): readonly [Registered, State] => {
  const { client, pool } = clientOf(state, clientId)
  checkFree(pool, username, "User already exists")
  const isConfirmed = response?.autoConfirmUser === true
  const verified = {
    ...(response?.autoVerifyEmail === true ? { email_verified: "true" } : {}),
    ...(response?.autoVerifyPhone === true ? { phone_number_verified: "true" } : {})
  }
  const status = isConfirmed ? "CONFIRMED" : "UNCONFIRMED"
  const known: User = withEvent(
    pool,
    { ...user, status, attributes: { ...user.attributes, ...verified } },
    "SignUp",
    "Pass",
    moment
  )
  const free = isConfirmed ? claimAlias(pool, known, false) : pool
  const destination = isConfirmed ? undefined : verificationDestination(pool, known)
  // A sign-up without an address has a code all the same: an administrator confirms it, or a resent code after an update.
  const [code, next] = withCode(known, "signUp", lifetimes.signUp, moment, destination?.attribute)
  const kept = destination === undefined ? known : next
  const put = putUser(state, free, kept)
  if (client.settings.ExplicitAuthFlows?.includes("ALLOW_USER_AUTH") !== true) {
    return [{ code, destination, pool: free, session: undefined, user: kept }, put]
  }
  const [session, last] = open({ state: put, pool: poolOf(put, pool.id), user: kept, client }, moment, {
    name: isConfirmed ? "CONFIRMED" : "SIGN_UP",
    flow: "USER_AUTH",
    proved: []
  })
  return [{ code, destination, pool: free, session, user: kept }, last]
}

const postConfirmation = (
  kernel: Kernel["Service"],
  pool: Pool,
  user: User,
  clientId: string,
  metadata: Metadata
): Effect.Effect<unknown, Refusal> =>
  kernel.invoke({
    pool,
    trigger: "PostConfirmation",
    source: "PostConfirmation_ConfirmSignUp",
    clientId,
    userName: user.name,
    request: {
      userAttributes: triggerAttributes(user),
      ...clientMetadata(metadata)
    },
    response: {}
  })

/** The user of a name, or what the client may know of a name that nobody has. */
const userOrPretence = (pool: Pool, { settings }: Client, username: string, pretend: () => never): User => {
  const user = findUser(pool, username)
  if (user !== undefined) return user
  return settings.PreventUserExistenceErrors === "ENABLED"
    ? pretend()
    : refuse("UserNotFoundException", "Username/client id combination not found.")
}

export const confirmSignUp: Handler = program(operations.confirmSignUp, (input, kernel) =>
  Effect.gen(function*() {
    const { ClientId, ClientMetadata, ConfirmationCode, Session, Username } = input
    const known = yield* kernel.read((state) => {
      const { client, pool } = clientOf(state, ClientId)
      checkSecretHash(client, Username, input.SecretHash)
      const user = userOrPretence(pool, client, Username, () => refuseCode("expired", ""))
      if (user.status !== "UNCONFIRMED") unauthorized(`User cannot be confirmed. Current status is ${user.status}`)
      return { pool, user }
    })
    const find = (state: State) => {
      const pool = poolOf(state, known.pool.id)
      return { pool, user: userOf(pool, known.user.name) }
    }
    if (input.ForceAliasCreation !== true) {
      yield* kernel.read((state) => claimAlias(find(state).pool, confirmed(find(state).user), false))
    }
    const { value } = yield* takeCode(kernel, find, "signUp", ConfirmationCode, "TooManyFailedAttemptsException")
    const { pool, session, user } = yield* kernel.modify((state, moment) => {
      const { pool, user } = find(state)
      const next = changed(confirmed(user, value), {}, moment.now)
      const free = claimAlias(pool, next, input.ForceAliasCreation === true)
      return nextSession(putUser(state, free, next), free, next, input, moment)
    })
    yield* postConfirmation(kernel, pool, user, ClientId, ClientMetadata)
    return { Session: Session === undefined ? undefined : session }
  }))

/** A user whose code came: what it was sent to is verified. */
const confirmed = (user: User, attribute = user.codes.signUp?.value): User => {
  const attributes = attribute === undefined
    ? user.attributes
    : { ...user.attributes, [`${attribute}_verified`]: "true" }
  return { ...user, status: "CONFIRMED", attributes }
}

/** The session of a sign-up that was confirmed signs in, by the flow `USER_AUTH`. */
const nextSession = (
  state: State,
  pool: Pool,
  user: User,
  { ClientId, Session }: { readonly ClientId: string; readonly Session?: string },
  moment: Moment
): readonly [Pick<Registered, "pool" | "session" | "user">, State] => {
  if (Session === undefined) return [{ pool, user, session: undefined }, state]
  const { challenge } = challengeOf(state, Session, { clientId: ClientId, name: "SIGN_UP" }, moment.now)
  const used = withUsed(user, challenge)
  const { client } = clientOf(state, ClientId)
  const now = poolOf(state, pool.id)
  const [session, next] = open({ state, pool: now, user: used, client }, moment, {
    name: "CONFIRMED",
    flow: "USER_AUTH",
    proved: []
  })
  return [{ pool: now, user: used, session }, next]
}

export const resendConfirmationCode: Handler = program(
  operations.resendConfirmationCode,
  (input, kernel) =>
    Effect.gen(function*() {
      const { ClientId, ClientMetadata, Username } = input
      const sent = yield* kernel.modify((state, moment) => {
        const { client, pool } = clientOf(state, ClientId)
        checkSecretHash(client, Username, input.SecretHash)
        if (findUser(pool, Username) === undefined && client.settings.PreventUserExistenceErrors === "ENABLED") {
          return [undefined, state]
        }
        const user = userOrPretence(pool, client, Username, () => unauthorized())
        if (user.status !== "UNCONFIRMED") invalid("User is already confirmed.")
        const destination = verificationDestination(pool, user)
          ?? invalid("Cannot resend codes. Auto verification not turned on.")
        const [code, next] = withCode(user, "signUp", lifetimes.signUp, moment, destination.attribute)
        return [{ code, destination, pool, user }, putUser(state, pool, next)]
      })
      if (sent === undefined) return { CodeDeliveryDetails: pretendedDelivery(Username) }
      yield* send(kernel, {
        poolId: sent.pool.id,
        name: sent.user.name,
        kind: "CustomMessage_ResendCode",
        destination: sent.destination,
        code: sent.code,
        clientId: ClientId,
        metadata: ClientMetadata
      })
      return { CodeDeliveryDetails: deliveryDetails(sent.destination) }
    })
)

/**
 * What is told of a code for a name that nobody has: that it was sent.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
 */
export const pretendedDelivery = (username: string) => ({
  Destination: masked("EMAIL", `${username.slice(0, 1)}@${username.slice(-1)}`),
  DeliveryMedium: "EMAIL",
  AttributeName: "email"
})

export const adminConfirmSignUp: Handler = program(
  operations.adminConfirmSignUp,
  (input, kernel) =>
    Effect.gen(function*() {
      const { pool, user } = yield* kernel.modify((state, { now }) => {
        const pool = poolOf(state, input.UserPoolId)
        const user = userOf(pool, input.Username)
        if (user.status !== "UNCONFIRMED") unauthorized(`User cannot be confirmed. Current status is ${user.status}`)
        const next = changed(user, { status: "CONFIRMED" }, now)
        return [{ pool, user: next }, putUser(state, pool, next)]
      })
      yield* postConfirmation(kernel, pool, user, "CLIENT_ID_NOT_APPLICABLE", input.ClientMetadata)
      return {}
    })
)
