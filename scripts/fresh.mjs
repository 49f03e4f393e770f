/**
 * Builds `dist/` where it is not what `src/` and the build would make now. Told by their content, which the build notes
 * in `dist/.built-from`: files that were deleted or put back count, times do not.
 */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

const sources = () => [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "scripts/build.mjs",
  "scripts/commonjs.mjs",
  ...readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .sort()
    .map((name) => join("src", name))
]

const stamp = join(root, "dist/.built-from")

const state = () => {
  const hash = createHash("sha256")
  for (const name of sources()) hash.update(`${name}\n`).update(readFileSync(join(root, name)))
  return hash.digest("hex")
}

/** Notes what the build that is there was made from. */
export const noteBuild = () => writeFileSync(stamp, state())

/** Builds, where it is needed. */
export const buildIfStale = () => {
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state()) return
  execFileSync(process.execPath, [join(root, "scripts/build.mjs")], {
    cwd: root,
    stdio: ["inherit", process.stderr, "inherit"]
  })
}
