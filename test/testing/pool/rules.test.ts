/**
 * The rules of the service that a pool keeps, in process and on the test's clock: names and hashes, codes and sessions,
 * attempts, tokens, devices, lists, triggers, faults.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { createHmac } from "node:crypto"
import { connect } from "node:net"
import * as Auth from "../../../src/operations/Auth.ts"
import * as Passwords from "../../../src/operations/Passwords.ts"
import * as SignUp from "../../../src/operations/SignUp.ts"
import * as Users from "../../../src/operations/Users.ts"
import { createUserImportJob, describeUserImportJob, startUserImportJob } from "../../../src/operations/UserImport.ts"
import { layerFetch } from "../../../src/client/Transport.ts"
import { client } from "../../support/client.ts"
import { RetryPolicy } from "../../../src/client/Retry.ts"
import type { Cognito } from "../../../src/Service.ts"
import type { Signer } from "../../../src/client/Signer.ts"
import * as UserPools from "../../../src/testing/pool/index.ts"
import { adminSetUserMFAPreference, associateSoftwareToken, verifySoftwareToken } from "../../../src/operations/Mfa.ts"
import { adminForgetDevice, adminListDevices, confirmDevice } from "../../../src/operations/Devices.ts"
import { updateUserPoolClient } from "../../../src/operations/AppClients.ts"

const secret = Redacted.make
const password = "Correct-Horse-1"
const anna = {
  Username: "anna",
  Password: password,
  Attributes: { email: "anna@example.com", email_verified: "true", phone_number: "+15551231234" }
}
const UserPoolId = UserPools.defaultUserPoolId
const ClientId = UserPools.defaultClientId

type Program<A, E> = Effect.Effect<A, E, Cognito | Signer | UserPools.UserPools>

const inPool = (options: UserPools.Options = {}) => <A, E>(program: Program<A, E>) =>
  Effect.provide(program, UserPools.layer({ users: [anna], code: "123456", ...options }))

const signIn = (Password = password, Username = "anna", more: { readonly [name: string]: string } = {}) =>
  Auth.initiateAuth({
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: Username, PASSWORD: Password, ...more }
  })

const tokens = Effect.map(signIn(), ({ AuthenticationResult }) => ({
  AccessToken: AuthenticationResult?.AccessToken ?? secret(""),
  RefreshToken: AuthenticationResult?.RefreshToken ?? secret("")
}))

/** The error of an effect, as `Name: text`. */
const told = <A, E extends object, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.flip(effect), (error) => `${String(Object(error)._tag)}: ${String(Object(error).message)}`)

const hashOf = (name: string, key: string): string =>
  createHmac("sha256", key).update(`${name}${ClientId}`).digest("base64")

describe("inputs", () => {
  it.effect("are checked as the model says, with the service's texts", () =>
    Effect.gen(function*() {
      const wrong = Users.adminGetUser({ UserPoolId: "nowhere", Username: "" })
      assert.strictEqual(
        yield* told(wrong),
        "InvalidParameterException: 3 validation errors detected: Value 'nowhere' at 'userPoolId' failed to satisfy constraint: "
          + "Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+; Value at 'username' failed to satisfy "
          + "constraint: Member must have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: "
          + "Member must satisfy regular expression pattern: [\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}]+"
      )
    }).pipe(inPool()))
})

it("inputs of another type are errors of their own, as the service writes them", async () => {
  const pools = await UserPools.start()
  const answer = async (body: string) => {
    const response = await fetch(pools.url, {
      method: "POST",
      headers: { "x-amz-target": "AWSCognitoIdentityProviderService.ListUserPools", authorization: "signed" },
      body
    })
    return { status: response.status, type: response.headers.get("x-amzn-errortype"), body: await response.json() }
  }
  assert.deepStrictEqual(await answer("{\"MaxResults\":\"1\"}"), {
    status: 400,
    type: "SerializationException:",
    body: { __type: "SerializationException", Message: "STRING_VALUE can not be converted to an Integer" }
  })
  assert.deepStrictEqual((await answer("{")).body, { __type: "SerializationException" })
  assert.deepStrictEqual((await answer("{\"MaxResults\":61}")).body, {
    __type: "InvalidParameterException",
    message: "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: "
      + "Member must have value less than or equal to 60"
  })
  await pools.close()
})

