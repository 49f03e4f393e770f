/**
 * The browser example as a user meets it: in Chromium, against the pool that checks every proof.
 *
 * `SCREENSHOT=1` takes the picture in the README anew.
 */
import jsqr from "jsqr"
import { URI } from "otpauth"
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Example, serve } from "../../examples/browser/serve.ts"
import { totpCode } from "../support/pool.ts"
import { chromiumPath, isChromiumMissing } from "../support/chromium.ts"

const email = "ada@example.com"
const password = "Correct-Horse-1"

const pictures: Array<string> = []
let example: Example
let appSecret = ""
let browser: Browser
let page: Page
let devtools: CDPSession
let authenticatorId: string

/** An authenticator makes no second passkey of a user. */
const forgetPasskeys = () => devtools.send("WebAuthn.clearCredentials", { authenticatorId })

const press = (name: string) => page.getByRole("button", { name, exact: true }).click()
const title = async (name: string) => {
  await page.getByRole("heading", { name, exact: true }).waitFor()
  if (process.env.SCREENSHOT !== undefined) pictures.push((await page.screenshot()).toString("base64"))
}
const fill = (label: string, value: string) => page.getByLabel(label).fill(value)
const stored = () => page.evaluate(() => JSON.stringify(sessionStorage))

/** Three of the pages that were seen, side by side. */
const takePicture = async () => {
  const [signIn, , app, profile] = pictures
  const images = [signIn, app, profile].map((picture) => `<img src="data:image/png;base64,${picture}">`)
  await page.setViewportSize({ width: 1680, height: 640 })
  await page.setContent(`<body style="margin:0;display:flex">${images.join("")}`)
  await page.screenshot({ path: "examples/browser/screenshot.png" })
}

