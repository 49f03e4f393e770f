/**
 * `effect-cognito alias`: writes a package that stands in the place of `@aws-sdk/client-cognito-identity-provider` where a
 * dependency asks for it: ES modules, CommonJS and types, all of `effect-cognito/promise`. It changes no package.json; what to
 * put there is printed.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"

const sdk = "@aws-sdk/client-cognito-identity-provider"

const room = "effect-cognito/promise"

/** The version of the official client whose names the promise client has. */
const version = "3.1169.0"

const manifest = {
  name: sdk,
  version,
  description: `${room} under the name of the official client`,
  private: true,
  type: "commonjs",
  main: "./index.cjs",
  module: "./index.mjs",
  types: "./index.d.cts",
  exports: {
    ".": {
      require: { types: "./index.d.cts", default: "./index.cjs" },
      default: { types: "./index.d.mts", default: "./index.mjs" }
    },
    "./package.json": "./package.json"
  },
  peerDependencies: { "effect-cognito": "*" }
}

/** The package's files. */
const files: { readonly [name: string]: string } = {
  "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
  "index.cjs": `module.exports = require("${room}")\n`,
  "index.mjs": `export * from "${room}"\n`,
  "index.d.cts": `export * from "${room}"\n`,
  "index.d.mts": `export * from "${room}"\n`
}

const folder = Argument.String("folder").pipe(
  Argument.withDefault("vendor/client-cognito-identity-provider"),
  Argument.withDescription("where to write it, in the project")
)

/** The command. */
export const alias = Command.make(
  "alias",
  { folder },
  ({ folder }) =>
    Effect.gen(function*() {
      yield* Effect.sync(() => {
        mkdirSync(folder, { recursive: true })
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
      })
      const vendor = dirname(folder).replaceAll("\\", "/")
      const packed = { [sdk]: `file:${vendor}/aws-sdk-client-cognito-identity-provider-${version}.tgz` }
      yield* Console.log([
        // Of a folder, or of a file that is no dependency of the project's own, npm loses the path where packages have it as a peer.
        `npm pack ./${relative(".", folder).replaceAll("\\", "/")} --pack-destination ${vendor}`,
        "and in package.json, beside what is there:",
        JSON.stringify({ dependencies: packed, overrides: packed }, undefined, 2)
      ].join("\n"))
    })
).pipe(Command.withDescription(`writes a package that takes the place of ${sdk}`))