describe("names", () => {
  it.effect("a client with a secret needs its hash over the name that was typed", () => {
    const key = "s3cr3tOfTheTestsThatIsLongEnough"
    return Effect.gen(function*() {
      assert.strictEqual(
        yield* told(signIn()),
        `NotAuthorizedException: Client ${ClientId} is configured with secret but SECRET_HASH was not received`
      )
      assert.strictEqual(
        yield* told(signIn(password, "anna", { SECRET_HASH: hashOf("bert", key) })),
        `NotAuthorizedException: Unable to verify secret hash for client ${ClientId}`
      )
      yield* signIn(password, "anna", { SECRET_HASH: hashOf("anna", key) })
      // A refresh names nobody: the hash is over the pool's own name.
      const { AuthenticationResult } = yield* signIn(password, "anna@example.com", {
        SECRET_HASH: hashOf("anna@example.com", key)
      })
      const refresh = (name: string) =>
        Auth.initiateAuth({
          ClientId,
          AuthFlow: "REFRESH_TOKEN_AUTH",
          AuthParameters: { REFRESH_TOKEN: AuthenticationResult?.RefreshToken ?? "", SECRET_HASH: hashOf(name, key) }
        })
      assert.match(yield* told(refresh("anna@example.com")), /Unable to verify secret hash/)
      yield* refresh("anna")
    }).pipe(inPool({ client: { ClientSecret: key }, pool: { AliasAttributes: ["email"] } }))
  })

  it.effect("a client without a secret takes no hash", () =>
    Effect.gen(function*() {
      assert.match(yield* told(signIn(password, "anna", { SECRET_HASH: "aGFzaA==" })), /not configured with secret/)
    }).pipe(inPool()))

  it.effect.each(
    [
      ["ENABLED", "NotAuthorizedException: Incorrect username or password.", "NotAuthorizedException"],
      ["LEGACY", "UserNotFoundException: User does not exist.", "UserNotFoundException"]
    ] as const
  )("a client tells or hides whether a user exists: %s", ([prevent, text]) =>
    Effect.gen(function*() {
      assert.strictEqual(yield* told(signIn(password, "nobody")), text)
      const forgot = Passwords.forgotPassword({ ClientId, Username: "nobody" })
      if (prevent === "ENABLED") assert.isDefined((yield* forgot).CodeDeliveryDetails)
      else assert.strictEqual(yield* told(forgot), "UserNotFoundException: Username/client id combination not found.")
      // The beginning of a proof does not tell either.
      const srp = Auth.initiateAuth({
        ClientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME: "nobody", SRP_A: "2" }
      })
      if (prevent === "ENABLED") {
        const [one, other] = [yield* srp, yield* srp]
        assert.strictEqual(one.ChallengeName, "PASSWORD_VERIFIER")
        assert.deepStrictEqual(one.ChallengeParameters?.SALT, other.ChallengeParameters?.SALT)
      } else assert.match(yield* told(srp), /UserNotFoundException/)
    }).pipe(inPool({ client: { PreventUserExistenceErrors: prevent } })))

  it.effect("case counts, unless the pool says otherwise", () =>
    Effect.gen(function*() {
      assert.match(yield* told(Users.adminGetUser({ UserPoolId, Username: "ANNA" })), /UserNotFoundException/)
      const insensitive = Users.adminGetUser({ UserPoolId, Username: "ANNA@Example.com" })
      const { Username } = yield* insensitive.pipe(
        inPool({ pool: { UsernameConfiguration: { CaseSensitive: false }, AliasAttributes: ["email"] } })
      )
      assert.strictEqual(Username, "anna")
    }).pipe(inPool()))

  it.effect("USER_ID_FOR_SRP is the pool's name, whatever was typed, and no other is taken with the proof", () =>
    Effect.gen(function*() {
      const { ChallengeParameters = {} } = yield* Auth.initiateAuth({
        ClientId,
        AuthFlow: "USER_SRP_AUTH",
        AuthParameters: { USERNAME: "anna@example.com", SRP_A: "2" }
      })
      const name = Redacted.value(secret(String(Redacted.value(ChallengeParameters.USER_ID_FOR_SRP as never))))
      assert.strictEqual(name, "anna")
      const proof = (USERNAME: string) =>
        Auth.respondToAuthChallenge({
          ClientId,
          ChallengeName: "PASSWORD_VERIFIER",
          ChallengeResponses: {
            USERNAME,
            PASSWORD_CLAIM_SECRET_BLOCK: Redacted.value(ChallengeParameters.SECRET_BLOCK as never),
            PASSWORD_CLAIM_SIGNATURE: "AAAA",
            TIMESTAMP: "Thu Nov 26 12:00:00 UTC 2026"
          }
        })
      assert.strictEqual(
        yield* told(proof("anna@example.com")),
        "NotAuthorizedException: Incorrect username or password."
      )
    }).pipe(inPool({ pool: { AliasAttributes: ["email"] } })))

  it.effect("an address is a name to sign in with once it is verified", () =>
    Effect.gen(function*() {
      const UserAttributes = [{ Name: "email", Value: "anna@example.com" }]
      yield* Users.adminUpdateUserAttributes({
        UserPoolId,
        Username: "anna",
        UserAttributes: [...UserAttributes, { Name: "email_verified", Value: "false" }]
      })
      assert.match(yield* told(signIn(password, "anna@example.com")), /^NotAuthorizedException/)
      yield* Users.adminUpdateUserAttributes({
        UserPoolId,
        Username: "anna",
        UserAttributes: [...UserAttributes, { Name: "email_verified", Value: "true" }]
      })
      yield* signIn(password, "anna@example.com")
    }).pipe(inPool({ pool: { AliasAttributes: ["email"] } })))

  it.effect("an address that somebody has verified is nobody else's", () =>
    Effect.gen(function*() {
      const UserAttributes = [{ Name: "email", Value: "anna@example.com" }, { Name: "email_verified", Value: "true" }]
      const bert = { UserPoolId, Username: "bert", MessageAction: "SUPPRESS", UserAttributes } as const
      assert.strictEqual(
        yield* told(Users.adminCreateUser(bert)),
        "ClientError: AdminCreateUser: UnmodeledError: HTTP 400 AliasExistsException: An account with the email already exists."
      )
      yield* Users.adminCreateUser({ ...bert, ForceAliasCreation: true })
      const { Username } = yield* Users.adminGetUser({ UserPoolId, Username: "anna@example.com" })
      assert.strictEqual(Username, "bert")
      const { UserAttributes: left = [] } = yield* Users.adminGetUser({ UserPoolId, Username: "anna" })
      assert.deepInclude(left, { Name: "email_verified", Value: "false" })
    }).pipe(inPool({ pool: { AliasAttributes: ["email"] } })))
})

