/** What authenticator apps are given: read back as they read it. */
import * as Redacted from "effect/Redacted"
import jsqr from "jsqr"
import { inspect } from "node:util"
import { TOTP, URI } from "otpauth"
import { expect, it } from "vitest"
import { otpauthUri, qrCode } from "../../src/auth/index.ts"

const options = {
  secret: Redacted.make("JBSWY3DPEHPK3PXP"),
  account: "anna+1@example.com",
  issuer: "Acme & Söhne Ltd"
}

it("the URI is that of a time-based code, with account and issuer whatever characters they have", () => {
  const app = URI.parse(Redacted.value(otpauthUri(options)))
  if (!(app instanceof TOTP)) return expect.unreachable()
  const { algorithm, digits, issuer, label, period, secret } = app
  expect({ algorithm, digits, issuer, label, period, secret: secret.base32 }).toEqual({
    algorithm: "SHA1",
    digits: 6,
    issuer: options.issuer,
    label: options.account,
    period: 30,
    secret: "JBSWY3DPEHPK3PXP"
  })
})

/** The picture of a code whose squares are drawn one by one, as a camera would see it. */
const pixelsOf = (svg: string) => {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const pixels = new Uint8ClampedArray(size * size * 4).fill(255)
  for (const [, x, y, width, height] of svg.matchAll(/M(\d+),(\d+)h(\d+)v(\d+)/g)) {
    for (let row = Number(y); row < Number(y) + Number(height); row++) {
      const from = row * size + Number(x)
      for (let pixel = from; pixel < from + Number(width); pixel++) pixels.fill(0, pixel * 4, pixel * 4 + 3)
    }
  }
  return { pixels, size }
}

it("the QR code is read as the URI", () => {
  const uri = otpauthUri(options)
  const { pixels, size } = pixelsOf(Redacted.value(qrCode(uri)))
  expect(jsqr.default(pixels, size, size)?.data).toBe(Redacted.value(uri))
})

it("neither is shown by accident", () => {
  const uri = otpauthUri(options)
  expect(inspect([uri, qrCode(uri)])).not.toMatch(/JBSWY|svg/)
})
