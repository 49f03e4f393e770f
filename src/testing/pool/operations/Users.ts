/** Users, as administrators and users themselves see and change them. */
import * as Effect from "effect/Effect"
import * as operations from "../../../operations/Users.ts"
import type { Plain } from "../../../protocol/Plain.ts"
import type { AdminCreateUserRequest } from "../../../schema/Users.ts"
import { checkFree, checkUsername, claimAlias, newUser } from "../Accounts.ts"
import { checkRequired, checkWritten, fromList, readable, toList } from "../Attributes.ts"
import { lifetimes, send, takeCode, withCode } from "../Codes.ts"
import { aliasOwner, changed, putUser, userOf, withoutUser } from "../Directory.ts"
import { filterOf } from "../Filter.ts"
import { holderOf, withoutGrants } from "../Grants.ts"
import { type Handler, type Kernel, type Moment, program, query, transition } from "../Handler.ts"
import { deliveryDetails, type Destination, destinationOf } from "../Messages.ts"
import { page } from "../Page.ts"
import { checkPolicy, passwordOf } from "../Passwords.ts"
import { temporaryPassword } from "../TemporaryPassword.ts"
import { invalid, refuse } from "../Refusal.ts"
import { activeFactors } from "../SignIn.ts"
import { type Attributes, type Pool, poolOf, type User, withPool } from "../State.ts"
import { clientMetadata } from "../Triggers.ts"

/** A user as lists describe it. */
export const describedUser = (user: User, names?: ReadonlyArray<string>) => ({
  Username: user.name,
  Attributes: toList(user, names),
  UserCreateDate: new Date(user.created),
  UserLastModifiedDate: new Date(user.modified),
  Enabled: user.enabled,
  UserStatus: user.status,
  ...(user.mfaOptions.length === 0 ? {} : { MFAOptions: [...user.mfaOptions] })
})

const mfaOf = (pool: Pool, user: User) => {
  const active = activeFactors(pool, user)
  return {
    ...(user.mfaOptions.length === 0 ? {} : { MFAOptions: [...user.mfaOptions] }),
    ...(user.mfa.preferred === undefined ? {} : { PreferredMfaSetting: user.mfa.preferred }),
    ...(active.length === 0 ? {} : { UserMFASettingList: [...active] })
  }
}

export const adminCreateUser: Handler = program(operations.adminCreateUser, (input, kernel) =>
  Effect.gen(function*() {
    if (input.MessageAction === "RESEND") return yield* resendInvitation(input, kernel)
    const { pool, user } = yield* kernel.read((state, moment) =>
      invitedUser(poolOf(state, input.UserPoolId), input, moment)
    )
    yield* kernel.invoke({
      pool,
      trigger: "PreSignUp",
      source: "PreSignUp_AdminCreateUser",
      clientId: "CLIENT_ID_NOT_APPLICABLE",
      userName: user.name,
      request: {
        userAttributes: user.attributes,
        validationData: input.ValidationData === undefined ? null : fromList(input.ValidationData),
        ...clientMetadata(input.ClientMetadata)
      },
      response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false }
    })
    const made = yield* kernel.modify((state, moment) => {
      const now = poolOf(state, input.UserPoolId)
      checkFree(now, input.Username, "User account already exists")
      const free = claimAlias(now, user, input.ForceAliasCreation === true)
      const { password, withSecret } = withTemporary(free, user, input.TemporaryPassword, moment)
      return [{ user: withSecret, password }, putUser(state, free, withSecret)]
    })
    if (input.MessageAction !== "SUPPRESS") yield* invite(input, kernel, made)
    return { User: describedUser(made.user) }
  }))

type CreateInput = Plain<AdminCreateUserRequest>

/** The user that an administrator asks for, with what is wrong with the request refused. */
const invitedUser = (pool: Pool, input: CreateInput, moment: Moment): { readonly pool: Pool; readonly user: User } => {
  checkUsername(pool, input.Username)
  checkFree(pool, input.Username, "User account already exists")
  const attributes = fromList(input.UserAttributes)
  checkWritten({ pool }, attributes)
  const user = newUser(pool, { username: input.Username, attributes, password: undefined }, moment, {
    status: isPasswordless(pool, input) ? "CONFIRMED" : "FORCE_CHANGE_PASSWORD"
  })
  checkRequired(pool, user.attributes)
  if (input.TemporaryPassword !== undefined) checkPolicy(pool, input.TemporaryPassword)
  return { pool, user }
}

