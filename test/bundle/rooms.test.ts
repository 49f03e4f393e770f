/** Nothing outside of them imports the pool for tests, the contract suite or the commands. */
import { readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const dist = fileURLToPath(new URL("../../dist", import.meta.url))
const inner = /^(testing\/(pool|contract)|cli)\//

it("what is for tests alone stays out of everybody else's modules", () => {
  const modules = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"))
  expect(modules.filter((name) => inner.test(name)).length).toBeGreaterThan(50)
  const imports = modules.filter((name) => !inner.test(name)).flatMap((name) =>
    [...readFileSync(join(dist, name), "utf8").matchAll(/from "(\.[^"]+)"/g)].map(([, path = ""]) =>
      relative(dist, join(dist, name, "..", path))
    )
  )
  expect(imports.length).toBeGreaterThan(100)
  expect(imports.filter((path) => inner.test(path))).toEqual([])
})
