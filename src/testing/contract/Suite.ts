/**
 * Runs random programs of operations against an implementation and against the pool, and tells for each operation whether
 * the two agree, and if not the shortest program that shows it.
 *
 * Each program has a user pool of its own, which is made before and removed after.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import type { Signer } from "../../client/Signer.ts"
import * as operations from "../../operations/index.ts"
import type { Cognito } from "../../Service.ts"
import * as UserPools from "../pool/UserPools.ts"
import { differenceOf, isUnimplemented } from "./Comparison.ts"
import { type Outcome, runStep, type Side, type Step, stepWith, written } from "./Program.ts"
import { scenarios } from "./Scenarios.ts"
import { stepOf, vocabulary, type Word } from "./Vocabulary.ts"

/** What is compared with the pool. */
export interface ContractOptions<E = never> {
  /** A client of the implementation. */
  readonly layer: Layer.Layer<Cognito | Signer, E>
  /** The operations, in AWS's spelling or the library's. Default: all that the suite has, see {@link operationNames}. */
  readonly operations?: ReadonlyArray<string>
  /** How many programs an operation is tried in. Default: 30. */
  readonly runs?: number
  /** Where random programs begin. Default: 1; the same seed makes the same programs. */
  readonly seed?: number
  /** How many steps lead up to the operation at most. Default: 8. */
  readonly steps?: number
  /** Whether all operations may lead up to it, not only those that make what it needs. Default: no. */
  readonly mixed?: boolean
}

/** What the suite says of an operation. */
export type Verdict =
  | { readonly operation: string; readonly verdict: "agrees" }
  | { readonly operation: string; readonly verdict: "not implemented" }
  | {
    readonly operation: string
    readonly verdict: "deviates"
    /** The difference, in words. */
    readonly how: string
    /** The shortest program that shows it, a step a line. */
    readonly program: ReadonlyArray<string>
  }

/** What the suite says of all operations that it was asked for, in their order. */
export interface Report {
  readonly seed: number
  readonly verdicts: ReadonlyArray<Verdict>
}

/** A test of one operation, for any test runner: it rejects where the implementation deviates. */
export interface ContractTest {
  /** AWS's name of the operation. */
  readonly name: string
  readonly run: () => Promise<void>
}

const names = vocabulary.map(({ operation }) => operation.spec.name)

/** AWS's names of the operations that the suite has. */
export const operationNames: ReadonlyArray<string> = [...new Set(names)].sort()

/**
 * The tests of an implementation, one for each operation.
 *
 * @example
 * ```ts
 * import { layer, layerFetch } from "effect-cognito"
 * import { contractTests } from "effect-cognito/testing/contract"
 * import * as Layer from "effect/Layer"
 * import * as Redacted from "effect/Redacted"
 *
 * const client = layer({
 *   region: "eu-central-1",
 *   endpoint: "http://127.0.0.1:9229",
 *   credentials: { accessKeyId: "test", secretAccessKey: Redacted.make("test") }
 * }).pipe(Layer.provide(layerFetch))
 *
 * // With Vitest or node:test: it(name, run)
 * const tests = contractTests({ layer: client, operations: ["listUsers", "signUp"] })
 * ```
 */
export const contractTests = <E>(options: ContractOptions<E>): ReadonlyArray<ContractTest> =>
  wordsOf(options.operations).map((word) => ({
    name: word.operation.spec.name,
    run: async () => {
      const runner = makeRunner(options.layer)
      try {
        const verdict = await tried(word, runner, options)
        if (verdict.verdict === "not implemented") throw new Error(`${verdict.operation} is not implemented`)
        if (verdict.verdict === "deviates") throw new Error(`${verdict.how}\n\n${verdict.program.join("\n")}`)
      } finally {
        await runner.dispose()
      }
    }
  }))

/** Why the suite could not be run: an operation that it does not have, or an implementation that cannot be reached. */
export class ContractError extends Schema.TaggedError<ContractError>()("ContractError", { message: Schema.String }) {}

/** Tries an implementation, one operation after the other. */
export const check = <E>(options: ContractOptions<E>): Effect.Effect<Report, ContractError> =>
  Effect.tryPromise({
    try: async () => {
      const words = wordsOf(options.operations)
      const runner = makeRunner(options.layer)
      try {
        const verdicts: Array<Verdict> = []
        for (const word of words) verdicts.push(await tried(word, runner, options))
        return { seed: options.seed ?? 1, verdicts }
      } finally {
        await runner.dispose()
      }
    },
    catch: (thrown) => new ContractError({ message: thrown instanceof Error ? thrown.message : String(thrown) })
  })

/** The words of some operations, or all. A name that is none is an error. */
const wordsOf = (asked: ReadonlyArray<string> = operationNames): ReadonlyArray<Word> =>
  asked.map((name) => {
    const found = vocabulary.find(({ operation }) =>
      operation.spec.name === name.charAt(0).toUpperCase() + name.slice(1)
    )
    if (found === undefined) throw new Error(`the suite has no operation ${name}; it has ${operationNames.join(", ")}`)
    return found
  })

/** Runs steps with a client. */
interface Runner {
  readonly run: <A>(effect: Effect.Effect<A, never, Cognito | Signer>) => Promise<A>
  readonly dispose: () => Promise<void>
}

const makeRunner = <E>(layer: Layer.Layer<Cognito | Signer, E>): Runner => {
  const runtime = ManagedRuntime.make(Layer.orDie(layer))
  return { run: (effect) => runtime.runPromise(effect), dispose: () => runtime.dispose() }
}

/** The settings of the pools: nothing that sends a message. */
const settings = {
  PoolName: "effect-cognito-contract",
  AutoVerifiedAttributes: [],
  Policies: {
    PasswordPolicy: {
      MinimumLength: 8,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: true
    }
  }
}

