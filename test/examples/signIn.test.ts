/** The examples that sign in, as their users run them: against the pool that checks every proof. */
import { execFile } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { app } from "../../examples/server/app.ts"
// The built package, as the examples have it.
import { makeAuth } from "effect-cognito/promise/auth"
import { start, type Started } from "../../src/testing/pool/index.ts"
import { totpCode } from "../support/pool.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const user = { username: "anna", email: "anna@example.com", password: "Correct-Horse-1" }

let pools: Started
beforeAll(async () => {
  pools = await start({
    pool: { DeviceConfiguration: { ChallengeRequiredOnNewDevice: true } },
    mfa: { MfaConfiguration: "ON", SoftwareTokenMfaConfiguration: { Enabled: true } },
    users: [{
      Username: user.username,
      Password: user.password,
      Attributes: { email: user.email }
    }]
  })
})
afterAll(() => pools?.close())

describe("the command-line login", () => {
  const home = mkdtempSync(join(tmpdir(), "login-"))
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  /** Runs it and types lines, each once it is asked for. */
  const run = (command: string, answer: (asked: string) => string = () => "") =>
    new Promise<{ readonly code: number | null; readonly out: string; readonly asked: string }>((resolve) => {
      const child = execFile(`${root}node_modules/.bin/tsx`, [`${root}examples/login.ts`, command], {
        env: {
          ...process.env,
          LOGIN_HOME: home,
          AWS_ENDPOINT_URL: pools.url,
          COGNITO_USER_POOL_ID: pools.userPoolId,
          COGNITO_CLIENT_ID: pools.clientId
        }
      })
      let [out, asked, seen] = ["", "", 0]
      child.stdout?.on("data", (text) => {
        out += text
      })
      child.stderr?.on("data", (text) => {
        asked += text
        if (!asked.endsWith(": ")) return
        child.stdin?.write(`${answer(asked.slice(seen))}\n`)
        seen = asked.length
      })
      child.on("close", (code) => resolve({ code, out, asked }))
    })

  let secret = ""
  const answer = (asked: string): string => {
    secret = /secret=([A-Z2-7]+)/.exec(asked)?.[1] ?? secret
    if (asked.includes("Code")) return totpCode(secret)
    return asked.includes("Password") ? user.password : user.username
  }

  it("sets an app up, stays signed in after a restart, and refreshes", async () => {
    expect(await run("whoami")).toMatchObject({ code: 1, asked: expect.stringContaining("nobody is signed in") })
    const first = await run("login", answer)
    expect(first).toMatchObject({ code: 0, out: "signed in as anna\n" })
    expect(first.asked).toContain("Code that it shows")
    expect(await run("whoami")).toMatchObject({ code: 0, out: `${user.email}\n` })
    // The access token ends; the next start refreshes it.
    pools.advance("2 hours")
    const before = pools.requests.length
    expect(await run("whoami")).toMatchObject({ code: 0, out: `${user.email}\n` })
    expect(pools.requests.slice(before).map(({ operation }) => operation)).toContain("GetTokensFromRefreshToken")
  }, 120_000)

  it("keeps what it keeps for its user alone", () => {
    const files = readdirSync(home).map((file) => join(home, file))
    expect(files).toHaveLength(2)
    for (const file of files) expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(files.map((file) => readFileSync(file, "utf8")).join()).not.toContain(user.password)
  })

  it("is signed in again without a code, on the device that is known by its name", async () => {
    const again = await run("login", answer)
    expect(again).toMatchObject({ code: 0, out: "signed in as anna\n" })
    expect(again.asked).not.toContain("Code")
    const confirmed = pools.requests.filter(({ operation }) => operation === "ConfirmDevice")
    expect(confirmed).toHaveLength(1)
    expect(confirmed[0]?.input.DeviceName).toEqual(expect.any(String))
  }, 120_000)

  it("signs out, and says what went wrong", async () => {
    expect(await run("logout")).toMatchObject({ code: 0, out: "signed out\n" })
    expect((await run("whoami")).code).toBe(1)
    const wrong = await run("login", (asked) => asked.includes("Password") ? "wrong" : user.username)
    expect(wrong).toMatchObject({ code: 1, out: "", asked: expect.stringContaining("Incorrect username or password.") })
    expect((await run("help")).asked).toContain("usage")
  }, 120_000)
})

describe("the server's pages", () => {
  const key = new Uint8Array(32).fill(7)
  /** Another process of the server, which knows of the browser what its cookies say. */
  const server = () =>
    app({ key, auth: makeAuth({ userPoolId: pools.userPoolId, clientId: pools.clientId, endpoint: pools.url }) })

  /** A browser, as far as cookies go. */
  const browser = () => {
    const cookies = new Map<string, string>()
    const visit = async (
      path: string,
      form?: { readonly [name: string]: string }
    ): Promise<{ status: number; text: string }> => {
      const response = await server().request(`https://localhost${path}`, {
        ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") }
      })
      for (const cookie of response.headers.getSetCookie()) {
        const [pair = "", ...attributes] = cookie.split("; ")
        const [name = "", value = ""] = pair.split("=")
        if (attributes.includes("Max-Age=0")) cookies.delete(name)
        else {
          expect(attributes).toEqual(expect.arrayContaining(["HttpOnly", "Secure", "SameSite=Lax"]))
          expect(cookie.length).toBeLessThan(4096)
          cookies.set(name, value)
        }
      }
      const location = response.headers.get("location")
      return location === null ? { status: response.status, text: await response.text() } : visit(location)
    }
    return { cookies, visit }
  }

  const code = () => {
    // Each code is taken once.
    pools.advance("1 minute")
    return pools.totp(user.username)
  }

  it("keep a sign-in between requests, each of another process", async () => {
    const { cookies, visit } = browser()
    expect((await visit("/")).text).toContain("Sign in")
    const { text } = await visit("/login", { username: user.username, password: user.password })
    expect(text).toContain("Code of your authenticator app")
    expect([...cookies.keys()]).toEqual(["step"])
    expect([...cookies.values()].join()).not.toContain(pools.clientId)
    expect((await visit("/answer", { answer: "000000" })).status).toBe(401)
    const done = await visit("/answer", { answer: await code() })
    expect(done).toMatchObject({ status: 200, text: expect.stringContaining(`Hello ${user.email}`) })
    expect([...cookies.keys()]).toEqual(["session"])
    expect((await visit("/logout", {})).text).toContain("Sign in")
    expect(cookies.size).toBe(0)
    expect(pools.requests.at(-1)?.operation).toBe("RevokeToken")
  }, 60_000)

  it("do not take a cookie of another key, or none", async () => {
    const { cookies, visit } = browser()
    expect((await visit("/answer", { answer: "1" })).text).toContain("Sign in")
    cookies.set("session", "a.b.c.d.e").set("step", "x")
    expect((await visit("/")).text).toContain("Sign in")
    expect((await visit("/answer", { answer: "1" })).text).toContain("Sign in")
    expect((await visit("/login", { username: user.username, password: "wrong" })).status).toBe(401)
  })
})
