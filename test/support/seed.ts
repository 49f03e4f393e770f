/**
 * Where the property tests begin to draw: by default at the same place on every run, so that tests turn red for a change
 * of the code and for nothing else. `SEED=random npx vitest run test/property` draws other cases, `SEED=123` those of a
 * report.
 *
 * Vitest loads it before each test file.
 */
import * as fc from "fast-check"

const { SEED = "20261123" } = process.env

export const seed = SEED === "random" ? Math.floor(Math.random() * 2 ** 31) : Number(SEED)

fc.configureGlobal({ seed })
