/**
 * What a bundler makes of the built package: a program pays for the operations that it uses, and for no other.
 */
import { build } from "esbuild"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { describe, expect, it } from "vitest"
import { readModel } from "../../codegen/Model.ts"

const bundle = async (source: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL("../..", import.meta.url)), loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    logLevel: "silent",
    write: false
  })
  return outputFiles.map(({ text }) => text).join("")
}

const model = readModel()

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

  it("is at most 50 KB, minified and gzipped", () => {
    expect(gzipSync(text).length).toBeLessThanOrEqual(50 * 1024)
  })

  it("holds no other operation", () => {
    expect(named(text, Object.keys(model.operations))).toEqual(["SignUp"])
  })

  it("holds the errors of this operation and no others", () => {
    expect(named(text, Object.keys(model.errors))).toEqual(model.operations.SignUp?.errors)
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

describe("the other entry points", () => {
  it.each([
    ["effect-cognito/operations", "adminGetUser"],
    ["effect-cognito/operations/Users", "adminGetUser"],
    ["effect-cognito/schema", "AdminGetUserRequest"],
    ["effect-cognito/schema/Users", "AdminGetUserRequest"],
    ["effect-cognito/errors", "UserNotFoundException"]
  ])("%s exports %s", async (entry, name) => {
    expect(await import(entry)).toHaveProperty(name)
  })

  it("the main one holds the layers and services beside operations, schemas and errors, and nothing internal", async () => {
    const parts = await Promise.all([
      import("effect-cognito/operations"),
      import("effect-cognito/schema"),
      import("effect-cognito/errors")
    ])
    const names = new Set(parts.flatMap(Object.keys))
    expect(Object.keys(await import("effect-cognito")).filter((name) => !names.has(name)).sort()).toEqual([
      "Cognito",
      "EndpointError",
      "Fetch",
      "RetryPolicy",
      "Signer",
      "TimeLimits",
      "Transport",
      "layer",
      "layerConfig",
      "layerFetch",
      "layerHttpClient",
      "layerPublic",
      "layerSigner",
      "make"
    ])
    expect(names).not.toContain("dropNulls")
  })

  it("an import for its effect alone leaves nothing in a bundle", async () => {
    expect(await bundle(`import "effect-cognito"`)).toBe("")
  })
})