/** A user without a password can sign in where the pool has other first factors. */
const isPasswordless = ({ settings }: Pool, { TemporaryPassword }: CreateInput): boolean =>
  TemporaryPassword === undefined
  && settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.some((factor) => factor.endsWith("_OTP")) === true

const withTemporary = (
  pool: Pool,
  user: User,
  given: string | undefined,
  { now, random }: Moment
): { readonly password: string; readonly withSecret: User } => {
  if (user.status === "CONFIRMED") return { password: "", withSecret: user }
  const password = given ?? temporaryPassword(pool, random)
  return {
    password,
    withSecret: {
      ...user,
      password: { ...passwordOf(pool.id, user.name, password, random(16)), temporarySince: now }
    }
  }
}

const resendInvitation = Effect.fnUntraced(function*(input: CreateInput, kernel: Kernel["Service"]) {
  const made = yield* kernel.modify((state, moment) => {
    const pool = poolOf(state, input.UserPoolId)
    const user = userOf(pool, input.Username)
    if (user.status !== "FORCE_CHANGE_PASSWORD") {
      refuse("UnsupportedUserStateException", "Resend not possible. User status is not FORCE_CHANGE_PASSWORD")
    }
    const { password, withSecret } = withTemporary(pool, user, input.TemporaryPassword, moment)
    return [{ user: withSecret, password }, putUser(state, pool, withSecret)]
  })
  yield* invite(input, kernel, made)
  return { User: describedUser(made.user) }
})

/** Invitations go by SMS unless they are asked to go by e-mail. */
const invite = Effect.fnUntraced(function*(
  { ClientMetadata, DesiredDeliveryMediums = ["SMS"], UserPoolId }: CreateInput,
  kernel: Kernel["Service"],
  { password, user }: { readonly user: User; readonly password: string }
) {
  for (const medium of DesiredDeliveryMediums) {
    const destination = destinationOf(user.attributes, medium === "EMAIL" ? "email" : "phone_number")
    if (destination === undefined) continue
    yield* send(kernel, {
      poolId: UserPoolId,
      name: user.name,
      kind: "CustomMessage_AdminCreateUser",
      destination,
      code: password,
      clientId: "CLIENT_ID_NOT_APPLICABLE",
      metadata: ClientMetadata
    })
  }
})

export const adminGetUser: Handler = query(operations.adminGetUser, (state, { UserPoolId, Username }) => {
  const pool = poolOf(state, UserPoolId)
  const user = userOf(pool, Username)
  const { Attributes, MFAOptions: _, ...described } = describedUser(user)
  return { ...described, UserAttributes: Attributes, ...mfaOf(pool, user) }
})

export const listUsers: Handler = query(operations.listUsers, (state, input) => {
  const { AttributesToGet, Filter, Limit, PaginationToken, UserPoolId } = input
  const pool = poolOf(state, UserPoolId)
  const known = new Set((pool.settings.SchemaAttributes ?? []).map(({ Name }) => Name))
  const stranger = AttributesToGet?.find((name) => !known.has(name))
  if (stranger !== undefined) invalid(`One or more requested attributes do not exist: ${stranger}`)
  const { records, token } = page(pool.users, {
    list: `users of ${UserPoolId} ${Filter ?? ""}`,
    limit: Limit,
    token: PaginationToken
  }, filterOf(Filter))
  return { Users: records.map((user) => describedUser(user, AttributesToGet)), PaginationToken: token }
})

export const adminUpdateUserAttributes: Handler = program(
  operations.adminUpdateUserAttributes,
  (input, kernel) =>
    Effect.gen(function*() {
      const { sends, user } = yield* kernel.modify((state, moment) => {
        const pool = poolOf(state, input.UserPoolId)
        const user = userOf(pool, input.Username)
        const written = fromList(input.UserAttributes)
        checkWritten({ pool, user }, written)
        const { next, sends } = withWritten(pool, user, written, moment)
        return [{ sends, user: next }, putUser(state, claimAlias(pool, next, false), next)]
      })
      yield* sendCodes(kernel, input.UserPoolId, user, "CLIENT_ID_NOT_APPLICABLE", sends, input.ClientMetadata)
      return {}
    })
)

