/**
 * The end of a sign-in as a text, with its secrets, for where a session is kept; and made of tokens that came another way.
 *
 * JSON of a `SignedIn` itself has no secrets, as all that is `Redacted`, and so no tokens.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { ClientError, EncodeError } from "../errors/ClientError.ts"
import * as Wire from "../protocol/Wire.ts"
import type { AuthenticationResultType } from "../schema/Auth.ts"
import { tokensOf, usernameOf } from "./AuthenticationResult.ts"
import { newDevice } from "./SignInDevice.ts"
import { InvalidStateError, UnexpectedStepError } from "./SignInError.ts"
import type { SignedIn } from "./Step.ts"

/** `undefined` is left out of JSON. */
const orAbsent = <S extends Schema.Constraint>(schema: S) =>
  Schema.UndefinedOr(schema).pipe(Schema.withDecodingDefaultKey(Effect.undefined))

const Stored = Schema.fromJsonString(Schema.TaggedStruct("SignedIn", {
  username: Schema.String,
  typedName: Schema.String,
  tokens: Schema.Struct({
    accessToken: Wire.Secret,
    idToken: orAbsent(Wire.Secret),
    refreshToken: orAbsent(Wire.Secret),
    issuedAt: Schema.optionalKey(Wire.Timestamp),
    expiresAt: Wire.Timestamp
  }),
  device: orAbsent(Schema.Struct({
    key: Schema.String,
    groupKey: Schema.String,
    confirmed: Schema.Boolean,
    userConfirmationNecessary: Schema.Boolean
  }))
}))

const encodeText = Schema.encodeSync(Stored)

const decodeText = Schema.decodeEffect(Stored)

/** The text of a sign-in's end, tokens and all: whoever has it is signed in. {@link decode} reads it. */
export const encode = (signedIn: SignedIn): Redacted.Redacted<string> => Redacted.make(encodeText(signedIn))

/** Reads what {@link encode} wrote. The text is not in the error. */
export const decode = (text: Redacted.Redacted<string>): Effect.Effect<SignedIn, InvalidStateError> =>
  Effect.mapError(
    decodeText(Redacted.value(text)),
    () => new InvalidStateError({ message: "the text is not the end of a sign-in of this version" })
  )

/** Of whom tokens are that came another way. */
export interface FromResultOptions {
  /** The user's name in the pool. Default: the one in the access token. */
  readonly username?: string
}

/**
 * The end of a sign-in from tokens that came another way, such as an `AdminInitiateAuth` of the program's own: what
 * `Session.start` takes.
 *
 * @example
 * ```ts
 * import { initiateAuth } from "effect-cognito"
 * import * as Session from "effect-cognito/auth/Session"
 * import * as Effect from "effect/Effect"
 *
 * declare const request: Parameters<typeof initiateAuth>[0]
 *
 * export const started = Effect.gen(function*() {
 *   const { AuthenticationResult = {} } = yield* initiateAuth(request)
 *   const session = yield* Session.make()
 *   yield* session.start(yield* Session.fromResult(AuthenticationResult))
 *   return session
 * })
 * ```
 */
export const fromResult = (
  result: AuthenticationResultType,
  options: FromResultOptions = {}
): Effect.Effect<SignedIn, UnexpectedStepError> =>
  Effect.gen(function*() {
    const tokens = yield* tokensOf(result)
    if (tokens === undefined) {
      return yield* new UnexpectedStepError({ message: "the result holds no access token" })
    }
    const username = options.username ?? usernameOf(tokens.accessToken)
    if (username === undefined) {
      return yield* new UnexpectedStepError({ message: "the access token does not name its user: give the username" })
    }
    return {
      _tag: "SignedIn",
      username,
      typedName: username,
      tokens,
      device: newDevice(result.NewDeviceMetadata)
    }
  })

/** Refuses what is no end of a sign-in, such as one that went through JSON and lost its tokens there. */
export const checked = (signedIn: SignedIn): Effect.Effect<SignedIn, ClientError> => {
  const { expiresAt, accessToken, idToken, refreshToken } = Object(Object(signedIn).tokens)
  const secrets = { accessToken, idToken, refreshToken }
  for (const [name, secret] of Object.entries(secrets)) {
    const isAbsent = secret === undefined && name !== "accessToken"
    if (!isAbsent && !(Redacted.isRedacted(secret) && typeof Redacted.value(secret) === "string")) {
      return misfit(
        name,
        "expected a secret; JSON has none: keep the text of `Session.encode`, and read it by `decode`"
      )
    }
  }
  if (!(expiresAt instanceof Date) || Number.isNaN(expiresAt.getTime())) return misfit("expiresAt", "expected a date")
  return Effect.succeed(signedIn)
}

const misfit = (name: string, problem: string) =>
  Effect.fail(
    new ClientError({ operation: "Session.start", reason: new EncodeError({ path: ["tokens", name], problem }) })
  )