describe("codes, sessions and attempts", () => {
  const confirm = (ConfirmationCode: string) =>
    SignUp.confirmSignUp({ ClientId, Username: "bert", ConfirmationCode: secret(ConfirmationCode) })
  const signUp = SignUp.signUp({
    ClientId,
    Username: "bert",
    Password: secret(password),
    UserAttributes: [{ Name: "email", Value: "bert@example.com" }]
  })

  it.effect("a code is good for a day, and not after", () =>
    Effect.gen(function*() {
      yield* signUp
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(
        yield* told(confirm("123456")),
        "ExpiredCodeException: Invalid code provided, please request a code again."
      )
      yield* SignUp.resendConfirmationCode({ ClientId, Username: "bert" })
      yield* TestClock.adjust("23 hours")
      yield* confirm("123456")
      assert.strictEqual(
        yield* told(confirm("123456")),
        "NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED"
      )
    }).pipe(inPool()))

  it.effect("five wrong codes are enough, and so are five messages an hour", () =>
    Effect.gen(function*() {
      yield* signUp
      for (let time = 0; time < 5; time++) assert.match(yield* told(confirm("000000")), /^CodeMismatchException/)
      assert.strictEqual(
        yield* told(confirm("123456")),
        "TooManyFailedAttemptsException: Attempt limit exceeded, please try after some time."
      )
      const resend = SignUp.resendConfirmationCode({ ClientId, Username: "bert" })
      for (let time = 0; time < 4; time++) yield* resend
      assert.match(yield* told(resend), /^LimitExceededException/)
      yield* TestClock.adjust("1 hour")
      yield* resend
    }).pipe(inPool()))

  it.effect("wrong passwords lock a user out, longer each time, and a right one ends it", () =>
    Effect.gen(function*() {
      for (let time = 0; time < 5; time++) assert.match(yield* told(signIn("wrong")), /Incorrect username or password/)
      assert.strictEqual(yield* told(signIn()), "NotAuthorizedException: Password attempts exceeded")
      yield* TestClock.adjust("1 second")
      assert.match(yield* told(signIn("wrong")), /Incorrect/)
      yield* TestClock.adjust("1 second")
      assert.match(yield* told(signIn()), /exceeded/)
      yield* TestClock.adjust("1 second")
      yield* signIn()
      assert.match(yield* told(signIn("wrong")), /Incorrect/)
      yield* signIn()
    }).pipe(inPool()))

  const invited = { users: [{ ...anna, UserStatus: "FORCE_CHANGE_PASSWORD" }] } as const
  const newPassword = (Session: Redacted.Redacted<string> | undefined, NEW_PASSWORD = "Battery-Staple-2") =>
    Auth.respondToAuthChallenge({
      ClientId,
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: Session ?? secret(""),
      ChallengeResponses: { USERNAME: "anna", NEW_PASSWORD }
    })

  it.effect("a session is used once, and not after its time", () =>
    Effect.gen(function*() {
      const first = yield* signIn()
      assert.match(yield* told(newPassword(first.Session, "weak-password")), /^InvalidPasswordException/)
      yield* newPassword(first.Session)
      assert.strictEqual(
        yield* told(newPassword(first.Session)),
        "NotAuthorizedException: Invalid session for the user, session can only be used once."
      )
      yield* Passwords.adminSetUserPassword({ UserPoolId, Username: "anna", Password: secret(password) })
      const { Session } = yield* signIn()
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(
        yield* told(newPassword(Session)),
        "NotAuthorizedException: Invalid session for the user, session is expired."
      )
    }).pipe(inPool({ ...invited, client: { AuthSessionValidity: 5 } })))

  it.effect("five wrong codes end a sign-in's session", () =>
    Effect.gen(function*() {
      const UserAttributes = [{ Name: "phone_number", Value: "+15551231234" }]
      yield* Users.adminUpdateUserAttributes({ UserPoolId, Username: "anna", UserAttributes })
      yield* adminSetUserMFAPreference({
        UserPoolId,
        Username: "anna",
        SMSMfaSettings: { Enabled: true, PreferredMfa: true }
      })
      const { ChallengeName, Session } = yield* signIn()
      assert.strictEqual(ChallengeName, "SMS_MFA")
      const answer = (SMS_MFA_CODE: string) =>
        Auth.respondToAuthChallenge({
          ClientId,
          ChallengeName: "SMS_MFA",
          Session: Session ?? secret(""),
          ChallengeResponses: { USERNAME: "anna", SMS_MFA_CODE }
        })
      for (let time = 0; time < 5; time++) assert.match(yield* told(answer("000000")), /^CodeMismatchException/)
      assert.match(yield* told(answer("123456")), /^NotAuthorizedException: Invalid session for the user/)
    }).pipe(inPool({ mfa: { MfaConfiguration: "OPTIONAL", SmsMfaConfiguration: {} } })))

  it.effect("the code of an app is good for the 30 seconds before and after its own, and no longer", () =>
    Effect.gen(function*() {
      const pools = yield* UserPools.UserPools
      const { AccessToken } = yield* tokens
      for (const [later, isTaken] of [["29 seconds", true], ["89 seconds", false]] as const) {
        yield* associateSoftwareToken({ AccessToken })
        const UserCode = secret(yield* pools.totp("anna"))
        yield* TestClock.adjust(later)
        const verified = Effect.exit(verifySoftwareToken({ AccessToken, UserCode }))
        assert.strictEqual((yield* verified)._tag, isTaken ? "Success" : "Failure")
      }
    }).pipe(inPool({ mfa: { MfaConfiguration: "OPTIONAL", SoftwareTokenMfaConfiguration: { Enabled: true } } })))

  it.effect("a temporary password is good for as many days as the policy says", () =>
    Effect.gen(function*() {
      yield* TestClock.adjust("7 days")
      assert.strictEqual(
        yield* told(signIn()),
        "NotAuthorizedException: Temporary password has expired and must be reset by an administrator."
      )
    }).pipe(inPool(invited)))
})

