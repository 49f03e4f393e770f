/**
 * How the calls in a region of a program see values: as Effect programs do, or as the AWS SDK has them. It is what the
 * promise client sets, and no part of the public API: the types of operations tell of the former alone.
 */
import * as Context from "effect/Context"
import { type Settings, typed } from "../protocol/Conversion.ts"

/** Default: secrets are `Redacted`, and required members that the service leaves out are corrected. */
export const ValueSettings = Context.Reference<Settings>("effect-cognito/ValueSettings", {
  defaultValue: () => typed
})
