/** Every export that was written by hand says what it is for, and every module does so at its top. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const src = fileURLToPath(new URL("../../src", import.meta.url))

const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts") && !/^(operations|schema|sdk.generated).|\.generated\.ts$/.test(file)
)

/** The declarations of a module that have no documentation. The second half of a type and a value is documented by the first. */
const undocumented = (file: string): ReadonlyArray<string> => {
  const lines = readFileSync(join(src, file), "utf8").split("\n")
  const documented = new Set<string>()
  return lines.flatMap((line, index) => {
    const [, name] =
      /^export (?:declare )?(?:abstract )?(?:const|class|interface|type|function|enum) (\w+)/.exec(line) ?? []
    // What an operation does is documented with the operation.
    if (name === undefined || /: Handler = /.test(line)) return []
    const above = lines.slice(0, index).findLast((other) => !other.startsWith("// "))
    if (above?.endsWith("*/")) documented.add(name)
    return documented.has(name) ? [] : [`${file}:${index + 1} ${name}`]
  })
}

it("exports have documentation", () => {
  expect(files.length).toBeGreaterThan(40)
  expect(files.flatMap(undocumented)).toEqual([])
})

it("modules open with what they are for", () => {
  expect(files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(readFileSync(join(src, file), "utf8")))).toEqual([])
})
