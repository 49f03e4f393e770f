/** A single value of an arbitrary, for tests to which its content does not matter. */
import * as fc from "fast-check"

/** Draws a value from the seed of the run; a replayed property's path is of other values and does not lead here. */
export const sample = <A>(arbitrary: fc.Arbitrary<A>): A => {
  const [value] = fc.sample(arbitrary, { numRuns: 1, path: "" })
  if (value === undefined) throw new Error("nothing was drawn")
  return value
}
