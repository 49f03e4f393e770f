/**
 * Which failures are tried again, how often, after what time, and under which limits. The service is a script of
 * answers, the time is the test's.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as TestClock from "effect/testing/TestClock"
import * as Cognito from "../../src/index.ts"
import { region } from "../support/client.ts"

type Answer = Effect.Effect<Cognito.TransportResponse, Cognito.TransportError | Cognito.TimeoutError>

const answer = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Answer =>
  Effect.succeed({ status, headers, body: new TextEncoder().encode(JSON.stringify(body)) })

const error = (code: string, { headers, message = "no", status = 400 }: {
  readonly status?: number
  readonly message?: string
  readonly headers?: { readonly [name: string]: string }
} = {}): Answer => answer(status, { __type: code, message }, headers)

const secret = Redacted.make("123456")

const network = (code: string): Answer => Effect.fail(new Cognito.TransportError({ message: code, code }))

const good = answer(200, { Username: "anna", UserPools: [] })

interface Sent {
  readonly at: number
  readonly date: string | undefined
}

/** A client whose service gives the answers in turn, the last one for ever; and what it was sent, when. */
const service = (...answers: ReadonlyArray<Answer>) => {
  const sent: Array<Sent> = []
  const transport = Layer.succeed(Cognito.Transport, {
    send: ({ headers }) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) => {
        sent.push({ at, date: headers["x-amz-date"] })
        return answers[Math.min(sent.length, answers.length) - 1] ?? good
      })
  })
  const live = Layer.merge(
    Layer.provide(Cognito.layerPublic({ region }), transport),
    // The true signer leaves the test's clock alone, but works on threads that it cannot wait for.
    Layer.succeed(Cognito.Signer, {
      sign: (request, clockOffset = 0) =>
        Effect.map(Clock.currentTimeMillis, (now) => ({
          ...request,
          headers: { ...request.headers, "x-amz-date": new Date(now + clockOffset).toISOString() }
        }))
    })
  )
  return { sent, live }
}

/** Half of the longest wait, always. */
const half = Layer.succeed(Random.Random, { nextDoubleUnsafe: () => 0.5, nextIntUnsafe: () => 0 })

/** Runs a program to its end, moving the clock for it. */
const run = <A, E>(
  program: Effect.Effect<A, E, Cognito.Cognito | Cognito.Signer>,
  live: Layer.Layer<Cognito.Cognito | Cognito.Signer, Cognito.EndpointError>
) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(Effect.result(Effect.provide(program, [live, half])))
    for (let second = 0; second < 120 && fiber.pollUnsafe() === undefined; second++) yield* TestClock.adjust("1 second")
    return yield* Fiber.join(fiber)
  })

/** The times of the requests of one call, and whether it succeeded. */
const attempts = <A, E>(
  call: Effect.Effect<A, E, Cognito.Cognito | Cognito.Signer>,
  ...answers: ReadonlyArray<Answer>
) =>
  Effect.gen(function*() {
    const { live, sent } = service(...answers)
    const result = yield* run(call, live)
    return { count: sent.length, waits: sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0)), result, sent }
  })

const getUser = Cognito.adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" })
const listUserPools = Cognito.listUserPools({ MaxResults: 1 })
const forgotPassword = Cognito.forgotPassword({ ClientId: "a", Username: "anna" })

