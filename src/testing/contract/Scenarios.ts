/** Programs that users of Cognito would write, each of which shows more than one operation at work. */
import * as operations from "../../operations/index.ts"
import { type Step, stepWith } from "./Program.ts"

const anna = { UserPoolId: "{pool}", Username: "anna" }
const password = "Correct-Horse-1"
const other = "Battery-Staple-2"

const signIn = (PASSWORD: string): Step =>
  stepWith(
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
  stepWith(operations.signUp, {
    ClientId: "{client}",
    Username: "anna",
    Password: password,
    UserAttributes: [{ Name: "email", Value: "anna@example.com" }]
  }),
  signIn(password),
  stepWith(operations.adminConfirmSignUp, anna),
  signIn("Wrong-Horse-1"),
  signIn(password),
  stepWith(operations.getUser, { AccessToken: "{token}" }),
  stepWith(operations.updateUserAttributes, {
    AccessToken: "{token}",
    UserAttributes: [{ Name: "name", Value: "Anna" }]
  }),
  stepWith(operations.changePassword, { AccessToken: "{token}", PreviousPassword: password, ProposedPassword: other }),
  signIn(password),
  signIn(other),
  stepWith(operations.getTokensFromRefreshToken, { ClientId: "{client}", RefreshToken: "{refresh}" }),
  stepWith(operations.globalSignOut, { AccessToken: "{token}" }),
  stepWith(operations.getUser, { AccessToken: "{token}" }),
  signIn(other),
  stepWith(operations.deleteUser, { AccessToken: "{token}" }),
  stepWith(operations.adminGetUser, anna)
]

/** A user whom an administrator invites, who replaces the password. */
const invited: ReadonlyArray<Step> = [
  stepWith(operations.adminCreateUser, { ...anna, TemporaryPassword: password, MessageAction: "SUPPRESS" }),
  stepWith(operations.adminGetUser, anna),
  signIn(password),
  stepWith(operations.respondToAuthChallenge, {
    ClientId: "{client}",
    ChallengeName: "NEW_PASSWORD_REQUIRED",
    Session: "{session}",
    ChallengeResponses: { USERNAME: "anna", NEW_PASSWORD: other }
  }),
  stepWith(operations.adminGetUser, anna),
  signIn(other),
  stepWith(operations.adminDisableUser, anna),
  signIn(other),
  stepWith(operations.adminEnableUser, anna),
  signIn(other),
  stepWith(operations.revokeToken, { ClientId: "{client}", Token: "{refresh}" }),
  stepWith(operations.getUser, { AccessToken: "{token}" })
]

/** Groups and their members. */
const grouped: ReadonlyArray<Step> = [
  stepWith(operations.adminCreateUser, { ...anna, MessageAction: "SUPPRESS" }),
  stepWith(operations.createGroup, { UserPoolId: "{pool}", GroupName: "staff", Precedence: 1 }),
  stepWith(operations.adminAddUserToGroup, { ...anna, GroupName: "staff" }),
  stepWith(operations.listUsersInGroup, { UserPoolId: "{pool}", GroupName: "staff" }),
  stepWith(operations.adminListGroupsForUser, anna),
  stepWith(operations.adminDeleteUser, anna),
  stepWith(operations.listUsersInGroup, { UserPoolId: "{pool}", GroupName: "staff" }),
  stepWith(operations.deleteGroup, { UserPoolId: "{pool}", GroupName: "staff" }),
  stepWith(operations.getGroup, { UserPoolId: "{pool}", GroupName: "staff" })
]

/** All of them. */
export const scenarios: ReadonlyArray<ReadonlyArray<Step>> = [life, invited, grouped]
