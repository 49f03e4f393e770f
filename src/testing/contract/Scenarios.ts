/** Programs that users of Cognito would write, each of which shows more than one operation at work. */
import * as operations from "../../operations/index.ts"
import type { AnyOperation } from "../../Operation.ts"
import type { Step } from "./Program.ts"

// They are called with what was read by their own schemas.
const step = (operation: object, input: Step["input"], saves: NonNullable<Step["saves"]> = {}): Step => ({
  operation: operation as AnyOperation,
  input,
  saves
})

const anna = { UserPoolId: "{pool}", Username: "anna" }
const password = "Correct-Horse-1"
const other = "Battery-Staple-2"

const signIn = (PASSWORD: string): Step =>
  step(
    operations.initiateAuth,
    { ClientId: "{client}", AuthFlow: "USER_PASSWORD_AUTH", AuthParameters: { USERNAME: "anna", PASSWORD } },
    {
      token: "AuthenticationResult.AccessToken",
      refresh: "AuthenticationResult.RefreshToken",
      session: "Session"
    }
  )

/** From sign-up to deletion. */
const life: ReadonlyArray<Step> = [
  step(operations.signUp, {
    ClientId: "{client}",
    Username: "anna",
    Password: password,
    UserAttributes: [{ Name: "email", Value: "anna@example.com" }]
  }),
  signIn(password),
  step(operations.adminConfirmSignUp, anna),
  signIn("Wrong-Horse-1"),
  signIn(password),
  step(operations.getUser, { AccessToken: "{token}" }),
  step(operations.updateUserAttributes, { AccessToken: "{token}", UserAttributes: [{ Name: "name", Value: "Anna" }] }),
  step(operations.changePassword, { AccessToken: "{token}", PreviousPassword: password, ProposedPassword: other }),
  signIn(password),
  signIn(other),
  step(operations.getTokensFromRefreshToken, { ClientId: "{client}", RefreshToken: "{refresh}" }),
  step(operations.globalSignOut, { AccessToken: "{token}" }),
  step(operations.getUser, { AccessToken: "{token}" }),
  signIn(other),
  step(operations.deleteUser, { AccessToken: "{token}" }),
  step(operations.adminGetUser, anna)
]

/** A user whom an administrator invites, who replaces the password. */
const invited: ReadonlyArray<Step> = [
  step(operations.adminCreateUser, { ...anna, TemporaryPassword: password, MessageAction: "SUPPRESS" }),
  step(operations.adminGetUser, anna),
  signIn(password),
  step(operations.respondToAuthChallenge, {
    ClientId: "{client}",
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session: "{session}",
    ChallengeResponses: { USERNAME: "anna", NEW_PASSWORD: other }
  }),
  step(operations.adminGetUser, anna),
  signIn(other),
  step(operations.adminDisableUser, anna),
  signIn(other),
  step(operations.adminEnableUser, anna),
  signIn(other),
  step(operations.revokeToken, { ClientId: "{client}", Token: "{refresh}" }),
  step(operations.getUser, { AccessToken: "{token}" })
]

/** Groups and their members. */
const grouped: ReadonlyArray<Step> = [
  step(operations.adminCreateUser, { ...anna, MessageAction: "SUPPRESS" }),
  step(operations.createGroup, { UserPoolId: "{pool}", GroupName: "staff", Precedence: 1 }),
  step(operations.adminAddUserToGroup, { ...anna, GroupName: "staff" }),
  step(operations.listUsersInGroup, { UserPoolId: "{pool}", GroupName: "staff" }),
  step(operations.adminListGroupsForUser, anna),
  step(operations.adminDeleteUser, anna),
  step(operations.listUsersInGroup, { UserPoolId: "{pool}", GroupName: "staff" }),
  step(operations.deleteGroup, { UserPoolId: "{pool}", GroupName: "staff" }),
  step(operations.getGroup, { UserPoolId: "{pool}", GroupName: "staff" })
]

/** All of them. */
export const scenarios: ReadonlyArray<ReadonlyArray<Step>> = [life, invited, grouped]
