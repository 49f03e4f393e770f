/**
 * `npm run explore [-- --minutes 15]`: looks for failures of the property tests that the fixed seed does not find. Runs
 * every test file that draws from fast-check, round after round, each from a new seed, and prints for each failure the
 * command that replays it. At the end of the time, by default 15 minutes, the tests under way are let finish; those
 * that take more than ten seconds longer are cut off. Exits with 1 where something failed or nothing ran.
 */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { createVitest, type TestCase, type TestModule, type Vitest } from "vitest/node"

const { values } = parseArgs({ options: { minutes: { type: "string", default: "15" } } })
const minutes = Number(values.minutes)
if (!(minutes > 0)) throw new Error("usage: npm run explore -- --minutes N")

const root = fileURLToPath(new URL("..", import.meta.url))

const files = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.ts"))
  .map((name) => join("test", name))
  .filter((name) => readFileSync(join(root, name), "utf8").includes("\"fast-check\""))

const count = { rounds: 0, tests: 0, failures: 0 }

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** What replays a test. A failure that fast-check did not report has no path: its test begins at the seed again. */
const commandOf = (seed: number, file: string, name: string, message: string): string => {
  const path = /\bpath: "([\d:]+)"/.exec(message)?.[1]
  const variables = `SEED=${seed}${path === undefined ? "" : ` PROPERTY_PATH=${path}`}`
  const pattern = `^${name.replaceAll(/[$()*+.?[\\\]^{|}]/g, "\\$&")}$`
  return `${variables} npx vitest run ${file} -t ${quoted(pattern)}`
}

const failed = (seed: number, file: string, name: string, errors: ReadonlyArray<{ readonly message: string }>) => {
  count.failures++
  const message = errors.map((error) => error.message).join("\n")
  console.log(`\nFAILED ${file} > ${name}\n${message}\nreplay: ${commandOf(seed, file, name, message)}\n`)
}

/** Tells of failures as they come, so that none is lost with a round that is cut off. */
const reporterOf = (seed: number) => ({
  onTestCaseResult: (test: TestCase) => {
    const { errors, state } = test.result()
    if (state === "passed" || state === "failed") count.tests++
    if (state === "failed") failed(seed, relative(root, test.module.moduleId), test.fullName, errors)
  },
  onTestModuleEnd: (module: TestModule) => {
    const errors = module.errors()
    if (errors.length > 0) failed(seed, relative(root, module.moduleId), "", errors)
  }
})

let current: Vitest | undefined

const summary = () => {
  console.log(`${count.rounds} rounds, ${count.tests} tests, ${count.failures} failures`)
  process.exit(count.failures === 0 && count.tests > 0 ? 0 : 1)
}

const end = Date.now() + minutes * 60_000
setTimeout(() => {
  void current?.cancelCurrentRun("keyboard-input")
  setTimeout(summary, 10_000)
}, minutes * 60_000)

console.log(`${files.length} files with properties, for ${minutes} minutes`)
while (Date.now() < end) {
  const seed = Math.floor(Math.random() * 2 ** 31)
  process.env["SEED"] = String(seed)
  count.rounds++
  console.log(`round ${count.rounds}, seed ${seed}`)
  current = await createVitest("test", { watch: false, root, reporters: [reporterOf(seed)] })
  await current.start(files)
  await current.close()
}
summary()
