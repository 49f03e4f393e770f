/**
 * A project of a user of the package, in which npm installs the packed package and others from the registry.
 */
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../..", import.meta.url))

export interface Said {
  readonly code: number | string
  /** Both streams. */
  readonly text: string
}

export interface Installed {
  readonly folder: string
  /** The packed package's file. */
  readonly packed: string
  /** Writes a file. */
  readonly write: (path: string, content: string | object) => void
  /** Runs a command there; rejects where it fails. */
  readonly run: (
    command: string,
    args: ReadonlyArray<string>,
    env?: Readonly<Record<string, string>>
  ) => Promise<string>
  /** The same, whatever it comes to. */
  readonly attempt: (command: string, args: ReadonlyArray<string>) => Promise<Said>
  readonly install: (...packages: ReadonlyArray<string>) => Promise<string>
  readonly remove: () => void
}

/** Makes a folder that has a package.json. */
export const makeInstalled = async (manifest: object = {}): Promise<Installed> => {
  const folder = mkdtempSync(join(tmpdir(), "effect-cognito-installed-"))
  const write: Installed["write"] = (path, content) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), typeof content === "string" ? content : JSON.stringify(content, null, 2))
  }
  write("package.json", { name: "installed", private: true, ...manifest })
  const attempt = (command: string, args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
    execute(folder, command, args, env)
  const run: Installed["run"] = async (command, args, env) => {
    const { code, text } = await attempt(command, args, env)
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} exited with ${code}\n${text}`)
    return text
  }
  await run("npm", ["pack", root, "--ignore-scripts", "--silent"])
  const name = readdirSync(folder).find((file) => file.endsWith(".tgz")) ?? ""
  return {
    folder,
    packed: join(folder, name),
    write,
    run,
    attempt,
    install: (...packages) => run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages]),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}

const execute = (
  cwd: string,
  command: string,
  args: ReadonlyArray<string>,
  own: Readonly<Record<string, string>>
): Promise<Said> =>
  new Promise((resolve) => {
    // What this test runner says of itself in the environment is not for others, nor are a developer's AWS settings.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(AWS_|VITEST|NODE_OPTIONS|NODE_ENV|npm_)/.test(name))
    )
    const settings = { NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1", CI: "1", AWS_EC2_METADATA_DISABLED: "true" }
    const options = { cwd, env: { ...env, ...settings, ...own }, timeout: 300_000, maxBuffer: 1 << 26 }
    execFile(command, [...args], options, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code ?? "killed", text: `${stdout}${stderr}` }))
  })

/** A service that answers with the access key that a request was signed with, as the name of a user. */
export const startService = async () => {
  const server = createServer((request, response) => {
    const [, key = "nobody"] = /Credential=(\w+)/.exec(request.headers.authorization ?? "") ?? []
    response.end(JSON.stringify({ Username: key }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}
