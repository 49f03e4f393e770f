/**
 * A user pool for tests that plays the service's side: sign-up, sign-in by SRP and all else, devices, passkeys, sessions
 * that are used once, secret hashes, tokens. It rejects every wrong proof, as the service does.
 *
 * Codes that are sent are `123456`; those of authenticator apps are computed, by the package `otpauth`.
 *
 * The tests and the browser example share it, so this folder needs nothing but Node and `otpauth`: nothing of the tests,
 * and nothing of the library, whose mistakes it could not find if it shared them.
 */
import { createHmac, randomBytes, randomUUID } from "node:crypto"
import { Secret, TOTP } from "otpauth"
import { makePasskeys } from "./Passkeys.ts"
import { hash, hmac, k, N, numberOf, power, signed } from "./Srp.ts"
import { makeIssuer } from "./Tokens.ts"

export interface PoolUser {
  /** The name in the pool: `USER_ID_FOR_SRP`. */
  readonly name: string
  readonly aliases?: ReadonlyArray<string>
  password: string
  /** Second factors; several are to be chosen from. */
  mfa?: ReadonlyArray<"SMS_MFA" | "SOFTWARE_TOKEN_MFA" | "EMAIL_OTP">
  /** First factors of `USER_AUTH`. */
  factors?: ReadonlyArray<string>
  /** Whether the password was set by an administrator. */
  temporary?: boolean
  /** Salt of the password, hexadecimal; random by default. */
  readonly salt?: string
  attributes?: { [name: string]: string }
  /** Whether a code confirmed the user. Default: yes. */
  confirmed?: boolean
  readonly groups?: ReadonlyArray<string>
}

export interface PoolOptions {
  readonly id?: string
  readonly clientId?: string
  readonly clientSecret?: string
  readonly users?: ReadonlyArray<PoolUser>
  /** Whether a refresh gives another refresh token, which takes the place of the one it was made with. */
  readonly rotation?: boolean
  /** Whether devices are tracked. */
  readonly devices?: boolean
  readonly mfaRequired?: boolean
  /** The host whose passkeys are taken. */
  readonly rpId?: string
  /** Where the numbers of its proofs come from. Default: Node's own. */
  readonly random?: (size: number) => Buffer
}

type Members = { readonly [name: string]: unknown }
type Texts = { readonly [name: string]: string }

/** What an operation answers with. */
export interface PoolAnswer {
  readonly status: number
  readonly body: Members
}

