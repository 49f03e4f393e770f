/** What a call tells beside its output or its error: status, request id, headers, attempts and the waits between them. */
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import * as Fiber from "effect/Fiber"
import { inspect } from "node:util"
import { describe, expect, it } from "vitest"
import * as Cognito from "../../src/index.ts"
import { operationNamed } from "../support/operations.ts"
import { sample } from "../support/sample.ts"
import { operations, plain, typed, unwrap, wire } from "../support/shapes.ts"
import { stub } from "../support/stub.ts"
import * as Testing from "../../src/testing/index.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

const respond = (status: number, body: object | string, requestId?: string) =>
  Testing.respond({
    status,
    headers: { "x-more": "1", ...(requestId === undefined ? {} : { "x-amzn-requestid": requestId }) },
    body: typeof body === "string" ? body : JSON.stringify(body)
  })

const found = respond(200, { Username: "anna" }, "req-1")

const notFound = respond(400, { __type: "UserNotFoundException", message: "User does not exist." }, "req-2")

const odd = respond(403, { __type: "Odd" }, "req-3")

const slowly = (answer: Testing.Script<never>) => Testing.slow<unknown>("1 minute", answer) as Testing.Script<never>

const stubbed = (answer: Testing.Script<never>) => Testing.layer(Testing.stub(Cognito.adminGetUser, answer))

/** Answers in turn, of whatever kind. */
const inTurn = (...answers: ReadonlyArray<Testing.Script<never>>) =>
  Testing.sequence<unknown>(...answers) as Testing.Script<never>

const throttledFirst = (times: number, then: Testing.Script<never>) =>
  Testing.throttled<unknown>(times, then) as Testing.Script<never>

const failureOf = (answer: Testing.Script<never>, policy: Cognito.RetryPolicy = { throttlingDelay: 0, baseDelay: 0 }) =>
  Effect.runPromise(Effect.flip(
    Effect.provideService(Cognito.adminGetUser(user), Cognito.RetryPolicy, policy).pipe(Effect.provide(stubbed(answer)))
  ))

describe("an exchange", () => {
  it("has the output and what the call learned", async () => {
    const exchange = Effect.provide(Cognito.adminGetUser.exchange(user), stubbed(found))
    expect(await Effect.runPromise(exchange)).toEqual({
      output: { Username: "anna" },
      response: { status: 200, requestId: "req-1", headers: { "x-amzn-requestid": "req-1", "x-more": "1" } },
      attempts: 1,
      retryDelay: 0
    })
  })

  it("tells the attempts, and the time that was waited between them and no other", async () => {
    // The waits are drawn: with a longest wait of 1 ms they are near none, and the service asks for 2 seconds.
    const throttled = Testing.respond({
      status: 400,
      headers: { "x-amz-retry-after": "2000" },
      body: `{"__type":"TooManyRequestsException"}`
    })
    const live = Layer.merge(
      stubbed(inTurn(throttled, slowly(throttled), slowly(found))),
      Layer.succeed(Cognito.RetryPolicy, { throttlingDelay: 0, maxDelay: 0 })
    )
    const program = Effect.gen(function*() {
      const limits = { attempt: "2 minutes" } as const
      const fiber = yield* Effect.forkChild(
        Effect.provideService(Cognito.adminGetUser.exchange(user), Cognito.TimeLimits, limits)
      )
      yield* TestClock.adjust("10 minutes")
      return yield* Fiber.join(fiber)
    })
    const exchange = await Effect.runPromise(program.pipe(Effect.provide([live, TestClock.layer()])))
    expect(exchange).toMatchObject({ attempts: 3, retryDelay: 4000 })
  })

  it("is of each operation, whose call is its output", async () => {
    for (const { input, name, output } of operations) {
      const operation = operationNamed(name)
      const [made, answered] = [input, output ?? input].map((shape) => sample(plain(shape)))
      const body = output === undefined ? "" : JSON.stringify(wire(output, answered))
      const live = stub(() =>
        Effect.succeed({ status: 200, headers: { "x-amzn-requestid": name }, body: new TextEncoder().encode(body) })
      )
      const calls = Effect.all([operation.exchange(typed(input, made)), operation(typed(input, made))])
      const [exchange, alone] = await Effect.runPromise(Effect.provide(calls, live))
      expect(exchange).toMatchObject({ attempts: 1, response: { status: 200, requestId: name } })
      expect(exchange.output).toEqual(alone)
      expect(unwrap(alone)).toEqual(output === undefined ? undefined : answered)
    }
  })

  it("of a page is that of its own call, and items come from the same", async () => {
    const page = (name: string, requestId: string, PaginationToken?: string) =>
      respond(200, { Users: [{ Username: name }], PaginationToken }, requestId)
    const three = () =>
      Testing.layer(Testing.stub(
        Cognito.listUsers,
        inTurn(page("a", "1", "x"), throttledFirst(1, page("b", "2", "y")), page("c", "3"))
      ))
    const pages = Stream.runCollect(Cognito.listUsers.exchanges({ UserPoolId: "p" }))
    const exchanges = await Effect.runPromise(Effect.provide(pages, three()))
    expect(exchanges.map(({ attempts, response }) => [response.requestId, attempts])).toEqual([
      ["1", 1],
      ["2", 2],
      ["3", 1]
    ])
    const items = Stream.runCollect(Cognito.listUsers.items({ UserPoolId: "p" }))
    const users = await Effect.runPromise(Effect.provide(items, three()))
    expect(users.map(({ Username }) => Username)).toEqual(["a", "b", "c"])
  })
})

