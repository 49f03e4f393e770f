/** How sign-in is imported: flat names that are nobody else's, modules by themselves, and types that need no others. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { describe, expect, expectTypeOf, it } from "vitest"
import { answers, SignedIn, SignInOptions } from "../../src/auth/Answers.ts"
import * as AppClient from "../../src/auth/AppClient.ts"
import * as auth from "../../src/auth/index.ts"
import * as Session from "../../src/auth/Session.ts"
import type { Signer } from "../../src/client/Signer.ts"
import type { AdminInitiateAuthError, AdminRespondToAuthChallengeError } from "../../src/operations/Auth.ts"
import * as root from "../../src/index.ts"
import { read, write } from "../../src/protocol/Codec.ts"
import { plain } from "../../src/protocol/Conversion.ts"
import { clientOf } from "./client.ts"
import { makePool } from "../support/pool.ts"

describe("names", () => {
  it("of effect-cognito/auth are none of effect-cognito's", () => {
    expect(Object.keys(auth).filter((name) => name in root)).toEqual([])
  })

  it.each([
    "AppClient",
    "AppClientOperations",
    "Devices",
    "DeviceStore",
    "FileLock",
    "FileStore",
    "Passkeys",
    "RedisLock",
    "Session",
    "SessionLock",
    "SignIn",
    "SqlLock",
    "Tokens",
    "Totp",
    "UserContext"
  ])(
    "%s can be imported by itself",
    async (module) => {
      expect(Object.keys(await import(`effect-cognito/auth/${module}`)).length).toBeGreaterThan(0)
    }
  )

  it.each([
    "Answers",
    "AuthenticationResult",
    "Challenges",
    "Proof",
    "SessionCalls",
    "SessionRefresh",
    "SignInFlow",
    "Storage",
    "TokenKeys"
  ])("%s is the library's own", async (module) => {
    await expect(import(/* @vite-ignore */ `effect-cognito/auth/${module}`)).rejects.toThrow()
  })
})

describe("types", () => {
  it("a step is written without anything else", () => {
    const tagOf = (step: auth.Step): string => step._tag
    const tagIn = (step: auth.AdminStep): string => step._tag
    const options = { flow: "USER_SRP_AUTH", username: "anna", password: Redacted.make("p") } as const
    expectTypeOf(Effect.map(auth.signIn(options), tagOf)).toEqualTypeOf<
      Effect.Effect<string, auth.SignInError, auth.AppClient | root.Cognito>
    >()
    expectTypeOf(Effect.map(auth.adminSignIn(options), tagIn)).toEqualTypeOf<
      Effect.Effect<string, auth.AdminSignInError, auth.AppClient | root.Cognito | Signer>
    >()
  })

  it("a user's sign-in does not fail as an administrator's does", () => {
    type Tags<E> = E extends { readonly _tag: infer Tag } ? Tag : never
    type AdminOnly = Exclude<
      Tags<AdminInitiateAuthError | AdminRespondToAuthChallengeError>,
      Tags<root.InitiateAuthError | root.RespondToAuthChallengeError>
    >
    expectTypeOf<Extract<Tags<auth.SignInError>, AdminOnly>>().toEqualTypeOf<never>()
    expectTypeOf<Extract<Tags<auth.AdminSignInError>, AdminOnly>>().toEqualTypeOf<AdminOnly>()
  })
})

describe("layers", () => {
  const pool = makePool({ users: [] })
  const configured = (settings: { readonly [name: string]: string }) =>
    ConfigProvider.layer(ConfigProvider.fromEnv({ env: settings }))

  it("an app client is one of options, or of the configuration", async () => {
    const options = { userPoolId: "eu-central-1_a", clientId: "c" }
    const read = Effect.map(AppClient.AppClient, (client) => client)
    expect(await Effect.runPromise(Effect.provide(read, AppClient.layer(options)))).toEqual(options)
    const settings = { COGNITO_USER_POOL_ID: "eu-central-1_a", COGNITO_CLIENT_ID: "c", COGNITO_CLIENT_SECRET: "s" }
    const client = await Effect.runPromise(
      Effect.provide(read, Layer.provide(AppClient.layerConfig, configured(settings)))
    )
    expect(client).toMatchObject(options)
    expect(Redacted.value(client.clientSecret ?? Redacted.make(""))).toBe("s")
  })

  it.each([
    ["options", Session.layer()],
    [
      "the configuration",
      Layer.provide(Session.layerConfig(), configured({ COGNITO_SESSION_REFRESH_BEFORE: "2 minutes" }))
    ]
  ])("a session is a service, of %s", async (_, layer) => {
    const live = Layer.provide(layer, clientOf(pool))
    const nobody = Effect.flatMap(Session.Session, ({ signedIn }) => signedIn)
    expect(await Effect.runPromise(Effect.provide(nobody, live))).toBeUndefined()
  })

  it("a session's configuration that cannot be read is an error", async () => {
    const layer = Layer.provide(Session.layerConfig(), configured({ COGNITO_SESSION_REFRESH_BY: "magic" }))
    const exit = Effect.exit(Effect.provide(Session.Session, Layer.provide(layer, clientOf(pool))))
    expect(await Effect.runPromise(exit)).toMatchObject({ _tag: "Failure" })
  })
})

describe("secrets of options and answers", () => {
  const secretMembers = new Set(["accessToken", "answer", "code", "idToken", "password", "refreshToken", "session"])
  const names = [
    "flow",
    "username",
    "type",
    "challenge",
    "credential",
    "key",
    "groupKey",
    "friendlyDeviceName",
    "email"
  ]

  it.each([...Object.entries(answers), ["SignInOptions", SignInOptions] as const])(
    "%s: what is a secret is wrapped, plain or wrapped before, and nothing else is",
    (_, schema) => {
      for (const wrap of [(text: string): unknown => text, Redacted.make]) {
        const given = Object.fromEntries([
          ...[...secretMembers].map((name) => [name, wrap("canary")]),
          ...names.map((name) => [name, "plain"]),
          ["responses", { A: wrap("canary") }],
          ["clientMetadata", { a: "b" }]
        ])
        const taken: object = Object(Result.getOrThrow(read(schema, Result.getOrThrow(write(schema, given, plain)))))
        for (const [name, value] of Object.entries(taken)) {
          expect(Redacted.isRedacted(value)).toBe(secretMembers.has(name))
          if (name === "responses") expect(Object.values(Object(value)).every(Redacted.isRedacted)).toBe(true)
        }
        expect(JSON.stringify(taken)).not.toContain("canary")
      }
    }
  )

  it("the end of a sign-in has its tokens wrapped", () => {
    const given = {
      _tag: "SignedIn",
      username: "u",
      typedName: "t",
      tokens: { accessToken: "canary", idToken: undefined, refreshToken: "canary", expiresAt: new Date(5) },
      device: undefined
    }
    const taken = Result.getOrThrow(read(SignedIn, Result.getOrThrow(write(SignedIn, given, plain))))
    expect(taken).toMatchObject({ username: "u", tokens: { expiresAt: new Date(5) } })
    expect(JSON.stringify(taken)).not.toContain("canary")
  })

  it("an option that is no text is refused before anything is sent", () => {
    expect(Result.isFailure(write(SignInOptions, { flow: "USER_SRP_AUTH", username: 7 }, plain))).toBe(true)
  })
})