class Refusal extends Error {
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

const refuse = (message = "Incorrect username or password."): never => {
  throw new Refusal("NotAuthorizedException", message)
}

interface Proof {
  readonly user: PoolUser
  readonly identity: { readonly group: string; readonly name: string }
  readonly verifier: bigint
  readonly salt: string
  readonly b: bigint
  readonly B: bigint
  readonly A: bigint
}

interface Device {
  readonly user: PoolUser
  readonly groupKey: string
  verifier?: bigint
  salt?: string
  remembered?: boolean
}

interface Session {
  readonly user: PoolUser
  readonly challenge: string
}

/** The code of every message. */
export const code = "123456"

/** The secret of every authenticator app. */
export const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

const app = new TOTP({ secret: Secret.fromBase32(totpSecret) })

/** What an authenticator app shows now. */
export const totpCode = (): string => app.generate()

export const makePool = (
  {
    clientId = "4kweljr01yrea5qfflyxio4em",
    clientSecret,
    devices: tracked,
    id = "eu-central-1_aBcDeFgHi",
    mfaRequired,
    random = randomBytes,
    rotation,
    rpId = "localhost",
    users: given = []
  }: PoolOptions
) => {
  const users = [...given]
  const passkeys = makePasskeys(rpId)
  const issuer = makeIssuer(id)
  const sessions = new Map<string, Session>()
  const proofs = new Map<string, Proof>()
  const devices = new Map<string, Device>()
  const tokens = new Map<string, PoolUser>()
  const refreshTokens = new Map<string, PoolUser>()
  const salts = new Map<string, string>()
  const requests: Array<{ readonly operation: string; readonly input: Members }> = []

  const userOf = (name: string): PoolUser =>
    users.find((user) => user.name === name || user.aliases?.includes(name)) ?? refuse()

  const session = (user: PoolUser, challenge: string): string => {
    const token = randomUUID()
    sessions.set(token, { user, challenge })
    return token
  }

  const challenge = (user: PoolUser, name: string, parameters: Texts = {}): Members => ({
    ChallengeName: name,
    Session: session(user, name),
    ChallengeParameters: { USER_ID_FOR_SRP: user.name, ...parameters }
  })

  const verifierOf = (user: PoolUser): { readonly salt: string; readonly verifier: bigint } => {
    const salt = user.salt ?? salts.get(user.name) ?? random(16).toString("hex")
    salts.set(user.name, salt)
    const identity = hash(`${id.slice(id.indexOf("_") + 1)}${user.name}:${user.password}`)
    return { salt, verifier: power(2n, numberOf(hash(signed(BigInt(`0x${salt}`)), identity)), N) }
  }

  /** The service's half of a proof; as there, it needs no session, the secret block tells the exchange. */
  const beginProof = (
    name: string,
    user: PoolUser,
    A: string,
    { identity, salt, verifier }: Pick<Proof, "identity" | "salt" | "verifier">
  ): Members => {
    const a = BigInt(`0x${A}`)
    if (a % N === 0n) refuse("Invalid SRP_A")
    const b = numberOf(random(64))
    const B = (k * verifier + power(2n, b, N)) % N
    const block = random(64).toString("base64")
    proofs.set(block, { user, identity, verifier, salt, b, B, A: a })
    return {
      ChallengeName: name,
      ChallengeParameters: {
        SALT: BigInt(`0x${salt}`).toString(16),
        SRP_B: B.toString(16),
        SECRET_BLOCK: block,
        USERNAME: user.name,
        ...(name === "PASSWORD_VERIFIER" ? { USER_ID_FOR_SRP: user.name } : { DEVICE_KEY: identity.name })
      }
    }
  }

  const checkProof = (responses: Texts): PoolUser => {
    const block = responses.PASSWORD_CLAIM_SECRET_BLOCK ?? ""
    const { A, B, b, identity, user, verifier } = proofs.get(block) ?? refuse()
    proofs.delete(block)
    const u = numberOf(hash(signed(A), signed(B)))
    const S = power((A * power(verifier, u, N)) % N, b, N)
    const derived = hmac(hmac(signed(u), signed(S)), "Caldera Derived Key\x01").subarray(0, 16)
    const time = responses.TIMESTAMP ?? ""
    if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [1-9]\d? \d\d:\d\d:\d\d UTC \d{4}$/.test(time)) refuse("time")
    const message = Buffer.concat([
      Buffer.from(identity.group),
      Buffer.from(identity.name),
      Buffer.from(block, "base64"),
      Buffer.from(time)
    ])
    if (hmac(derived, message).toString("base64") !== responses.PASSWORD_CLAIM_SIGNATURE) refuse()
    return user
  }

  const checkSecretHash = (name: string, given: unknown): void => {
    if (clientSecret === undefined) {
      if (given !== undefined) refuse("Client is not configured with a secret but secret hash was received")
      return
    }
    const right = createHmac("sha256", clientSecret).update(`${name}${clientId}`).digest("base64")
    if (given !== right) refuse(`Unable to verify secret hash for client ${clientId}`)
  }

  const issue = (user: PoolUser): { readonly AccessToken: string; readonly IdToken: string } => {
    const common = { sub: user.name, ...(user.groups === undefined ? {} : { "cognito:groups": user.groups }) }
    const AccessToken = issuer.issue({
      ...common,
      token_use: "access",
      client_id: clientId,
      username: user.name,
      scope: "aws.cognito.signin.user.admin"
    })
    tokens.set(AccessToken, user)
    const id = { token_use: "id", aud: clientId, "cognito:username": user.name, ...user.attributes }
    return { AccessToken, IdToken: issuer.issue({ ...common, ...id }) }
  }

  const holderOf = (token: unknown): PoolUser => tokens.get(String(token)) ?? refuse("Invalid Access Token")

  const checkCode = (given: unknown): void => {
    if (given !== code) throw new Refusal("CodeMismatchException", "Invalid verification code provided")
  }

  const delivery = (destination = "a***@e***") => ({
    CodeDeliveryDetails: { AttributeName: "email", DeliveryMedium: "EMAIL", Destination: destination }
  })

