import * as Redacted from "effect/Redacted"
import { inspect } from "node:util"
import { expect, it } from "vitest"
import { otpauthUri, qrCode } from "../../src/auth/index.ts"

const options = {
  secret: Redacted.make("JBSWY3DPEHPK3PXP"),
  account: "anna+1@example.com",
  issuer: "Acme & Söhne: Ltd"
}

it("the URI names account and issuer, whatever characters they have", () => {
  const uri = new URL(Redacted.value(otpauthUri(options)))
  expect(uri.protocol).toBe("otpauth:")
  expect(decodeURIComponent(uri.pathname || uri.host)).toContain(`${options.issuer}:${options.account}`)
  expect(Object.fromEntries(uri.searchParams)).toEqual({ secret: "JBSWY3DPEHPK3PXP", issuer: options.issuer })
})

it("the QR code is an image, another for another secret", () => {
  const image = Redacted.value(qrCode(otpauthUri(options)))
  expect(image).toMatch(/^<svg .*<\/svg>$/s)
  expect(Redacted.value(qrCode(otpauthUri({ ...options, secret: Redacted.make("OTHER") })))).not.toBe(image)
})

it("neither is shown by accident", () => {
  const uri = otpauthUri(options)
  expect(inspect([uri, qrCode(uri)])).not.toMatch(/JBSWY|svg/)
})
