/** Tours of what people do: sign-up, sign-in, sessions, devices, passkeys, passwords, second factors, users. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import { Secret, TOTP } from "otpauth"
import * as Auth from "../../../src/operations/Auth.ts"
import * as Devices from "../../../src/operations/Devices.ts"
import * as Mfa from "../../../src/operations/Mfa.ts"
import * as Passkeys from "../../../src/operations/Passkeys.ts"
import * as Passwords from "../../../src/operations/Passwords.ts"
import * as ResourceServers from "../../../src/operations/ResourceServers.ts"
import * as Sessions from "../../../src/operations/Sessions.ts"
import * as SignUp from "../../../src/operations/SignUp.ts"
import * as Users from "../../../src/operations/Users.ts"
import { makeAuthenticator } from "../../auth/authenticator.ts"
import {
  code,
  must,
  newClient,
  newPool,
  newUser,
  otherPassword,
  password,
  refused,
  signedIn,
  signIn,
  type Tours
} from "./call.ts"

/** What an app shows now. A replay's secret is none; then any code will do. */
const totp = (secret: string, later = 0) =>
  Effect.map(Clock.currentTimeMillis, (now) => {
    try {
      return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now + later })
    } catch {
      return later === 0 ? "111111" : "222222"
    }
  })

export const signUp: Tours = {
  "a user of a pool signs up, confirms and signs in by that": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const ClientId = yield* newClient(call, UserPoolId)
      const { CodeDeliveryDetails, Session, UserConfirmed } = yield* call(SignUp.signUp, {
        ClientId,
        Username: "anna",
        Password: password,
        UserAttributes: [{ Name: "email", Value: "anna@example.com" }]
      })
      assert.equal(UserConfirmed, false)
      assert.deepEqual(CodeDeliveryDetails, {
        AttributeName: "email",
        DeliveryMedium: "EMAIL",
        Destination: "a***@e***"
      })
      assert.equal(yield* refused(signIn(call, ClientId)), "UserNotConfirmedException")
      yield* call(SignUp.resendConfirmationCode, { ClientId, Username: "anna" })
      const wrong = call(SignUp.confirmSignUp, { ClientId, Username: "anna", ConfirmationCode: "000000" })
      assert.equal(yield* refused(wrong), "CodeMismatchException")
      const { Session: next } = yield* call(SignUp.confirmSignUp, {
        ClientId,
        Username: "anna",
        ConfirmationCode: code,
        Session: must(Session)
      })
      const { AuthenticationResult } = yield* call(Auth.initiateAuth, {
        ClientId,
        AuthFlow: "USER_AUTH",
        AuthParameters: { USERNAME: "anna" },
        Session: must(next)
      })
      must(AuthenticationResult?.AccessToken)
      yield* call(SignUp.signUp, { ClientId, Username: "bert", Password: password })
      yield* call(SignUp.adminConfirmSignUp, { UserPoolId, Username: "bert" })
      must((yield* signIn(call, ClientId, "bert")).AuthenticationResult)
    })
}

