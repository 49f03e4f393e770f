/** `CognitoIdentityProvider.stub`: a client for tests of plain async code. */
import { describe, expect, expectTypeOf, it, vi } from "vitest"
import {
  AdminGetUserCommand,
  CodeMismatchException,
  CognitoIdentityProvider,
  UserNotFoundException
} from "../../src/promise/index.ts"
import * as Testing from "../../src/testing/index.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "anna" }
const missing = () => new UserNotFoundException({ message: "who?", $metadata: {} })

describe("a stub", () => {
  it("answers with an output, as methods and commands get it", async () => {
    const client = CognitoIdentityProvider.stub({ adminGetUser: { Username: "anna", UserCreateDate: new Date(1000) } })
    const expected = { Username: "anna", UserCreateDate: new Date(1000) }
    expect(await client.adminGetUser(user)).toMatchObject(expected)
    expect(await client.send(new AdminGetUserCommand(user))).toMatchObject(expected)
    expect(client).toBeInstanceOf(CognitoIdentityProvider)
  })

  it("with an exception, which is thrown anew", async () => {
    const exception = missing()
    const client = CognitoIdentityProvider.stub({ adminGetUser: exception })
    const error = await client.adminGetUser(user).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(UserNotFoundException)
    expect(error).not.toBe(exception)
    expect(error).toMatchObject({ message: "who?", $metadata: { attempts: 1, httpStatusCode: 400 } })
  })

  it("with what a function makes of the plain input: a value, a promise, or an exception that it throws", async () => {
    const client = CognitoIdentityProvider.stub({
      signUp: async ({ Password, Username }) => ({ UserConfirmed: Password === "secret", UserSub: `sub-${Username}` }),
      adminGetUser: ({ Username }) => {
        if (Username !== "anna") throw missing()
        return { Username }
      }
    })
    const signUp = { ClientId: "a", Username: "anna", Password: "secret" }
    expect(await client.signUp(signUp)).toMatchObject({ UserConfirmed: true, UserSub: "sub-anna" })
    expect(await client.adminGetUser(user)).toMatchObject({ Username: "anna" })
    await expect(client.adminGetUser({ ...user, Username: "bob" })).rejects.toBeInstanceOf(UserNotFoundException)
  })

  it("with secrets, plain", async () => {
    const client = CognitoIdentityProvider.stub({ initiateAuth: { AuthenticationResult: { AccessToken: "a.b.c" } } })
    const { AuthenticationResult } = await client.initiateAuth({ ClientId: "a", AuthFlow: "USER_AUTH" })
    expect(AuthenticationResult).toEqual({ AccessToken: "a.b.c" })
  })

  it("with a script", async () => {
    const client = CognitoIdentityProvider.stub({
      adminGetUser: Testing.sequence(missing(), Testing.throttled(2, { Username: "anna" }))
    })
    await expect(client.adminGetUser(user)).rejects.toBeInstanceOf(UserNotFoundException)
    expect(await client.adminGetUser(user)).toMatchObject({ Username: "anna", $metadata: { attempts: 3 } })
  })

  it("as an exception of a test's own making is not one of the service, it is the test's mistake", async () => {
    const client = CognitoIdentityProvider.stub({
      adminGetUser: () => {
        throw "nothing"
      }
    })
    await expect(client.adminGetUser(user)).rejects.toBe("nothing")
  })

  it("that is missing says how to add it", async () => {
    const client = CognitoIdentityProvider.stub()
    await expect(client.adminGetUser(user)).rejects.toThrow(
      "adminGetUser was called and is not stubbed: add stub(adminGetUser, answer) to Testing.layer"
    )
  })

  it("types: what the operation does not answer does not compile", () => {
    const stubs = () => [
      // @ts-expect-error the output has no such member
      CognitoIdentityProvider.stub({ adminGetUser: { Name: "anna" } }),
      // @ts-expect-error there is no such operation
      CognitoIdentityProvider.stub({ getAllUsers: {} }),
      CognitoIdentityProvider.stub({
        adminGetUser: (input) => {
          expectTypeOf(input.Username).toEqualTypeOf<string | undefined>()
          return { Username: input.Username }
        }
      })
    ]
    expect(stubs).toBeTypeOf("function")
  })
})

describe("the requests", () => {
  it("are all that were sent, in order, with secrets covered", async () => {
    const client = CognitoIdentityProvider.stub({
      adminGetUser: Testing.throttled(1, { Username: "anna" }),
      signUp: { UserConfirmed: false, UserSub: "s" }
    })
    await client.adminGetUser(user)
    await client.signUp({ ClientId: "a", Username: "anna", Password: "the-password" })
    expect(client.requests.map(({ operation, signed }) => [operation, signed])).toEqual([
      ["AdminGetUser", true],
      ["AdminGetUser", true],
      ["SignUp", false]
    ])
    expect(JSON.stringify(client.requests[2]?.input)).not.toContain("the-password")
    expect(new TextDecoder().decode(client.requests[2]?.body)).toContain("the-password")
  })

  it("of a call that is refused before it is sent are none", async () => {
    const client = CognitoIdentityProvider.stub({ adminGetUser: { Username: "anna" } })
    await expect(client.adminGetUser({ UserPoolId: undefined, Username: "a" })).rejects.toMatchObject({
      name: "EncodeError"
    })
    expect(client.requests).toEqual([])
  })

  it("belong to one client", async () => {
    const [one, other] = [1, 2].map(() => CognitoIdentityProvider.stub({ adminGetUser: { Username: "anna" } }))
    await one?.adminGetUser(user)
    expect([one?.requests.length, other?.requests.length]).toEqual([1, 0])
  })
})

it("an exception of another class keeps its name and members", async () => {
  const client = CognitoIdentityProvider.stub({
    confirmSignUp: new CodeMismatchException({ message: "no", $metadata: {} })
  })
  const warned = vi.spyOn(console, "warn")
  await expect(client.confirmSignUp({ ClientId: "a", Username: "b", ConfirmationCode: "c" })).rejects.toMatchObject({
    name: "CodeMismatchException",
    $fault: "client"
  })
  expect(warned).not.toHaveBeenCalled()
})
