/**
 * Runs each suite whose file a folder holds.
 */
import * as Effect from "effect/Effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { awsJson } from "./awsJson.ts"
import { sigv4 } from "./sigv4.ts"
import { srp } from "./srp.ts"
import { report } from "./Suite.ts"

const suites = [awsJson, sigv4, srp]

/** The report, and whether there was a suite and no case failed. */
export const runFolder = (folder: string): Effect.Effect<{ readonly ok: boolean; readonly text: string }> =>
  Effect.gen(function*() {
    const found = suites.filter(({ file }) => existsSync(join(folder, file)))
    if (found.length === 0) {
      return { ok: false, text: `${folder} holds none of ${suites.map(({ file }) => file).join(", ")}` }
    }
    const runs = yield* Effect.forEach(found, ({ file, run }) =>
      Effect.map(
        Effect.suspend(() => run(JSON.parse(readFileSync(join(folder, file), "utf8")))),
        (results) => ({ file, results })
      ))
    return {
      ok: runs.every(({ results }) => results.every(({ outcome }) => outcome.status !== "failed")),
      text: runs.map(({ file, results }) => report(file, results)).join("\n\n")
    }
  })
