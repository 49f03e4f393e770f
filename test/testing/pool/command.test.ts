/** The commands as a shell runs them: what they print, what they keep, how they end. */
import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, expect, it } from "vitest"

const main = fileURLToPath(new URL("../../../dist/cli/main.js", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "effect-cognito-command-"))
const data = join(folder, "pool.json")

afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Running {
  readonly process: ChildProcess
  readonly printed: () => string
  readonly url: string
}

/** Starts a pool, and waits until it says where it is. */
const pool = async (...args: ReadonlyArray<string>): Promise<Running> => {
  const child = spawn(process.execPath, [main, "pool", "--port", "0", ...args], { stdio: ["ignore", "pipe", "pipe"] })
  let text = ""
  child.stdout.on("data", (chunk) => (text += chunk))
  child.stderr.on("data", (chunk) => (text += chunk))
  await expect.poll(() => text, { timeout: 20_000 }).toContain("client: ")
  return { process: child, printed: () => text, url: /endpoint: (\S+)/.exec(text)?.[1] ?? "" }
}

const stopped = ({ process }: Running) =>
  new Promise<number | null>((resolve) => {
    process.once("exit", resolve)
    process.kill("SIGINT")
  })

const call = async (url: string, operation: string, input: object) => {
  const response = await fetch(url, {
    method: "POST",
    headers: { "x-amz-target": `AWSCognitoIdentityProviderService.${operation}`, authorization: "signed" },
    body: JSON.stringify(input)
  })
  return { status: response.status, body: JSON.parse(await response.text() || "{}") }
}

const command = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number; readonly out: string }>((resolve) =>
    execFile(
      process.execPath,
      [main, ...args],
      { timeout: 60_000 },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), out: stdout + stderr })
    )
  )

it("a pool prints where it is and what it sends, keeps its data, and stops", async () => {
  const first = await pool("--data", data)
  expect(first.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  const [, UserPoolId] = /user pool: (\S+)/.exec(first.printed()) ?? []
  const [, ClientId] = /client: (\S+)/.exec(first.printed()) ?? []
  const UserAttributes = [{ Name: "email", Value: "anna@example.com" }]
  await call(first.url, "SignUp", { ClientId, Username: "anna", Password: "Correct-Horse-1", UserAttributes })
  await expect.poll(first.printed).toMatch(
    /CustomMessage_SignUp by EMAIL to anna@example.com: Your confirmation code is \d{6}/
  )
  const [, ConfirmationCode] = /code is (\d{6})/.exec(first.printed()) ?? []
  expect(await stopped(first)).toBe(0)
  expect(readFileSync(data, "utf8")).not.toContain("Correct-Horse-1")
  // Its keys are its owner's alone.
  expect(statSync(data).mode & 0o077).toBe(0)

  const second = await pool("--data", data)
  expect((await call(second.url, "ConfirmSignUp", { ClientId, Username: "anna", ConfirmationCode })).status).toBe(200)
  expect((await call(second.url, "AdminGetUser", { UserPoolId, Username: "anna" })).body.UserStatus).toBe("CONFIRMED")
  expect(await stopped(second)).toBe(0)
}, 60_000)

it("a contract ends with 0 where all agrees, with 1 and the reason where not", async () => {
  const running = await pool()
  const right = await command(
    "contract",
    "--endpoint",
    running.url,
    "--only",
    "createGroup, listGroups",
    "--runs",
    "3",
    "--json"
  )
  expect(right.code).toBe(0)
  expect(JSON.parse(right.out)).toEqual({
    seed: 1,
    verdicts: [{ operation: "CreateGroup", verdict: "agrees" }, { operation: "ListGroups", verdict: "agrees" }]
  })
  expect((await command("contract", "--endpoint", running.url, "--only", "nothing")).out).toContain(
    "the suite has no operation nothing"
  )
  await stopped(running)
  const gone = await command("contract", "--endpoint", running.url, "--only", "createGroup")
  expect(gone.code).toBe(1)
  expect(gone.out).toContain("CreateUserPool, which every program needs")
}, 60_000)

it("what is wrong with the arguments is told", async () => {
  const { code, out } = await command("pool", "--port", "abc")
  expect(code).toBe(1)
  expect(out).toContain("--port")
  const running = await pool()
  const taken = await command("pool", "--port", new URL(running.url).port)
  expect([taken.code, taken.out]).toEqual([1, expect.stringContaining("EADDRINUSE")])
  await stopped(running)
}, 60_000)
