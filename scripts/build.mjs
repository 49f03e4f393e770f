/**
 * `npm run build`: compiles `src/` to `dist/` with its types, then marks the calls at the top of each module as free of
 * side effects, so that bundlers drop the operations, schemas and errors that a program does not use. The compiler
 * itself keeps no such marks; Effect's own packages are built in the same way. `commonjs.mjs` makes the CommonJS files of it.
 */
import { transformFileAsync } from "@babel/core"
import { execFileSync } from "node:child_process"
import { readdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { buildCommonJs } from "./commonjs.mjs"
import { noteBuild } from "./fresh.mjs"

const root = fileURLToPath(new URL("..", import.meta.url))
const dist = join(root, "dist")

rmSync(dist, { recursive: true, force: true })
execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" })

const modules = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"))
for (const name of modules) {
  const file = join(dist, name)
  const result = await transformFileAsync(file, {
    cwd: root,
    babelrc: false,
    configFile: false,
    inputSourceMap: true,
    sourceMaps: true,
    plugins: ["annotate-pure-calls"]
  })
  writeFileSync(file, `${result.code}\n//# sourceMappingURL=${name.split("/").at(-1)}.map\n`)
  writeFileSync(`${file}.map`, JSON.stringify(result.map))
}
await buildCommonJs(root, dist)
noteBuild()
console.log(`built ${modules.length} modules`)