  const finish = (user: PoolUser, deviceKey: string | undefined): Members => {
    const known = deviceKey === undefined ? undefined : devices.get(deviceKey)
    const { AccessToken, IdToken } = issue(user)
    const key = `eu-central-1_${randomUUID()}`
    const refreshToken = `refresh-${randomUUID()}`
    refreshTokens.set(refreshToken, user)
    const isNew = tracked === true && known?.verifier === undefined
    if (isNew) devices.set(key, { user, groupKey: `-${randomUUID().slice(0, 8)}` })
    return {
      AuthenticationResult: {
        AccessToken,
        IdToken,
        RefreshToken: refreshToken,
        ExpiresIn: 3600,
        TokenType: "Bearer",
        ...(isNew ? { NewDeviceMetadata: { DeviceKey: key, DeviceGroupKey: devices.get(key)?.groupKey } } : {})
      },
      ChallengeParameters: {}
    }
  }

  /** What comes after the first factor. */
  const afterFirst = (user: PoolUser, deviceKey: string | undefined): Members => {
    if (user.temporary === true) {
      return challenge(user, "NEW_PASSWORD_REQUIRED", {
        requiredAttributes: `["userAttributes.name"]`,
        userAttributes: `{"email":"${user.name}@example.com"}`
      })
    }
    if (deviceKey !== undefined && devices.get(deviceKey)?.verifier !== undefined) {
      return challenge(user, "DEVICE_SRP_AUTH")
    }
    const [first, ...others] = user.mfa ?? []
    if (first === undefined) {
      return mfaRequired === true
        ? challenge(user, "MFA_SETUP", { MFAS_CAN_SETUP: `["SOFTWARE_TOKEN_MFA"]` })
        : finish(user, deviceKey)
    }
    if (others.length > 0) return challenge(user, "SELECT_MFA_TYPE", { MFAS_CAN_CHOOSE: JSON.stringify(user.mfa) })
    return second(user, first)
  }

  const second = (user: PoolUser, name: string): Members =>
    challenge(
      user,
      name,
      name === "SOFTWARE_TOKEN_MFA" ? { FRIENDLY_DEVICE_NAME: "phone" } : { CODE_DELIVERY_DESTINATION: "+*******1234" }
    )

  const beginSrp = (user: PoolUser, A: string): Members =>
    beginProof("PASSWORD_VERIFIER", user, A, {
      identity: { group: id.slice(id.indexOf("_") + 1), name: user.name },
      ...verifierOf(user)
    })

  const checkPassword = (user: PoolUser, password: string | undefined): void => {
    if (user.password !== password) refuse()
  }

  const chosen = (user: PoolUser, name: string, given: Texts): Members => {
    switch (name) {
      case "PASSWORD":
        checkPassword(user, given.PASSWORD)
        return afterFirst(user, given.DEVICE_KEY)
      case "PASSWORD_SRP":
        return beginSrp(user, given.SRP_A ?? "")
      case "WEB_AUTHN":
        return challenge(user, "WEB_AUTHN", {
          CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(passkeys.requestOptions(user.name))
        })
      default:
        return second(user, name)
    }
  }

  const refresh = (token: unknown, mayRotate: boolean): Members => {
    const user = refreshTokens.get(String(token)) ?? refuse("Invalid Refresh Token")
    if (!mayRotate && rotation === true) refuse("Refresh tokens are rotated")
    const next = `refresh-${randomUUID()}`
    if (rotation === true) {
      refreshTokens.delete(String(token))
      refreshTokens.set(next, user)
    }
    return {
      AuthenticationResult: {
        ...issue(user),
        ExpiresIn: 3600,
        TokenType: "Bearer",
        ...(rotation === true ? { RefreshToken: next } : {})
      }
    }
  }

  const checkSecret = (given: unknown): void => {
    if (given !== clientSecret) refuse("Invalid client secret")
  }

  const deviceOf = (key: unknown): Device => {
    const device = devices.get(String(key))
    if (device === undefined) throw new Refusal("ResourceNotFoundException", "Device does not exist.")
    return device
  }

