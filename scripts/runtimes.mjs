/**
 * `npm run runtimes`: installs the packed library into an empty folder and runs the pool for tests there on Node, Deno and
 * Bun, and a CommonJS program on versions of Node that load no ES modules by `require`. The binaries come from npm. The
 * browser's turn is a test of its own.
 */
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "effect-cognito-runtimes-"))
const run = (command, args, cwd = folder) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], timeout: 300_000 }).trim()

try {
  const packed = run("npm", ["pack", root, "--silent"]).split("\n").at(-1)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }))
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", `./${packed}`, "effect@^4.1.0"])
  copyFileSync(join(root, "test/runtimes/pool.mjs"), join(folder, "pool.mjs"))
  const runtimes = {
    node: ["node", ["pool.mjs"]],
    bun: ["npm", ["exec", "--yes", "--package", "bun", "--", "bun", "pool.mjs"]],
    deno: ["npm", ["exec", "--yes", "--package", "deno", "--", "deno", "run", "--allow-all", "pool.mjs"]]
  }
  for (const [name, [command, args]] of Object.entries(runtimes)) {
    const said = run(command, args)
    console.log(said)
    if (said !== `ok ${name}`) process.exitCode = 1
  }
  // Effect's package says what it needs as ES modules; the CommonJS form has it inside.
  copyFileSync(join(root, "test/runtimes/commonjs.cjs"), join(folder, "commonjs.cjs"))
  for (const version of ["18.20.8", "20.20.2", "22.0.0", "22.11.0"]) {
    const said = run("npm", ["exec", "--yes", "--package", `node@${version}`, "--", "node", "commonjs.cjs"])
    console.log(said)
    if (said !== `ok commonjs v${version}`) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
