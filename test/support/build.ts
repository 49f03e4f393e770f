/** Before the first test of a run: the built package is what `src/` makes, so that no test sees an older one. */
import { buildIfStale } from "../../scripts/fresh.mjs"

export default buildIfStale
