/** The promises of `SECURITY.md`: each names tests, and there are such. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"

const root = new URL("../../", import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), "utf8")

const [, guaranteed = ""] = /## What is guaranteed\n([^]*?)\n## /.exec(read("SECURITY.md")) ?? []
const promises = guaranteed.split(/^- \*\*/m).slice(1).map((text) => ({
  promise: text.slice(0, text.indexOf("**")),
  tests: [...text.matchAll(/^ {2}- `(test\/[\w./]+)`: (.+)$/gm)].map(([, file = "", title = ""]) => ({ file, title }))
}))

it("there are promises", () => {
  expect(promises.length).toBeGreaterThan(7)
})

describe.each(promises)("$promise", ({ tests }) => {
  it("is proved by a test", () => {
    expect(tests.length).toBeGreaterThan(0)
    for (const { file, title } of tests) expect(read(file)).toContain(title)
  })
})
