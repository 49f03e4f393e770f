/**
 * Jest 29 with ts-jest, and TypeScript for CommonJS packages, as their own commands set them up.
 */
import { afterAll, beforeAll, expect, it } from "vitest"
import { type Installed, makeInstalled } from "./installed.ts"

let app: Installed

beforeAll(async () => {
  app = await makeInstalled()
  await app.install(app.packed, "effect@4", "typescript@5", "jest@29", "ts-jest@29", "@types/jest@29", "@types/node@20")
  await app.run("npx", ["ts-jest", "config:init"])
  await app.run("npx", ["tsc", "--init"])
  app.write(
    "users.ts",
    `
    import { CognitoIdentityProvider, UserNotFoundException } from "effect-cognito/promise"

    export const nameOf = async (client: CognitoIdentityProvider, Username: string): Promise<string | undefined> => {
      try {
        const { UserAttributes = [] } = await client.adminGetUser({ UserPoolId: "eu-central-1_a", Username })
        return UserAttributes.find(({ Name }) => Name === "name")?.Value
      } catch (error) {
        if (error instanceof UserNotFoundException) return undefined
        throw error
      }
    }
  `
  )
  app.write(
    "users.test.ts",
    `
    import { CognitoIdentityProvider, UserNotFoundException } from "effect-cognito/promise"
    import { makeAuth } from "effect-cognito/promise/auth"
    import { sequence, throttled } from "effect-cognito/testing"
    import { nameOf } from "./users"

    test("finds the name", async () => {
      const client = CognitoIdentityProvider.stub({
        adminGetUser: throttled(1, sequence(
          { Username: "anna", UserAttributes: [{ Name: "name", Value: "Anna" }] },
          new UserNotFoundException({ message: "none", $metadata: {} })
        ))
      })
      expect(await nameOf(client, "anna")).toBe("Anna")
      expect(await nameOf(client, "bob")).toBeUndefined()
      expect(client.requests).toHaveLength(3)
    })

    test("signs in", async () => {
      const auth = makeAuth({ userPoolId: "eu-central-1_a", clientId: "b", endpoint: "http://127.0.0.1:1", maxAttempts: 1 })
      await expect(auth.signIn({ flow: "USER_PASSWORD_AUTH", username: "anna", password: "p" }))
        .rejects.toMatchObject({ code: "ECONNREFUSED" })
    })
  `
  )
}, 300_000)

afterAll(() => app.remove())

it("Jest 29 with ts-jest", { timeout: 300_000 }, async () => {
  expect(await app.run("npx", ["jest"])).toMatch(/Tests: +2 passed, 2 total/)
})

it.each([
  ["commonjs", "node10"],
  ["node16", "node16"],
  ["nodenext", "nodenext"],
  ["esnext", "bundler"],
  ["preserve", "bundler"]
])("TypeScript 5 with module %s and resolution %s", { timeout: 300_000 }, async (module, moduleResolution) => {
  app.write("tsconfig.json", {
    compilerOptions: {
      module,
      moduleResolution,
      target: "es2022",
      lib: ["es2023", "dom", "dom.iterable", "esnext.disposable"],
      types: ["node", "jest"],
      strict: true,
      noEmit: true,
      esModuleInterop: true
    },
    files: ["users.ts", "users.test.ts"]
  })
  await app.run("npx", ["tsc"])
})
