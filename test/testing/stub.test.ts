/** Stubs answer through the whole path of a call, and tell what they were sent. */
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Cognito from "../../src/index.ts"
import * as Testing from "../../src/testing/index.ts"
import { operationsByName } from "../support/operations.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

const defectOf = <A, E>(exit: Exit.Exit<A, E>): unknown =>
  Exit.isFailure(exit) && Cause.hasDies(exit.cause) ? Cause.squash(exit.cause) : undefined

describe("an answer", () => {
  it.effect("may be an output, as it is read from the wire", () =>
    Effect.gen(function*() {
      const created = new Date("2026-01-02T03:04:05.678Z")
      const output = { Username: "anna", UserCreateDate: created, UserStatus: "CONFIRMED" }
      const live = Testing.layer(Testing.stub(Cognito.adminGetUser, output))
      const got = yield* Effect.provide(Cognito.adminGetUser(user), live)
      expect(got).toEqual(output)
      expect(got.UserCreateDate).not.toBe(created)
    }))

  it.effect("may be nothing, where an operation has no output", () =>
    Effect.provide(
      Cognito.adminDeleteUser(user),
      Testing.layer(Testing.stub(Cognito.adminDeleteUser, undefined))
    ))

  it.effect("may be one of the operation's errors, recognised on the wire", () =>
    Effect.gen(function*() {
      const live = Testing.layer(
        Testing.stub(Cognito.adminGetUser, new Cognito.UserNotFoundException({ message: "who?" }))
      )
      const error = yield* Effect.flip(Effect.provide(Cognito.adminGetUser(user), live))
      expect(error).toEqual(new Cognito.UserNotFoundException({ message: "who?" }))
      expect(error).toHaveProperty("operation", "AdminGetUser")
      expect(error).toHaveProperty("httpStatus", 400)
      expect(error).toHaveProperty("requestId", expect.any(String))
    }))

  it.effect("may be made of the input, secrets of both included", () =>
    Effect.gen(function*() {
      const live = Testing.layer(
        Testing.stub(Cognito.signUp, ({ Password, Username }) =>
          Redacted.value(Password ?? Redacted.make("")) === "short"
            ? Effect.fail(new Cognito.InvalidPasswordException({ message: "too short" }))
            : Effect.succeed({ UserConfirmed: false, UserSub: `sub of ${Username}` }))
      )
      const signUp = (password: string) =>
        Effect.provide(Cognito.signUp({ ClientId: "a", Username: "anna", Password: Redacted.make(password) }), live)
      expect((yield* signUp("long enough")).UserSub).toBe("sub of anna")
      expect((yield* Effect.flip(signUp("short")))._tag).toBe("InvalidPasswordException")
    }))

  it.effect("that is no output is a defect that says where", () =>
    Effect.gen(function*() {
      // Past the compiler, as JavaScript programs are.
      const wrong = { Username: 1 } as unknown as Cognito.AdminGetUserResponse
      const live = Testing.layer(Testing.stub(Cognito.adminGetUser, wrong))
      const exit = yield* Effect.exit(Effect.provide(Cognito.adminGetUser(user), live))
      expect(String(defectOf(exit))).toContain("the stub of AdminGetUser answers what is no output: output.Username")
    }))
})

