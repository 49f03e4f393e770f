/**
 * What a bundler makes of the built package: a program pays for the operations that it uses, and for no other.
 */
import { build, type BuildOptions } from "esbuild"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { readModel } from "../../codegen/Model.ts"

const bundle = async (source: string, options: BuildOptions = {}): Promise<string> => {
  const { outputFiles = [] } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL("../..", import.meta.url)), loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
    write: false,
    // The package resolves as it is published, not by this repository's paths.
    tsconfigRaw: "{}",
    ...options
  })
  return outputFiles.map(({ text }) => text).join("")
}

const model = readModel()

const root = fileURLToPath(new URL("../..", import.meta.url))

type Target = string | null | { readonly default: string }

const { exports }: { readonly exports: { readonly [entry: string]: Target } } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8")
)

/** The ES modules that `exports` lets in. */
const modules: { readonly [entry: string]: string | null } = Object.fromEntries(
  Object.entries(exports).map((
    [entry, target]
  ) => [entry, typeof target === "object" ? target?.default ?? null : target])
)

/** The operations and errors whose names stand in a text as words. */
const named = (text: string, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.filter((name) => new RegExp(`\\b${name}\\b`).test(text))

describe("a browser bundle with one public operation", async () => {
  const text = await bundle(`
    import * as Effect from "effect/Effect"
    import * as Layer from "effect/Layer"
    import { layerFetch, layerPublic, signUp } from "effect-cognito"
    const live = Layer.provide(layerPublic({ region: "eu-central-1" }), layerFetch)
    export const run = (input) => Effect.runPromise(Effect.provide(signUp(input), live))
  `)

  it("is at most 43 KB, minified and gzipped", () => {
    expect(gzipSync(text).length).toBeLessThanOrEqual(43 * 1024)
  })

  it("holds no other operation", () => {
    expect(named(text, Object.keys(model.operations))).toEqual(["SignUp"])
  })

  it("holds the errors of this operation and no others", () => {
    // What is retried is known by name, and this one is not SignUp's.
    const errors = named(text, Object.keys(model.errors)).filter((name) => name !== "InternalServerException")
    expect(errors).toEqual(model.operations.SignUp?.errors)
  })

  it("holds nothing that signs", () => {
    expect(text).not.toContain("AWS4-HMAC-SHA256")
  })
})

describe("a bundle with one signed operation", async () => {
  const text = await bundle(`export { adminGetUser, layer, layerFetch } from "effect-cognito"`)

  it("signs", () => {
    expect(text).toContain("AWS4-HMAC-SHA256")
  })

  it("holds no other operation and no HttpClient", () => {
    expect(named(text, Object.keys(model.operations))).toEqual(["AdminGetUser"])
    expect(text).not.toContain("effect/http/HttpClient")
  })
})

describe("a bundle for Node with one signed operation", async () => {
  const text = await bundle(
    `
    import * as Effect from "effect/Effect"
    import { adminGetUser } from "effect-cognito"
    import { layer } from "effect-cognito/node"
    export const run = (options, input) => Effect.runPromise(Effect.provide(adminGetUser(input), layer(options)))
  `,
    { platform: "node" }
  )

  it("is at most 46 KB, minified and gzipped", () => {
    expect(gzipSync(text).length).toBeLessThanOrEqual(46 * 1024)
  })

  it("signs on node:crypto alone", () => {
    expect(text).toContain("node:crypto")
    expect(text).not.toContain("AwsV4Signer")
    expect(text).not.toContain("crypto.subtle")
  })
})

describe("a bundle with the promise client of one operation", async () => {
  /**
   * Effect is 33 KB of both; middleware, handlers, strategies and the rest of the SDK's surface are 6 KB of the second. What
   * keeps secrets out of the service's texts is 0.8 KB of any bundle.
   */
  const limits: { readonly [source: string]: number } = { make: 58, commands: 64 }
  const sources = {
    make: `
      import { signUp } from "effect-cognito"
      import { make } from "effect-cognito/promise"
      export const client = make({ signUp }, { region: "eu-central-1" })
    `,
    commands: `
      import { CognitoIdentityProviderClient, SignUpCommand } from "effect-cognito/promise"
      export const run = (input) =>
        new CognitoIdentityProviderClient({ region: "eu-central-1" }).send(new SignUpCommand(input))
    `
  }

  it.each(Object.entries(sources))(
    "holds no other operation, and is of a size that lets it be: %s",
    async (name, source) => {
      const text = await bundle(source)
      expect(named(text, Object.keys(model.operations))).toEqual(["SignUp"])
      expect(gzipSync(text).length).toBeLessThanOrEqual((limits[name] ?? 0) * 1024)
    }
  )

  it("has Node's own transport for Node, and none of it elsewhere", async () => {
    const onNode = await bundle(sources.make, { platform: "node", packages: "bundle", external: ["@aws-sdk/*"] })
    expect(onNode).toContain("node:https")
    const elsewhere = await bundle(sources.make)
    expect(elsewhere).not.toContain("node:http")
    expect(elsewhere).not.toContain("@aws-sdk/credential-providers")
  })
})

describe("the other entry points", () => {
  /** Every module that `exports` lets in, with its patterns filled in from the build. */
  const entries = Object.entries(modules).flatMap(([entry, target]) => {
    if (target === null || entry === "./package.json") return []
    const [folder = "", rest] = target.split("*")
    if (rest === undefined) return [[entry, target]]
    return readdirSync(join(root, folder)).filter((name) => name.endsWith(rest) && name !== "index.js")
      .map((name) => name.slice(0, -rest.length))
      .filter((name) => modules[entry.replace("*", name)] !== null)
      .map((name) => [entry.replace("*", name), target.replace("*", name)])
  })

  it.each(entries)("%s is that of the build, and holds something", async (entry = "", target = "") => {
    const module: object = await import(entry.replace(/^\./, "effect-cognito"))
    expect(Object.keys(module)).toEqual(Object.keys(await import(join(root, target))))
    // Some hold types alone.
    expect(readFileSync(join(root, target.replace(/\.js$/, ".d.ts")), "utf8")).toContain("export ")
  })

  it.each(Object.entries(modules).flatMap(([entry, target]) => target === null ? [entry] : []))(
    "%s lets nobody in",
    async (entry) => {
      await expect(import(/* @vite-ignore */ entry.replace(/^\./, "effect-cognito"))).rejects.toThrow()
    }
  )

  it("the main one holds the layers and services beside operations, schemas and errors, and nothing internal", async () => {
    const parts = await Promise.all([
      import("effect-cognito/operations"),
      import("effect-cognito/schema"),
      import("effect-cognito/errors")
    ])
    const names = new Set(parts.flatMap(Object.keys))
    expect(Object.keys(await import("effect-cognito")).filter((name) => !names.has(name)).sort()).toEqual([
      "Cognito",
      "Credentials",
      "EndpointError",
      "Fetch",
      "MaxResponseSize",
      "RetryPolicy",
      "Signer",
      "TimeLimits",
      "Transport",
      "UserAgent",
      "layer",
      "layerConfig",
      "layerFetch",
      "layerHttpClient",
      "layerPublic",
      "layerSigner",
      "layerTelemetry",
      "make",
      "userAgent"
    ])
    expect(names).not.toContain("dropNulls")
  })

  it("an import for its effect alone leaves nothing in a bundle", async () => {
    const imports = entries.map(([entry = ""]) => `import "${entry.replace(/^\./, "effect-cognito")}"`)
    expect(await bundle(imports.join("\n"), { platform: "node", external: ["@aws-sdk/*", "aws-jwt-verify"] })).toBe("")
  })
})

describe("a browser bundle that signs in", async () => {
  const text = await bundle(`
    import * as Effect from "effect/Effect"
    import * as Layer from "effect/Layer"
    import { layerFetch, layerPublic } from "effect-cognito"
    import { layerAppClient, signIn } from "effect-cognito/auth"
    const client = Layer.provide(layerPublic({ region: "eu-central-1" }), layerFetch)
    const app = layerAppClient({ userPoolId: "eu-central-1_a", clientId: "b" })
    export const run = (options) => Effect.runPromise(Effect.provide(signIn(options), [client, app]))
  `)

  // Devices that are dropped, steps that are put away and passkeys of all browsers are 1.7 KB of it.
  it("is at most 54 KB, minified and gzipped, SRP and all challenges included", () => {
    expect(text).toContain("Caldera Derived Key")
    expect(gzipSync(text).length).toBeLessThanOrEqual(54 * 1024)
  })

  it("holds the operations of sign-in, and nothing of QR codes, tokens or signatures", () => {
    expect(named(text, Object.keys(model.operations))).toEqual([
      "AssociateSoftwareToken",
      "ConfirmDevice",
      "InitiateAuth",
      "RespondToAuthChallenge",
      "VerifySoftwareToken"
    ])
    expect(text).not.toMatch(/<svg|jwks|AWS4-HMAC/)
  })
})
