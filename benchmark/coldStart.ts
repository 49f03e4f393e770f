/**
 * What the first call of a process costs: bundled programs that make one signed call and end, each started again and
 * again in turns, over one that does nothing.
 */
import { build } from "esbuild"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { credentials, inputs, region } from "./contestant.ts"
import { median } from "./table.ts"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const setup = `
  const endpoint = "http://127.0.0.1:" + process.argv[2]
  const region = ${JSON.stringify(region)}, keys = ${JSON.stringify(credentials)}, input = ${
  JSON.stringify(inputs.AdminGetUser)
}
`

const effectful = (imports: string, live: string): string => `
  import * as Effect from "effect/Effect"
  import * as Redacted from "effect/Redacted"
  import { adminGetUser } from "effect-cognito"
  ${imports}
  ${setup}
  const options = { region, endpoint, credentials: { ...keys, secretAccessKey: Redacted.make(keys.secretAccessKey) } }
  const user = await Effect.runPromise(Effect.provide(adminGetUser(input), ${live}))
  if (user.UserStatus !== "CONFIRMED") throw new Error("no user")
`

/** The programs, and the folder from which each finds its packages. */
const programs: ReadonlyArray<readonly [name: string, folder: string, text: string]> = [
  ["bare node", ".", ""],
  ["effect-cognito/node", ".", effectful(`import { layer } from "effect-cognito/node"`, "layer(options)")],
  [
    "effect-cognito, fetch and WebCrypto",
    ".",
    effectful(
      `import * as Layer from "effect/Layer"; import { layer, layerFetch } from "effect-cognito"`,
      "Layer.provide(layer(options), layerFetch)"
    )
  ],
  [
    "effect-cognito/promise",
    ".",
    `
      import { AdminGetUserCommand, CognitoIdentityProviderClient } from "effect-cognito/promise"
      ${setup}
      const client = new CognitoIdentityProviderClient({ region, endpoint, credentials: keys })
      const user = await client.send(new AdminGetUserCommand(input))
      if (user.UserStatus !== "CONFIRMED") throw new Error("no user")
      client.destroy()
    `
  ],
  [
    "AWS SDK",
    "peers",
    `
      import { AdminGetUserCommand, CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider"
      ${setup}
      const client = new CognitoIdentityProviderClient({ region, endpoint, credentials: keys })
      const user = await client.send(new AdminGetUserCommand(input))
      if (user.UserStatus !== "CONFIRMED") throw new Error("no user")
      client.destroy()
    `
  ]
]

/** Starts each program so many times, and answers a line for each. */
export const coldStarts = async (port: number, rounds: number): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), "effect-cognito-cold-"))
  const files = await Promise.all(programs.map(async ([name, from, contents], index) => {
    const outfile = join(folder, `${index}.mjs`)
    await build({
      stdin: { contents, resolveDir: here(from) },
      bundle: true,
      minify: true,
      format: "esm",
      platform: "node",
      logLevel: "silent",
      tsconfigRaw: "{}",
      external: ["@aws-sdk/credential-providers"],
      // The official client's bundle calls `require`.
      banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
      outfile
    })
    return { name, outfile, times: new Array<number>() }
  }))
  for (let round = 0; round < rounds; round++) {
    for (const { name, outfile, times } of files) {
      const start = performance.now()
      const { status, stderr } = spawnSync(process.execPath, ["--no-warnings", outfile, String(port)], {
        encoding: "utf8"
      })
      times.push(performance.now() - start)
      if (status !== 0) throw new Error(`${name}: ${stderr}`)
    }
  }
  const [bare] = files
  const lines = files.map(({ name, outfile, times }) => {
    const over = median(times.map((time, round) => time - (bare?.times[round] ?? 0)))
    const size = gzipSync(readFileSync(outfile)).length / 1024
    return `  ${name.padEnd(34)}${over.toFixed(0).padStart(12)}${size.toFixed(1).padStart(12)}`
  })
  rmSync(folder, { recursive: true })
  return [
    "one call of a new process, bundled".padEnd(36) + "ms over bare".padStart(12) + "gzip KB".padStart(12),
    ...lines.slice(1)
  ]
    .join("\n")
}
