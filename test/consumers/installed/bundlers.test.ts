/**
 * Bundlers for servers, and Metro: programs with the promise client are built and run, without the packages that only some programs
 * install, and with them, which then are in the bundle.
 */
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { spawn } from "node:child_process"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type Installed, makeInstalled, startService } from "./installed.ts"

const program = `
  import { CognitoIdentityProvider } from "effect-cognito/promise"
  const main = async () => {
    const client = new CognitoIdentityProvider({ region: "eu-central-1", endpoint: process.env.SERVICE })
    const { Username } = await client.adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" })
    console.log("signed with", Username)
    client.destroy()
  }
  main()
`

let app: Installed
let service: Awaited<ReturnType<typeof startService>>

beforeAll(async () => {
  service = await startService()
  app = await makeInstalled()
  await app.install(
    app.packed,
    "effect@4",
    "next@16",
    "react@19",
    "react-dom@19",
    "webpack@5",
    "@rspack/core@2",
    "vite@8",
    "esbuild@0.28",
    "metro@0.84"
  )
  app.write("src/program.mjs", program)
  app.write("src/required.cjs", program.replace(/import \{ (.*) \} from (".*")/, "const { $1 } = require($2)"))
  app.write("keys", "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n")
  app.write("webpack.cjs", bundlerScript("webpack", `require("webpack")`))
  app.write("rspack.cjs", bundlerScript("rspack", `require("@rspack/core").rspack`))
  app.write(
    "vite.config.mjs",
    `
    export default {
      ssr: { noExternal: true },
      logLevel: "warn",
      build: { ssr: "src/program.mjs", outDir: "out/vite", emptyOutDir: true }
    }
  `
  )
  app.write(
    "esbuild.cjs",
    `
    const { buildSync } = require("esbuild")
    for (const [format, extension] of [["esm", "mjs"], ["cjs", "cjs"]]) {
      const banner = format === "esm" ? { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url)' } : {}
      buildSync({ entryPoints: ["src/program.mjs"], outfile: "out/esbuild/program." + extension, bundle: true, platform: "node", format, banner })
    }
  `
  )
  app.write(
    "app/layout.js",
    "export default function Layout({ children }) { return <html><body>{children}</body></html> }"
  )
  app.write("app/page.js", "export default function Page() { return <p>page</p> }")
  app.write(
    "app/api/user/route.js",
    `
    import { CognitoIdentityProvider } from "effect-cognito/promise"
    export const dynamic = "force-dynamic"
    export async function GET() {
      const client = new CognitoIdentityProvider({ region: "eu-central-1", endpoint: process.env.SERVICE })
      const { Username } = await client.adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" })
      return new Response("signed with " + Username)
    }
  `
  )
  app.write("metro.cjs", metroScript)
  app.write(
    "src/native.js",
    `
    import { CognitoIdentityProvider } from "effect-cognito/promise"
    const client = new CognitoIdentityProvider({
      region: "eu-central-1",
      endpoint: globalThis.SERVICE,
      credentials: { accessKeyId: "AKIDOPTION", secretAccessKey: "s" }
    })
    client.adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" }).then(({ Username }) => console.log("signed with", Username))
  `
  )
}, 300_000)

afterAll(() => {
  service.stop()
  app.remove()
})

/** Builds two entries with a bundler of webpack's form; warnings of other kinds than a missing module fail. */
const bundlerScript = (name: string, bundler: string): string => `
  const bundler = ${bundler}
  bundler({
    mode: "production",
    target: "node20",
    entry: { program: "./src/program.mjs", required: "./src/required.cjs" },
    output: { path: __dirname + "/out/${name}", filename: "[name].cjs", clean: true }
  }, (error, stats) => {
    const { errors = [], warnings = [] } = error ? { errors: [error] } : stats.toJson({ all: false, errors: true, warnings: true })
    const others = warnings.filter(({ message }) => !/Can't resolve '@(aws-sdk|smithy)/.test(message))
    for (const { message } of [...errors, ...others]) console.log(message)
    process.exitCode = errors.length + others.length
  })
`