/** A code that is to be sent for an attribute. */
interface AttributeCode {
  readonly destination: Destination
  readonly code: string
}

/**
 * Writes attributes. An address or a number that changes is not verified any more, unless the request says so; where the
 * pool wants it verified first, it stays as it was until the code comes.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-email-phone-verification.html
 */
const withWritten = (
  { settings }: Pool,
  user: User,
  written: Attributes,
  moment: Moment
): { readonly next: User; readonly sends: ReadonlyArray<AttributeCode> } => {
  const kept = settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? []
  const attributes: { [name: string]: string } = { ...user.attributes }
  let next: User = user
  const sends: Array<AttributeCode> = []
  for (const [name, value] of Object.entries(written)) {
    const isContact = name === "email" || name === "phone_number"
    const isVerified = written[`${name}_verified`] === "true"
    const isNew = isContact && value !== "" && value !== user.attributes[name] && !isVerified
    const isKept = isNew && kept.includes(name)
    if (value === "" && !name.endsWith("_verified")) delete attributes[name]
    else if (!isKept) attributes[name] = value
    if (isNew && !isKept) attributes[`${name}_verified`] = "false"
    if (isContact && isNew && settings.AutoVerifiedAttributes?.includes(name) === true) {
      const [code, coded] = withCode(next, `attribute:${name}`, lifetimes.attribute, moment, value)
      next = coded
      sends.push({ code, destination: { attribute: name, medium: name === "email" ? "EMAIL" : "SMS", to: value } })
    }
  }
  return { next: changed(next, { attributes }, moment.now), sends }
}

const sendCodes = Effect.fnUntraced(function*(
  kernel: Kernel["Service"],
  poolId: string,
  { name }: User,
  clientId: string,
  sends: ReadonlyArray<AttributeCode>,
  metadata: { readonly [key: string]: string } | undefined
) {
  for (const { code, destination } of sends) {
    yield* send(kernel, {
      poolId,
      name,
      kind: "CustomMessage_UpdateUserAttribute",
      destination,
      code,
      clientId,
      metadata
    })
  }
})

const withoutAttributes = (pool: Pool, user: User, names: ReadonlyArray<string>, now: number): User => {
  const schema = new Map((pool.settings.SchemaAttributes ?? []).map((attribute) => [attribute.Name, attribute]))
  for (const name of names) {
    const attribute = schema.get(name) ?? invalid(`user.${name}: Attribute does not exist in the schema.\n`)
    if (attribute.Required === true) invalid(`user.${name}: Attribute is required and cannot be deleted.\n`)
    if (attribute.Mutable === false) invalid(`user.${name}: Attribute cannot be updated.\n`)
  }
  const isGone = (name: string) => names.includes(name) || names.some((gone) => name === `${gone}_verified`)
  return changed(user, {
    attributes: Object.fromEntries(Object.entries(user.attributes).filter(([name]) => !isGone(name)))
  }, now)
}

export const adminDeleteUserAttributes: Handler = transition(
  operations.adminDeleteUserAttributes,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    return [
      {},
      putUser(state, pool, withoutAttributes(pool, userOf(pool, input.Username), input.UserAttributeNames, now))
    ]
  }
)

export const adminEnableUser: Handler = transition(
  operations.adminEnableUser,
  (state, { UserPoolId, Username }, { now }) => {
    const pool = poolOf(state, UserPoolId)
    return [{}, putUser(state, pool, changed(userOf(pool, Username), { enabled: true }, now))]
  }
)

/** A user who is disabled is signed out everywhere. */
export const adminDisableUser: Handler = transition(
  operations.adminDisableUser,
  (state, { UserPoolId, Username }, { now }) => {
    const pool = poolOf(state, UserPoolId)
    return [{}, putUser(state, pool, changed(withoutGrants(userOf(pool, Username)), { enabled: false }, now))]
  }
)

export const adminDeleteUser: Handler = transition(operations.adminDeleteUser, (state, { UserPoolId, Username }) => {
  const pool = poolOf(state, UserPoolId)
  return [undefined, withPool(state, withoutUser(pool, userOf(pool, Username)))]
})