describe("a script", () => {
  it.effect("gives its answers in turn, the last one for ever", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(
        Cognito.adminGetUser,
        Testing.sequence({ Username: "a" }, new Cognito.UserNotFoundException({ message: "" }), { Username: "b" })
      ))
      const call = Effect.match(Cognito.adminGetUser(user), {
        onFailure: ({ _tag }) => String(_tag),
        onSuccess: ({ Username }) => Username
      })
      const calls = Effect.all([call, call, call, call])
      expect(yield* Effect.provide(calls, live)).toEqual(["a", "UserNotFoundException", "b", "b"])
      // Each client begins anew.
      expect(yield* Effect.provide(calls, live)).toEqual(["a", "UserNotFoundException", "b", "b"])
    }))

  it.effect("throttles, which the client retries without a wait", () =>
    Effect.gen(function*() {
      const live = Testing.layer(
        Testing.stub(Cognito.listUsers, Testing.throttled(2, { Users: [{ Username: "anna" }] }))
      )
      const program = Effect.andThen(Cognito.listUsers({ UserPoolId: "eu-central-1_a" }), Testing.requests)
      expect(yield* Effect.provide(program, live)).toHaveLength(3)
    }))

  it.effect("throttles for longer than the client tries", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(Cognito.listUsers, Testing.throttled(3, {})))
      const error = yield* Effect.flip(Effect.provide(Cognito.listUsers({ UserPoolId: "eu-central-1_a" }), live))
      expect(error._tag).toBe("TooManyRequestsException")
    }))

  it.effect("takes its time", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(Cognito.adminGetUser, Testing.slow("10 seconds", { Username: "anna" })))
      const fiber = yield* Effect.forkChild(Effect.provide(Cognito.adminGetUser(user), live))
      yield* TestClock.adjust("9 seconds")
      expect(fiber.pollUnsafe()).toBeUndefined()
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(fiber)).Username).toBe("anna")
    }))

  it.effect("fails on the way, and is tried again", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(
        Cognito.adminGetUser,
        Testing.sequence(Testing.failingTransport(), Testing.failingTransport("ENOTFOUND"), { Username: "anna" })
      ))
      expect((yield* Effect.provide(Cognito.adminGetUser(user), live)).Username).toBe("anna")
      const failing = Testing.layer(Testing.stub(Cognito.adminGetUser, Testing.failingTransport("ENOTFOUND")))
      const error = yield* Effect.flip(Effect.provide(Cognito.adminGetUser(user), failing))
      expect(error.message).toBe("AdminGetUser: TransportError: the request failed: ENOTFOUND")
    }))

  it.effect("answers what is not the service's", () =>
    Effect.gen(function*() {
      const call = (script: Testing.Script<never>) =>
        Effect.flip(
          Effect.provide(Cognito.adminGetUser(user), Testing.layer(Testing.stub(Cognito.adminGetUser, script)))
        )
      expect((yield* call(Testing.malformedBody())).message).toContain("HTTP 200: 24 bytes that are not JSON")
      const response = { status: 418, body: "{\"__type\":\"Teapot\",\"message\":\"short and stout\"}" }
      expect((yield* call(Testing.respond(response))).message).toContain("HTTP 418 Teapot: short and stout")
    }))

  it.effect("may hold others", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(
        Cognito.adminGetUser,
        Testing.sequence(
          Testing.throttled(
            1,
            Testing.slow("1 second", ({ Username }) => Effect.succeed({ Username: `1 ${Username}` }))
          ),
          Testing.sequence({ Username: "2" }, { Username: "3" })
        )
      ))
      const call = Effect.map(Cognito.adminGetUser(user), ({ Username }) => Username)
      const fiber = yield* Effect.forkChild(Effect.provide(Effect.all([call, call, call]), live))
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.join(fiber)).toEqual(["1 anna", "2", "3"])
    }))

  it.effect("feeds a stream its pages", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(
        Cognito.listUsers,
        Testing.sequence(
          { Users: [{ Username: "a" }], PaginationToken: "1" },
          { Users: [], PaginationToken: "2" },
          { Users: [{ Username: "b" }] }
        )
      ))
      const program = Effect.gen(function*() {
        const users = yield* Stream.runCollect(Cognito.listUsers.items({ UserPoolId: "eu-central-1_a" }))
        const inputs = yield* Testing.requestsOf(Cognito.listUsers)
        return [users.map(({ Username }) => Username), inputs.map(({ PaginationToken }) => PaginationToken)]
      })
      expect(yield* Effect.provide(program, live)).toEqual([["a", "b"], [undefined, "1", "2"]])
    }))
})

describe("what was sent", () => {
  it.effect("is told in order, as bytes and as inputs, with secrets covered", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(Cognito.signUp), Testing.stub(Cognito.adminGetUser))
      const Password = Redacted.make("Marked-secret-1")
      const program = Effect.gen(function*() {
        yield* Cognito.signUp({ ClientId: "a", Username: "anna", Password })
        yield* Cognito.adminGetUser(user)
        return yield* Testing.requests
      })
      const [first, second, ...more] = yield* Effect.provide(program, live)
      expect(more).toEqual([])
      expect(first).toMatchObject({
        operation: "SignUp",
        signed: false,
        input: { ClientId: "a", Username: "anna", Password }
      })
      expect(new TextDecoder().decode(first?.body)).toBe(
        "{\"ClientId\":\"a\",\"Username\":\"anna\",\"Password\":\"Marked-secret-1\"}"
      )
      expect(JSON.stringify(first?.input)).not.toContain("Marked")
      expect(second).toMatchObject({ operation: "AdminGetUser", signed: true, input: user })
    }))

  it.effect("belongs to one client", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(Cognito.adminGetUser))
      const count = Effect.map(Effect.andThen(Cognito.adminGetUser(user), Testing.requests), ({ length }) => length)
      expect(yield* Effect.all([Effect.provide(count, live), Effect.provide(count, live)])).toEqual([1, 1])
    }))

  it.effect("is whole where calls run at once", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(Cognito.adminGetUser, ({ Username }) => Effect.succeed({ Username })))
      const names = Array.from({ length: 50 }, (_, index) => `user ${index}`)
      const program = Effect.gen(function*() {
        const users = yield* Effect.forEach(names, (Username) => Cognito.adminGetUser({ ...user, Username }), {
          concurrency: "unbounded"
        })
        const inputs = yield* Testing.requestsOf(Cognito.adminGetUser)
        return [users.map(({ Username }) => Username), inputs.map(({ Username }) => Username)]
      })
      expect(yield* Effect.provide(program, live)).toEqual([names, names])
    }))
})

