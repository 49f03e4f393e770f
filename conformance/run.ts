/**
 * `npm run conformance -- DIR`: runs the public suites in a folder through the library, and prints what passed, failed or
 * does not apply, with the reasons. Exits with 1 where a case failed or the folder holds no suite.
 */
import * as Effect from "effect/Effect"
import { runFolder } from "./folder.ts"

const folder = process.argv[2]
if (folder === undefined) throw new Error("usage: npm run conformance -- DIR")

const { ok, text } = await Effect.runPromise(runFolder(folder))
console.log(text)
if (!ok) process.exitCode = 1
