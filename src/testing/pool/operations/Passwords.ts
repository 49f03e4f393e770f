/** Changed, forgotten and reset passwords. */
import * as Effect from "effect/Effect"
import * as operations from "../../../operations/Passwords.ts"
import { triggerAttributes } from "../Attributes.ts"
import { checkSecretHash } from "../ClientSecrets.ts"
import { lifetimes, recoveryDestination, refuseCode, send, takeCode, withCode } from "../Codes.ts"
import { changed, findUser, putUser, userOf } from "../Directory.ts"
import { withEvent } from "../Events.ts"
import { holderOf } from "../Grants.ts"
import { type Handler, program } from "../Handler.ts"
import { migrated } from "../Migration.ts"
import { deliveryDetails } from "../Messages.ts"
import { checkHistory, checkLock, checkPolicy, failed, matches, passwordOf, withPassword } from "../Passwords.ts"
import { invalid, refuse, unauthorized } from "../Refusal.ts"
import { type Client, clientOf, type Pool, poolOf, type State, type User } from "../State.ts"
import { pretendedDelivery } from "./SignUp.ts"
import { clientMetadata } from "../Triggers.ts"

export const changePassword: Handler = program(operations.changePassword, (input, kernel) =>
  Effect.flatMap(
    kernel.modify((state, moment) => {
      const { pool, user } = holderOf(state, input.AccessToken, moment.now)
      checkPolicy(pool, input.ProposedPassword)
      checkLock(user, moment.now)
      const isRight = user.password === undefined
        || matches(pool.id, user.name, user.password, input.PreviousPassword ?? "")
      if (!isRight) {
        return [false, putUser(state, pool, { ...user, failures: failed(user.failures, moment.now) })]
      }
      checkHistory(pool, user, input.ProposedPassword)
      const password = passwordOf(pool.id, user.name, input.ProposedPassword, moment.random(16))
      const next = withEvent(pool, withPassword(user, password), "PasswordChange", "Pass", moment)
      return [true, putUser(state, pool, changed(next, {}, moment.now))]
    }),
    (isRight) => isRight ? Effect.succeed({}) : Effect.suspend(() => unauthorized())
  ))

export const forgotPassword: Handler = program(operations.forgotPassword, (input, kernel) =>
  Effect.gen(function*() {
    const { ClientId, ClientMetadata, Username } = input
    const { client, pool } = yield* kernel.read((state) => {
      const found = clientOf(state, ClientId)
      checkSecretHash(found.client, Username, input.SecretHash)
      return found
    })
    if (findUser(pool, Username) === undefined) {
      const newcomer = { client, pool, username: Username, password: undefined, metadata: ClientMetadata }
      const user = yield* migrated(kernel, newcomer, "UserMigration_ForgotPassword")
      if (user === undefined) return yield* Effect.sync(() => pretence(client, Username))
    }
    const { code, destination, user } = yield* kernel.modify((state, moment) => {
      const pool = clientOf(state, ClientId).pool
      const user = userOf(pool, Username)
      checkResettable(user)
      const destination = recoverable(pool, user)
      const [code, next] = withCode(user, "forgotPassword", lifetimes.forgotPassword, moment)
      return [
        { code, destination, user },
        putUser(state, pool, withEvent(pool, next, "ForgotPassword", "Pass", moment))
      ]
    })
    yield* send(kernel, {
      poolId: pool.id,
      name: user.name,
      kind: "CustomMessage_ForgotPassword",
      destination,
      code,
      clientId: ClientId,
      metadata: ClientMetadata
    })
    return { CodeDeliveryDetails: deliveryDetails(destination) }
  }))

const pretence = ({ settings }: Client, username: string) =>
  settings.PreventUserExistenceErrors === "ENABLED"
    ? { CodeDeliveryDetails: pretendedDelivery(username) }
    : refuse("UserNotFoundException", "Username/client id combination not found.")

