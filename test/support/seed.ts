/**
 * Where the property tests begin to draw: at the same place on every run, so that tests turn red for a change of the code
 * and for nothing else. All that a property draws comes from here. Vitest loads this module before each test file.
 *
 * Two variables of the environment change it, both as a failure's report has them: `SEED`, a whole number, and
 * `PROPERTY_PATH`, which goes straight to the failing value and is for one test at a time (`-t`). `npm run explore` is
 * what looks for failures under other seeds.
 */
import * as Arbitrary from "effect/Arbitrary"
import * as fc from "fast-check"

const { PROPERTY_PATH, SEED = "20261123" } = process.env

const seed = Number(SEED)
if (!Number.isInteger(seed)) throw new Error(`SEED is a whole number, not ${JSON.stringify(SEED)}`)

fc.configureGlobal({ seed, ...(PROPERTY_PATH === undefined ? {} : { path: PROPERTY_PATH }) })

// Properties over values that Effect makes from schemas.
Arbitrary.configureGlobal({ check: { seed } })