describe("tokens", () => {
  const refreshOf = (RefreshToken: Redacted.Redacted<string>) =>
    Auth.getTokensFromRefreshToken({ ClientId, RefreshToken })
  const getUser = (AccessToken: Redacted.Redacted<string>) => Users.getUser({ AccessToken })

  it.effect("expire by the client's settings", () =>
    Effect.gen(function*() {
      const { AccessToken, RefreshToken } = yield* tokens
      yield* TestClock.adjust("599 seconds")
      yield* getUser(AccessToken)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* told(getUser(AccessToken)), "NotAuthorizedException: Access Token has expired")
      yield* TestClock.adjust("1 day")
      assert.strictEqual(yield* told(refreshOf(RefreshToken)), "NotAuthorizedException: Refresh Token has expired")
    }).pipe(inPool({
      client: {
        AccessTokenValidity: 10,
        RefreshTokenValidity: 1,
        TokenValidityUnits: { AccessToken: "minutes", RefreshToken: "days" }
      }
    })))

  it.effect("are over with a sign-out everywhere, a revocation, and the user", () =>
    Effect.gen(function*() {
      const [first, second] = [yield* tokens, yield* tokens]
      yield* Auth.revokeToken({ ClientId, Token: first.RefreshToken })
      assert.strictEqual(
        yield* told(getUser(first.AccessToken)),
        "NotAuthorizedException: Access Token has been revoked"
      )
      yield* getUser(second.AccessToken)
      yield* Auth.adminUserGlobalSignOut({ UserPoolId, Username: "anna" })
      assert.strictEqual(
        yield* told(getUser(second.AccessToken)),
        "NotAuthorizedException: Access Token has been revoked"
      )
      assert.strictEqual(
        yield* told(refreshOf(second.RefreshToken)),
        "NotAuthorizedException: Refresh Token has been revoked"
      )
      const third = yield* tokens
      yield* Users.adminDisableUser({ UserPoolId, Username: "anna" })
      assert.match(yield* told(refreshOf(third.RefreshToken)), /revoked|disabled/)
      yield* Users.adminDeleteUser({ UserPoolId, Username: "anna" })
      assert.strictEqual(yield* told(refreshOf(third.RefreshToken)), "UserNotFoundException: User does not exist.")
      assert.strictEqual(yield* told(getUser(third.AccessToken)), "UserNotFoundException: User does not exist.")
    }).pipe(inPool()))

  it.effect("of a user who is gone are told by an error that the operation declares", () =>
    Effect.gen(function*() {
      const { AccessToken } = yield* tokens
      yield* Users.adminDeleteUser({ UserPoolId, Username: "anna" })
      assert.match(yield* told(Auth.globalSignOut({ AccessToken })), /^NotAuthorizedException/)
      assert.match(yield* told(adminListDevices({ UserPoolId, Username: "anna" })), /^ResourceNotFoundException/)
    }).pipe(inPool()))

  it.effect("of others are refused", () =>
    Effect.gen(function*() {
      const { AccessToken } = yield* tokens
      const [header, claims] = Redacted.value(AccessToken).split(".")
      assert.strictEqual(
        yield* told(getUser(secret(`${header}.${claims}.AAAA`))),
        "NotAuthorizedException: Could not verify signature for Access Token"
      )
      assert.strictEqual(yield* told(getUser(secret("abc"))), "NotAuthorizedException: Invalid Access Token")
      assert.strictEqual(yield* told(refreshOf(secret("a.b.c.d.e"))), "NotAuthorizedException: Invalid Refresh Token")
    }).pipe(inPool()))

  const rotating = (RetryGracePeriodSeconds?: number) =>
    inPool({
      client: {
        RefreshTokenRotation: {
          Feature: "ENABLED",
          ...(RetryGracePeriodSeconds === undefined ? {} : { RetryGracePeriodSeconds })
        }
      }
    })

  it.effect("rotated ones are used once", () =>
    Effect.gen(function*() {
      const { RefreshToken } = yield* tokens
      const { AuthenticationResult } = yield* refreshOf(RefreshToken)
      assert.match(yield* told(refreshOf(RefreshToken)), /^RefreshTokenReuseException/)
      yield* refreshOf(AuthenticationResult?.RefreshToken ?? secret(""))
      const byFlow = Auth.initiateAuth({
        ClientId,
        AuthFlow: "REFRESH_TOKEN_AUTH",
        AuthParameters: { REFRESH_TOKEN: RefreshToken }
      })
      assert.strictEqual(yield* told(byFlow), "InvalidParameterException: Auth flow not enabled for this client")
    }).pipe(rotating()))

  it.effect("or for a while longer, where the client has a grace period", () =>
    Effect.gen(function*() {
      const { RefreshToken } = yield* tokens
      yield* refreshOf(RefreshToken)
      yield* TestClock.adjust("29 seconds")
      yield* refreshOf(RefreshToken)
      yield* TestClock.adjust("1 second")
      assert.match(yield* told(refreshOf(RefreshToken)), /^RefreshTokenReuseException/)
    }).pipe(rotating(30)))

  it.effect("a client cannot rotate and refresh in the old way", () =>
    Effect.gen(function*() {
      const both = updateUserPoolClient({
        UserPoolId,
        ClientId,
        ExplicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
        RefreshTokenRotation: { Feature: "ENABLED" }
      })
      assert.match(yield* told(both), /^InvalidParameterException/)
    }).pipe(inPool()))
})

