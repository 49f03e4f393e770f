/** What the operations of the app client send of it: the id always; the hash or the secret where there is one. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import { describe, expect, it } from "vitest"
import * as AppClientOperations from "../../src/auth/AppClientOperations.ts"
import type * as auth from "../../src/auth/index.ts"
import type { Cognito } from "../../src/Service.ts"
import { clientOf } from "./client.ts"
import { makePool } from "../support/pool.ts"

const Username = "änna@example.com"
const secret = Redacted.make

const byName = {
  SignUp: AppClientOperations.signUp({ Username, Password: secret("p") }),
  ConfirmSignUp: AppClientOperations.confirmSignUp({ Username, ConfirmationCode: secret("1") }),
  ResendConfirmationCode: AppClientOperations.resendConfirmationCode({ Username }),
  ForgotPassword: AppClientOperations.forgotPassword({ Username }),
  ConfirmForgotPassword: AppClientOperations.confirmForgotPassword({
    Username,
    ConfirmationCode: secret("1"),
    Password: secret("p")
  })
}

const bySecret = {
  GetTokensFromRefreshToken: AppClientOperations.getTokensFromRefreshToken({ RefreshToken: secret("r") }),
  RevokeToken: AppClientOperations.revokeToken({ Token: secret("r") })
}

/** The request that an operation sent, whatever the pool answers. */
const sent = async (call: Effect.Effect<unknown, object, auth.AppClient | Cognito>, clientSecret?: string) => {
  const pool = makePool({ users: [], ...(clientSecret === undefined ? {} : { clientSecret }) })
  await Effect.runPromise(Effect.provide(Effect.exit(call), clientOf(pool)))
  return pool.requests
}

describe.each(Object.entries({ ...byName, ...bySecret }))("%s", (operation, call) => {
  it("sends the client's id alone where it has no secret", async () => {
    const [request, ...others] = await sent(call)
    expect(others).toEqual([])
    expect(request?.operation).toBe(operation)
    expect(request?.input.ClientId).toBe("4kweljr01yrea5qfflyxio4em")
    expect(request?.input).not.toHaveProperty("SecretHash")
    expect(request?.input).not.toHaveProperty("ClientSecret")
  })
})

it.each(Object.entries(byName))("%s sends the secret hash over the user's name", async (_, call) => {
  const [request] = await sent(call, "s3cr3t")
  const hash = createHmac("sha256", "s3cr3t").update(`${Username}4kweljr01yrea5qfflyxio4em`).digest("base64")
  expect(request?.input).toMatchObject({ Username, SecretHash: hash })
})

it.each(Object.entries(bySecret))("%s sends the secret itself", async (_, call) => {
  const [request] = await sent(call, "s3cr3t")
  expect(request?.input).toMatchObject({ ClientSecret: "s3cr3t" })
  expect(request?.input).not.toHaveProperty("SecretHash")
})
