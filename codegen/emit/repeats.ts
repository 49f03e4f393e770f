/**
 * The page of the documentation that says of each operation whether it is sent again after its answer was lost, and why.
 *
 * The reasons are the overlay's; how attempts are made is `src/client/Retry.ts`'s.
 */
import type { Model } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"

const head = `# What is sent twice

Written by \`npm run codegen\`, from \`codegen/overlay/once.json\`.

What the service says it did not carry out (throttling, a signature refused for its date) and what did not reach it is sent
again for all operations. This is about the rest: an answer that was lost, a fault of the service after which nobody knows.
An operation that would make a second thing, use up what works once, or answer its own success with an error is not sent
again then, and fails with the fault; the program may look what became of it. All others are, up to \`maxAttempts\`.

| Operation | Sent again | Why |
| --- | --- | --- |
`

/** The text of \`docs/repeats.md\`. */
export const repeatsPage = ({ operations }: Model, { once: { once, repeatable } }: Overlay): string =>
  `${head}${
    Object.keys(operations).sort().map((name) => {
      const reason = once[name]
      return reason === undefined
        ? `| ${name} | yes | ${repeatable[name] ?? "It reads."} |`
        : `| ${name} | no | ${reason} |`
    }).join("\n")
  }\n`