describe("devices", () => {
  const known = () =>
    inPool({
      pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } },
      client: { ExplicitAuthFlows: ["ALLOW_USER_PASSWORD_AUTH"] }
    })
  const confirmed = Effect.gen(function*() {
    const { AuthenticationResult } = yield* signIn()
    const DeviceKey = AuthenticationResult?.NewDeviceMetadata?.DeviceKey ?? ""
    yield* confirmDevice({
      AccessToken: AuthenticationResult?.AccessToken ?? secret(""),
      DeviceKey,
      DeviceSecretVerifierConfig: { PasswordVerifier: secret("Ag=="), Salt: "c2FsdA==" }
    })
    return { DeviceKey, AuthenticationResult }
  })
  const answer = (
    ChallengeName: string,
    Session: Redacted.Redacted<string> | undefined,
    responses: { readonly [name: string]: string }
  ) =>
    Auth.respondToAuthChallenge({
      ClientId,
      ChallengeName,
      ...(Session === undefined ? {} : { Session }),
      ChallengeResponses: { USERNAME: "anna", ...responses }
    })

  it.effect("the key is asked for at every step of a device's proof", () =>
    Effect.gen(function*() {
      const { DeviceKey } = yield* confirmed
      const { ChallengeName, Session } = yield* signIn(password, "anna", { DEVICE_KEY: DeviceKey })
      assert.strictEqual(ChallengeName, "DEVICE_SRP_AUTH")
      assert.strictEqual(
        yield* told(answer("DEVICE_SRP_AUTH", Session, { SRP_A: "2" })),
        "InvalidParameterException: Missing required parameter DEVICE_KEY"
      )
      const { ChallengeParameters = {} } = yield* answer("DEVICE_SRP_AUTH", Session, {
        SRP_A: "2",
        DEVICE_KEY: DeviceKey
      })
      const block = ChallengeParameters.SECRET_BLOCK
      const proof = {
        PASSWORD_CLAIM_SECRET_BLOCK: block === undefined
          ? ""
          : Redacted.isRedacted(block)
          ? String(Redacted.value(block))
          : block,
        PASSWORD_CLAIM_SIGNATURE: "AAAA",
        TIMESTAMP: "Thu Nov 26 12:00:00 UTC 2026"
      }
      assert.strictEqual(
        yield* told(answer("DEVICE_PASSWORD_VERIFIER", undefined, proof)),
        "InvalidParameterException: Missing required parameter DEVICE_KEY"
      )
      assert.match(
        yield* told(answer("DEVICE_PASSWORD_VERIFIER", undefined, { ...proof, DEVICE_KEY: DeviceKey })),
        /Incorrect/
      )
    }).pipe(known()))

  it.effect("one that was forgotten, or never was, is met at every step", () =>
    Effect.gen(function*() {
      const { DeviceKey } = yield* confirmed
      const { Session } = yield* signIn(password, "anna", { DEVICE_KEY: DeviceKey })
      yield* adminForgetDevice({ UserPoolId, Username: "anna", DeviceKey })
      const gone = "ResourceNotFoundException: Device does not exist."
      assert.strictEqual(yield* told(signIn(password, "anna", { DEVICE_KEY: DeviceKey })), gone)
      assert.strictEqual(yield* told(answer("DEVICE_SRP_AUTH", Session, { SRP_A: "2", DEVICE_KEY: DeviceKey })), gone)
      assert.strictEqual(
        yield* told(signIn(password, "anna", { DEVICE_KEY: "what" })),
        "InvalidParameterException: Invalid device key given."
      )
    }).pipe(known()))

  it.effect("a refresh names the device that was confirmed with the sign-in", () =>
    Effect.gen(function*() {
      const { AuthenticationResult, DeviceKey } = yield* confirmed
      const RefreshToken = AuthenticationResult?.RefreshToken ?? secret("")
      const refresh = { ClientId, RefreshToken }
      assert.strictEqual(
        yield* told(Auth.getTokensFromRefreshToken(refresh)),
        "NotAuthorizedException: Invalid Refresh Token"
      )
      yield* Auth.getTokensFromRefreshToken({ ...refresh, DeviceKey })
    }).pipe(known()))
})

