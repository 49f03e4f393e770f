/** The numbers that the texts tell of the API are the model's. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { pagination } from "../../codegen/emit/operations.ts"
import { model, operations, overlay } from "../support/shapes.ts"

const read = (file: string): string => readFileSync(fileURLToPath(new URL(`../../${file}`, import.meta.url)), "utf8")

const totals = {
  operations: operations.length,
  public: operations.filter((operation) => operation.public).length,
  paged: operations.filter(({ name, ...operation }) => pagination(overlay, name, operation) !== undefined).length,
  errors: Object.keys(model.errors).length
}

describe.each<readonly [file: string, claims: ReadonlyArray<readonly [pattern: RegExp, total: keyof typeof totals]>]>([
  ["README.md", [
    [/all (\d+) operations/g, "operations"],
    [/the (\d+) that a user's own program calls/g, "public"],
    [/The (\d+) operations that page/g, "paged"]
  ]],
  ["package.json", [[/all (\d+) operations/g, "operations"]]]
])("%s", (file, claims) => {
  it.each(claims)("%s", (pattern, total) => {
    const numbers = [...read(file).matchAll(pattern)].map(([, number]) => Number(number))
    expect(numbers.length).toBeGreaterThan(0)
    expect(numbers).toEqual(numbers.map(() => totals[total]))
  })

  it("tells no other number of operations", () => {
    const told = [...read(file).matchAll(/(\d+) operations/g)].map(([, number]) => Number(number))
    expect(told.filter((number) => number !== totals.operations && number !== totals.paged)).toEqual([])
  })
})