export const auth: Tours = {
  "a user of a pool signs in, refreshes and signs out": (call) =>
    Effect.gen(function*() {
      const { AccessToken, ClientId, RefreshToken, UserPoolId } = yield* signedIn(call)
      assert.equal(yield* refused(signIn(call, ClientId, "anna", otherPassword)), "NotAuthorizedException")
      const refreshed = yield* call(Auth.getTokensFromRefreshToken, { ClientId, RefreshToken })
      must(refreshed.AuthenticationResult?.AccessToken)
      const admin = yield* call(Auth.adminInitiateAuth, {
        UserPoolId,
        ClientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "anna", PASSWORD: password }
      })
      must(admin.AuthenticationResult?.IdToken)
      const factors = yield* call(Auth.getUserAuthFactors, { AccessToken })
      assert.deepEqual(factors, yield* call(Auth.adminGetUserAuthFactors, { UserPoolId, Username: "anna" }))
      yield* call(Auth.revokeToken, { ClientId, Token: RefreshToken })
      assert.equal(yield* refused(call(Users.getUser, { AccessToken })), "NotAuthorizedException")
      const again = (yield* signIn(call, ClientId)).AuthenticationResult
      yield* call(Auth.globalSignOut, { AccessToken: must(again?.AccessToken) })
      yield* call(Auth.adminUserGlobalSignOut, { UserPoolId, Username: "anna" })
    }),

  "an invited user of a pool sets a password, also by an administrator's request": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const ClientId = yield* newClient(call, UserPoolId)
      for (const Username of ["anna", "bert"]) {
        yield* call(Users.adminCreateUser, {
          UserPoolId,
          Username,
          TemporaryPassword: password,
          MessageAction: "SUPPRESS"
        })
      }
      const ChallengeName = "NEW_PASSWORD_REQUIRED"
      const first = yield* signIn(call, ClientId, "anna")
      assert.equal(first.ChallengeName, ChallengeName)
      const done = yield* call(Auth.respondToAuthChallenge, {
        ClientId,
        ChallengeName,
        Session: must(first.Session),
        ChallengeResponses: { USERNAME: "anna", NEW_PASSWORD: otherPassword }
      })
      must(done.AuthenticationResult)
      const other = yield* call(Auth.adminInitiateAuth, {
        UserPoolId,
        ClientId,
        AuthFlow: "ADMIN_USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "bert", PASSWORD: password }
      })
      const byAdmin = yield* call(Auth.adminRespondToAuthChallenge, {
        UserPoolId,
        ClientId,
        ChallengeName,
        Session: must(other.Session),
        ChallengeResponses: { USERNAME: "bert", NEW_PASSWORD: otherPassword }
      })
      must(byAdmin.AuthenticationResult)
    }),

  "a client of a pool gets a token of its own": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      const secret = "s3cr3tOfTheTourThatIsLongEnough"
      yield* call(ResourceServers.createResourceServer, {
        UserPoolId,
        Identifier: "orders",
        Name: "Orders",
        Scopes: [{ ScopeName: "read", ScopeDescription: "reads orders" }]
      })
      const ClientId = yield* newClient(call, UserPoolId, {
        ClientSecret: secret,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ["client_credentials"],
        AllowedOAuthScopes: ["orders/read"]
      })
      const { ClientAuthenticationResult } = yield* call(Auth.getClientToken, {
        ClientId,
        Secret: secret,
        Scopes: ["orders/read"]
      })
      assert.equal(ClientAuthenticationResult?.ExpiresIn, 3600)
    })
}

export const sessions: Tours = {
  "sessions of a pool's users are listed, configured and ended": (call) =>
    Effect.gen(function*() {
      const { AccessToken, ClientId, UserPoolId } = yield* signedIn(call)
      yield* signIn(call, ClientId)
      const { Sessions: all = [] } = yield* call(Sessions.listUserSessions, { AccessToken })
      assert.equal(all.length, 2)
      assert.equal(all.filter(({ IsCurrentSession }) => IsCurrentSession).length, 1)
      const other = must(all.find(({ IsCurrentSession }) => IsCurrentSession !== true)?.SessionId)
      yield* call(Sessions.revokeUserSession, { AccessToken, SessionId: other })
      const left = yield* call(Sessions.adminListUserSessions, { UserPoolId, Username: "anna" })
      assert.equal(left.Sessions?.length, 1)
      yield* call(Sessions.setUserPoolSessionConfiguration, {
        UserPoolId,
        UserSessionTracking: "ENABLED",
        TokenSession: { MaxPerUser: 3 }
      })
      assert.equal((yield* call(Sessions.getUserPoolSessionConfiguration, { UserPoolId })).TokenSession?.MaxPerUser, 3)
      yield* call(Sessions.setUserPoolClientSessionConfiguration, {
        UserPoolId,
        ClientId,
        SSOSession: { MaxValidityMinutes: 30 }
      })
      const client = yield* call(Sessions.getUserPoolClientSessionConfiguration, { UserPoolId, ClientId })
      assert.equal(client.SSOSession?.MaxValidityMinutes, 30)
      yield* call(Sessions.adminRevokeUserSession, {
        UserPoolId,
        Username: "anna",
        SessionId: must(left.Sessions?.[0]?.SessionId)
      })
      assert.equal(yield* refused(call(Users.getUser, { AccessToken })), "NotAuthorizedException")
    })
}

