/** Recordings hold what went over the wire but for its secrets, whatever became of the program; replays answer from them. */
import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll } from "vitest"
import * as Cognito from "../../src/index.ts"
import { decode } from "../../src/protocol/AwsJson.ts"
import * as Testing from "../../src/testing/index.ts"
import { type AnyOperation, operationNamed } from "../support/operations.ts"
import { operations, plain, typed, wire } from "../support/shapes.ts"

const folder = mkdtempSync(join(tmpdir(), "effect-cognito-recordings-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let files = 0
const newFile = (): string => join(folder, `${++files}`, "recording.json")

const utf8 = new TextEncoder()
const accessKeyId = "AKIDEXAMPLE"
const credentials = {
  accessKeyId,
  secretAccessKey: Redacted.make("the-secret-key"),
  sessionToken: Redacted.make("the-session-token")
}

type Answers = Layer.Layer<Cognito.Transport>

/** Answers in turn, each with a status and a body. */
const answers = (...bodies: ReadonlyArray<readonly [status: number, body: unknown]>): Answers => {
  const left = [...bodies]
  return Layer.succeed(Cognito.Transport, {
    send: () =>
      Effect.sync(() => {
        const [status, body] = left.shift() ?? [200, {}]
        return {
          status,
          headers: { "x-amzn-requestid": "r", "set-cookie": "c" },
          body: utf8.encode(JSON.stringify(body))
        }
      })
  })
}

const recorded = (file: string, transport: Answers) =>
  Layer.provide(Cognito.layer({ region: "eu-central-1", credentials }), Testing.record(file)(transport))

const signIn = (password: string) =>
  Cognito.initiateAuth({
    ClientId: "c",
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "anna", PASSWORD: Redacted.make(password) }
  })
const change = (AccessToken: string, ProposedPassword: string) =>
  Cognito.changePassword({
    AccessToken: Redacted.make(AccessToken),
    ProposedPassword: Redacted.make(ProposedPassword)
  })
const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

const messageOf = <A, E>(exit: Exit.Exit<A, E>): string => Exit.isFailure(exit) ? String(Cause.squash(exit.cause)) : ""

describe("a recording", () => {
  it.effect("has requests and answers, without headers that say who asked", () =>
    Effect.gen(function*() {
      const file = newFile()
      const call = Effect.result(Cognito.adminGetUser(user))
      const missing = { __type: "UserNotFoundException", message: "who?" }
      yield* Effect.provide(
        Effect.all([call, call]),
        recorded(file, answers([200, { Username: "anna" }], [400, missing]))
      )
      expect(JSON.parse(readFileSync(file, "utf8"))).toEqual({
        version: 1,
        exchanges: [
          {
            operation: "AdminGetUser",
            signed: true,
            request: JSON.stringify(user),
            response: { status: 200, headers: { "x-amzn-requestid": "r" }, body: `{"Username":"anna"}` }
          },
          {
            operation: "AdminGetUser",
            signed: true,
            request: JSON.stringify(user),
            response: { status: 400, headers: { "x-amzn-requestid": "r" }, body: JSON.stringify(missing) }
          }
        ]
      })
    }))

  it.effect("has placeholders for secrets, the same for the same one, wherever it is told", () =>
    Effect.gen(function*() {
      const file = newFile()
      const program = Effect.gen(function*() {
        yield* signIn("the-password")
        yield* Effect.ignore(change("an-access-token", "the-password"))
      })
      yield* Effect.provide(
        program,
        recorded(
          file,
          answers(
            [200, { AuthenticationResult: { AccessToken: "an-access-token" } }],
            [400, { __type: "NotAuthorizedException", message: "an-access-token is no good" }]
          )
        )
      )
      const text = readFileSync(file, "utf8")
      for (const secret of ["the-password", "an-access-token", "the-secret-key", "the-session-token", accessKeyId]) {
        expect(text).not.toContain(secret)
      }
      const [first, second] = JSON.parse(text).exchanges
      expect(JSON.parse(first.request).AuthParameters).toEqual({ USERNAME: "anna", PASSWORD: "<PASSWORD 1>" })
      expect(JSON.parse(second.request)).toEqual({
        AccessToken: "<AccessToken 1>",
        ProposedPassword: "<PASSWORD 1>"
      })
      expect(second.response.body).toContain("<AccessToken 1> is no good")
    }))

  it.effect("holds none of a secret in texts: not its end, a short one, one for a URL, nor what signed the request", () =>
    Effect.gen(function*() {
      const file = newFile()
      const quoting: Answers = Layer.succeed(Cognito.Transport, {
        send: ({ headers }) =>
          Effect.succeed({
            status: 400,
            headers: { "x-amzn-errormessage": headers["x-amz-security-token"] ?? "none" },
            body: utf8.encode(JSON.stringify({
              __type: "InvalidParameterException",
              message: `Value 'Summer2026!extra' or 'Summer2026!' or a+b%2Fc+d or 'x7' at 'code' of 2x7: ${
                headers.authorization ?? ""
              } ${headers["x-amz-security-token"] ?? ""}`
            }))
          })
      })
      const program = Effect.gen(function*() {
        yield* Effect.ignore(change("Summer2026!", "Summer2026!extra"))
        yield* Effect.ignore(change("a b/c d", "x7"))
        yield* Effect.ignore(Cognito.adminGetUser(user))
      })
      yield* Effect.provide(program, recorded(file, quoting))
      expect(readFileSync(file, "utf8")).not.toMatch(/Summer|extra|a\+b|'x7'|the-session-token|Signature=|AKIDEXAMPLE/)
      expect(readFileSync(file, "utf8")).toContain("of 2x7")
      expect(statSync(file).mode & 0o777).toBe(0o600)
    }))

  it.effect("is written where the program fails, too, and where it is interrupted", () =>
    Effect.gen(function*() {
      for (const end of [Effect.fail("no"), Effect.die("no"), Effect.never]) {
        const file = newFile()
        const program = Effect.andThen(Cognito.adminGetUser(user), end)
        const layer = recorded(file, answers([200, { Username: "anna" }]))
        const fiber = yield* Effect.forkChild(Effect.provide(program, layer), { startImmediately: true })
        yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 30)))
        yield* Fiber.interrupt(fiber)
        expect(JSON.parse(readFileSync(file, "utf8")).exchanges).toHaveLength(1)
        expect(existsSync(`${file}.part`)).toBe(false)
      }
    }))

  it("holds no secret of any operation, and answers as the service did", async () => {
    const operation = fc.constantFrom(...operations).chain(({ input, name, output }) =>
      fc.record({
        name: fc.constant(name),
        input: plain(input).map((value) => withSecrets(typed(input, value))),
        output: output === undefined ? fc.constant({}) : plain(output).map((value) => wire(output, value))
      })
    )
    await fc.assert(
      fc.asyncProperty(operation, async ({ input, name, output }) => {
        const file = newFile()
        const { spec } = operationNamed(name)
        const answered: unknown = JSON.parse(JSON.stringify(output), (_, value) => value)
        const call = Effect.result(callOf(operationNamed(name), input))
        const first = await Effect.runPromise(Effect.provide(call, recorded(file, answers([200, answered]))))
        const text = readFileSync(file, "utf8")
        const told = [...secretsOf(input), ...secretsOf(Result.getOrUndefined(first))]
        for (const secret of told.filter((secret) => secret.length >= 8)) {
          expect(text).not.toContain(JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1))
        }
        const second = await Effect.runPromise(Effect.provide(call, Testing.replay(file)))
        const [exchange] = JSON.parse(text).exchanges
        const kept = { status: 200, headers: {}, body: utf8.encode(exchange.response.body) }
        expect(second).toEqual(Result.succeed(Result.getOrThrow(decode(spec, kept))))
      }),
      { numRuns: 300 }
    )
  })
})

