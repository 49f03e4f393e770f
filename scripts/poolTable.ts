/**
 * `npm run pool:table`: writes `docs/testing-pool-operations.md`, the table of what the pool for tests and other stand-ins
 * do of Cognito's operations. That of the pool is read from its code, that of cognito-local from the installed package,
 * those of the others from `docs/emulators.json`, which says where they are from. With `--check` it fails where the file
 * is another one.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { Targets } from "cognito-local/lib/targets/targets.js"
import { handlers } from "../src/testing/pool/operations/index.ts"

interface Emulator {
  readonly source: string
  readonly operations: ReadonlyArray<string>
}

const { moto, ministack }: { readonly moto: Emulator; readonly ministack: Emulator } = JSON.parse(
  readFileSync(new URL("../docs/emulators.json", import.meta.url), "utf8")
)

const { version }: { readonly version: string } = createRequire(import.meta.url)("cognito-local/package.json")

const columns: ReadonlyArray<readonly [name: string, has: (operation: string) => string]> = [
  [
    "effect-cognito",
    (name) => handlers.get(name)?.fixed === true ? "fixed answer" : handlers.has(name) ? "behaves" : ""
  ],
  [`cognito-local ${version}`, (name) => name in Targets ? "yes" : ""],
  ["moto", (name) => moto.operations.includes(name) ? "yes" : ""],
  ["ministack", (name) => ministack.operations.includes(name) ? "yes" : ""]
]

const names = [...handlers.keys()].sort()

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

/** The page. */
export const page = (): string =>
  [
    "# What the pool for tests does",
    "",
    "Written by `npm run pool:table`, from the code. *Behaves*: it keeps state and answers by it. *Fixed answer*: the answer",
    "is well-formed and nothing stands behind it. For the others, *yes* says that they list or have the operation, not how",
    "much of it they do.",
    "",
    row(["Operation", ...columns.map(([name]) => name)]),
    row(["---", ...columns.map(() => "---")]),
    ...names.map((name) => row([name, ...columns.map(([, has]) => has(name))])),
    row(["**together**", ...columns.map(([, has]) => String(names.filter((name) => has(name) !== "").length))]),
    "",
    "Sources:",
    "",
    `- cognito-local: \`lib/targets/targets.js\` of version ${version}.`,
    `- moto: ${moto.source}.`,
    `- ministack: ${ministack.source}.`,
    ""
  ].join("\n")

const file = new URL("../docs/testing-pool-operations.md", import.meta.url)

if (process.argv.includes("--check")) {
  if (readFileSync(file, "utf8") !== page()) {
    console.error("docs/testing-pool-operations.md is not what npm run pool:table writes")
    process.exitCode = 1
  }
} else if (process.argv[1]?.endsWith("poolTable.ts") === true) writeFileSync(file, page())