/** Without a browser there is nothing to test; CI has one, or fails. */
describe.skipIf(isChromiumMissing)(
  "in Chromium (skipped where there is none: CHROMIUM is its path)",
  () => {
    beforeAll(async () => {
      example = await serve()
      browser = await chromium.launch({
        executablePath: chromiumPath,
        args: [
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync"
        ]
      })
      page = await browser.newPage({ viewport: { width: 560, height: 640 } })
      page.setDefaultTimeout(20_000)
      devtools = await page.context().newCDPSession(page)
      await devtools.send("WebAuthn.enable")
      const added = await devtools.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          protocol: "ctap2",
          transport: "internal",
          hasResidentKey: true,
          hasUserVerification: true,
          isUserVerified: true
        }
      })
      authenticatorId = added.authenticatorId
      await page.goto(example.url)
    }, 120_000)

    afterAll(async () => {
      if (process.env.SCREENSHOT !== undefined) await takePicture()
      await browser?.close()
      await example?.close()
    })

    it("a user signs up, and the confirmation signs in", async () => {
      await title("Sign in")
      await press("Create an account")
      await fill("E-mail", email)
      await fill("Password", password)
      await press("Create the account")
      await page.getByLabel("Code").waitFor()
      await fill("Code", example.pools.lastCode(email))
      await press("Continue")
      await title("You are signed in")
      expect(await page.getByRole("definition").allTextContents()).toEqual([expect.any(String), email, "true", "none"])
    })

    it("sets an authenticator app up by its QR code", async () => {
      await press("Set up an authenticator app")
      await title("Your authenticator app")
      const image = await page.getByRole("img").evaluate(async (image: HTMLImageElement) => {
        const canvas = Object.assign(document.createElement("canvas"), { width: 200, height: 200 })
        const drawing = canvas.getContext("2d")
        await image.decode()
        drawing?.drawImage(image, 0, 0, 200, 200)
        return [...drawing?.getImageData(0, 0, 200, 200).data ?? []]
      })
      const scanned = jsqr.default(Uint8ClampedArray.from(image), 200, 200)
      const { issuer, label, secret } = URI.parse(scanned?.data ?? "")
      expect([issuer, label]).toEqual(["effect-cognito", email])
      appSecret = secret.base32
      await fill("Code", totpCode(appSecret))
      await press("Set it up")
      await title("You are signed in")
      expect(await page.getByRole("definition").last().textContent()).toBe("SOFTWARE_TOKEN_MFA")
    })

    it("adds a passkey", async () => {
      await press("Add a passkey")
      await expect.poll(() => example.pools.requests.at(-1)?.operation).toBe("GetUser")
      expect(example.pools.requests.at(-2)?.operation).toBe("CompleteWebAuthnRegistration")
      await title("You are signed in")
      expect(await page.getByRole("alert").count()).toBe(0)
    })

    it("stays signed in when the page is loaded again, and signs out", async () => {
      await page.reload()
      await title("You are signed in")
      expect(await stored()).toContain("accessToken")
      await press("Sign out")
      await title("Sign in")
      expect(await stored()).toBe("{}")
      expect(example.pools.requests.at(-1)?.operation).toBe("GlobalSignOut")
    })

    it("says why a sign-in failed", async () => {
      await fill("E-mail", email)
      await fill("Password", "wrong")
      await press("Sign in")
      await expect.poll(() => page.getByRole("alert").textContent()).toBe("Incorrect username or password.")
    })

    it("signs in by SRP and the app's code, without sending the password", async () => {
      const before = example.pools.requests.length
      await fill("E-mail", email)
      await fill("Password", password)
      await press("Sign in")
      await title("Your second factor")
      // Each code is taken once.
      example.pools.advance("1 minute")
      await fill("Code", totpCode(appSecret, Date.now() + 60_000))
      await press("Continue")
      await title("You are signed in")
      const sent = example.pools.requests.slice(before)
      expect(sent.map(({ operation }) => operation)).toEqual([
        "InitiateAuth",
        "RespondToAuthChallenge",
        "RespondToAuthChallenge",
        "GetUser"
      ])
      expect(JSON.stringify(sent)).not.toContain(password)
      await press("Sign out")
      await title("Sign in")
    })

    it("signs in with the passkey", async () => {
      await fill("E-mail", email)
      await press("Use a passkey")
      await title("You are signed in")
      await press("Sign out")
      await title("Sign in")
    })

    // Registered one kind, each kind answers: what a page meets is one of them.
    it.each(["an extension's, which inherits the browser's methods", "a browser's of before 2024"])(
      "signs in, and adds another, with passkeys that are %s",
      async (kind) => {
        await page.evaluate(spoil, kind.startsWith("an extension"))
        await fill("E-mail", email)
        await press("Use a passkey")
        await title("You are signed in")
        const before = example.pools.requests.length
        await forgetPasskeys()
        await press("Add a passkey")
        await expect.poll(() => example.pools.requests.slice(before).map(({ operation }) => operation)).toContain(
          "CompleteWebAuthnRegistration"
        )
        await expect.poll(() => page.getByRole("alert").count()).toBe(0)
        await title("You are signed in")
        await press("Sign out")
        await title("Sign in")
      }
    )
  }
)

/** Has credentials given as others than today's browsers give them. Runs in the page. */
const spoil = (isExtension: boolean) => {
  const { credentials } = navigator
  const methods = { create: credentials.create.bind(credentials), get: credentials.get.bind(credentials) }
  const own = (value: object | null) => {
    if (value === null) return value
    const { authenticatorAttachment, id, rawId, response, type } = Object(value)
    const parts = { id, rawId, type, response, authenticatorAttachment }
    // Methods that are inherited find that this is no object of the browser's.
    const proto = isExtension ? PublicKeyCredential.prototype : {}
    const descriptors = Object.fromEntries(
      Object.entries(parts).map(([name, value]) => [name, { value, enumerable: true }])
    )
    return Object.create(proto, descriptors)
  }
  Object.assign(credentials, {
    create: async (options: CredentialCreationOptions) => own(await methods.create(options)),
    get: async (options: CredentialRequestOptions) => own(await methods.get(options))
  })
  if (!isExtension) {
    Object.assign(PublicKeyCredential, {
      parseCreationOptionsFromJSON: undefined,
      parseRequestOptionsFromJSON: undefined
    })
    Reflect.deleteProperty(PublicKeyCredential.prototype, "toJSON")
  }
}
