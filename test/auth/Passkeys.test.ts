/** Passkeys made and used with an authenticator in software, against a pool that checks its signatures. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { expect, it } from "vitest"
import {
  Authenticator,
  makeSession,
  PasskeyError,
  registerPasskey,
  respondWithPasskey,
  signIn
} from "../../src/auth/index.ts"
import { makeAuthenticator } from "./authenticator.ts"
import { clientOf } from "./client.ts"
import { clientSecret, makePool } from "../support/pool.ts"

const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = Redacted.make("Correct-horse-1")

const poolOf = () => makePool({ users: [{ name, password: Redacted.value(password) }], clientSecret })

const session = Effect.gen(function*() {
  const session = yield* makeSession()
  const step = yield* signIn({ flow: "USER_PASSWORD_AUTH", username: name, password })
  if (step._tag !== "SignedIn") return expect.unreachable(step._tag)
  yield* session.start(step)
  return session
})

const byPasskey = Effect.gen(function*() {
  const step = yield* signIn({ flow: "USER_AUTH", username: name, preferredChallenge: "WEB_AUTHN" })
  return step._tag === "WebAuthn" ? yield* respondWithPasskey(step) : expect.unreachable(step._tag)
})

it("one that was made signs in", () =>
  Effect.gen(function*() {
    yield* registerPasskey(yield* session)
    expect((yield* byPasskey)._tag).toBe("SignedIn")
  }).pipe(
    Effect.provideService(Authenticator, makeAuthenticator("http://localhost:1234")),
    Effect.provide(clientOf(poolOf())),
    Effect.runPromise
  ))

it("another's is refused, and so is one of another page", () =>
  Effect.gen(function*() {
    const elsewhere = registerPasskey(yield* session)
    const refused = yield* Effect.flip(
      Effect.provideService(elsewhere, Authenticator, makeAuthenticator("https://localhost.example.com"))
    )
    expect(refused._tag).toBe("WebAuthnOriginNotAllowedException")
    yield* Effect.provideService(registerPasskey(yield* session), Authenticator, makeAuthenticator("http://localhost"))
    const other = makeAuthenticator("http://localhost")
    yield* other.create({})
    const error = yield* Effect.flip(Effect.provideService(byPasskey, Authenticator, other))
    expect(error._tag).toBe("NotAuthorizedException")
  }).pipe(Effect.provide(clientOf(poolOf())), Effect.runPromise))

it("what the user declines is told by the browser's name for it", () =>
  Effect.gen(function*() {
    const declined = Effect.fail(new PasskeyError({ reason: "NotAllowedError" }))
    const declining = { create: () => declined, get: () => declined }
    const error = yield* Effect.flip(Effect.provideService(registerPasskey(yield* session), Authenticator, declining))
    expect(error).toMatchObject({ _tag: "PasskeyError", reason: "NotAllowedError" })
  }).pipe(Effect.provide(clientOf(poolOf())), Effect.runPromise))

it("without a browser there are none", () =>
  Effect.gen(function*() {
    const error = yield* Effect.flip(registerPasskey(yield* session))
    expect(error).toMatchObject({ _tag: "PasskeyError", reason: "NotSupportedError" })
  }).pipe(Effect.provide(clientOf(poolOf())), Effect.runPromise))
