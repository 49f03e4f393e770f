/** Time-based one-time passwords (RFC 6238), as an authenticator app makes them. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Secret, TOTP } from "otpauth"

/** The six digits for a secret in Base32 at the time of Effect's `Clock`. */
export const totp = (secret: Redacted.Redacted<string>): Effect.Effect<Redacted.Redacted<string>> =>
  Effect.map(
    Clock.currentTimeMillis,
    (timestamp) => Redacted.make(new TOTP({ secret: secretOf(Redacted.value(secret)) }).generate({ timestamp }))
  )

/** A recording has a placeholder in the secret's place, of which any code will do. */
const secretOf = (text: string): Secret => /^[A-Z2-7]+$/.test(text) ? Secret.fromBase32(text) : Secret.fromUTF8(text)