const checkResettable = ({ enabled, status }: User): void => {
  if (!enabled) unauthorized("User is disabled.")
  if (status === "FORCE_CHANGE_PASSWORD" || status === "EXTERNAL_PROVIDER") {
    unauthorized("User password cannot be reset in the current state.")
  }
}

const recoverable = (pool: Pool, user: User) =>
  recoveryDestination(pool, user)
    ?? invalid("Cannot reset password for the user as there is no registered/verified email or phone_number")

export const confirmForgotPassword: Handler = program(
  operations.confirmForgotPassword,
  (input, kernel) =>
    Effect.gen(function*() {
      const { ClientId, ClientMetadata, ConfirmationCode, Password, Username } = input
      const find = (state: State) => {
        const { client, pool } = clientOf(state, ClientId)
        const user = findUser(pool, Username)
        if (user !== undefined) return { client, pool, user }
        return client.settings.PreventUserExistenceErrors === "ENABLED"
          ? refuseCode("wrong", "")
          : refuse("UserNotFoundException", "Username/client id combination not found.")
      }
      yield* kernel.read((state) => {
        const { client } = clientOf(state, ClientId)
        checkSecretHash(client, Username, input.SecretHash)
        const { pool, user } = find(state)
        checkPolicy(pool, Password)
        checkHistory(pool, user, Password)
      })
      yield* takeCode(kernel, find, "forgotPassword", ConfirmationCode)
      const { pool, user } = yield* kernel.modify((state, { now, random }) => {
        const { pool, user } = find(state)
        const next = withPassword(user, passwordOf(pool.id, user.name, Password, random(16)))
        const status = user.status === "RESET_REQUIRED" ? "CONFIRMED" : user.status
        const set = changed(next, { status }, now)
        return [{ pool, user: set }, putUser(state, pool, set)]
      })
      yield* kernel.invoke({
        pool,
        trigger: "PostConfirmation",
        source: "PostConfirmation_ConfirmForgotPassword",
        clientId: ClientId,
        userName: user.name,
        request: {
          userAttributes: triggerAttributes(user),
          ...clientMetadata(ClientMetadata)
        },
        response: {}
      })
      return {}
    })
)

export const adminResetUserPassword: Handler = program(
  operations.adminResetUserPassword,
  (input, kernel) =>
    Effect.gen(function*() {
      const { code, destination, user } = yield* kernel.modify((state, moment) => {
        const pool = poolOf(state, input.UserPoolId)
        const user = userOf(pool, input.Username)
        if (user.status !== "CONFIRMED" && user.status !== "RESET_REQUIRED") {
          unauthorized("User password cannot be reset in the current state.")
        }
        const destination = recoverable(pool, user)
        const [code, next] = withCode(user, "forgotPassword", lifetimes.forgotPassword, moment)
        return [
          { code, destination, user },
          putUser(state, pool, changed(next, { status: "RESET_REQUIRED" }, moment.now))
        ]
      })
      yield* send(kernel, {
        poolId: input.UserPoolId,
        name: user.name,
        kind: "CustomMessage_ForgotPassword",
        destination,
        code,
        clientId: "CLIENT_ID_NOT_APPLICABLE",
        metadata: input.ClientMetadata
      })
      return {}
    })
)

export const adminSetUserPassword: Handler = program(
  operations.adminSetUserPassword,
  (input, kernel) =>
    kernel.modify((state, { now, random }) => {
      const pool = poolOf(state, input.UserPoolId)
      const user = userOf(pool, input.Username)
      checkPolicy(pool, input.Password)
      checkHistory(pool, user, input.Password)
      const password = passwordOf(pool.id, user.name, input.Password, random(16))
      const next = input.Permanent === true
        ? changed(withPassword(user, password), { status: "CONFIRMED" }, now)
        : changed(withPassword(user, { ...password, temporarySince: now }), { status: "FORCE_CHANGE_PASSWORD" }, now)
      return [{}, putUser(state, pool, next)]
    })
)