export const devices: Tours = {
  "a device of a pool's user is confirmed, remembered and forgotten": (call) =>
    Effect.gen(function*() {
      const { AccessToken, AuthenticationResult, UserPoolId } = yield* signedIn(call, {
        DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true }
      })
      const DeviceKey = must(AuthenticationResult.NewDeviceMetadata?.DeviceKey)
      const { UserConfirmationNecessary } = yield* call(Devices.confirmDevice, {
        AccessToken,
        DeviceKey,
        DeviceName: "laptop",
        DeviceSecretVerifierConfig: { PasswordVerifier: "AMWFmcEoWzl+Mq==".replace("Mq==", "Mg=="), Salt: "c2FsdA==" }
      })
      assert.equal(UserConfirmationNecessary, true)
      yield* call(Devices.updateDeviceStatus, { AccessToken, DeviceKey, DeviceRememberedStatus: "remembered" })
      const { Device } = yield* call(Devices.getDevice, { AccessToken, DeviceKey })
      assert.ok(Device.DeviceAttributes?.some(({ Name, Value }) => Name === "device_name" && Value === "laptop"))
      const known = { UserPoolId, Username: "anna" }
      assert.equal((yield* call(Devices.adminGetDevice, { ...known, DeviceKey })).Device.DeviceKey, DeviceKey)
      yield* call(Devices.adminUpdateDeviceStatus, { ...known, DeviceKey, DeviceRememberedStatus: "not_remembered" })
      assert.equal((yield* call(Devices.listDevices, { AccessToken })).Devices?.length, 1)
      assert.equal((yield* call(Devices.adminListDevices, known)).Devices?.length, 1)
      yield* call(Devices.forgetDevice, { AccessToken, DeviceKey })
      assert.equal(
        yield* refused(call(Devices.adminForgetDevice, { ...known, DeviceKey })),
        "ResourceNotFoundException"
      )
    }),

  "an administrator forgets a device of a pool's user": (call) =>
    Effect.gen(function*() {
      const { AuthenticationResult, UserPoolId } = yield* signedIn(call, { DeviceConfiguration: {} })
      const DeviceKey = must(AuthenticationResult.NewDeviceMetadata?.DeviceKey)
      yield* call(Devices.adminForgetDevice, { UserPoolId, Username: "anna", DeviceKey })
      assert.deepEqual((yield* call(Devices.adminListDevices, { UserPoolId, Username: "anna" })).Devices, [])
    })
}

export const passkeys: Tours = {
  "a user of a pool registers a passkey, and loses it again": (call) =>
    Effect.gen(function*() {
      const { AccessToken, UserPoolId } = yield* signedIn(call, {
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } }
      })
      yield* call(Mfa.setUserPoolMfaConfig, {
        UserPoolId,
        WebAuthnConfiguration: { RelyingPartyId: "localhost", UserVerification: "preferred" }
      })
      const { CredentialCreationOptions } = yield* call(Passkeys.startWebAuthnRegistration, { AccessToken })
      const Credential = yield* makeAuthenticator("http://localhost", "the same key each time").create(
        CredentialCreationOptions
      )
      // A JSON value.
      yield* call(Passkeys.completeWebAuthnRegistration, {
        AccessToken,
        Credential: JSON.parse(JSON.stringify(Credential))
      })
      const { Credentials } = yield* call(Passkeys.listWebAuthnCredentials, { AccessToken })
      assert.equal(Credentials[0]?.RelyingPartyId, "localhost")
      yield* call(Passkeys.deleteWebAuthnCredential, { AccessToken, CredentialId: must(Credentials[0]).CredentialId })
      assert.deepEqual((yield* call(Passkeys.listWebAuthnCredentials, { AccessToken })).Credentials, [])
    })
}

export const passwords: Tours = {
  "a user of a pool changes, forgets and resets the password": (call) =>
    Effect.gen(function*() {
      const { AccessToken, ClientId, UserPoolId } = yield* signedIn(call)
      const change = { AccessToken, PreviousPassword: password, ProposedPassword: otherPassword }
      assert.equal(
        yield* refused(call(Passwords.changePassword, { ...change, ProposedPassword: "weak-password" })),
        "InvalidPasswordException"
      )
      yield* call(Passwords.changePassword, change)
      const { CodeDeliveryDetails } = yield* call(Passwords.forgotPassword, { ClientId, Username: "anna" })
      assert.equal(CodeDeliveryDetails?.Destination, "a***@e***")
      const forgotten = { ClientId, Username: "anna", Password: password }
      assert.equal(
        yield* refused(call(Passwords.confirmForgotPassword, { ...forgotten, ConfirmationCode: "000000" })),
        "CodeMismatchException"
      )
      yield* call(Passwords.confirmForgotPassword, { ...forgotten, ConfirmationCode: code })
      yield* call(Passwords.adminResetUserPassword, { UserPoolId, Username: "anna" })
      assert.equal(yield* refused(signIn(call, ClientId)), "PasswordResetRequiredException")
      yield* call(Passwords.confirmForgotPassword, { ...forgotten, ConfirmationCode: code })
      must((yield* signIn(call, ClientId)).AuthenticationResult)
    })
}

