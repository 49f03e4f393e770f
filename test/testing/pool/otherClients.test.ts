/**
 * Clients that nobody here wrote sign users of the served pool up, in and out: AWS's old browser library, Amplify, AWS's
 * passwordless library, and AWS's verifier of tokens.
 */
import { Amplify } from "@aws-amplify/core"
import * as amplify from "@aws-amplify/auth"
import { cognitoUserPoolsTokenProvider } from "@aws-amplify/auth/cognito"
import * as identity from "amazon-cognito-identity-js"
import { Passwordless } from "amazon-cognito-passwordless-auth"
import { authenticateWithSRP } from "amazon-cognito-passwordless-auth/srp"
import { authenticateWithPlaintextPassword } from "amazon-cognito-passwordless-auth/plaintext"
import { CognitoJwtVerifier } from "aws-jwt-verify"
import { afterEach, describe, expect, it, vi } from "vitest"
import { type ServeOptions, start, type Started } from "../../../src/testing/pool/index.ts"
import { totpCode } from "../../support/pool.ts"

const username = "anna"
const password = "Correct-Horse-1"
const email = "anna@example.com"
const anna = {
  Username: username,
  Password: password,
  Attributes: { email, email_verified: "true", phone_number: "+15551231234", phone_number_verified: "true" }
}

let pools: Started

const serve = async (options: ServeOptions = {}): Promise<Started> => {
  pools = await start({ users: [anna], ...options })
  return pools
}

afterEach(async () => {
  vi.unstubAllGlobals()
  await pools.close()
})

const apps = {
  MfaConfiguration: "OPTIONAL",
  SoftwareTokenMfaConfiguration: { Enabled: true },
  SmsMfaConfiguration: {}
} as const

describe("aws-jwt-verify", () => {
  it("takes the tokens, with the keys that the pool publishes, also after these were changed", async () => {
    const { clientId, rotateKeys, url, userPoolId } = await serve()
    const verifierOf = async (tokenUse: "access" | "id") => {
      const verifier = CognitoJwtVerifier.create({ userPoolId, clientId, tokenUse })
      verifier.cacheJwks(await (await fetch(`${url}/${userPoolId}/.well-known/jwks.json`)).json())
      return verifier
    }
    for (const change of [() => Promise.resolve(), rotateKeys]) {
      await change()
      const session = await signIn()
      const access = await (await verifierOf("access")).verify(session.getAccessToken().getJwtToken())
      expect(access).toMatchObject({ token_use: "access", username, client_id: clientId })
      const id = await (await verifierOf("id")).verify(session.getIdToken().getJwtToken())
      expect(id).toMatchObject({
        token_use: "id",
        email,
        email_verified: true,
        aud: clientId,
        origin_jti: access.origin_jti
      })
    }
  })
})

const userPool = () =>
  new identity.CognitoUserPool({ UserPoolId: pools.userPoolId, ClientId: pools.clientId, endpoint: pools.url })

const userOf = (Username = username) => new identity.CognitoUser({ Username, Pool: userPool() })

/** What came of signing in: the session, or the challenge that is to be answered. */
const attempt = (user: identity.CognitoUser, Password = password) =>
  new Promise<{ readonly session?: identity.CognitoUserSession; readonly asked?: string; readonly given?: unknown }>(
    (resolve, reject) =>
      user.authenticateUser(new identity.AuthenticationDetails({ Username: user.getUsername(), Password }), {
        onSuccess: (session) => resolve({ session }),
        onFailure: reject,
        totpRequired: () => resolve({ asked: "totp" }),
        mfaRequired: () => resolve({ asked: "sms" }),
        newPasswordRequired: (given) => resolve({ asked: "newPassword", given }),
        mfaSetup: () => resolve({ asked: "setup" }),
        selectMFAType: () => resolve({ asked: "select" })
      })
  )

