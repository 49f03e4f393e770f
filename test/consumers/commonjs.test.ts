/**
 * The CommonJS form of the rooms for plain async code: it has the names of the ES modules, which Node's own lexer sees, its errors
 * are told by `instanceof` in either form, and it runs where only CommonJS does.
 */
import type * as Promises from "effect-cognito/promise"
import type * as Auth from "effect-cognito/promise/auth"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { fileURLToPath } from "node:url"
import { describe, expect, it, onTestFinished } from "vitest"
import { project } from "./project.ts"

const root = new URL("../../", import.meta.url)

const rooms = ["operations", "promise", "promise/auth", "promise/tokens", "testing"]

const require = createRequire(import.meta.url)

interface Module {
  readonly [name: string]: unknown
}

const formsOf = async (room: string): Promise<readonly [commonJs: Module, esm: Module]> => [
  require(fileURLToPath(new URL(`dist/commonjs/${room}.cjs`, root))),
  await import(`effect-cognito/${room}`)
]

describe.each(rooms)("%s", (room) => {
  it("has the names of the ES module", async () => {
    const [commonJs, esm] = await formsOf(room)
    expect(Object.keys(commonJs).sort()).toEqual(Object.keys(esm).sort())
  })

  it("is what require finds, and its names are seen by an ES module that imports it", async () => {
    const { node } = project({
      files: {
        "required.cjs": `console.log(Object.keys(require("effect-cognito/${room}")).sort().join())`,
        "lexed.mjs": `import * as all from "./node_modules/effect-cognito/dist/commonjs/${room}.cjs"
          console.log(Object.keys(all).filter((name) => name !== "default" && name !== "module.exports").sort().join())`
      }
    })
    const [commonJs] = await formsOf(room)
    const names = `${Object.keys(commonJs).sort().join()}\n`
    expect(await node("required.cjs")).toBe(names)
    expect(await node("lexed.mjs")).toBe(names)
  })
})

it.each(["node", "fetch"])(
  "the file that holds all rooms asks for nothing but %s's own and optional packages",
  (name) => {
    const text = readFileSync(new URL(`dist/commonjs/${name}.cjs`, root), "utf8")
    const required = [...text.matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = ""]) => name)
    const optional = /^(@aws-sdk\/credential-providers|@smithy\/core|aws-jwt-verify)(\/|$)/
    expect(required.filter((name) => !name.startsWith("node:") && !optional.test(name))).toEqual([])
    expect(text).not.toMatch(/\bimport\(/)
  }
)