describe("what is tried again", () => {
  it.effect.each([
    { name: "throttling", fault: error("TooManyRequestsException") },
    { name: "throttling that the operation does not declare", fault: error("ThrottlingException") },
    { name: "RequestLimitExceeded", fault: error("RequestLimitExceeded") },
    { name: "a 429 that does not say what it is", fault: answer(429, {}) },
    { name: "an internal error", fault: error("InternalErrorException") },
    { name: "an error of the service that has no known name", fault: error("SomethingNew", { status: 503 }) },
    {
      name: "a proxy's page",
      fault: Effect.succeed({ status: 502, headers: {}, body: new TextEncoder().encode("<html>") })
    },
    { name: "a connection that was reset", fault: network("ECONNRESET") },
    { name: "a connection that was refused", fault: network("ECONNREFUSED") },
    { name: "no answer in time", fault: Effect.fail(new Cognito.TimeoutError({ limit: "connection", millis: 1 })) }
  ])("$name", ({ fault }) =>
    Effect.gen(function*() {
      const { count, result } = yield* attempts(getUser, fault, fault, good)
      expect(count).toBe(3)
      expect(Result.isSuccess(result)).toBe(true)
    }))

  it.effect.each([
    {
      name: "LimitExceededException, which is no throttling",
      call: Cognito.confirmSignUp({ ClientId: "a", Username: "b", ConfirmationCode: secret }),
      fault: error("LimitExceededException")
    },
    { name: "an error that stays", call: getUser, fault: error("UserNotFoundException") },
    {
      name: "an error that stays, whatever its status",
      call: getUser,
      fault: error("UserNotFoundException", { status: 500 })
    },
    { name: "NotAuthorizedException with 429", call: getUser, fault: error("NotAuthorizedException", { status: 429 }) },
    { name: "an unknown name with 400", call: getUser, fault: error("SomethingNew") },
    { name: "an output that does not fit", call: getUser, fault: answer(200, { Username: 1 }) },
    { name: "a redirect", call: getUser, fault: answer(302, {}) },
    { name: "a certificate that is not trusted", call: getUser, fault: network("DEPTH_ZERO_SELF_SIGNED_CERT") },
    { name: "an expired certificate", call: getUser, fault: network("CERT_HAS_EXPIRED") }
  ])("not $name", ({ call, fault }) =>
    Effect.gen(function*() {
      const { count, result } = yield* attempts<unknown, unknown>(call, fault)
      expect(count).toBe(1)
      expect(Result.isFailure(result)).toBe(true)
    }))

  it.effect("no more often than the policy says, and the last failure is the call's", () =>
    Effect.gen(function*() {
      const faults = [error("InternalErrorException"), error("ThrottlingException"), error("TooManyRequestsException")]
      const { count, result } = yield* attempts(getUser, ...faults)
      expect(count).toBe(3)
      expect(result).toEqual(Result.fail(new Cognito.TooManyRequestsException({ message: "no" })))
      for (const maxAttempts of [1, 2, 7]) {
        const call = Effect.provideService(getUser, Cognito.RetryPolicy, { maxAttempts })
        expect((yield* attempts(call, error("ThrottlingException"))).count).toBe(maxAttempts)
      }
    }))
})

describe("an operation that must not be carried out twice", () => {
  it.effect.each([
    { name: "throttling", fault: error("TooManyRequestsException") },
    { name: "a connection that was refused", fault: network("ECONNREFUSED") },
    { name: "a name that is not resolved", fault: network("ENOTFOUND") },
    { name: "no connection in time", fault: Effect.fail(new Cognito.TimeoutError({ limit: "connection", millis: 1 })) }
  ])(
    "is tried again after $name",
    ({ fault }) => Effect.map(attempts(forgotPassword, fault, answer(200, {})), ({ count }) => expect(count).toBe(2))
  )

  it.effect.each([
    { name: "a connection that was reset", fault: network("ECONNRESET") },
    { name: "an internal error", fault: error("InternalErrorException") },
    { name: "a proxy's page", fault: answer(504, "<html>") },
    { name: "no answer in time", fault: Effect.never }
  ])(
    "is not tried again after $name",
    ({ fault }) => Effect.map(attempts(forgotPassword, fault, answer(200, {})), ({ count }) => expect(count).toBe(1))
  )
})

