/** What the types cost a program that uses five operations: the compiler's own counts, which no machine changes. */
import { execFileSync } from "node:child_process"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { project } from "../consumers/project.ts"

const tsc = join(fileURLToPath(new URL("../..", import.meta.url)), "node_modules/.bin/tsc")

const program = `
  import * as Effect from "effect/Effect"
  import * as Cognito from "effect-cognito"

  export const program = Effect.gen(function*() {
    const UserPoolId = "eu-central-1_a"
    const user = yield* Cognito.adminGetUser({ UserPoolId, Username: "anna" })
    yield* Cognito.adminDisableUser({ UserPoolId, Username: user.Username })
    yield* Cognito.adminAddUserToGroup({ UserPoolId, Username: "anna", GroupName: "staff" })
    const { Users } = yield* Cognito.listUsers({ UserPoolId })
    yield* Cognito.signUp({ ClientId: "c", Username: "bob" })
    return Users
  })
`

/** The compiler's counts for a program of this text. */
const counts = (text: string): { readonly [name: string]: number } => {
  const { folder } = project({
    packages: ["@types/node"],
    files: {
      "package.json": `{"type":"module"}`,
      "tsconfig.json": JSON.stringify({
        compilerOptions: {
          target: "ES2022",
          module: "NodeNext",
          strict: true,
          noEmit: true,
          types: [],
          skipLibCheck: true
        },
        files: ["program.ts"]
      }),
      "program.ts": text
    }
  })
  const printed = execFileSync(tsc, ["-p", folder, "--extendedDiagnostics"], { encoding: "utf8" })
  return Object.fromEntries(
    [...printed.matchAll(/^([A-Z][\w ]*): +(\d+)/gm)].map(([, name, count]) => [name, Number(count)])
  )
}

it("five operations take at most 500 instantiations more than Effect itself, and in all no more than the AWS SDK's 1,880", () => {
  const effect = counts(
    program.replaceAll(/yield\* Cognito\.(\w+)\(.*\)/g, "yield* Effect.succeed({ Username: \"a\", Users: [] })")
  )
  const ours = counts(program)
  expect(effect.Instantiations).toBeGreaterThan(0)
  expect(ours.Instantiations).toBeLessThanOrEqual(1880)
  expect((ours.Instantiations ?? 0) - (effect.Instantiations ?? 0)).toBeLessThan(500)
})
