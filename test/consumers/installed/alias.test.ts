/**
 * The stand-in for the official client, in projects of npm's own making: dependencies that ask for the official client get it, as
 * ES modules and as CommonJS, also where the project depends on the official client itself.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, it } from "vitest"
import { type Installed, makeInstalled } from "./installed.ts"

const sdk = "@aws-sdk/client-cognito-identity-provider"

let app: Installed

afterEach(() => app.remove())

const readManifest = (): Record<string, Record<string, string>> =>
  JSON.parse(readFileSync(join(app.folder, "package.json"), "utf8"))

/** Does what the command says; `also` are further overrides. */
const useAlias = async (dependencies: object = {}, also: object = {}): Promise<void> => {
  const [pack = "", , ...lines] = (await app.run("npx", ["effect-cognito", "alias"])).trim().split("\n")
  const [command = "", ...args] = pack.split(" ")
  await app.run(command, [...args, "--silent"])
  const said = JSON.parse(lines.join("\n"))
  const manifest = readManifest()
  app.write("package.json", {
    ...manifest,
    dependencies: { ...manifest.dependencies, ...dependencies, ...said.dependencies },
    overrides: { ...said.overrides, ...also }
  })
  await app.install("--ignore-scripts")
}

/** Tells whether what the official client's name finds is ours. */
const probe = `
  import { createRequire } from "node:module"
  import { AdminGetUserCommand, UserNotFoundException } from "${sdk}"
  const require = createRequire(import.meta.url)
  const ours = await import("effect-cognito/promise")
  console.log(JSON.stringify({
    esm: AdminGetUserCommand === ours.AdminGetUserCommand && UserNotFoundException === ours.UserNotFoundException,
    commonJs: require("${sdk}").CognitoIdentityProviderClient === require("effect-cognito/promise").CognitoIdentityProviderClient
  }))
`

const nest = { "@nestjs-cognito/core": "1", "@nestjs/common": "10", "reflect-metadata": "0.2", rxjs: "7" }

/** Which has an older one as its peer. */
const jwt = { "aws-jwt-verify": "^5.2.0" }

const dependents = [
  ["amazon-cognito-passwordless-auth", { "amazon-cognito-passwordless-auth": "0.17" }, {}],
  ["@aws-amplify/seed", { "@aws-amplify/seed": "1" }, jwt],
  ["@nestjs-cognito/core", nest, jwt]
] as const

const prepare = async (manifest: object) => {
  app = await makeInstalled(manifest)
  await app.install(app.packed, "effect@4", "--ignore-scripts")
  app.write("probe.mjs", probe)
}

/** Where copies of the official client are, or of what stands in its place. */
const copies = async (): Promise<ReadonlyArray<string>> => {
  const found = await app.run("find", ["node_modules", "-path", `*${sdk}/package.json`])
  return found.trim().split("\n")
}

describe("the stand-in takes the place of the official client", () => {
  it.each(dependents)("for %s", { timeout: 300_000 }, async (name, dependencies, also) => {
    await prepare({ type: "module" })
    await useAlias(dependencies, also)
    expect(await copies()).toEqual([`node_modules/${sdk}/package.json`])
    expect(JSON.parse(await app.run(process.execPath, ["probe.mjs"]))).toEqual({ esm: true, commonJs: true })
    app.write("dependent.mjs", loads[name] ?? "")
    const said = await app.run(process.execPath, ["--no-warnings", "dependent.mjs"], {
      npm_config_user_agent: "npm/11"
    })
    expect(said).toContain("loaded")
  })

  it("also where the project asks for the official client itself", { timeout: 300_000 }, async () => {
    await prepare({ type: "module", dependencies: { [sdk]: "^3.900.0" } })
    // An override beside it alone is refused by npm.
    const manifest = readManifest()
    app.write("package.json", { ...manifest, overrides: { [sdk]: "file:vendor/of-another-kind.tgz" } })
    expect((await app.attempt("npm", ["install"])).text).toContain("EOVERRIDE")
    app.write("package.json", manifest)
    await useAlias(nest, jwt)
    expect(await copies()).toEqual([`node_modules/${sdk}/package.json`])
    expect(JSON.parse(await app.run(process.execPath, ["probe.mjs"]))).toEqual({ esm: true, commonJs: true })
  })

  it("and its types are those of the promise client, in each way of resolution", { timeout: 300_000 }, async () => {
    await prepare({})
    await useAlias()
    await app.install("typescript@5", "@types/node@20")
    const use = `
      import { CognitoIdentityProvider, type AdminGetUserCommandOutput } from "${sdk}"
      const client = new CognitoIdentityProvider({ region: "eu-central-1" })
      export const name = async (): Promise<string | undefined> => {
        const output: AdminGetUserCommandOutput = await client.adminGetUser({ UserPoolId: "a", Username: "b" })
        return output.Username
      }
      // @ts-expect-error -- There is no such option.
      new CognitoIdentityProvider({ regoin: "eu-central-1" })
    `
    app.write("use.ts", use)
    app.write("use.mts", use)
    const settings = "--noEmit --strict --target es2022 --lib es2023,dom,dom.iterable,esnext.disposable --types node"
    const ways = [["commonjs", "node10", "use.ts"], ["node16", "node16", "use.ts", "use.mts"], [
      "esnext",
      "bundler",
      "use.ts"
    ]]
    for (const [module = "", moduleResolution = "", ...files] of ways) {
      const args = [...settings.split(" "), "--module", module, "--moduleResolution", moduleResolution, ...files]
      await app.run("npx", ["tsc", ...args])
    }
  })
})

/** Loads the part of a package that asks for the official client. */
const loads: { readonly [name: string]: string } = {
  "amazon-cognito-passwordless-auth": `
    import { readdirSync, readFileSync } from "node:fs"
    import { join } from "node:path"
    const folder = "node_modules/amazon-cognito-passwordless-auth/dist"
    const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".js"))
    const asking = files.filter((file) => readFileSync(join(folder, file), "utf8").includes("${sdk}"))
    if (asking.length === 0) throw new Error("nothing asks for it any more")
    // What else they ask for is in Lambda: only the names of the client count.
    for (const file of asking) {
      const text = readFileSync(join(folder, file), "utf8")
      const [, names] = text.match(new RegExp('import [{]([^}]*)[}] from "${sdk}"')) ?? []
      const client = await import("${sdk}")
      for (const name of names.split(",").map((name) => name.trim()).filter((name) => name !== "")) if (!(name in client)) throw new Error(name)
    }
    console.log("loaded", asking.length)
  `,
  "@aws-amplify/seed": `
    const seed = await import("@aws-amplify/seed")
    console.log("loaded", Object.keys(seed).length)
    // It goes on to look for a sandbox of its own.
    process.exit()
  `,
  "@nestjs-cognito/core": `
    import { createRequire } from "node:module"
    const require = createRequire(import.meta.url)
    console.log("loaded", createRequire(require.resolve("@nestjs-cognito/core")).resolve("${sdk}"))
  `
}