  const initiate = ({ AuthFlow, AuthParameters, Session }: Members): Members => {
    const given = Object(AuthParameters) as Texts
    if (AuthFlow === "REFRESH_TOKEN_AUTH") {
      checkSecretHash(refreshTokens.get(given.REFRESH_TOKEN ?? "")?.name ?? "", given.SECRET_HASH)
      return refresh(given.REFRESH_TOKEN, false)
    }
    const name = given.USERNAME ?? ""
    checkSecretHash(name, given.SECRET_HASH)
    const user = userOf(name)
    if (user.confirmed === false) throw new Refusal("UserNotConfirmedException", "User is not confirmed.")
    // With SRP, the device is looked at together with the proof.
    if (given.SRP_A === undefined && given.DEVICE_KEY !== undefined) deviceOf(given.DEVICE_KEY)
    switch (AuthFlow) {
      case "USER_SRP_AUTH":
        return beginSrp(user, given.SRP_A ?? "")
      case "USER_PASSWORD_AUTH":
      case "ADMIN_USER_PASSWORD_AUTH":
        checkPassword(user, given.PASSWORD)
        return afterFirst(user, given.DEVICE_KEY)
      case "CUSTOM_AUTH":
        return given.CHALLENGE_NAME === "SRP_A"
          ? beginSrp(user, given.SRP_A ?? "")
          : challenge(user, "CUSTOM_CHALLENGE", { question: "what is your quest?" })
      case "USER_AUTH": {
        // That of a confirmation signs in without anything else.
        if (Session !== undefined) {
          const { done, user } = takeSession(Session, "CONFIRMED")
          done()
          return finish(user, given.DEVICE_KEY)
        }
        const preferred = given.PREFERRED_CHALLENGE
        if (preferred !== undefined && user.factors?.includes(preferred) === true) return chosen(user, preferred, given)
        return { ...challenge(user, "SELECT_CHALLENGE"), AvailableChallenges: user.factors ?? [] }
      }
      default:
        throw new Refusal("InvalidParameterException", `no flow ${String(AuthFlow)}`)
    }
  }

  const takeSession = (token: unknown, challenge: string): { readonly user: PoolUser; readonly done: () => void } => {
    const held = sessions.get(String(token))
    if (held === undefined || held.challenge !== challenge) {
      return refuse("Invalid session for the user, session is expired.")
    }
    return { user: held.user, done: () => sessions.delete(String(token)) }
  }

  const respond = ({ ChallengeName, ChallengeResponses, Session }: Members): Members => {
    const given = Object(ChallengeResponses) as Texts
    const name = String(ChallengeName)
    checkSecretHash(given.USERNAME ?? "", given.SECRET_HASH)
    if (name === "PASSWORD_VERIFIER") {
      if (given.DEVICE_KEY !== undefined) deviceOf(given.DEVICE_KEY)
      const user = checkProof(given)
      if (user.name !== given.USERNAME) refuse()
      return afterFirst(user, given.DEVICE_KEY)
    }
    if (name === "DEVICE_PASSWORD_VERIFIER") return finish(checkProof(given), given.DEVICE_KEY)
    const { done, user } = takeSession(Session, name)
    const answer = (): Members => {
      switch (name) {
        case "SMS_MFA":
        case "EMAIL_OTP":
        case "SMS_OTP":
          checkCode(given[`${name}_CODE`])
          return finish(user, given.DEVICE_KEY)
        case "SOFTWARE_TOKEN_MFA":
          if (!isTotp(given.SOFTWARE_TOKEN_MFA_CODE)) throw new Refusal("CodeMismatchException", "Invalid code")
          return finish(user, given.DEVICE_KEY)
        case "CUSTOM_CHALLENGE":
          if (given.ANSWER !== "the grail") return refuse("Incorrect answer.")
          return finish(user, given.DEVICE_KEY)
        case "NEW_PASSWORD_REQUIRED":
          if (given["userAttributes.name"] === undefined) {
            throw new Refusal("InvalidParameterException", "Missing required attribute name")
          }
          user.password = given.NEW_PASSWORD ?? ""
          user.temporary = false
          return afterFirst(user, given.DEVICE_KEY)
        case "SELECT_MFA_TYPE":
          return second(user, given.ANSWER ?? "")
        case "SELECT_CHALLENGE":
          return chosen(user, given.ANSWER ?? "", given)
        case "MFA_SETUP":
          if (user.mfa === undefined) return refuse("No MFA was set up.")
          return finish(user, given.DEVICE_KEY)
        case "WEB_AUTHN":
          if (!passkeys.verify(user.name, JSON.parse(given.CREDENTIAL ?? "null"))) return refuse()
          return finish(user, given.DEVICE_KEY)
        case "DEVICE_SRP_AUTH": {
          const device = devices.get(given.DEVICE_KEY ?? "")
          const { salt = "", verifier = 0n } = device ?? refuse()
          const identity = { group: device?.groupKey ?? "", name: given.DEVICE_KEY ?? "" }
          return beginProof("DEVICE_PASSWORD_VERIFIER", user, given.SRP_A ?? "", { identity, salt, verifier })
        }
        default:
          throw new Refusal("InvalidParameterException", `no challenge ${name}`)
      }
    }
    const taken = answer()
    done()
    return taken
  }

