/**
 * Makes a clone ready to run: installs the packages of the lock file where others or none are installed, and builds `dist/`
 * where it is not what `src/` makes. Does nothing the second time, nor after `npm ci` by hand. Needs nothing but Node and
 * npm.
 */
import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { buildIfStale } from "./fresh.mjs"

const root = fileURLToPath(new URL("..", import.meta.url))

const packagesIn = (file) => {
  const { packages } = JSON.parse(readFileSync(join(root, file), "utf8"))
  const { "": _, ...installed } = packages
  return installed
}

/** npm notes what it installed in a lock file of its own, which leaves out what is for other platforms. */
const isInstalled = () => {
  if (!existsSync(join(root, "node_modules/.package-lock.json"))) return false
  const [wanted, installed] = [packagesIn("package-lock.json"), packagesIn("node_modules/.package-lock.json")]
  const isFor = ({ cpu, os }) =>
    [[cpu, process.arch], [os, process.platform]].every(([list, own]) => list === undefined || list.includes(own))
  return Object.entries(wanted).every(([path, { integrity, optional, ...rest }]) => {
    const found = installed[path]
    return found === undefined ? optional === true || !isFor(rest) : found.integrity === integrity && isFor(rest)
  }) && Object.keys(installed).every((path) => path in wanted)
}

if (!isInstalled()) {
  console.error("installing packages…")
  execFileSync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel", "error"], {
    cwd: root,
    // To the error stream: under `npm pack --json` the other one is npm's own.
    stdio: ["inherit", process.stderr, "inherit"],
    // A dry run of `npm pack` hands its setting on, and would install nothing.
    env: { ...process.env, npm_config_dry_run: "false" }
  })
}
buildIfStale()
