/** `npm run check`: all that can be said of a change without running it: types, lint, format, drift of generated files. */
import { runAll } from "./run.mjs"

const failed = runAll([
  // The types of the examples and of the consumers in test/ come from the build.
  ["build", "node", "scripts/build.mjs"],
  ["types", "tsc"],
  ["lint", "oxlint"],
  ["format", "dprint", "check"],
  ["generated files", "tsx", "codegen/generate.ts", "--check"],
  ["table of the pool", "tsx", "scripts/poolTable.ts", "--check"],
  ["table of options", "tsx", "scripts/optionsTable.ts", "--check"]
])
console.log(failed.length === 0 ? "\nchecked" : `\nnot passed: ${failed.join(", ")}`)
process.exitCode = failed.length === 0 ? 0 : 1