it("what the service leaves out is left out", async () => {
  const pools = await UserPools.start({ users: [anna] })
  const call = async (operation: string, input: object) => {
    const response = await fetch(pools.url, {
      method: "POST",
      headers: { "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`, authorization: "signed" },
      body: JSON.stringify(input)
    })
    return await response.text()
  }
  await call("CreateUserPoolDomain", { UserPoolId, Domain: "a-prefix" })
  assert.include(await call("DescribeUserPoolDomain", { Domain: "a-prefix" }), "\"CustomDomainConfig\":{}")
  // An operation without an output answers with nothing, one with an empty output with an empty object.
  assert.strictEqual(await call("AdminDeleteUser", { UserPoolId, Username: "anna" }), "")
  assert.strictEqual(
    await call("TagResource", { ResourceArn: `arn:aws:cognito-idp:eu-central-1:1:userpool/${UserPoolId}`, Tags: {} }),
    "{}"
  )
  await pools.close()
})

describe("lists", () => {
  const users = Array.from({ length: 7 }, (_, index) => ({
    Username: `user${index}`,
    Attributes: { name: index % 2 === 0 ? "Even \"as it is\"" : "Odd" }
  }))
  const list = (Filter: string) =>
    Effect.map(Users.listUsers({ UserPoolId, Filter }), ({ Users = [] }) => Users.map(({ Username }) => Username))

  it.effect("pages have opaque tokens, and may be empty with one", () =>
    Effect.gen(function*() {
      const first = yield* Users.listUsers({ UserPoolId, Limit: 1, Filter: "name = \"Odd\"" })
      assert.deepStrictEqual(first.Users, [])
      assert.isDefined(first.PaginationToken)
      const all = yield* Users.listUsers.items({ UserPoolId, Limit: 2 }).pipe((stream) =>
        Effect.map(Stream.runCollect(stream), (items) => items.length)
      )
      assert.strictEqual(all, 7)
      const other = Users.listUsers({ UserPoolId, PaginationToken: first.PaginationToken ?? "" })
      assert.strictEqual(yield* told(other), "InvalidParameterException: Invalid pagination token.")
    }).pipe(inPool({ users })))

  it.effect("filters find what they say, and only where the service searches", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* list("username = \"user3\""), ["user3"])
      assert.strictEqual((yield* list("name ^= \"Even \\\"as\"")).length, 4)
      assert.strictEqual((yield* list("\"name\"=\"Odd\"")).length, 3)
      assert.strictEqual((yield* list("cognito:user_status = \"confirmed\"")).length, 7)
      assert.deepStrictEqual(yield* list("status = \"enabled\""), [])
      assert.match(yield* told(list("custom:level = \"1\"")), /^InvalidParameterException/)
      assert.match(yield* told(list("name = Odd")), /^InvalidParameterException/)
    }).pipe(inPool({ users })))
})

