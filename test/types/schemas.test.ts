/** Each schema reads and writes exactly the type of its name, of which the generator writes both. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import * as schemas from "../../src/schema/index.ts"
import { project } from "../consumers/project.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const names = Object.keys(schemas)

/** What the compiler says of a program that compares a schema with a type for each name. */
const complaints = (pairs: ReadonlyArray<readonly [schema: string, type: string]>): ReadonlyArray<string> => {
  const { folder } = project({
    files: {
      "package.json": `{"type":"module"}`,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "ES2022",
          module: "NodeNext",
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          types: [],
          skipLibCheck: true
        },
        files: ["program.ts"]
      }),
      "program.ts": [
        `import type * as S from "effect-cognito/schema"`,
        "type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false",
        "type Plain<A> = A extends object ? { [K in keyof A]: A[K] } : A",
        ...pairs.map(([schema, type], index) =>
          `export const ${schema}_${index}: Same<Plain<typeof S.${schema}.Type>, Plain<S.${type}>> = true`
        )
      ].join("\n")
    }
  })
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8", stdio: "pipe" })
    return []
  } catch (error) {
    return String(Object(error).stdout).split("\n").filter((line) => line.includes("error"))
  }
}

it("all of them", () => {
  expect(names.length).toBeGreaterThan(400)
  expect(complaints(names.map((name) => [name, name]))).toEqual([])
})

it("which is told from another", () => {
  expect(complaints([["AdminGetUserRequest", "AdminDeleteUserRequest"], ["UserType", "GroupType"]])).toHaveLength(1)
})