describe("instanceof", () => {
  it("holds across the forms, both ways, for each class of an error, and for no other", async () => {
    const both = await Promise.all(rooms.map(formsOf))
    const classes = both.flatMap(([commonJs, esm]) =>
      Object.entries(esm).flatMap(([name, Esm]) => {
        const isError = typeof Esm === "function" && Esm.prototype instanceof Error
        return isError ? [{ name, Esm, CommonJs: commonJs[name] }] : []
      })
    )
    expect(classes.length).toBeGreaterThan(60)
    const make = (Class: unknown): unknown => Object.assign(Object.create(Object(Class).prototype), membersOf(Class))
    for (const { CommonJs, Esm, name } of classes) {
      const [ofCommonJs, ofEsm] = [make(CommonJs), make(Esm)]
      expect([isOf(ofCommonJs, CommonJs), isOf(ofEsm, Esm)], name).toEqual([true, true])
      expect([isOf(ofCommonJs, Esm), isOf(ofEsm, CommonJs)], name).toEqual([true, true])
      for (const other of [new Error("x"), {}, undefined, "x"]) expect(isOf(other, Esm), name).toBe(false)
      for (const other of classes) {
        const isBase = /^(CognitoIdentityProviderServiceException)$/.test(other.name)
        if (other.name !== name && !isBase) expect(isOf(ofCommonJs, other.Esm), `${name} ${other.name}`).toBe(false)
      }
    }
  })

  /** What makes an error one of its class, by which copies know each other. */
  const membersOf = (Class: unknown): object => {
    const { identifier, name }: { identifier?: string; name?: string } = Object(Class)
    if (identifier !== undefined) return { _tag: identifier }
    return name === "ClientException" ? { reason: {}, $metadata: {} } : { name, $fault: "client", $metadata: {} }
  }

  const isOf = (value: unknown, Class: unknown): boolean => typeof Class === "function" && value instanceof Class

  it("holds for what calls of either form reject with", async () => {
    const [[commonJs, esm], [auth]] = await Promise.all([formsOf("promise"), formsOf("promise/auth")])
    const [clientOf, makeAuth] = [commonJs.CognitoIdentityProvider, auth.makeAuth] as unknown as [
      typeof Promises.CognitoIdentityProvider,
      typeof Auth.makeAuth
    ]
    const { ClientException, UserNotFoundException } = esm as unknown as typeof Promises
    const client = clientOf.stub({ adminGetUser: new UserNotFoundException({ message: "none", $metadata: {} }) })
    const missing = await client.adminGetUser({ UserPoolId: "a", Username: "b" }).catch((error: unknown) => error)
    expect(missing).toBeInstanceOf(UserNotFoundException)
    const unsent = await client.adminGetUser({} as never).catch((error: unknown) => error)
    expect(unsent).toBeInstanceOf(ClientException)
    const refused = await makeAuth({
      userPoolId: "eu-central-1_a",
      clientId: "b",
      endpoint: "http://127.0.0.1:1",
      maxAttempts: 1
    })
      .forgotPassword({ Username: "anna" }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(ClientException)
  })
})

const program = `
  const { CognitoIdentityProvider, make, ResourceNotFoundException } = require("effect-cognito/promise")
  const { makeAuth } = require("effect-cognito/promise/auth")
  const { getUser, listUsers } = require("effect-cognito/operations")
  const { sequence, throttled } = require("effect-cognito/testing")

  const main = async (endpoint) => {
    const config = { region: "eu-central-1", endpoint, credentials: { accessKeyId: "A", secretAccessKey: "s" } }
    const client = new CognitoIdentityProvider(config)
    const seen = [(await client.adminGetUser({ UserPoolId: "a", Username: "b" })).Username]
    client.destroy()
    const some = make({ getUser, listUsers }, config)
    seen.push((await some.getUser({ AccessToken: "a.b.c" })).Username)
    some.destroy()
    const stub = CognitoIdentityProvider.stub({
      adminGetUser: throttled(1, sequence({ Username: "c", UserAttributes: [] }, new ResourceNotFoundException({ message: "none", $metadata: {} })))
    })
    seen.push((await stub.adminGetUser({ UserPoolId: "a", Username: "b" })).Username)
    const error = await stub.adminGetUser({ UserPoolId: "a", Username: "b" }).catch((error) => error)
    seen.push(error instanceof ResourceNotFoundException, stub.requests.length)
    const auth = makeAuth({ userPoolId: "eu-central-1_a", clientId: "b", endpoint })
    const step = await auth.signIn({ flow: "USER_PASSWORD_AUTH", username: "anna", password: "p" })
    const session = await auth.makeSession()
    await session.start(step)
    seen.push((await session.as(getUser)({})).Username)
    return seen
  }
`

const expected = ["anna", "anna", "c", true, 3, "anna"]

/** A service that says yes. */
const service = async (): Promise<string> => {
  const token = `${btoa("{}")}.${btoa(JSON.stringify({ sub: "s", exp: 4102444800, iat: 1 }))}.c`
  const result = { AccessToken: token, IdToken: token, RefreshToken: "r", ExpiresIn: 3600, TokenType: "Bearer" }
  const server = createServer((request, response) => {
    const isSignIn = String(request.headers["x-amz-target"]).endsWith("InitiateAuth")
    response.end(JSON.stringify(isSignIn ? { AuthenticationResult: result } : { Username: "anna", UserAttributes: [] }))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe("a CommonJS program", () => {
  it("runs on Node", async () => {
    const { node } = project({
      files: { "app.cjs": `${program}main(process.argv[2]).then((seen) => console.log(JSON.stringify(seen)))` }
    })
    expect(JSON.parse(await node("app.cjs", await service()))).toEqual(expected)
  })

  it("runs in Jest without flags", async () => {
    const jest = fileURLToPath(new URL("node_modules/jest/bin/jest.js", root))
    const { folder, node } = project({
      files: {
        "package.json": "{}",
        "app.test.js": `${program}
          test("program", async () => expect(await main(process.env.SERVICE)).toEqual(${JSON.stringify(expected)}))`
      }
    })
    process.env.SERVICE = await service()
    onTestFinished(() => void delete process.env.SERVICE)
    expect(await node(jest, "--rootDir", folder)).toMatch(/Tests: +1 passed, 1 total/)
  })
})