describe("triggers", () => {
  const seen: Array<{ readonly source: string; readonly request: UserPools.EventMembers }> = []
  const see = (event: UserPools.TriggerEvent) => {
    seen.push({ source: event.triggerSource, request: event.request })
    return { response: event.response }
  }

  it.effect("metadata reach those that AWS gives them to, and no others", () => {
    seen.length = 0
    return Effect.gen(function*() {
      yield* Auth.initiateAuth({
        ClientId,
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "anna", PASSWORD: password },
        ClientMetadata: { tenant: "t1" }
      })
      const at = (source: string) => seen.find((event) => event.source === source)?.request
      assert.deepStrictEqual(at("PreAuthentication_Authentication")?.validationData, { tenant: "t1" })
      assert.notProperty(at("PostAuthentication_Authentication"), "clientMetadata")
      assert.notProperty(at("TokenGeneration_Authentication"), "clientMetadata")
    }).pipe(inPool({ triggers: { PreAuthentication: see, PostAuthentication: see, PreTokenGeneration: see } }))
  })

  it.effect("those of an answer reach what follows it", () => {
    seen.length = 0
    return Effect.gen(function*() {
      const { Session } = yield* signIn()
      yield* Auth.respondToAuthChallenge({
        ClientId,
        ChallengeName: "NEW_PASSWORD_REQUIRED",
        Session: Session ?? secret(""),
        ChallengeResponses: { USERNAME: "anna", NEW_PASSWORD: "Battery-Staple-2" },
        ClientMetadata: { tenant: "t2" }
      })
      assert.deepStrictEqual(seen.map(({ request, source }) => [source, request.clientMetadata]), [
        ["PostAuthentication_Authentication", { tenant: "t2" }],
        ["TokenGeneration_NewPasswordChallenge", { tenant: "t2" }]
      ])
    }).pipe(inPool({
      users: [{ ...anna, UserStatus: "FORCE_CHANGE_PASSWORD" }],
      triggers: { PostAuthentication: see, PreTokenGeneration: see }
    }))
  })

  it.effect("what they throw is told, and nothing is done", () =>
    Effect.gen(function*() {
      const signUp = SignUp.signUp({ ClientId, Username: "bert", Password: secret(password) })
      assert.strictEqual(
        yield* told(signUp),
        "UserLambdaValidationException: PreSignUp failed with error not from here."
      )
      assert.match(yield* told(Users.adminGetUser({ UserPoolId, Username: "bert" })), /UserNotFoundException/)
    }).pipe(inPool({ triggers: { PreSignUp: () => Effect.fail(new Error("not from here")) } })))

  it.effect("one that gives nothing back, and one that does not come back", () =>
    Effect.gen(function*() {
      assert.strictEqual(yield* told(signIn()), "InvalidLambdaResponseException: Unrecognizable lambda output")
      const pools = yield* UserPools.UserPools
      let calls = 0
      pools.setTriggers({ PreAuthentication: () => Effect.suspend(() => (calls++, Effect.never)) })
      const waiting = yield* Effect.forkChild(told(signIn()))
      yield* TestClock.adjust("15 seconds")
      assert.match(yield* Fiber.join(waiting), /^UnexpectedLambdaException/)
      assert.strictEqual(calls, 3)
    }).pipe(inPool({ triggers: { PreAuthentication: () => undefined } })))

  it.effect.each(["V1_0", "V2_0", "V3_0"] as const)(
    "pre token generation %s changes the claims that it may",
    (version) =>
      Effect.gen(function*() {
        const { AuthenticationResult } = yield* signIn()
        const claims = (token: Redacted.Redacted<string> | undefined) =>
          JSON.parse(Buffer.from(String(token && Redacted.value(token)).split(".")[1] ?? "", "base64url").toString())
        const [access, id] = [claims(AuthenticationResult?.AccessToken), claims(AuthenticationResult?.IdToken)]
        assert.strictEqual(id.tenant, "t1")
        assert.notProperty(id, "email")
        assert.notStrictEqual(id.sub, "forged")
        assert.deepStrictEqual(access["cognito:groups"], ["from the trigger"])
        if (version === "V1_0") assert.notProperty(access, "tenant")
        else {
          assert.strictEqual(access.tenant, "t1")
          assert.strictEqual(access.scope, "orders/read")
        }
      }).pipe(inPool({
        preTokenGeneration: version,
        triggers: {
          PreTokenGeneration: ({ version }) => {
            const claims = { claimsToAddOrOverride: { tenant: "t1", sub: "forged" }, claimsToSuppress: ["email"] }
            const groupOverrideDetails = { groupsToOverride: ["from the trigger"] }
            return {
              response: version === "1"
                ? { claimsOverrideDetails: { ...claims, groupOverrideDetails } }
                : {
                  claimsAndScopeOverrideDetails: {
                    idTokenGeneration: claims,
                    accessTokenGeneration: {
                      ...claims,
                      scopesToAdd: ["orders/read"],
                      scopesToSuppress: ["aws.cognito.signin.user.admin"]
                    },
                    groupOverrideDetails
                  }
                }
            }
          }
        }
      }))
  )

  it.effect("a user comes from elsewhere, and messages are worded and taken over", () =>
    Effect.gen(function*() {
      const pools = yield* UserPools.UserPools
      yield* signIn("Old-Horse-1", "legacy")
      const { UserStatus } = yield* Users.adminGetUser({ UserPoolId, Username: "legacy" })
      assert.strictEqual(UserStatus, "CONFIRMED")
      yield* Passwords.forgotPassword({ ClientId, Username: "anna" })
      assert.strictEqual(pools.messages.at(-1)?.body, "Your code: 123456")
      const codes: Array<unknown> = []
      pools.setTriggers({ CustomEmailSender: ({ request }) => (codes.push(request.code), { response: {} }) })
      yield* Passwords.forgotPassword({ ClientId, Username: "anna" })
      assert.deepStrictEqual([codes, pools.messages.length], [["123456"], 1])
    }).pipe(inPool({
      triggers: {
        UserMigration: ({ request }) => ({
          response: request.password === "Old-Horse-1"
            ? { userAttributes: { email: "old@example.com", email_verified: "true" }, finalUserStatus: "CONFIRMED" }
            : {}
        }),
        CustomMessage: async ({ request }) => ({
          response: { emailMessage: `Your code: ${String(request.codeParameter)}` }
        })
      }
    })))
})

