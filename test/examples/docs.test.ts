/**
 * The code that documentation shows, in the README and in the sources' `@example`s, compiles against the built package,
 * strictly, in a project of its own.
 */
import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, expect, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

const blocks = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code)

/** The blocks of a source's documentation comments, without the stars before their lines. */
const exampleBlocks = (source: string): ReadonlyArray<string> =>
  [...source.matchAll(/\/\*\*[\s\S]*?\*\//g)].flatMap(([comment]) => blocks(comment.replaceAll(/^ *\* ?/gm, "")))

const pages = ["README.md", "docs/sign-in.md"]
const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".ts")
)

const examples = [
  ...pages.flatMap((page) =>
    blocks(readFileSync(join(root, page), "utf8")).map((code, index) => ({ name: `${page}, block ${index + 1}`, code }))
  ),
  ...sources.flatMap((name) =>
    exampleBlocks(readFileSync(join(root, "src", name), "utf8")).map((code, index) => ({
      name: `src/${name}, example ${index + 1}`,
      code
    }))
  )
]

const project = mkdtempSync(join(tmpdir(), "effect-cognito-docs-"))

beforeAll(() => {
  mkdirSync(join(project, "node_modules"))
  symlinkSync(root, join(project, "node_modules/effect-cognito"))
  for (const name of ["effect", "@types"]) {
    symlinkSync(join(root, "node_modules", name), join(project, "node_modules", name))
  }
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2022",
        module: "NodeNext",
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        types: ["node"]
      }
    })
  )
  writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }))
})

afterAll(() => rmSync(project, { recursive: true, force: true }))

it("there are examples", () => {
  expect(examples.length).toBeGreaterThan(5)
})

it("compiles every example", () => {
  examples.forEach(({ code, name }, index) =>
    writeFileSync(join(project, `example${index + 1}.ts`), `// ${name}\n${code}`)
  )
  let output = ""
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", project], { encoding: "utf8" })
  } catch (error) {
    // `tsc` prints what is wrong and exits with a code.
    output = String((error as { readonly stdout?: unknown }).stdout)
  }
  expect(output).toBe("")
})

it.each(["quickstart", "promise", "make", "testing", "recording"])("shows %s as it is run", (example) => {
  const readme = readFileSync(join(root, "README.md"), "utf8")
  expect(blocks(readme)).toContain(readFileSync(join(root, `examples/${example}.ts`), "utf8"))
})