  const operations: { readonly [operation: string]: (input: Members) => Members } = {
    InitiateAuth: initiate,
    AdminInitiateAuth: initiate,
    RespondToAuthChallenge: respond,
    AdminRespondToAuthChallenge: respond,
    ConfirmDevice: ({ AccessToken, DeviceKey, DeviceSecretVerifierConfig }) => {
      if (!tokens.has(String(AccessToken))) refuse("Invalid Access Token")
      const device = devices.get(String(DeviceKey)) ?? refuse()
      const { PasswordVerifier, Salt } = Object(DeviceSecretVerifierConfig) as Texts
      device.verifier = numberOf(Buffer.from(PasswordVerifier ?? "", "base64"))
      device.salt = Buffer.from(Salt ?? "", "base64").toString("hex")
      return { UserConfirmationNecessary: true }
    },
    GetTokensFromRefreshToken: ({ ClientSecret, RefreshToken }) => {
      checkSecret(ClientSecret)
      return refresh(RefreshToken, true)
    },
    RevokeToken: ({ ClientSecret, Token }) => {
      checkSecret(ClientSecret)
      refreshTokens.delete(String(Token))
      return {}
    },
    GlobalSignOut: ({ AccessToken }) => {
      if (!tokens.has(String(AccessToken))) refuse("Access Token has been revoked")
      tokens.clear()
      refreshTokens.clear()
      return {}
    },
    SignUp: ({ Password, SecretHash, UserAttributes, Username }) => {
      checkSecretHash(String(Username), SecretHash)
      if (users.some(({ aliases }) => aliases?.includes(String(Username)))) {
        throw new Refusal("UsernameExistsException", "User already exists")
      }
      const user: PoolUser = {
        name: randomUUID(),
        aliases: [String(Username)],
        password: String(Password),
        attributes: attributesOf(UserAttributes),
        confirmed: false
      }
      users.push(user)
      return { UserConfirmed: false, UserSub: user.name, Session: session(user, "SIGN_UP"), ...delivery() }
    },
    ConfirmSignUp: ({ ConfirmationCode, SecretHash, Session, Username }) => {
      checkSecretHash(String(Username), SecretHash)
      const user = userOf(String(Username))
      checkCode(ConfirmationCode)
      user.confirmed = true
      if (Session === undefined) return {}
      // Whoever signed up signs in.
      takeSession(Session, "SIGN_UP").done()
      return { Session: session(user, "CONFIRMED") }
    },
    ResendConfirmationCode: ({ SecretHash, Username }) => {
      checkSecretHash(String(Username), SecretHash)
      return delivery()
    },
    ForgotPassword: ({ SecretHash, Username }) => {
      checkSecretHash(String(Username), SecretHash)
      return delivery()
    },
    ConfirmForgotPassword: ({ ConfirmationCode, Password, SecretHash, Username }) => {
      checkSecretHash(String(Username), SecretHash)
      checkCode(ConfirmationCode)
      userOf(String(Username)).password = String(Password)
      return {}
    },
    GetUser: ({ AccessToken }) => {
      const { attributes = {}, mfa, name } = holderOf(AccessToken)
      return {
        Username: name,
        UserAttributes: Object.entries({ sub: name, ...attributes }).map(([Name, Value]) => ({ Name, Value })),
        UserMFASettingList: mfa ?? []
      }
    },
    UpdateUserAttributes: ({ AccessToken, UserAttributes }) => {
      const user = holderOf(AccessToken)
      const changed = attributesOf(UserAttributes)
      const unverified = changed.email === undefined ? {} : { email_verified: "false" }
      user.attributes = { ...user.attributes, ...changed, ...unverified }
      return { CodeDeliveryDetailsList: changed.email === undefined ? [] : [delivery().CodeDeliveryDetails] }
    },
    GetUserAttributeVerificationCode: ({ AccessToken }) => {
      holderOf(AccessToken)
      return delivery()
    },
    VerifyUserAttribute: ({ AccessToken, AttributeName, Code }) => {
      const user = holderOf(AccessToken)
      checkCode(Code)
      user.attributes = { ...user.attributes, [`${String(AttributeName)}_verified`]: "true" }
      return {}
    },
    AssociateSoftwareToken: ({ AccessToken, Session }) => {
      if (AccessToken !== undefined) {
        holderOf(AccessToken)
        return { SecretCode: totpSecret }
      }
      const { done, user } = takeSession(Session, "MFA_SETUP")
      done()
      return { SecretCode: totpSecret, Session: session(user, "VERIFY") }
    },
    VerifySoftwareToken: ({ AccessToken, Session, UserCode }) => {
      const held = AccessToken === undefined ? takeSession(Session, "VERIFY") : undefined
      const user = held?.user ?? holderOf(AccessToken)
      if (!isTotp(UserCode)) throw new Refusal("EnableSoftwareTokenMFAException", "Code mismatch")
      if (held === undefined) return { Status: "SUCCESS" }
      held.done()
      user.mfa = ["SOFTWARE_TOKEN_MFA"]
      return { Status: "SUCCESS", Session: session(user, "MFA_SETUP") }
    },
    SetUserMFAPreference: ({ AccessToken, SoftwareTokenMfaSettings }) => {
      const user = holderOf(AccessToken)
      user.mfa = Object(SoftwareTokenMfaSettings).Enabled === true ? ["SOFTWARE_TOKEN_MFA"] : []
      return {}
    },
    StartWebAuthnRegistration: ({ AccessToken }) => ({
      CredentialCreationOptions: passkeys.creationOptions(holderOf(AccessToken).name)
    }),
    CompleteWebAuthnRegistration: ({ AccessToken, Credential }) => {
      const user = holderOf(AccessToken)
      if (!passkeys.register(user.name, Credential)) {
        throw new Refusal("WebAuthnChallengeNotFoundException", "Challenge not found")
      }
      user.factors = [...user.factors ?? ["PASSWORD", "PASSWORD_SRP"], "WEB_AUTHN"]
      return {}
    },
    UpdateDeviceStatus: ({ AccessToken, DeviceKey, DeviceRememberedStatus }) => {
      holderOf(AccessToken)
      deviceOf(DeviceKey).remembered = DeviceRememberedStatus === "remembered"
      return {}
    },
    ForgetDevice: ({ AccessToken, DeviceKey }) => {
      holderOf(AccessToken)
      deviceOf(DeviceKey)
      devices.delete(String(DeviceKey))
      return {}
    }
  }

  return {
    id,
    clientId,
    clientSecret,
    issuer,
    /** What was asked, in order. */
    requests,
    devices,
    /** The refresh tokens that are good. */
    refreshTokens,
    /** Ends all sessions, as time does. */
    expire: () => sessions.clear(),
    forgetDevices: () => devices.clear(),
    answer: (operation: string, input: Members): PoolAnswer => {
      requests.push({ operation, input })
      try {
        const answer = operations[operation]
        if (answer === undefined) throw new Refusal("InvalidAction", `no operation ${operation}`)
        return { status: 200, body: answer(input) }
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        return { status: 400, body: { __type: error.type, message: error.message } }
      }
    }
  }
}

export type Pool = ReturnType<typeof makePool>

const isTotp = (token: unknown): boolean => app.validate({ token: String(token), window: 1 }) !== null

const attributesOf = (list: unknown): Record<string, string> =>
  Object.fromEntries(
    (Array.isArray(list) ? list : []).map(({ Name, Value }: { Name: string; Value: string }) => [Name, Value])
  )