const signIn = async (user = userOf()): Promise<identity.CognitoUserSession> => {
  const { session } = await attempt(user)
  return session ?? expect.unreachable("another challenge came")
}

/** A call with a callback of an error and a result. */
const called = <A>(call: (done: (error: Error | null | undefined, result?: A) => void) => void) =>
  new Promise<A>((resolve, reject) => call((error, result) => error ? reject(error) : resolve(result as A)))

/** A call with an object of callbacks. */
const answered = (
  call: (callbacks: { onSuccess: (result?: unknown) => void; onFailure: (error: unknown) => void }) => void
) => new Promise<unknown>((resolve, reject) => call({ onSuccess: resolve, onFailure: reject }))

describe("amazon-cognito-identity-js", () => {
  it("from sign-up to a deleted user, with SRP", async () => {
    await serve({ users: [] })
    await called((done) =>
      userPool().signUp(
        "bert",
        password,
        [new identity.CognitoUserAttribute({ Name: "email", Value: email })],
        [],
        done
      )
    )
    const user = userOf("bert")
    await expect(attempt(user)).rejects.toMatchObject({ code: "UserNotConfirmedException" })
    await called((done) => user.resendConfirmationCode(done))
    await expect(called((done) => user.confirmRegistration("000000", false, done)))
      .rejects.toMatchObject({ code: "CodeMismatchException" })
    await called((done) => user.confirmRegistration(pools.lastCode("bert"), false, done))
    await expect(attempt(userOf("bert"), "wrong")).rejects.toMatchObject({
      code: "NotAuthorizedException",
      message: "Incorrect username or password."
    })
    const session = await signIn(user)
    const attributes = await called<Array<identity.CognitoUserAttribute>>((done) => user.getUserAttributes(done))
    expect(attributes.find(({ Name }) => Name === "email_verified")?.Value).toBe("true")
    await called((done) => user.refreshSession(session.getRefreshToken(), done))
    await called((done) => user.changePassword(password, "Battery-Staple-2", done))
    await answered(({ onFailure, onSuccess }) => user.forgotPassword({ onSuccess, onFailure }))
    await answered(({ onFailure, onSuccess }) =>
      user.confirmPassword(pools.lastCode("bert"), password, { onSuccess, onFailure })
    )
    await answered(({ onFailure, onSuccess }) => user.globalSignOut({ onSuccess, onFailure }))
    await signIn(user)
    await called((done) => user.deleteUser(done))
    await expect(attempt(userOf("bert"))).rejects.toMatchObject({ code: "NotAuthorizedException" })
  })

  it("sets an authenticator app up, and asks for its codes", async () => {
    await serve({ mfa: apps })
    const user = userOf()
    await signIn(user)
    const secret = await new Promise<string>((resolve, reject) =>
      user.associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject })
    )
    await answered((callbacks) => user.verifySoftwareToken(totpCode(secret), "phone", callbacks))
    await called((done) => user.setUserMfaPreference(null, { PreferredMfa: true, Enabled: true }, done))
    const again = userOf()
    expect(await attempt(again)).toMatchObject({ asked: "totp" })
    const code = (value: string) => answered((callbacks) => again.sendMFACode(value, callbacks, "SOFTWARE_TOKEN_MFA"))
    await expect(code("000000")).rejects.toMatchObject({ code: "CodeMismatchException" })
    pools.advance("1 minute")
    await code(totpCode(secret, Date.now() + 60_000))
  })

  it("remembers a device, which then stands for the second factor, until it is forgotten", async () => {
    await serve({ mfa: apps, pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } } })
    const user = userOf()
    await signIn(user)
    await called((done) => user.setUserMfaPreference({ PreferredMfa: true, Enabled: true }, null, done))
    // The device was confirmed at once: it is known, and asked for no code.
    const again = new identity.CognitoUser({
      Username: username,
      Pool: userPool(),
      Storage: Reflect.get(user, "storage")
    })
    expect(await attempt(again)).toHaveProperty("session")
    expect(pools.requests.map(({ input }) => input.ChallengeName)).toContain("DEVICE_PASSWORD_VERIFIER")
    await answered((callbacks) => again.forgetDevice(callbacks))
    expect(await attempt(userOf())).toMatchObject({ asked: "sms" })
    const last = userOf()
    await attempt(last)
    await answered((callbacks) => last.sendMFACode(pools.lastCode(username), callbacks))
  })

  it("has a password set that an administrator gave", async () => {
    await serve({ users: [{ ...anna, UserStatus: "FORCE_CHANGE_PASSWORD" }] })
    const user = userOf()
    expect(await attempt(user)).toMatchObject({ asked: "newPassword", given: { email } })
    await answered((callbacks) => user.completeNewPasswordChallenge("Battery-Staple-2", {}, callbacks))
    expect(await attempt(userOf(), "Battery-Staple-2")).toHaveProperty("session")
  })

  it("answers the challenges that triggers make", async () => {
    await serve({
      triggers: {
        DefineAuthChallenge: ({ request }) => {
          const { length, at } = Object(request).session
          const last = length === 0 ? undefined : at.call(Object(request).session, -1)
          return {
            response: last === undefined
              ? { challengeName: "CUSTOM_CHALLENGE", issueTokens: false, failAuthentication: false }
              : { issueTokens: last.challengeResult, failAuthentication: !last.challengeResult && length > 2 }
          }
        },
        CreateAuthChallenge: async () => ({
          response: {
            publicChallengeParameters: { question: "6 × 7" },
            privateChallengeParameters: { answer: "42" },
            challengeMetadata: "ARITHMETIC"
          }
        }),
        VerifyAuthChallengeResponse: ({ request: { challengeAnswer, privateChallengeParameters } }) => ({
          response: { answerCorrect: challengeAnswer === Object(privateChallengeParameters).answer }
        })
      }
    })
    const user = userOf()
    user.setAuthenticationFlowType("CUSTOM_AUTH")
    const session = await new Promise<identity.CognitoUserSession>((resolve, reject) =>
      user.initiateAuth(new identity.AuthenticationDetails({ Username: username }), {
        onSuccess: resolve,
        onFailure: reject,
        customChallenge: ({ question }) => {
          expect(question).toBe("6 × 7")
          user.sendCustomChallengeAnswer("42", { onSuccess: resolve, onFailure: reject })
        }
      })
    )
    expect(session.isValid()).toBe(true)
  })
})