describe("the wait", () => {
  it.effect("doubles from 50 ms after faults, and is drawn anew below its longest each time", () =>
    Effect.gen(function*() {
      const call = Effect.provideService(getUser, Cognito.RetryPolicy, { maxAttempts: 12 })
      const { waits } = yield* attempts(call, network("ECONNRESET"))
      expect(waits).toEqual([25, 50, 100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
    }))

  it.effect("doubles from a second after throttling", () =>
    Effect.gen(function*() {
      const call = Effect.provideService(getUser, Cognito.RetryPolicy, { maxAttempts: 4 })
      expect((yield* attempts(call, error("TooManyRequestsException"))).waits).toEqual([500, 1000, 2000])
    }))

  it.effect.each([
    { name: "x-amz-retry-after, in milliseconds", headers: { "x-amz-retry-after": "1500" }, wait: 1500 },
    { name: "retry-after, in seconds", headers: { "retry-after": "3" }, wait: 3000 },
    { name: "retry-after, as a time", headers: { "retry-after": "Thu, 01 Jan 1970 00:00:02 GMT" }, wait: 2000 },
    { name: "no more than five seconds beyond its own", headers: { "retry-after": "3600" }, wait: 5025 },
    { name: "no less than its own", headers: { "x-amz-retry-after": "1" }, wait: 25 },
    { name: "nothing that makes no sense", headers: { "retry-after": "soon", "x-amz-retry-after": "-4" }, wait: 25 }
  ])("honours $name", ({ headers, wait }) =>
    Effect.gen(function*() {
      const { waits } = yield* attempts(getUser, error("InternalErrorException", { headers }), good)
      expect(waits).toEqual([wait])
    }))

  it.effect("is the policy's where it has one", () =>
    Effect.gen(function*() {
      const policy = { maxAttempts: 5, baseDelay: "1 second", throttlingDelay: 0, maxDelay: "3 seconds" } as const
      const call = Effect.provideService(getUser, Cognito.RetryPolicy, policy)
      expect((yield* attempts(call, network("EPIPE"))).waits).toEqual([500, 1000, 1500, 1500])
      expect((yield* attempts(call, error("TooManyRequestsException"))).waits).toEqual([0, 0, 0, 0])
    }))
})

describe("the tokens that a client's calls share", () => {
  const many = (calls: number) => Effect.forEach(Array.from({ length: calls }), () => Effect.exit(getUser))
  const policy = Effect.provideService(Cognito.RetryPolicy, { maxAttempts: 2, baseDelay: 0, throttlingDelay: 0 })

  it.effect("pay for 35 retries after faults, or 100 after throttling, and then for none", () =>
    Effect.gen(function*() {
      expect((yield* attempts(policy(many(60)), network("ECONNRESET"))).count).toBe(60 + 35)
      expect((yield* attempts(policy(many(120)), error("TooManyRequestsException"))).count).toBe(120 + 100)
    }))

  it.effect("come back with what a retry cost when it succeeds, and one by one with other calls", () =>
    Effect.gen(function*() {
      const used = Array.from({ length: 70 }, () => network("ECONNRESET"))
      // 10 tokens are left: too few for a retry, until four calls have succeeded at once.
      const rest = [network("ECONNRESET"), good, good, good, good, network("ECONNRESET"), good]
      const { sent } = yield* attempts(policy(many(35 + 1 + 4 + 1)), ...used, ...rest)
      expect(sent).toHaveLength(70 + rest.length)
      // A retry that succeeds costs nothing in the end.
      const pairs = Array.from({ length: 100 }, () => [network("ECONNRESET"), good]).flat()
      expect((yield* attempts(policy(many(100)), ...pairs)).count).toBe(200)
    }))
})

describe("a signature that is refused for its date", () => {
  const date = "Mon, 31 Aug 2026 12:00:00 GMT"
  const refusal = error("InvalidSignatureException", {
    message: "Signature expired: 19700101T000000Z is now earlier than 20260831T115500Z",
    headers: { date }
  })

  it.effect("is made anew at the service's time, at once, and so are all that follow", () =>
    Effect.gen(function*() {
      const { sent, waits } = yield* attempts(Effect.andThen(listUserPools, getUser), refusal, good)
      expect(waits).toEqual([0, 0])
      expect(sent.map(({ date }) => date)).toEqual([
        "1970-01-01T00:00:00.000Z",
        "2026-08-31T12:00:00.000Z",
        "2026-08-31T12:00:00.000Z"
      ])
    }))

  it.effect("is not made a third time", () =>
    Effect.map(attempts(listUserPools, refusal), ({ count }) => expect(count).toBe(2)))

  it.effect.each(["InvalidSignatureException", "SignatureDoesNotMatch"])(
    "may be a %s at a time that is hours off",
    (code) =>
      Effect.gen(function*() {
        const { result, sent } = yield* attempts(listUserPools, error(code, { status: 403, headers: { date } }), good)
        expect(Result.isSuccess(result)).toBe(true)
        expect(sent.map(({ date }) => date)).toEqual(["1970-01-01T00:00:00.000Z", "2026-08-31T12:00:00.000Z"])
      })
  )

  it.effect("with the offset that was learned is made again without it, also where no date is named", () =>
    Effect.gen(function*() {
      const hostile = error("RequestExpired", { headers: { date: "Mon, 31 Aug 2054 12:00:00 GMT" } })
      const nameless = error("RequestExpired")
      const calls = Effect.andThen(Effect.exit(listUserPools), listUserPools)
      const { result, sent } = yield* attempts(calls, hostile, nameless, good)
      expect(Result.isSuccess(result)).toBe(true)
      expect(sent.map(({ date }) => date)).toEqual([
        "1970-01-01T00:00:00.000Z",
        "2054-08-31T12:00:00.000Z",
        "1970-01-01T00:00:00.000Z",
        "1970-01-01T00:00:00.000Z"
      ])
    }))

  it.effect.each([
    "Sat, 13 Sep 275760 00:00:00 GMT",
    "Fri, 01 Jan 9999 00:00:00 GMT",
    "Mon, 01 Jan 0001 00:00:00 GMT",
    "yesterday",
    "",
    "1e400",
    "-1"
  ])(
    "at a date that cannot be the service's is not made again, nor are later calls harmed: %s",
    (hostile) =>
      Effect.gen(function*() {
        const calls = Effect.andThen(Effect.exit(listUserPools), listUserPools)
        const { result, sent } = yield* attempts(calls, error("RequestExpired", { headers: { date: hostile } }), good)
        expect(Result.isSuccess(result)).toBe(true)
        expect(sent.map(({ date }) => date)).toEqual(["1970-01-01T00:00:00.000Z", "1970-01-01T00:00:00.000Z"])
      })
  )

  it.effect.each([
    { name: "without a date to learn from", fault: error("RequestExpired") },
    {
      name: "at the right time",
      fault: error("RequestTimeTooSkewed", { headers: { date: "Thu, 01 Jan 1970 00:00:30 GMT" } })
    },
    {
      name: "for another reason",
      fault: error("InvalidSignatureException", { headers: { date: "Thu, 01 Jan 1970 00:04:30 GMT" } })
    }
  ])(
    "is not made again where it was refused $name",
    ({ fault }) => Effect.map(attempts(listUserPools, fault), ({ count }) => expect(count).toBe(1))
  )
})

describe("adaptive mode", () => {
  const throttled = error("TooManyRequestsException")
  const paced = (mode: "adaptive" | "standard", calls: number) =>
    Effect.forEach(
      Array.from({ length: calls }),
      () => Effect.andThen(Effect.sleep("100 millis"), Effect.exit(getUser))
    ).pipe(Effect.provideService(Cognito.RetryPolicy, { maxAttempts: 1, mode }))

  it.effect("sends at once until the service throttles, then no faster than 0.7 times the rate that was too fast", () =>
    Effect.gen(function*() {
      const before = Array.from({ length: 20 }, () => good)
      const { sent } = yield* attempts(paced("adaptive", 30), ...before, throttled, good)
      const gaps = sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0))
      expect(gaps.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 100))
      expect(Math.max(...gaps.slice(20))).toBeGreaterThan(1000 / (10 * 0.75))
      const standard = yield* attempts(paced("standard", 30), ...before, throttled, good)
      expect(standard.waits).toEqual(Array.from({ length: 29 }, () => 100))
    }))

  it.effect("comes back to its speed", () =>
    Effect.gen(function*() {
      const before = Array.from({ length: 20 }, () => good)
      const { sent } = yield* attempts(paced("adaptive", 200), ...before, throttled, good)
      const gaps = sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0))
      expect(gaps.slice(-20)).toEqual(Array.from({ length: 20 }, () => 100))
    }))
})