export const mfa: Tours = {
  "a user of a pool sets an authenticator app up and signs in with it": (call) =>
    Effect.gen(function*() {
      const { AccessToken, ClientId, UserPoolId } = yield* signedIn(call)
      yield* call(Mfa.setUserPoolMfaConfig, {
        UserPoolId,
        MfaConfiguration: "OPTIONAL",
        SoftwareTokenMfaConfiguration: { Enabled: true }
      })
      assert.equal((yield* call(Mfa.getUserPoolMfaConfig, { UserPoolId })).MfaConfiguration, "OPTIONAL")
      const { SecretCode = "" } = yield* call(Mfa.associateSoftwareToken, { AccessToken })
      const wrong = call(Mfa.verifySoftwareToken, { AccessToken, UserCode: "000000" })
      assert.equal(yield* refused(wrong), "EnableSoftwareTokenMFAException")
      const verified = yield* call(Mfa.verifySoftwareToken, {
        AccessToken,
        UserCode: yield* totp(SecretCode),
        FriendlyDeviceName: "phone"
      })
      assert.equal(verified.Status, "SUCCESS")
      yield* call(Mfa.setUserMFAPreference, {
        AccessToken,
        SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true }
      })
      const challenge = yield* signIn(call, ClientId)
      assert.equal(challenge.ChallengeName, "SOFTWARE_TOKEN_MFA")
      // The code of the next 30 seconds, since each is taken once.
      const { AuthenticationResult } = yield* call(Auth.respondToAuthChallenge, {
        ClientId,
        ChallengeName: "SOFTWARE_TOKEN_MFA",
        Session: must(challenge.Session),
        ChallengeResponses: { USERNAME: "anna", SOFTWARE_TOKEN_MFA_CODE: yield* totp(SecretCode, 30_000) }
      })
      must(AuthenticationResult)
      yield* call(Mfa.adminSetUserMFAPreference, {
        UserPoolId,
        Username: "anna",
        SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: false }
      })
      yield* call(Mfa.adminDeleteSoftwareToken, { UserPoolId, Username: "anna" })
      must((yield* signIn(call, ClientId)).AuthenticationResult)
    })
}

export const users: Tours = {
  "users of a pool are made, found, changed and removed": (call) =>
    Effect.gen(function*() {
      const UserPoolId = yield* newPool(call)
      yield* newUser(call, UserPoolId)
      yield* newUser(call, UserPoolId, "bert")
      const anna = { UserPoolId, Username: "anna" }
      assert.equal(
        yield* refused(call(Users.adminCreateUser, { ...anna, MessageAction: "SUPPRESS" })),
        "UsernameExistsException"
      )
      yield* call(Users.adminUpdateUserAttributes, {
        ...anna,
        UserAttributes: [{ Name: "name", Value: "Anna \"Ann\"" }]
      })
      const found = yield* call(Users.listUsers, { UserPoolId, Filter: "name = \"Anna \\\"Ann\\\"\"" })
      assert.deepEqual(found.Users?.map(({ Username }) => Username), ["anna"])
      const first = yield* call(Users.listUsers, { UserPoolId, Limit: 1 })
      const last = yield* call(Users.listUsers, { UserPoolId, Limit: 1, PaginationToken: must(first.PaginationToken) })
      assert.equal(last.PaginationToken, undefined)
      yield* call(Users.adminDeleteUserAttributes, { ...anna, UserAttributeNames: ["name"] })
      yield* call(Users.adminDisableUser, anna)
      assert.equal((yield* call(Users.adminGetUser, anna)).Enabled, false)
      yield* call(Users.adminEnableUser, anna)
      yield* call(Users.adminSetUserSettings, {
        ...anna,
        MFAOptions: [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }]
      })
      yield* call(Users.adminDeleteUser, anna)
      assert.equal(yield* refused(call(Users.adminGetUser, anna)), "UserNotFoundException")
    }),

  "a user of a pool manages attributes and leaves": (call) =>
    Effect.gen(function*() {
      const { AccessToken } = yield* signedIn(call)
      const { CodeDeliveryDetailsList } = yield* call(Users.updateUserAttributes, {
        AccessToken,
        UserAttributes: [{ Name: "email", Value: "new@example.com" }, { Name: "nickname", Value: "Ann" }]
      })
      assert.equal(CodeDeliveryDetailsList?.[0]?.Destination, "n***@e***")
      yield* call(Users.getUserAttributeVerificationCode, { AccessToken, AttributeName: "email" })
      yield* call(Users.verifyUserAttribute, { AccessToken, AttributeName: "email", Code: code })
      yield* call(Users.deleteUserAttributes, { AccessToken, UserAttributeNames: ["nickname"] })
      yield* call(Users.setUserSettings, {
        AccessToken,
        MFAOptions: [{ DeliveryMedium: "SMS", AttributeName: "phone_number" }]
      })
      const { UserAttributes } = yield* call(Users.getUser, { AccessToken })
      assert.ok(UserAttributes.some(({ Name, Value }) => Name === "email_verified" && Value === "true"))
      yield* call(Users.deleteUser, { AccessToken })
      assert.equal(yield* refused(call(Users.getUser, { AccessToken })), "UserNotFoundException")
    })
}