export const adminSetUserSettings: Handler = transition(operations.adminSetUserSettings, (state, input, { now }) => {
  const pool = poolOf(state, input.UserPoolId)
  return [{}, putUser(state, pool, changed(userOf(pool, input.Username), { mfaOptions: input.MFAOptions }, now))]
})

export const setUserSettings: Handler = transition(
  operations.setUserSettings,
  (state, { AccessToken, MFAOptions }, { now }) => {
    const { pool, user } = holderOf(state, AccessToken, now)
    return [{}, putUser(state, pool, changed(user, { mfaOptions: MFAOptions }, now))]
  }
)

export const getUser: Handler = query(operations.getUser, (state, { AccessToken }, { now }) => {
  const { client, pool, user } = holderOf(state, AccessToken, now)
  const attributes = readable(client, user.attributes)
  return { Username: user.name, UserAttributes: toList({ ...user, attributes }), ...mfaOf(pool, user) }
})

export const updateUserAttributes: Handler = program(
  operations.updateUserAttributes,
  (input, kernel) =>
    Effect.gen(function*() {
      const { clientId, pool, sends, user } = yield* kernel.modify((state, moment) => {
        const { client, pool, user } = holderOf(state, input.AccessToken, moment.now)
        const written = fromList(input.UserAttributes)
        checkWritten({ pool, user, client }, written)
        const { next, sends } = withWritten(pool, user, written, moment)
        const owner = aliasOwner(pool, next.attributes, user.name)
        if (owner !== undefined && pool.settings.UsernameAttributes !== undefined) claimAlias(pool, next, false)
        return [{ clientId: client.settings.ClientId, pool, sends, user: next }, putUser(state, pool, next)]
      })
      yield* sendCodes(kernel, pool.id, user, clientId, sends, input.ClientMetadata)
      return { CodeDeliveryDetailsList: sends.map(({ destination }) => deliveryDetails(destination)) }
    })
)

export const deleteUserAttributes: Handler = transition(operations.deleteUserAttributes, (state, input, { now }) => {
  const { pool, user } = holderOf(state, input.AccessToken, now)
  return [{}, putUser(state, pool, withoutAttributes(pool, user, input.UserAttributeNames, now))]
})

export const getUserAttributeVerificationCode: Handler = program(
  operations.getUserAttributeVerificationCode,
  (input, kernel) =>
    Effect.gen(function*() {
      const { clientId, code, destination, pool, user } = yield* kernel.modify((state, moment) => {
        const { client, pool, user } = holderOf(state, input.AccessToken, moment.now)
        const destination = contactOf(user, input.AttributeName)
        const [code, next] = withCode(
          user,
          `attribute:${input.AttributeName}`,
          lifetimes.attribute,
          moment,
          destination.to
        )
        return [{ clientId: client.settings.ClientId, code, destination, pool, user }, putUser(state, pool, next)]
      })
      yield* send(kernel, {
        poolId: pool.id,
        name: user.name,
        kind: "CustomMessage_VerifyUserAttribute",
        destination,
        code,
        clientId,
        metadata: input.ClientMetadata
      })
      return { CodeDeliveryDetails: deliveryDetails(destination) }
    })
)

const contactOf = ({ attributes }: User, name: string): Destination =>
  (name === "email" || name === "phone_number" ? destinationOf(attributes, name) : undefined)
    ?? invalid("User has no attribute to verify, or it cannot be verified.")

export const verifyUserAttribute: Handler = program(
  operations.verifyUserAttribute,
  (input, kernel) =>
    Effect.gen(function*() {
      const { AccessToken, AttributeName, Code } = input
      const { value } = yield* takeCode(
        kernel,
        (state, { now }) => holderOf(state, AccessToken, now),
        `attribute:${AttributeName}`,
        Code
      )
      return yield* kernel.modify((state, { now }) => {
        const { pool, user } = holderOf(state, AccessToken, now)
        const attributes = {
          ...user.attributes,
          ...(value === undefined ? {} : { [AttributeName]: value }),
          [`${AttributeName}_verified`]: "true"
        }
        const next = changed(user, { attributes }, now)
        return [{}, putUser(state, claimAlias(pool, next, false), next)]
      })
    })
)

export const deleteUser: Handler = transition(operations.deleteUser, (state, { AccessToken }, { now }) => {
  const { pool, user } = holderOf(state, AccessToken, now)
  return [undefined, withPool(state, withoutUser(pool, user))]
})
