/**
 * The secret of an authenticator app in the forms that apps take: a URI, and a QR code of it.
 *
 * Both hold the secret, so both are `Redacted`: what shows them to the user unwraps them there.
 *
 * @see https://github.com/google/google-authenticator/wiki/Key-Uri-Format
 */
import * as Redacted from "effect/Redacted"
import { renderSVG } from "uqr"

/** An account in an authenticator app. */
export interface OtpauthOptions {
  /** The secret that `AssociateSoftwareToken` made, Base32. */
  readonly secret: Redacted.Redacted<string>
  /** Whose account it is, such as the e-mail address; apps show it. */
  readonly account: string
  /** What the account is for, such as the name of the program; apps show it. */
  readonly issuer: string
}

/** `otpauth://totp/…`, for codes as Cognito wants them: SHA-1, six digits, 30 seconds. */
export const otpauthUri = ({ account, issuer, secret }: OtpauthOptions): Redacted.Redacted<string> => {
  const [label, query] = [`${issuer}:${account}`, `secret=${encodeURIComponent(Redacted.value(secret))}`]
  return Redacted.make(`otpauth://totp/${encodeURIComponent(label)}?${query}&issuer=${encodeURIComponent(issuer)}`)
}

/** The QR code of a URI, or of any other secret text, as an SVG image. */
export const qrCode = (uri: Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.make(renderSVG(Redacted.value(uri)))
