/**
 * What an operation does in a pool, in three forms: a {@link query} reads the state, a {@link transition} makes another
 * one of it, and a {@link program} does both in steps, with what takes time between them: triggers, messages, signatures.
 *
 * Inputs come checked by the model, with secrets as plain strings. A handler refuses by throwing a `Refusal`; then the
 * state stays as it was before the step.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ServiceError } from "../../errors/ServiceError.ts"
import type { AnyOperation, Operation } from "../../Operation.ts"
import type { Plain, PlainInput } from "../../protocol/Plain.ts"
import type { Message } from "./Messages.ts"
import { Refusal } from "./Refusal.ts"
import type { State } from "./State.ts"
import type { Invocation } from "./Triggers.ts"

/** What a step may know beside the state and the input. */
export interface Moment {
  /** Milliseconds since 1970. */
  readonly now: number
  readonly region: string
  readonly accountId: string
  readonly random: (size: number) => Uint8Array
  /** A random UUID, version 4. */
  readonly uuid: () => string
  /** A code of six digits for a message. */
  readonly code: () => string
  /** What tokens name as their issuer, but for the pool's id. */
  readonly issuer: string
  /** Where the pool can be reached, for addresses that it gives out. */
  readonly endpoint: string
  /** The address that the request came from. */
  readonly ip: string
}

/** Where the state is kept, and what reaches beyond it. */
export class Kernel extends Context.Service<Kernel, {
  readonly read: <A>(step: (state: State, moment: Moment) => A) => Effect.Effect<A, Refusal>
  readonly modify: <A>(step: (state: State, moment: Moment) => readonly [A, State]) => Effect.Effect<A, Refusal>
  /** Calls a trigger of a pool, if it has one, and gives the response that its function made. */
  readonly invoke: (invocation: Invocation) => Effect.Effect<Invocation["response"] | undefined, Refusal>
  readonly deliver: (message: Message) => Effect.Effect<void>
  /** Signs the claims of a token with the key of a pool. */
  readonly sign: (poolId: string, claims: object) => Effect.Effect<string, Refusal>
}>()("effect-cognito/testing/pool/Kernel") {}

/** An operation and what it does. */
export interface Handler {
  readonly operation: AnyOperation
  readonly run: (input: never) => Effect.Effect<unknown, Refusal, Kernel>
  /** Whether the answer is well-formed and made up: nothing is kept, or nothing stands behind it. */
  readonly fixed: boolean
  /** A member that the service leaves out where it has nothing to say, although its model requires it. */
  readonly leavesOut?: ReadonlyArray<string>
}

/** Makes the handler of an operation that reads the state. */
export const query = <I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>,
  step: (state: State, input: Plain<I>, moment: Moment) => PlainInput<NoInfer<O>>
): Handler =>
  handler(operation, (input: Plain<I>) => Kernel.use(({ read }) => read((state, moment) => step(state, input, moment))))

/** Makes the handler of an operation that changes the state. */
export const transition = <I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>,
  step: (state: State, input: Plain<I>, moment: Moment) => readonly [PlainInput<NoInfer<O>>, State]
): Handler =>
  handler(
    operation,
    (input: Plain<I>) => Kernel.use(({ modify }) => modify((state, moment) => step(state, input, moment)))
  )

/** Makes the handler of an operation that takes several steps. */
export const program = <I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>,
  run: (input: Plain<I>, kernel: Kernel["Service"]) => Effect.Effect<PlainInput<NoInfer<O>>, Refusal, Kernel>
): Handler => handler(operation, (input: Plain<I>) => Kernel.use((kernel) => run(input, kernel)))

/** Says of a handler that nothing stands behind its answers. */
export const fixed = (handler: Handler): Handler => ({ ...handler, fixed: true })

/** Says where an output lacks a required member: it is left out where it is empty. */
export const leavingOut = (leavesOut: ReadonlyArray<string>, handler: Handler): Handler => ({ ...handler, leavesOut })

const handler = <I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>,
  run: (input: Plain<I>) => Effect.Effect<unknown, Refusal, Kernel>
): Handler => ({
  // The dispatcher hands each handler what it read by the operation's own schema, and asks for no more than its spec.
  operation: operation as unknown as AnyOperation,
  run: run as Handler["run"],
  fixed: false
})

/** A step that refuses by throwing, as an effect that fails. */
export const attempt = <A>(step: () => A): Effect.Effect<A, Refusal> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(step())
    } catch (thrown) {
      return thrown instanceof Refusal ? Effect.fail(thrown) : Effect.die(thrown)
    }
  })

/** The type of an object whose members may be `undefined`, without those that are. */
export type Present<T> =
  & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }
  & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> }

/** An object without the members that are `undefined`. */
export const present = <T extends object>(members: T): Present<T> =>
  // Entries know nothing of the types of their members.
  Object.fromEntries(Object.entries(members).filter(([, member]) => member !== undefined)) as Present<T>