/** An operation that is known at run time only. */
const callOf = (operation: AnyOperation, input: unknown) =>
  (operation as (input: unknown) => Effect.Effect<unknown, unknown, Cognito.Cognito | Cognito.Signer>)(input)

let secrets = 0

/** The value with secrets that are met nowhere else. */
const withSecrets = (value: unknown): unknown => {
  if (Redacted.isRedacted(value)) return Redacted.make(`s3cret-${++secrets}-"\\é\n`)
  if (Array.isArray(value)) return value.map(withSecrets)
  if (Object.prototype.toString.call(value) !== "[object Object]") return value
  return Object.fromEntries(Object.entries(Object(value)).map(([key, member]) => [key, withSecrets(member)]))
}

const secretsOf = (value: unknown): ReadonlyArray<string> => {
  if (Redacted.isRedacted(value)) return [String(Redacted.value(value))]
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsOf) : []
}

describe("a replay", () => {
  const record = Effect.fnUntraced(function*() {
    const file = newFile()
    const program = Effect.gen(function*() {
      yield* signIn("the-password")
      yield* change("an-access-token", "a-new-password")
      yield* Cognito.adminGetUser(user)
      yield* Cognito.adminGetUser(user)
    })
    yield* Effect.provide(
      program,
      recorded(
        file,
        answers(
          [200, { AuthenticationResult: { AccessToken: "an-access-token" } }],
          [200, {}],
          [200, { Username: "before" }],
          [200, { Username: "after" }]
        )
      )
    )
    return file
  })

  it.effect("answers in any order, like requests in theirs, with secrets of the program's own", () =>
    Effect.gen(function*() {
      const program = Effect.gen(function*() {
        const before = yield* Cognito.adminGetUser(user)
        const { AuthenticationResult } = yield* signIn("another-password")
        const token = Redacted.value(AuthenticationResult?.AccessToken ?? Redacted.make(""))
        yield* change(token, "another-new-password")
        const after = yield* Cognito.adminGetUser(user)
        return [before.Username, token, after.Username, (yield* Testing.requests).length]
      })
      const seen = yield* Effect.provide(program, Testing.replay(yield* record()))
      expect(seen).toEqual(["before", "<AccessToken 1>", "after", 4])
    }))

  const refused = [
    [
      "another operation",
      Effect.asVoid(Cognito.adminDeleteUser(user)),
      "AdminDeleteUser (signed) with this input is not in"
    ],
    [
      "another input",
      Effect.asVoid(Cognito.adminGetUser({ ...user, Username: "bob" })),
      "2 requests of AdminGetUser, 2 of them not used"
    ],
    [
      "another member",
      Effect.asVoid(signIn("p").pipe(Effect.andThen(change("<AccessToken 1>", "p")))),
      "ChangePassword (not signed)"
    ]
  ] as const
  it.effect.each(refused)("dies at %s, and says so", ([, call, message]) =>
    Effect.gen(function*() {
      const exit = yield* Effect.exit(Effect.provide(call, Testing.replay(yield* record())))
      expect(messageOf(exit)).toContain(message)
      expect(messageOf(exit)).toContain("record it again")
    }))

  it.effect("dies at one request more than was recorded", () =>
    Effect.gen(function*() {
      const program = Effect.replicateEffect(Cognito.adminGetUser(user), 3)
      const exit = yield* Effect.exit(Effect.provide(program, Testing.replay(yield* record())))
      expect(messageOf(exit)).toContain("has 2 requests of AdminGetUser, 0 of them not used yet")
    }))

  it.effect("takes a recording that is none, or not there, for what it is", () =>
    Effect.gen(function*() {
      const old = join(folder, "old.json")
      writeFileSync(old, `{"exchanges":[]}`)
      const call = (file: string) => Effect.exit(Effect.provide(Cognito.adminGetUser(user), Testing.replay(file)))
      expect(messageOf(yield* call(old))).toContain("record it again")
      expect(messageOf(yield* call(join(folder, "nowhere.json")))).toContain("nowhere.json")
    }))
})

it("the schema of an output that was replaced reads it still", () => {
  const { output } = Cognito.initiateAuth.spec
  const read = Schema.decodeUnknownSync(output)({ AuthenticationResult: { AccessToken: "<AccessToken 1>" } })
  expect(read.AuthenticationResult?.AccessToken).toEqual(Redacted.make("<AccessToken 1>"))
})
