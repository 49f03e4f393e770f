/**
 * Makes a clone ready to run: installs the packages of the lock file where they are missing or not those, and builds
 * `dist/` where it is missing or older than `src/`. Does nothing the second time. Needs nothing but Node and npm.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const run = (command, ...args) => execFileSync(command, args, { cwd: root, stdio: "inherit" })

const stamp = join(root, "node_modules/.installed-lock")
// What stands in `node_modules` is made for one platform; a copied folder must not pass for another's.
const wanted = createHash("sha256")
  .update(readFileSync(join(root, "package-lock.json")))
  .update(`${process.platform} ${process.arch}`)
  .digest("hex")
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.log("installing packages…")
  run("npm", "ci", "--no-audit", "--no-fund", "--loglevel", "error")
  writeFileSync(stamp, wanted)
}

const newest = (folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => statSync(join(folder, name)).mtimeMs)
    .reduce((a, b) => Math.max(a, b), 0)
const built = join(root, "dist/index.js")
if (!existsSync(built) || statSync(built).mtimeMs < newest(join(root, "src"))) {
  run(process.execPath, join(root, "scripts/build.mjs"))
}
