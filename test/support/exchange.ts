/**
 * Scripted scenarios: what an operation is given and must send, what the server answers, and what the program must get.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import assert from "node:assert/strict"
import type { ServiceError } from "../../src/errors/ServiceError.ts"
import type { Operation } from "../../src/Operation.ts"
import type { Cognito } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"
import type { Scenario } from "./scenario.ts"
import type { Answer, Received, Script } from "./scriptedServer.ts"

/** One call and its answer. */
export interface Exchange {
  readonly operation: string
  readonly answer: (request: Received) => Answer
  readonly call: Scenario
}

/** Exchanges in their order, by what they show; each operation stands in a scenario once. */
export interface ScriptedScenarios {
  readonly [name: string]: ReadonlyArray<Exchange>
}

interface Expectation<I, O> {
  readonly input: I
  /** The body on the wire. Default: the input, with its secrets laid open. */
  readonly sent?: unknown
  /** The body of the answer as the service writes it; nothing, where an operation has no output. */
  readonly answer?: string
  readonly output: O
}

export const exchange = <I, O, E extends ServiceError>(
  operation: Operation<I, O, E, Cognito | Signer> | Operation<I, O, E, Cognito>,
  { answer = "", input, output, sent = plain(input) }: Expectation<NoInfer<I>, NoInfer<O>>
): Exchange => ({
  operation: operation.spec.name,
  answer: (request) => {
    assert.deepEqual(request.input, sent)
    return { body: answer }
  },
  call: Effect.gen(function*() {
    const got = yield* operation(input)
    const mark = (yield* SecretsReplaced) ? veiled : marked
    assert.deepEqual(mark(got), mark(output), operation.spec.name)
  })
})

export const scriptOf = (exchanges: ReadonlyArray<Exchange>): Script =>
  Object.fromEntries(exchanges.map(({ answer, operation }) => [operation, answer]))

export const scenarioOf = (exchanges: ReadonlyArray<Exchange>): Scenario =>
  Effect.forEach(exchanges, ({ call }) => call, { discard: true })

/** Whether secrets of outputs are placeholders, as in a replay. */
export const SecretsReplaced = Context.Reference("test/SecretsReplaced", { defaultValue: () => false })

/** A copy in which all secrets are the same. */
const veiled = (value: unknown): unknown => mapSecrets(value, () => ({ secret: true }))

/** A copy in which `assert`, which sees nothing of a `Redacted`, can tell secrets from each other and from plain texts. */
const marked = (value: unknown): unknown => mapSecrets(value, (secret) => ({ secret }))

/** A copy as it goes over the wire: secrets are plain. */
const plain = (value: unknown): unknown => mapSecrets(value, (secret) => secret)

const mapSecrets = (value: unknown, f: (secret: unknown) => unknown): unknown => {
  if (Redacted.isRedacted(value)) return f(Redacted.value(value))
  if (Array.isArray(value)) return value.map((item) => mapSecrets(item, f))
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, mapSecrets(member, f)]))
}
