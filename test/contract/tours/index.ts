/** All tours, by the domains of the operations. */
import type { Tours } from "./call.ts"
import * as people from "./people.ts"
import * as settings from "./settings.ts"

const upperFirst = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)

export const tours: { readonly [domain: string]: Tours } = Object.fromEntries(
  Object.entries({ ...people, ...settings }).map(([domain, tours]) => [upperFirst(domain), tours])
)