describe("time limits", () => {
  it.effect("end an attempt, which is then tried again", () =>
    Effect.gen(function*() {
      const call = Effect.provideService(getUser, Cognito.TimeLimits, { attempt: "2 seconds" })
      const { count, result, waits } = yield* attempts(call, Effect.never)
      expect(count).toBe(3)
      expect(waits).toEqual([2025, 2050])
      expect(result).toEqual(Result.fail(
        new Cognito.ClientError({
          operation: "AdminGetUser",
          reason: new Cognito.TimeoutError({ limit: "attempt", millis: 2000 })
        })
      ))
    }))

  it.effect("end the whole call, also while it waits", () =>
    Effect.gen(function*() {
      const call = Effect.provideService(getUser, Cognito.TimeLimits, { total: "10 seconds" }).pipe(
        Effect.provideService(Cognito.RetryPolicy, { maxAttempts: 100 })
      )
      for (const fault of [Effect.never, network("ECONNRESET")]) {
        const { result } = yield* attempts(call, fault)
        expect(result).toEqual(Result.fail(
          new Cognito.ClientError({
            operation: "AdminGetUser",
            reason: new Cognito.TimeoutError({ limit: "total", millis: 10_000 })
          })
        ))
      }
    }))

  it.effect("are 30 seconds for an attempt where nothing else is said", () =>
    Effect.map(
      attempts(forgotPassword, Effect.never),
      ({ result }) => expect(String(result)).toContain("an attempt took longer than 30000 ms")
    ))
})

it.effect("an interrupted call sends nothing more", () =>
  Effect.gen(function*() {
    const { live, sent } = service(error("TooManyRequestsException"))
    const fiber = yield* Effect.forkChild(Effect.provide(getUser, live))
    yield* TestClock.adjust(0)
    yield* Fiber.interrupt(fiber)
    yield* TestClock.adjust("1 minute")
    expect(sent).toHaveLength(1)
  }))
