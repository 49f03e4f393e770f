/** Sign-in for plain async code: strings for secrets, promises for effects, against the pool that checks every proof. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { describe, expect, it } from "vitest"
import { TransportError } from "../../src/errors/ClientError.ts"
import { NotAuthorizedException } from "../../src/errors/index.ts"
import { getUser } from "../../src/operations/Users.ts"
import { type AuthClientConfig, type AuthStorage, makeAuth, type SignedIn, type Step } from "../../src/promise/auth.ts"
import * as exceptions from "../../src/sdk/generated/ModeledExceptions.ts"
import { Transport } from "../../src/client/Transport.ts"
import { clientOf } from "../auth/client.ts"
import { clientSecret, code, makePool, type Pool, totpCode } from "../support/pool.ts"

const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = "Correct-horse-1"

const anna = { name, aliases: ["anna"], password }

const authOf = (pool: Pool, more: Partial<AuthClientConfig> = {}) =>
  makeAuth({
    userPoolId: pool.id,
    clientId: pool.clientId,
    clientSecret: pool.clientSecret,
    layer: clientOf(pool, false),
    ...more
  })

const storage = (): AuthStorage & { readonly items: Map<string, string> } => {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key)
  }
}

const as = <Tag extends Step["_tag"]>(tag: Tag, step: Step): Extract<Step, { readonly _tag: Tag }> => {
  expect(step._tag).toBe(tag)
  // Seen to be of that tag.
  return step as Extract<Step, { readonly _tag: Tag }>
}

const bySrp = (pool: Pool) => authOf(pool).signIn({ flow: "USER_SRP_AUTH", username: "anna", password })

it("signs in by SRP, and gives tokens as strings", async () => {
  const { tokens, username } = as("SignedIn", await bySrp(makePool({ users: [{ ...anna }], clientSecret })))
  expect(username).toBe(name)
  expect(tokens.accessToken.split(".")).toHaveLength(3)
  expect(tokens.expiresAt).toBeInstanceOf(Date)
})

it("answers challenges with plain values", async () => {
  const app = as("SoftwareTokenMfa", await bySrp(makePool({ users: [{ ...anna, mfa: ["SOFTWARE_TOKEN_MFA"] }] })))
  await expect(app.respond({ code: "000000" })).rejects.toBeInstanceOf(exceptions.CodeMismatchException)
  as("SignedIn", await app.respond({ code: totpCode() }))
  await expect(app.respond({ code: totpCode() })).rejects.toMatchObject({ name: "ChallengeAnsweredError" })

  const first = as("NewPasswordRequired", await bySrp(makePool({ users: [{ ...anna, temporary: true }] })))
  expect(first.requiredAttributes).toEqual(["name"])
  const attributes = { name: "Anna" }
  as(
    "SignedIn",
    await first.respond({ password: "Other-horse-1", attributes, clientMetadata: { code: "not a secret" } })
  )

  const setup = as("MfaSetup", await bySrp(makePool({ users: [{ ...anna }], mfaRequired: true })))
  const { secret, verify } = await setup.associate()
  expect(secret).toMatch(/^[A-Z2-7]+$/)
  as("SignedIn", await verify({ code: totpCode(secret) }))

  const custom = authOf(makePool({ users: [{ ...anna }] })).signIn({
    flow: "CUSTOM_AUTH",
    username: "anna",
    password: undefined,
    clientMetadata: undefined
  })
  as("SignedIn", await as("Custom", await custom).respond({ answer: "the grail" }))
})

it("rejects with the exceptions of the promise client", async () => {
  const auth = authOf(makePool({ users: [{ ...anna }] }))
  const wrong = auth.signIn({ flow: "USER_SRP_AUTH", username: "anna", password: "wrong" })
  await expect(wrong).rejects.toBeInstanceOf(exceptions.NotAuthorizedException)
  // Of the request that it was the answer to, not of the sign-in's requests together.
  await expect(wrong).rejects.toMatchObject({ $metadata: { httpStatusCode: 400, attempts: 1, totalRetryDelay: 0 } })
  await expect(wrong).rejects.not.toBeInstanceOf(NotAuthorizedException)
})

it("is given up by a signal", async () => {
  const auth = authOf(makePool({ users: [{ ...anna }] }))
  const options = { flow: "USER_SRP_AUTH", username: "anna", password } as const
  await expect(auth.signIn(options, { abortSignal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" })
})

it("signs in with AWS credentials", async () => {
  const pool = makePool({ users: [{ ...anna, mfa: ["SMS_MFA"] }] })
  const step = await authOf(pool).adminSignIn({ flow: "ADMIN_USER_PASSWORD_AUTH", username: "anna", password })
  as("SignedIn", await as("SmsMfa", step).respond({ code }))
})

it("signs up, confirms, signs in with the confirmation, and recovers", async () => {
  const pool = makePool({ clientSecret })
  const auth = authOf(pool)
  const Username = "anna"
  const { Session: begun, UserConfirmed } = await auth.signUp({
    Username,
    Password: password,
    UserAttributes: [{ Name: "email", Value: "a@example.com" }]
  })
  expect(UserConfirmed).toBe(false)
  await auth.resendConfirmationCode({ Username })
  const { Session } = await auth.confirmSignUp({ Username, ConfirmationCode: code, Session: begun })
  as("SignedIn", await auth.signIn({ flow: "USER_AUTH", username: Username, session: Session ?? "" }))
  await auth.forgotPassword({ Username })
  await auth.confirmForgotPassword({ Username, ConfirmationCode: code, Password: "Other-horse-2" })
  as("SignedIn", await auth.signIn({ flow: "USER_PASSWORD_AUTH", username: Username, password: "Other-horse-2" }))
})

describe("a session", () => {
  const started = async (pool: Pool, store = storage()) => {
    const auth = authOf(pool)
    const session = await auth.makeSession({ storage: store })
    await session.start(as("SignedIn", await auth.signIn({ flow: "USER_SRP_AUTH", username: "anna", password })))
    return { auth, session, store }
  }

  it("calls the user's operations, is kept, refreshes and signs out", async () => {
    const pool = makePool({ users: [{ ...anna }], rotation: true })
    const { auth, session, store } = await started(pool)
    const seen: Array<SignedIn | undefined> = []
    const watching = (async () => {
      for await (const signedIn of session.changes()) {
        seen.push(signedIn)
        if (signedIn === undefined) return
      }
    })()
    expect(await session.as(getUser)({})).toMatchObject({ Username: name })
    const kept = await (await auth.makeSession({ storage: store })).signedIn()
    expect(kept).toEqual(await session.signedIn())
    const before = await session.accessToken()
    const { accessToken } = await session.refresh()
    expect(accessToken).not.toBe(before)
    expect(await session.accessToken()).toBe(accessToken)
    expect([...store.items.values()].join()).toContain(accessToken)
    await session.signOut("revoke")
    await watching
    expect(seen.at(-1)).toBeUndefined()
    expect(seen[0]?.tokens.accessToken).toBe(before)
    expect(store.items.size).toBe(0)
    expect(pool.refreshTokens()).toEqual([])
    await expect(session.accessToken()).rejects.toMatchObject({ name: "NotSignedInError" })
  })

  it.each(
    [
      ["local", []],
      ["global", ["GlobalSignOut"]],
      ["revoke", ["RevokeToken"]]
    ] as const
  )("signs out as it is told: %s", async (how, operations) => {
    const pool = makePool({ users: [{ ...anna }] })
    const { session } = await started(pool)
    const before = pool.requests.length
    await session.signOut(how)
    expect(pool.requests.slice(before).map(({ operation }) => operation)).toEqual(operations)
    expect(await session.signedIn()).toBeUndefined()
  })

  it("remembers and forgets its device", async () => {
    const pool = makePool({ users: [{ ...anna, mfa: ["SMS_MFA"] }], devices: true })
    const deviceStorage = storage()
    const auth = authOf(pool, { deviceStorage })
    const options = { flow: "USER_SRP_AUTH", username: "anna", password } as const
    const session = await auth.makeSession()
    await session.start(as("SignedIn", await as("SmsMfa", await auth.signIn(options)).respond({ code })))
    await session.rememberDevice()
    expect(deviceStorage.items.size).toBe(1)
    as("SignedIn", await auth.signIn(options))
    await session.forgetDevice()
    expect([deviceStorage.items.size, pool.devices().length]).toEqual([0, 0])
  })

  it("goes on without its storage, and tells what that throws", async () => {
    const full = { ...storage(), setItem: () => Promise.reject(new Error("the disk is full")) }
    const pool = makePool({ users: [{ ...anna }], rotation: true })
    const auth = authOf(pool)
    const session = await auth.makeSession({ storage: full })
    const failures = session.failures()[Symbol.asyncIterator]()
    const failure = failures.next()
    await session.start(as("SignedIn", await auth.signIn({ flow: "USER_SRP_AUTH", username: "anna", password })))
    await session.refresh()
    await expect(session.as(getUser)({})).resolves.toMatchObject({ Username: name })
    expect((await failure).value).toMatchObject({ message: "the disk is full" })
    await failures.return?.()
  })
})

it("the region is the user pool's", async () => {
  const requests: Array<string> = []
  const transport = Layer.succeed(Transport, {
    send: ({ url }) => {
      requests.push(url)
      return Effect.fail(new TransportError({ message: "no network" }))
    }
  })
  const auth = makeAuth({ userPoolId: "eu-central-1_aBcDeFgHi", clientId: "id", transport, maxAttempts: 1 })
  await expect(auth.forgotPassword({ Username: "anna" })).rejects.toMatchObject({ reason: { _tag: "TransportError" } })
  expect(new Set(requests)).toEqual(new Set(["https://cognito-idp.eu-central-1.amazonaws.com/"]))
  await auth[Symbol.asyncDispose]()
  await expect(auth.forgotPassword({ Username: "anna" })).rejects.toMatchObject({ name: "AbortError" })
})
