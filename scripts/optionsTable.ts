/**
 * `npm run options:table`: writes `docs/promise-options.md`, the table of the AWS SDK's client options that the promise client
 * takes or refuses, from the code that does so and the descriptions in it. With `--check` it fails where the file is another
 * one.
 */
import { readFileSync, writeFileSync } from "node:fs"
import { refused, refusedOfHandler, supported } from "../src/promise/Options.ts"
import { handlerOptions } from "../src/promise/platform.node.ts"
import { handlerOptions as fetchOptions } from "../src/promise/platform.ts"
import { ownOptions } from "../src/sdk/ClientConfig.ts"

const source = ["promise/Config.ts", "promise/RequestHandlerOptions.ts", "sdk/ClientConfig.ts"]
  .map((file) => readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8"))
  .join("\n")

/** The comment above a member, on one line. */
const descriptionOf = (name: string): string => {
  const [, comment = ""] = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\n  readonly ${name}\\?:`).exec(source) ?? []
  return comment.replaceAll(/\n\s*\*/g, " ").replaceAll(/\s+/g, " ").replaceAll("|", "\\|").trim()
}

const row = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`

const taken = (names: ReadonlyArray<string>): ReadonlyArray<string> => [
  row(["Option", ""]),
  row(["---", "---"]),
  ...[...names].sort().map((name) => row([`\`${name}\``, descriptionOf(name)]))
]

const refusals = (options: { readonly [name: string]: string }): ReadonlyArray<string> => [
  row(["Option", "Instead"]),
  row(["---", "---"]),
  ...Object.entries(options).map(([name, instead]) => row([`\`${name}\``, instead]))
]

/** The page. */
const page = [
  "# Options of the promise client",
  "",
  "Written by `npm run options:table`, from the code. The names are those of `@aws-sdk/client-cognito-identity-provider`, and",
  "some of this library's own. An option that is not listed is refused where the client is made, by its name; none is ignored.",
  "",
  "## Taken by every client",
  "",
  "By `CognitoIdentityProvider`, `CognitoIdentityProviderClient`, `make` and `makeAuth`.",
  "",
  ...taken(supported),
  "",
  "## Taken by `CognitoIdentityProvider` and `CognitoIdentityProviderClient`",
  "",
  ...taken(ownOptions),
  "",
  "## Taken in `requestHandler`",
  "",
  `Where \`fetch\` sends the requests, ${fetchOptions.map((name) => `\`${name}\``).join(" and ")} alone.`,
  "",
  ...taken([...handlerOptions, "throwOnRequestTimeout"]),
  "",
  "## Refused",
  "",
  ...refusals(refused),
  "",
  "## Refused in `requestHandler`",
  "",
  ...refusals(refusedOfHandler),
  ""
].join("\n")

const file = new URL("../docs/promise-options.md", import.meta.url)
if (!process.argv.includes("--check")) writeFileSync(file, page)
else if (readFileSync(file, "utf8") !== page) {
  console.error("docs/promise-options.md is another one than the code makes: npm run options:table")
  process.exitCode = 1
}
