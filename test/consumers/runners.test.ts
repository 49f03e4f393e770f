/** `effect-cognito/testing` in other test runners than this one: node:test, and Jest with its support of modules. */
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { project } from "./project.ts"

/** The program of the tests, and its checks, in plain JavaScript. */
const checks = `
  const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

  test("stubs for Effect programs", async () => {
    const live = Testing.layer(
      Testing.stub(Cognito.adminGetUser, Testing.throttled(1, { Username: "anna" })),
      Testing.stub(Cognito.signUp, () => Effect.fail(new Cognito.UsernameExistsException({ message: "taken" })))
    )
    const program = Effect.gen(function*() {
      const { Username } = yield* Cognito.adminGetUser(user)
      const error = yield* Effect.flip(Cognito.signUp({ ClientId: "c", Username: "anna" }))
      const requests = yield* Testing.requests
      return [Username, error._tag, requests.map(({ operation }) => operation)]
    })
    equal(
      await Effect.runPromise(Effect.provide(program, live)),
      ["anna", "UsernameExistsException", ["AdminGetUser", "AdminGetUser", "SignUp"]]
    )
  })

  test("stubs for plain async code", async () => {
    const client = CognitoIdentityProvider.stub({
      adminGetUser: ({ Username }) => {
        if (Username === "anna") return { Username }
        throw new UserNotFoundException({ message: "who?", $metadata: {} })
      }
    })
    equal((await client.adminGetUser(user)).Username, "anna")
    const error = await client.adminGetUser({ ...user, Username: "bob" }).catch((error) => error)
    equal([error instanceof UserNotFoundException, error.name], [true, "UserNotFoundException"])
    equal(client.requests.map(({ input }) => input.Username), ["anna", "bob"])
  })

  test("records and replays", async () => {
    const recorded = Layer.provide(
      Cognito.layerPublic({ region: "eu-central-1" }),
      Testing.record("fixtures/sign-up.json")(Layer.succeed(Cognito.Transport, {
        send: () => Effect.succeed({ status: 200, headers: {}, body: new TextEncoder().encode('{"UserConfirmed":false,"UserSub":"s"}') })
      }))
    )
    const program = Cognito.signUp({ ClientId: "c", Username: "anna", Password: Redacted.make("the-password") })
    const first = await Effect.runPromise(Effect.provide(program, recorded))
    const second = await Effect.runPromise(Effect.provide(program, Testing.replay("fixtures/sign-up.json")))
    equal(second, first)
    equal(readFileSync("fixtures/sign-up.json", "utf8").includes("the-password"), false)
  })
`

const imports = `
  import { Effect, Layer, Redacted } from "effect"
  import * as Cognito from "effect-cognito"
  import { CognitoIdentityProvider, UserNotFoundException } from "effect-cognito/promise"
  import * as Testing from "effect-cognito/testing"
  import { readFileSync } from "node:fs"
`

it("node:test", async () => {
  const { node } = project({
    files: {
      "package.json": `{"type":"module"}`,
      "cognito.test.js": `${imports}
        import { deepStrictEqual as equal } from "node:assert"
        import { test } from "node:test"
        ${checks}`
    }
  })
  expect(await node("--test", "--test-reporter=tap")).toMatch(/# pass 3\n# fail 0/)
})

it("Jest", async () => {
  const jest = fileURLToPath(new URL("../../node_modules/jest/bin/jest.js", import.meta.url))
  const { folder, node } = project({
    files: {
      "package.json": JSON.stringify({ type: "module", jest: { testEnvironment: "node", transform: {} } }),
      "cognito.test.js": `${imports}
        const equal = (actual, expected) => expect(actual).toEqual(expected)
        ${checks}`
    }
  })
  const printed = await node(
    "--experimental-vm-modules",
    jest,
    "--rootDir",
    folder,
    "--cacheDirectory",
    join(folder, ".jest")
  )
  expect(printed).toMatch(/Tests: +3 passed, 3 total/)
})

it("and a check that fails, fails there", async () => {
  const { node } = project({
    files: {
      "package.json": `{"type":"module"}`,
      "cognito.test.js": `${imports}
        import { test } from "node:test"
        test("no stub", () => CognitoIdentityProvider.stub().getUser({ AccessToken: "a.b.c" }))`
    }
  })
  await expect(node("--test", "--test-reporter=tap")).rejects.toThrow("getUser was called and is not stubbed")
})