describe("an operation without a stub", () => {
  it.effect("dies, and says how to stub it", () =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.provide(Cognito.adminGetUser(user), Testing.layer()))
      expect(String(defectOf(exit))).toContain(
        "adminGetUser was called and is not stubbed: add stub(adminGetUser, answer) to Testing.layer"
      )
    }))
})

describe("an input that does not fit", () => {
  it.effect("is refused as with the service", () =>
    Effect.gen(function*() {
      const live = Testing.layer(Testing.stub(Cognito.adminGetUser))
      const wrong = { UserPoolId: "a" } as Cognito.AdminGetUserRequest
      const error = yield* Effect.flip(Effect.provide(Cognito.adminGetUser(wrong), live))
      expect(error).toBeInstanceOf(Cognito.ClientError)
      expect(error.message).toContain("input.Username")
    }))
})

describe("the default output", () => {
  it.each([...operationsByName])("of %s is one", (_, operation) => {
    const { name, output } = operation.spec
    // Of an operation that is known at run time only.
    const value = Testing.defaultOutput(operation as unknown as typeof Cognito.adminGetUser)
    const wire: unknown = Schema.encodeUnknownSync(output, { onExcessProperty: "error" })(value)
    expect(Schema.decodeUnknownSync(output)(wire), name).toEqual(value)
    expect(JSON.stringify(wire) ?? "", name).not.toMatch(/"(Next|Pagination)Token"/)
  })

  it("tells its members by their names, and takes others", () => {
    const output = Testing.defaultOutput(Cognito.adminGetUser, { UserStatus: "ARCHIVED" })
    expect(output).toMatchObject({ Username: "Username", UserAttributes: [], Enabled: false, UserStatus: "ARCHIVED" })
    expect(output.UserCreateDate).toEqual(new Date(0))
    const tokens = Testing.defaultOutput(Cognito.initiateAuth).AuthenticationResult
    expect(Redacted.value(tokens?.AccessToken ?? Redacted.make(""))).toBe("AccessToken")
  })
})

it("types: an error of another operation and a wrong output do not compile", () => {
  const stubs = () => [
    // @ts-expect-error AdminGetUser does not declare it
    Testing.stub(Cognito.adminGetUser, new Cognito.CodeMismatchException({ message: "" })),
    // @ts-expect-error AdminGetUser does not declare it
    Testing.stub(Cognito.adminGetUser, () => Effect.fail(new Cognito.CodeMismatchException({ message: "" }))),
    // @ts-expect-error the output has no such member
    Testing.stub(Cognito.adminGetUser, { Name: "anna" }),
    // @ts-expect-error the output lacks a member
    Testing.stub(Cognito.adminGetUser, () => Effect.succeed({})),
    // @ts-expect-error within a script, too
    Testing.stub(Cognito.adminGetUser, Testing.sequence({ Username: "anna" }, { Username: 1 })),
    // @ts-expect-error within a script, too
    Testing.stub(Cognito.adminGetUser, Testing.throttled(1, () => Effect.fail("no"))),
    Testing.stub(Cognito.adminGetUser, Testing.throttled(1, ({ Username }) => Effect.succeed({ Username })))
  ]
  expect(stubs).toBeTypeOf("function")
})

it.effect("needs nothing but the layer", () =>
  Effect.provide(Cognito.adminGetUser(user), Layer.fresh(Testing.layer(Testing.stub(Cognito.adminGetUser)))))