const flows = [
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH"
]

/** A side with a pool and a client of its own. */
const begin = async ({ run }: Runner): Promise<Side> => {
  const known = new Map<string, string>()
  const side: Side = { known, run: (step) => run(runStep(step, known)) }
  await must(side, stepWith(operations.createUserPool, settings, { pool: "UserPool.Id", arn: "UserPool.Arn" }))
  const client = stepWith(
    operations.createUserPoolClient,
    { UserPoolId: "{pool}", ClientName: "contract", ExplicitAuthFlows: flows, PreventUserExistenceErrors: "ENABLED" },
    { client: "UserPoolClient.ClientId" }
  )
  try {
    await must(side, client)
    return side
  } catch (error) {
    // The pool is there already, and in AWS it would stay.
    await end(side)
    throw error
  }
}

const must = async (side: Side, step: Step): Promise<void> => {
  const outcome = await side.run(step)
  if ("error" in outcome) {
    throw new Error(`${step.operation.spec.name}, which every program needs: ${outcome.error} ${outcome.message}`)
  }
}

const end = (side: Side): Promise<Outcome> => side.run(stepWith(operations.deleteUserPool, { UserPoolId: "{pool}" }))

/** The difference at one of the steps of a program. */
interface Tried {
  readonly index: number
  readonly difference: string
  readonly outcome: Outcome
}

/**
 * Runs a program on both sides, and tells the first step with an operation at which they differ. Where another step does
 * something on one side alone, what follows says nothing; where it is only told otherwise, the program goes on.
 */
const runBoth = async (
  program: ReadonlyArray<Step>,
  operation: string,
  runner: Runner
): Promise<Tried | undefined> => {
  const model = makeRunner(UserPools.layer())
  const expected = await begin(model)
  // Whatever follows, the pool of the other side is removed.
  const actual = await begin(runner).catch(async (error: unknown) => {
    await model.dispose()
    throw error
  })
  try {
    for (const [index, step] of program.entries()) {
      const [one, other] = [await expected.run(step), await actual.run(step)]
      const difference = differenceOf(one, other)
      if (difference === undefined) continue
      if (step.operation.spec.name === operation) return { index, difference, outcome: other }
      if ("error" in one !== "error" in other) return undefined
    }
    return undefined
  } finally {
    await end(actual)
    await model.dispose()
  }
}

/** A step as one of fast-check's commands, which knows how to drop steps from a program. */
const commandOf = (word: Word): fc.Arbitrary<fc.AsyncCommand<Array<Step>, object>> =>
  stepOf(word).map((step) => ({
    check: () => true,
    run: async (program) => void program.push(step),
    toString: () => written(step)
  }))

/** The steps of commands: running them against a list adds them to it. */
const programOf = async (commands: Iterable<fc.AsyncCommand<Array<Step>, object>>): Promise<ReadonlyArray<Step>> => {
  const program: Array<Step> = []
  await fc.asyncModelRun(() => ({ model: program, real: {} }), commands)
  return program
}

const tried = async <E>(
  word: Word,
  runner: Runner,
  { mixed = false, runs = 30, seed = 1, steps = 8 }: ContractOptions<E>
): Promise<Verdict> => {
  const { name: operation } = word.operation.spec
  // What was done once is done again, too.
  const before = mixed ? vocabulary : [word, ...vocabulary.filter((other) => other !== word && leadsTo(other, word))]
  let last: Tried | undefined
  const isAgreed = async (program: ReadonlyArray<Step>): Promise<boolean> => {
    const tried = await runBoth(program, operation, runner)
    if (tried === undefined) return true
    last = tried
    return false
  }
  const shown = await firstScenario(operation, isAgreed)
  if (shown !== undefined && last !== undefined) return verdictOf(operation, last, shown)
  const commands = fc.commands(before.map(commandOf), { maxCommands: steps })
  const result = await fc.check(
    fc.asyncProperty(commands, stepOf(word), async (commands, step) => isAgreed([...await programOf(commands), step])),
    { numRuns: runs, seed, endOnFailure: false }
  )
  if (!result.failed || result.counterexample === null) return { operation, verdict: "agrees" }
  const [found, step] = result.counterexample
  const program = await shortened([...await programOf(found), step], isAgreed)
  // What was seen last need not be of the shortest program.
  await isAgreed(program)
  return last === undefined ? { operation, verdict: "agrees" } : verdictOf(operation, last, program)
}

const leadsTo = (other: Word, { after }: Word): boolean => after.includes(other.operation.spec.name)

/** A program without the steps that it does not need to disagree. The last step stays. */
const shortened = async (
  program: ReadonlyArray<Step>,
  isAgreed: (program: ReadonlyArray<Step>) => Promise<boolean>
): Promise<ReadonlyArray<Step>> => {
  for (let index = program.length - 2; index >= 0; index--) {
    const shorter = program.filter((_, at) => at !== index)
    if (!await isAgreed(shorter)) return shortened(shorter, isAgreed)
  }
  return program
}

/** The first of the suite's own scenarios with an operation in which it does not agree. */
const firstScenario = async (
  operation: string,
  isAgreed: (program: ReadonlyArray<Step>) => Promise<boolean>
): Promise<ReadonlyArray<Step> | undefined> => {
  for (const scenario of scenarios) {
    if (!scenario.some((step) => step.operation.spec.name === operation)) continue
    if (!await isAgreed(scenario)) return scenario
  }
  return undefined
}

const verdictOf = (operation: string, { difference, index, outcome }: Tried, program: ReadonlyArray<Step>): Verdict =>
  isUnimplemented(outcome)
    ? { operation, verdict: "not implemented" }
    : { operation, verdict: "deviates", how: difference, program: program.slice(0, index + 1).map(written) }
