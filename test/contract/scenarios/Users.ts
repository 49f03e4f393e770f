/** Users and their attributes against cognito-local. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import assert from "node:assert/strict"
import * as Users from "../../../src/operations/Users.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"
import { confirmationCode, failureTag, present, type Scenarios } from "../../support/scenario.ts"
import { createPool, createUser, tokensOf } from "./setup.ts"

const values = (attributes: ReadonlyArray<{ readonly Name: string; readonly Value?: string }> | undefined) =>
  Object.fromEntries((attributes ?? []).filter(({ Name }) => Name !== "sub").map(({ Name, Value }) => [Name, Value]))

export const live: Scenarios = {
  "an administrator manages a user": Effect.gen(function*() {
    const { UserPoolId } = yield* createPool("admins")
    const user = { UserPoolId, Username: "zoë" }
    const { User } = yield* Users.adminCreateUser({
      ...user,
      TemporaryPassword: Redacted.make("Temporary-1"),
      MessageAction: "SUPPRESS",
      UserAttributes: [{ Name: "name", Value: "Zoë 🦊 \"Z\"" }, { Name: "email", Value: "zoe@example.com" }]
    })
    assert.equal(User?.Username, "zoë")
    assert.equal(User.UserStatus, "FORCE_CHANGE_PASSWORD")
    assert.deepEqual(values(User.Attributes), { name: "Zoë 🦊 \"Z\"", email: "zoe@example.com" })
    assert.ok(present(User.UserCreateDate).getTime() > Date.UTC(2020, 0))
    assert.equal(
      yield* failureTag(Users.adminCreateUser({ ...user, MessageAction: "SUPPRESS" })),
      "UsernameExistsException"
    )

    yield* Users.adminUpdateUserAttributes({
      ...user,
      UserAttributes: [{ Name: "given_name", Value: "Zoë" }, { Name: "name", Value: "Zoë Fox" }]
    })
    yield* Users.adminDeleteUserAttributes({ ...user, UserAttributeNames: ["email"] })
    yield* Users.adminDisableUser(user)
    const disabled = yield* Users.adminGetUser(user)
    assert.equal(disabled.Enabled, false)
    assert.deepEqual(values(disabled.UserAttributes), { given_name: "Zoë", name: "Zoë Fox" })
    assert.equal(disabled.UserCreateDate?.getTime(), User.UserCreateDate?.getTime())
    yield* Users.adminEnableUser(user)
    assert.equal((yield* Users.adminGetUser(user)).Enabled, true)

    yield* Users.adminDeleteUser(user)
    const gone = yield* Effect.flip(Users.adminGetUser(user))
    assert.equal(gone._tag, "UserNotFoundException")
    assert.equal(gone.message, "User does not exist.")
    assert.equal("httpStatus" in gone ? gone.httpStatus : undefined, 400)
    assert.equal(yield* failureTag(Users.adminDeleteUser(user)), "UserNotFoundException")
    assert.equal(yield* failureTag(Users.adminDisableUser(user)), "UserNotFoundException")
    assert.equal(yield* failureTag(Users.adminEnableUser(user)), "UserNotFoundException")
    // AWS answers UserNotFoundException to these two.
    assert.equal(
      yield* failureTag(Users.adminUpdateUserAttributes({ ...user, UserAttributes: [] })),
      "NotAuthorizedException"
    )
    assert.equal(
      yield* failureTag(Users.adminDeleteUserAttributes({ ...user, UserAttributeNames: [] })),
      "NotAuthorizedException"
    )
    assert.equal(
      yield* failureTag(Users.adminGetUser({ ...user, UserPoolId: "local_nowhere" })),
      "ResourceNotFoundException"
    )
  }),

  "users are listed and filtered": Effect.gen(function*() {
    const { UserPoolId } = yield* createPool("lists")
    for (const name of ["ada", "alan", "grace"]) yield* createUser(UserPoolId, name)
    const names = (Filter: string) =>
      Effect.map(Users.listUsers({ UserPoolId, Filter }), ({ Users }) => present(Users).map(({ Username }) => Username))
    assert.deepEqual(yield* names("username ^= \"a\""), ["ada", "alan"])
    assert.deepEqual(yield* names("email = \"grace@example.com\""), ["grace"])
    assert.deepEqual(yield* names("username = \"nobody\""), [])
    // It ignores the limit and answers all at once, so this is one page.
    const all = yield* Stream.runCollect(Users.listUsers.items({ UserPoolId, Limit: 1 }))
    assert.deepEqual(all.map(({ UserStatus, Username }) => [Username, UserStatus]), [
      ["ada", "CONFIRMED"],
      ["alan", "CONFIRMED"],
      ["grace", "CONFIRMED"]
    ])
    assert.equal(
      yield* failureTag(Users.listUsers({ UserPoolId, Filter: "shoe_size = \"47\"" })),
      "InvalidParameterException"
    )
  }),

  "a user manages their own attributes": Effect.gen(function*() {
    const { ClientId, UserPoolId } = yield* createPool("users")
    yield* createUser(UserPoolId, "ada")
    const { AccessToken } = yield* tokensOf(ClientId, "ada")
    const me = yield* Users.getUser({ AccessToken })
    assert.equal(me.Username, "ada")
    assert.deepEqual(values(me.UserAttributes), { email: "ada@example.com" })

    const { CodeDeliveryDetailsList } = yield* Users.updateUserAttributes({
      AccessToken,
      UserAttributes: [{ Name: "email", Value: "ada@example.org" }, { Name: "nickname", Value: "countess" }]
    })
    assert.deepEqual(CodeDeliveryDetailsList, [
      { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: "ada@example.org" }
    ])
    // cognito-local answers {} where AWS tells where the code went.
    assert.deepEqual(yield* Users.getUserAttributeVerificationCode({ AccessToken, AttributeName: "email" }), {})
    const verify = (code: string) =>
      Users.verifyUserAttribute({ AccessToken, AttributeName: "email", Code: Redacted.make(code) })
    assert.equal(yield* failureTag(verify("000000")), "CodeMismatchException")
    yield* verify(confirmationCode)
    yield* Users.deleteUserAttributes({ AccessToken, UserAttributeNames: ["nickname"] })
    assert.deepEqual(values((yield* Users.getUser({ AccessToken })).UserAttributes), {
      email: "ada@example.org",
      email_verified: "true"
    })

    assert.equal(
      yield* failureTag(
        Users.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: "sub", Value: "mine" }] })
      ),
      "InvalidParameterException"
    )
    assert.equal(
      yield* failureTag(Users.getUser({ AccessToken: Redacted.make("not a token") })),
      "InvalidParameterException"
    )
    yield* Users.deleteUser({ AccessToken })
    assert.equal(yield* failureTag(Users.getUser({ AccessToken })), "UserNotFoundException")
    assert.equal(yield* failureTag(Users.deleteUser({ AccessToken })), "NotAuthorizedException")
  })
}

export const scripted: ScriptedScenarios = {
  "SMS codes in the old way": [
    exchange(Users.adminSetUserSettings, {
      input: {
        UserPoolId: "eu-central-1_aBcDeFgHi",
        Username: "ada",
        MFAOptions: [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }]
      },
      output: {}
    }),
    exchange(Users.setUserSettings, { input: { AccessToken: Redacted.make("a.b.c"), MFAOptions: [] }, output: {} })
  ]
}