describe("an error", () => {
  it.each<readonly [name: string, answer: Testing.Script<never>, tag: string, told: object]>([
    ["of the service", notFound, "UserNotFoundException", { httpStatus: 400, requestId: "req-2", attempts: 1 }],
    ["of the service after retries", throttledFirst(9, found), "TooManyRequestsException", {
      httpStatus: 400,
      attempts: 3
    }],
    ["that the operation does not declare", odd, "ClientError", {
      httpStatus: 403,
      requestId: "req-3",
      attempts: 1
    }],
    ["that cannot be read", respond(200, "<html>", "req-4"), "ClientError", {
      httpStatus: 200,
      requestId: "req-4",
      attempts: 1
    }],
    ["of a proxy", respond(502, "<html>"), "ClientError", { httpStatus: 502, requestId: undefined, attempts: 3 }],
    ["of the network", Testing.failingTransport(), "ClientError", {
      httpStatus: undefined,
      requestId: undefined,
      attempts: 3
    }]
  ])("%s tells of its call, in the log of a program too", async (_, answer, _tag, told) => {
    const error = await failureOf(answer)
    expect(error).toMatchObject({ _tag, operation: "AdminGetUser", ...told })
    const printed = inspect(error)
    expect(printed).toContain("AdminGetUser")
    for (const value of Object.values(told)) if (value !== undefined) expect(printed).toContain(String(value))
  })

  it("of an input that does not fit has sent nothing, and neither has one of credentials", async () => {
    const unfit = Cognito.adminGetUser({ ...user, Username: 1 as never })
    expect(await Effect.runPromise(Effect.flip(Effect.provide(unfit, stubbed(found))))).toMatchObject({
      reason: { _tag: "EncodeError" },
      attempts: 0,
      httpStatus: undefined
    })
    const keyless = Layer.succeed(Cognito.Signer, {
      sign: () => Effect.fail(new Cognito.CredentialsError({ message: "none" }))
    })
    const unsigned = Effect.provide(Cognito.adminGetUser(user), Layer.merge(stubbed(found), keyless))
    expect(await Effect.runPromise(Effect.flip(unsigned))).toMatchObject({
      reason: { _tag: "CredentialsError" },
      attempts: 0
    })
  })

  it("of the whole call's time limit tells the attempts until then", async () => {
    const slow = stubbed(inTurn(respond(503, "<html>", "req-5"), slowly(found)))
    const call = Effect.provideService(Cognito.adminGetUser(user), Cognito.TimeLimits, { total: 200 })
    expect(await Effect.runPromise(Effect.flip(Effect.provide(call, slow)))).toMatchObject({
      reason: { _tag: "TimeoutError", limit: "total" },
      attempts: 2
    })
  })

  it("is equal to one of another call that says the same, and JSON and its schema do not show the call", async () => {
    const pairs = [
      [await failureOf(notFound), await failureOf(throttledFirst(1, notFound))],
      [await failureOf(odd), await failureOf(throttledFirst(1, odd))],
      [await failureOf(Testing.failingTransport()), await failureOf(Testing.failingTransport(), { maxAttempts: 1 })]
    ] as const
    for (const [one, other] of pairs) {
      expect(one.attempts).not.toBe(other.attempts)
      expect(Equal.equals(one, other)).toBe(true)
      expect(JSON.stringify(one)).toBe(JSON.stringify(other))
      expect(JSON.stringify(one)).not.toContain("attempts")
    }
    const encoded = Schema.encodeUnknownSync(Cognito.UserNotFoundException)(await failureOf(notFound))
    expect(encoded).toEqual({ _tag: "UserNotFoundException", message: "User does not exist." })
  })

  it("that a program made itself tells of no call", () => {
    const error = new Cognito.UserNotFoundException({ message: "who?" })
    const { attempts, httpStatus, operation, requestId, retryDelay } = error
    expect({ attempts, httpStatus, operation, requestId, retryDelay }).toEqual({})
    expect(inspect(error)).toContain("who?")
  })
})

it("a secret does not come back in an error's print", async () => {
  const input = {
    ClientId: "c",
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "anna", PASSWORD: Redacted.make("canary") }
  }
  const live = Testing.layer(Testing.stub(Cognito.initiateAuth, respond(400, { __type: "NotAuthorizedException" })))
  const error = await Effect.runPromise(Effect.flip(Effect.provide(Cognito.initiateAuth(input), live)))
  expect(inspect(error, { depth: null, showHidden: true })).not.toContain("canary")
})