describe("Amplify", () => {
  const configure = () => {
    const Auth = {
      Cognito: { userPoolId: pools.userPoolId, userPoolClientId: pools.clientId, userPoolEndpoint: pools.url }
    }
    cognitoUserPoolsTokenProvider.setAuthConfig(Auth)
    Amplify.configure({ Auth }, { Auth: { tokenProvider: cognitoUserPoolsTokenProvider } })
  }

  it("signs up, confirms, signs in by itself, refreshes and signs out everywhere", async () => {
    await serve({ users: [] })
    configure()
    const signedUp = await amplify.signUp({ username: "bert", password, options: { userAttributes: { email } } })
    expect(signedUp.nextStep.signUpStep).toBe("CONFIRM_SIGN_UP")
    await amplify.confirmSignUp({ username: "bert", confirmationCode: pools.lastCode("bert") })
    expect((await amplify.signIn({ username: "bert", password })).isSignedIn).toBe(true)
    const { tokens: before } = await amplify.fetchAuthSession()
    const { tokens: after } = await amplify.fetchAuthSession({ forceRefresh: true })
    expect(String(after?.accessToken)).not.toBe(String(before?.accessToken))
    expect(await amplify.fetchUserAttributes()).toMatchObject({ email, email_verified: "true" })
    await amplify.signOut({ global: true })
    await expect(amplify.getCurrentUser()).rejects.toMatchObject({ name: "UserUnAuthenticatedException" })
  })

  it("takes the refresh tokens that replace each other", async () => {
    await serve({ client: { RefreshTokenRotation: { Feature: "ENABLED", RetryGracePeriodSeconds: 0 } } })
    configure()
    await amplify.signIn({ username, password })
    for (let time = 0; time < 3; time++) await amplify.fetchAuthSession({ forceRefresh: true })
    const used = pools.requests.flatMap(({ input, operation }) =>
      operation === "GetTokensFromRefreshToken" ? [String(input.RefreshToken)] : []
    )
    expect(new Set(used).size).toBe(3)
    await amplify.signOut()
  })

  it("sets an app up in a sign-in that asks for it, and resets a password", async () => {
    await serve({ mfa: { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } } })
    configure()
    const { nextStep } = await amplify.signIn({ username, password })
    if (nextStep.signInStep !== "CONTINUE_SIGN_IN_WITH_TOTP_SETUP") return expect.unreachable(nextStep.signInStep)
    const secret = nextStep.totpSetupDetails.sharedSecret
    expect((await amplify.confirmSignIn({ challengeResponse: totpCode(secret) })).isSignedIn).toBe(true)
    await amplify.signOut()
    await amplify.resetPassword({ username })
    await amplify.confirmResetPassword({
      username,
      newPassword: "Battery-Staple-2",
      confirmationCode: pools.lastCode(username)
    })
    expect((await amplify.signIn({ username, password: "Battery-Staple-2" })).nextStep.signInStep)
      .toBe("CONFIRM_SIGN_IN_WITH_TOTP_CODE")
    pools.advance("1 minute")
    const code = totpCode(secret, Date.now() + 60_000)
    expect((await amplify.confirmSignIn({ challengeResponse: code })).isSignedIn).toBe(true)
    await amplify.signOut()
  })

  it("chooses a code by e-mail as the first factor", async () => {
    await serve({ pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ["PASSWORD", "EMAIL_OTP"] } } } })
    configure()
    const { nextStep } = await amplify.signIn({
      username,
      options: { authFlowType: "USER_AUTH", preferredChallenge: "EMAIL_OTP" }
    })
    expect(nextStep.signInStep).toBe("CONFIRM_SIGN_IN_WITH_EMAIL_CODE")
    expect((await amplify.confirmSignIn({ challengeResponse: pools.lastCode(username) })).isSignedIn).toBe(true)
    await amplify.signOut()
  })

  it("remembers and forgets devices", async () => {
    // It names the device by the browser.
    vi.stubGlobal("navigator", { userAgent: "a browser of the test" })
    await serve({ pool: { DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true } } })
    configure()
    await amplify.signIn({ username, password })
    await amplify.rememberDevice()
    expect(await amplify.fetchDevices()).toHaveLength(1)
    await amplify.fetchAuthSession({ forceRefresh: true })
    await amplify.forgetDevice()
    expect(await amplify.fetchDevices()).toHaveLength(0)
    await amplify.signOut()
  })
})

describe("amazon-cognito-passwordless-auth", () => {
  const configure = () => {
    const items = new Map<string, string>()
    Passwordless.configure({
      clientId: pools.clientId,
      userPoolId: pools.userPoolId,
      cognitoIdpEndpoint: pools.url,
      storage: {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
        removeItem: (key) => void items.delete(key)
      }
    })
  }

  it.each([["SRP", authenticateWithSRP], ["the password", authenticateWithPlaintextPassword]])(
    "signs in by %s",
    async (_, authenticate) => {
      await serve()
      configure()
      const seen: Array<unknown> = []
      await authenticate({ username, password, tokensCb: (tokens) => void seen.push(tokens) }).signedIn
      expect(seen).toMatchObject([{ accessToken: expect.any(String), refreshToken: expect.any(String) }])
      await expect(authenticate({ username, password: "wrong" }).signedIn).rejects.toThrow(
        "Incorrect username or password."
      )
    }
  )
})
