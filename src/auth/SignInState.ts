/**
 * Where a sign-in stands at a question, as a text: what it takes to ask the question again and to send the answer.
 *
 * It holds no keys of devices, which are the `DeviceStore`'s, and nothing of the request that it was made in.
 */
import * as Effect from "effect/Effect"
import * as Base64 from "effect/encoding/Base64"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Wire from "../protocol/Wire.ts"
import type { AppClientOptions } from "./AppClient.ts"
import { InvalidStateError } from "./SignInError.ts"

const Texts = Schema.Record(Schema.String, Schema.String)

/** An authenticator app that waits for its first code, or whose code was taken. */
const App = Schema.Struct({
  secret: Wire.Secret,
  session: Schema.optionalKey(Wire.Secret),
  isVerified: Schema.Boolean
})

const SignInState = Schema.Struct({
  version: Schema.Literal(1),
  userPoolId: Schema.String,
  clientId: Schema.String,
  by: Schema.Literals(["user", "admin"]),
  isNamedLate: Schema.Boolean,
  typed: Schema.String,
  username: Schema.String,
  clientMetadata: Schema.optionalKey(Texts),
  deviceName: Schema.optionalKey(Schema.String),
  challenge: Schema.Struct({
    name: Schema.String,
    session: Schema.optionalKey(Wire.Secret),
    parameters: Texts,
    available: Schema.Array(Schema.String)
  }),
  app: Schema.optionalKey(App),
  /** A proof of the password that was begun and is yet to be asked for. */
  proof: Schema.optionalKey(Schema.Struct({ secret: Schema.Uint8ArrayFromBase64, password: Wire.Secret }))
})

/** Where a sign-in stands. */
export type SignInState = Schema.Schema.Type<typeof SignInState>

/** The text of a state. By hand, since whoever signs in makes texts, and few read them: it keeps bundles small. */
export const textOf = (state: Omit<SignInState, "version">): Redacted.Redacted<string> =>
  Redacted.make(JSON.stringify({ version: 1, ...state }, function(this: object, name: string, shown: unknown) {
    // What JSON shows of a secret is not the secret.
    const value: unknown = Reflect.get(this, name)
    if (Redacted.isRedacted(value)) return Redacted.value(value)
    return value instanceof Uint8Array ? Base64.encode(value) : shown
  }))

const decode = Schema.decodeEffect(Schema.fromJsonString(SignInState))

/** Reads a state that an app client made, for whoever goes on with it. The text is not in the error. */
export const read = (
  text: Redacted.Redacted<string>,
  { clientId, userPoolId }: AppClientOptions,
  by: SignInState["by"]
): Effect.Effect<SignInState, InvalidStateError> =>
  Effect.gen(function*() {
    const state = yield* Effect.mapError(
      Redacted.isRedacted(text) ? decode(Redacted.value(text)) : Effect.fail(undefined),
      () => new InvalidStateError({ message: "the text is not the state of a step of this version" })
    )
    if (state.userPoolId !== userPoolId || state.clientId !== clientId) {
      return yield* new InvalidStateError({ message: "the state is of another app client" })
    }
    if (state.by !== by) {
      const other = by === "user" ? "adminResume goes on with it" : "resume goes on with it"
      return yield* new InvalidStateError({ message: `the state is of a sign-in by ${nameOf[state.by]}: ${other}` })
    }
    return state
  })

const nameOf = { user: "the user", admin: "a server with AWS credentials" }
