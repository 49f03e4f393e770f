/**
 * `npm test`: everything that must hold before a change lands, one check after the other; a failed check does not hide
 * the later ones. The last line counts the tests, as vitest's own report has them.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runAll } from "./run.mjs"

/** The rooms that CommonJS programs have too. */
const commonJsRooms = ["operations", "promise", "promise/auth", "promise/tokens", "testing"]

const folder = mkdtempSync(join(tmpdir(), "effect-cognito-test-"))
const report = join(folder, "report.json")

const failed = runAll([
  ["check", "node", "scripts/check.mjs"],
  ["package", "publint", "--strict"],
  ["types of the package", "attw", "--pack", ".", "--profile", "esm-only", "--quiet"],
  ["types of CommonJS", "attw", "--pack", ".", "--profile", "strict", "--quiet", "--entrypoints", ...commonJsRooms],
  [
    "tests",
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile=${report}`,
    ...process.argv.slice(2)
  ]
])
if (failed.length > 0) console.log(`\nnot passed: ${failed.join(", ")}`)

// Without a report the runner did not get to the end, and nothing counts as passed.
const readReport = () => {
  try {
    return JSON.parse(readFileSync(report, "utf8"))
  } catch {
    return { numPassedTests: 0, numFailedTests: 1 }
  }
}
const { numFailedTests, numPassedTests, numPendingTests = 0 } = readReport()
rmSync(folder, { recursive: true, force: true })
const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : ""
console.log(`\n${numPassedTests} passed, ${numFailedTests} failed${skipped}`)
process.exitCode = failed.length === 0 ? 0 : 1