describe("faults", () => {
  const once = Effect.provideService(RetryPolicy, { maxAttempts: 1 })

  it.effect("errors, lost answers, delays and a limit of the rate", () =>
    Effect.gen(function*() {
      const pools = yield* UserPools.UserPools
      const get = Users.adminGetUser({ UserPoolId, Username: "anna" })
      pools.fault({ operations: ["AdminGetUser"], times: 2, error: { name: "TooManyRequestsException" } })
      yield* get
      assert.strictEqual(pools.requests.length, 3)
      pools.fault({ times: 1, error: { name: "InternalErrorException", status: 500 } })
      assert.match(yield* told(once(get)), /InternalErrorException/)
      pools.fault({ times: 1, lost: "answer" })
      const disable = Users.adminDisableUser({ UserPoolId, Username: "anna" })
      assert.match(yield* told(once(disable)), /TransportError/)
      assert.strictEqual((yield* get).Enabled, false)
      pools.fault({ times: 1, latency: "10 seconds" })
      const late = yield* Effect.forkChild(get)
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(late.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.isDefined(late.pollUnsafe())
      pools.fault({ perSecond: 2 })
      const results = yield* Effect.all(Array.from({ length: 3 }, () => Effect.exit(once(get))))
      assert.deepStrictEqual(results.map(({ _tag }) => _tag), ["Success", "Success", "Failure"])
      pools.clearFaults()
      yield* get
    }).pipe(Effect.provideService(RetryPolicy, { baseDelay: 0, throttlingDelay: 0 }), inPool()))
})

it("a served pool survives requests that end early, are too large or are no requests", async () => {
  const pools = await UserPools.start({ users: [anna], history: 2 })
  const { port } = new URL(pools.url)
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), "127.0.0.1", () => {
      socket.write("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{")
      setTimeout(() => socket.destroy(), 50)
    })
    socket.once("close", () => resolve())
  })
  const status = async (path: string, init: RequestInit) => (await fetch(`${pools.url}${path}`, init)).status
  assert.strictEqual(await status("/", { method: "POST", body: "no JSON" }), 400)
  assert.strictEqual(
    await status("/", {
      method: "POST",
      body: "{}",
      headers: { "x-amz-target": "X.ListUserPools", authorization: "a" }
    }),
    400
  )
  assert.strictEqual(await status("/", { method: "POST", body: "{}" }), 400)
  assert.strictEqual(await status("/nowhere/.well-known/jwks.json", {}), 404)
  assert.strictEqual(await status(`/${UserPoolId}/import/import-none`, { method: "PUT", body: "a" }), 404)
  assert.strictEqual(await status(`/${UserPoolId}/.well-known/openid-configuration`, {}), 200)
  // The last ones alone are kept.
  assert.strictEqual(pools.requests.length, 2)
  await pools.close()
})

it("users are imported from a file that is uploaded to the job's address", async () => {
  const pools = await UserPools.start({ users: [anna] })
  await Effect.gen(function*() {
    const { UserImportJob } = yield* createUserImportJob({
      UserPoolId,
      JobName: "first",
      CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/import"
    })
    const JobId = UserImportJob?.JobId ?? ""
    const file = [
      "cognito:username,email,email_verified,name,cognito:mfa_enabled",
      "bert,bert@example.com,true,Bert\\, the second,false",
      "anna,anna@example.com,true,Anna,false",
      "carl,no address,true,Carl,false"
    ].join("\n")
    const url = UserImportJob?.PreSignedUrl ?? secret("")
    yield* Effect.promise(() => fetch(Redacted.value(url), { method: "PUT", body: file }))
    yield* startUserImportJob({ UserPoolId, JobId })
    const { UserImportJob: ended } = yield* describeUserImportJob({ UserPoolId, JobId })
    assert.deepInclude(ended, { Status: "Succeeded", ImportedUsers: 1, SkippedUsers: 1, FailedUsers: 1 })
    const { UserAttributes = [], UserStatus } = yield* Users.adminGetUser({ UserPoolId, Username: "bert" })
    assert.strictEqual(UserStatus, "RESET_REQUIRED")
    assert.deepInclude(UserAttributes, { Name: "name", Value: "Bert, the second" })
  }).pipe(Effect.provide(Layer.provide(client(pools.url), layerFetch)), Effect.runPromise)
  await pools.close()
})

it.effect("what the pools hold is kept as text, and goes on in others", () =>
  Effect.gen(function*() {
    const pools = yield* UserPools.UserPools
    const { AccessToken } = yield* tokens
    const data = pools.snapshot()
    assert.notInclude(data, password)
    const { Username } = yield* Users.getUser({ AccessToken }).pipe(
      Effect.provide(UserPools.layer({ data })),
      Effect.tap(() => signIn().pipe(Effect.provide(UserPools.layer({ data }))))
    )
    assert.strictEqual(Username, "anna")
  }).pipe(inPool()))
