/** No name that programs import from `effect-cognito/promise` goes away. */
import { expect, it } from "vitest"
import * as adapter from "../../src/promise/index.ts"
import { values } from "./exported.ts"

it("exports each name that it has been exporting", () => {
  const exported = Object.keys(adapter)
  expect(values.filter((name) => !exported.includes(name))).toEqual([])
})
