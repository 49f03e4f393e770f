/**
 * Passkeys in the browser: one is made for a signed-in user, and answers the challenge of a later sign-in.
 *
 * What asks the authenticator is a service, by default the browser's `navigator.credentials`; elsewhere a program brings
 * its own. The forms that go over the wire are those of WebAuthn's JSON (`WebAuthnJson.ts`).
 *
 * @see https://www.w3.org/TR/webauthn-3/
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  completeWebAuthnRegistration,
  type CompleteWebAuthnRegistrationError,
  startWebAuthnRegistration,
  type StartWebAuthnRegistrationError
} from "../operations/Passkeys.ts"
import type { Cognito } from "../Service.ts"
import type { Session, SessionError } from "./Session.ts"
import type { SignInError } from "./SignInError.ts"
import { creationOptions, givenJson, madeJson, requestOptions } from "./WebAuthnJson.ts"
import type { Step, WebAuthn } from "./Step.ts"
import { acrossCopies } from "../errors/acrossCopies.ts"

/** The authenticator gave nothing. */
export class PasskeyError extends acrossCopies(
  Schema.TaggedError<PasskeyError>()("PasskeyError", {
    /**
     * The browser's name for it: `NotAllowedError` where the user declined or took too long, `InvalidStateError` where the
     * authenticator has a passkey of this user already; `NotSupportedError` also where there are no passkeys at all.
     */
    reason: Schema.String
  })
) {
  override get message(): string {
    return `the authenticator gave no passkey: ${this.reason}`
  }
}

/** What makes and uses passkeys: options in, credentials out, both in WebAuthn's JSON forms. */
export interface Authenticator {
  readonly create: (options: Schema.Json) => Effect.Effect<Schema.Json, PasskeyError>
  readonly get: (options: Schema.Json) => Effect.Effect<Schema.Json, PasskeyError>
}

/** The authenticator of the program. Default: the browser's. */
export const Authenticator = Context.Reference<Authenticator>("effect-cognito/auth/Authenticator", {
  defaultValue: () => browser
})

const browser: Authenticator = {
  create: (options) =>
    askBrowser(
      (signal) => navigator.credentials.create({ publicKey: creationOptions(options), signal }),
      madeJson
    ),
  get: (options) =>
    askBrowser((signal) => navigator.credentials.get({ publicKey: requestOptions(options), signal }), givenJson)
}

const askBrowser = (
  ask: (signal: AbortSignal) => Promise<Credential | null>,
  json: (credential: Credential) => Schema.Json
): Effect.Effect<Schema.Json, PasskeyError> =>
  Effect.tryPromise({
    try: async (signal) => {
      const credential = await ask(signal)
      if (credential === null) throw undefined
      return json(credential)
    },
    catch: (error) => new PasskeyError({ reason: nameOf(error) })
  })

/** Where the browser's functions are missing, calling them throws something that is no `DOMException`. */
const nameOf = (error: unknown): string => error instanceof DOMException ? error.name : "NotSupportedError"

/** Makes a passkey for the user who is signed in. */
export const register = (
  session: Session["Service"]
): Effect.Effect<
  void,
  PasskeyError | SessionError | StartWebAuthnRegistrationError | CompleteWebAuthnRegistrationError,
  Cognito
> =>
  Effect.gen(function*() {
    const { create } = yield* Authenticator
    const { CredentialCreationOptions } = yield* session.as(startWebAuthnRegistration)({})
    const Credential = yield* create(CredentialCreationOptions)
    yield* session.as(completeWebAuthnRegistration)({ Credential })
  })

/** Answers the challenge of a sign-in with a passkey. */
export const respond = <R = Cognito, E = SignInError>(
  challenge: WebAuthn<R, E>
): Effect.Effect<Step<R, E>, E | PasskeyError, R> =>
  Effect.gen(function*() {
    const { get } = yield* Authenticator
    const credential = yield* get(challenge.options)
    return yield* challenge.respond({ credential })
  })
