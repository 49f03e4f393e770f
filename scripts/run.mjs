/** Runs commands of the installed packages one after the other; a failed one does not hide the later ones. */
import { spawnSync } from "node:child_process"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const env = { ...process.env, PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}` }

/** Runs them, each given as `[name, command, ...arguments]`; answers the names of those that failed. */
export const runAll = (commands) =>
  commands.flatMap(([name, command, ...args]) => {
    console.log(`\n— ${name}`)
    const { status } = spawnSync(command, args, { cwd: root, env, stdio: "inherit" })
    return status === 0 ? [] : [name]
  })