const metroScript = `
  const Metro = require("metro")
  const main = async () => {
    const config = await Metro.loadConfig({ cwd: __dirname }, {
      projectRoot: __dirname,
      cacheStores: [],
      maxWorkers: 1,
      reporter: { update() {} },
      resolver: { unstable_enablePackageExports: true, unstable_conditionNames: ["react-native"], platforms: ["ios"] },
      transformer: { getTransformOptions: async () => ({ transform: { experimentalImportSupport: true } }) }
    })
    const { code } = await Metro.runBuild(config, { entry: "src/native.js", platform: "ios", dev: false, minify: false })
    globalThis.SERVICE = process.env.SERVICE
    require("node:vm").runInThisContext(code)
  }
  main().catch((error) => {
    console.error(String(error).slice(0, 2000))
    process.exitCode = 1
  })
`

const env = (own: Readonly<Record<string, string>>) => ({ SERVICE: service.url, ...own })

const keys = { AWS_ACCESS_KEY_ID: "AKIDENV", AWS_SECRET_ACCESS_KEY: "s" }

const builds: {
  readonly [name: string]: { readonly build: ReadonlyArray<string>; readonly out: ReadonlyArray<string> }
} = {
  webpack: { build: ["webpack.cjs"], out: ["out/webpack/program.cjs", "out/webpack/required.cjs"] },
  Rspack: { build: ["rspack.cjs"], out: ["out/rspack/program.cjs", "out/rspack/required.cjs"] },
  Vite: { build: ["node_modules/vite/bin/vite.js", "build"], out: ["out/vite/program.mjs"] },
  esbuild: { build: ["esbuild.cjs"], out: ["out/esbuild/program.mjs", "out/esbuild/program.cjs"] }
}

/** Starts the built application, asks it once and stops it. */
const askNext = async (own: Readonly<Record<string, string>>): Promise<string> => {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
  const server = spawn(process.execPath, [
    "node_modules/next/dist/bin/next",
    "start",
    "-p",
    String(port),
    "-H",
    "127.0.0.1"
  ], {
    cwd: app.folder,
    env: { ...env(own), PATH: process.env.PATH, NEXT_TELEMETRY_DISABLED: "1", AWS_EC2_METADATA_DISABLED: "true" },
    stdio: "ignore"
  })
  try {
    for (let attempts = 0; attempts < 100; attempts++) {
      const response = await fetch(`http://127.0.0.1:${port}/api/user`).catch(() => undefined)
      if (response !== undefined) return await response.text()
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
    return "no answer"
  } finally {
    server.kill("SIGKILL")
  }
}

const node = (args: ReadonlyArray<string>, own: Readonly<Record<string, string>> = {}) =>
  app.run(process.execPath, args, env(own))

describe("without the optional packages", () => {
  it.each(Object.entries(builds))("%s", { timeout: 300_000 }, async (_, { build, out }) => {
    await node(build)
    for (const file of out) expect(await node([file], keys)).toContain("signed with AKIDENV")
  })

  it.each(["--turbopack", "--webpack"])("next build %s", { timeout: 300_000 }, async (bundler) => {
    await node(["node_modules/next/dist/bin/next", "build", bundler])
    expect(await askNext(keys)).toBe("signed with AKIDENV")
  })

  it("Metro", { timeout: 300_000 }, async () => {
    expect(await node(["metro.cjs"])).toContain("signed with AKIDOPTION")
  })
})

describe("with them", () => {
  const file = () => ({ AWS_SHARED_CREDENTIALS_FILE: join(app.folder, "keys"), AWS_CONFIG_FILE: "/none" })

  beforeAll(() => app.install("@aws-sdk/credential-providers@3"), 300_000)

  it.each(Object.entries(builds))("%s", { timeout: 300_000 }, async (_, { build, out }) => {
    await node(build)
    for (const bundle of out) expect(await node([bundle], file())).toContain("signed with AKIDFILE")
  })

  it.each(["--turbopack", "--webpack"])("next build %s", { timeout: 300_000 }, async (bundler) => {
    await node(["node_modules/next/dist/bin/next", "build", bundler])
    expect(await askNext(file())).toBe("signed with AKIDFILE")
  })
})
