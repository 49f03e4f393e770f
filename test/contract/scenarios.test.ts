/**
 * Every scenario, domain by domain: against cognito-local where that implements the operations, and against the
 * scripted server, over real sockets and bare fetch. Their replays from recordings are in `replay.test.ts`.
 */
import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { testLive } from "../support/liveTests.ts"
import { testScripted } from "../support/scriptedTests.ts"
import { domains } from "./scenarios/index.ts"

describe.each(Object.entries(domains))("%s", (_domain, { live, scripted }) => {
  if (live !== undefined) testLive(live)
  if (scripted !== undefined) testScripted(scripted)
})

it("no domain's scenarios are left out", () => {
  const files = readdirSync(new URL("scenarios", import.meta.url)).map((file) => file.replace(/\.ts$/, ""))
  assert.deepStrictEqual(files.filter((name) => /^[A-Z]/.test(name)).sort(), Object.keys(domains).sort())
})
