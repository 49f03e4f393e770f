/**
 * What an error tells of the call that it ended: the response, and how often the request was sent.
 *
 * It stands beside an error's value, out of sight of equality, `JSON.stringify` and the error's schema: two errors with
 * the same tag and members are equal whatever calls they ended.
 */
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import { NodeInspectSymbol } from "effect/Inspectable"
import type { TransportResponse } from "../protocol/Message.ts"

/** All members are `undefined` in an error that a program made itself. */
export interface CallMetadata {
  /**
   * The HTTP status of the last response. It is often 400 where the model states 403, 404 or 429: match the tag, not
   * this. `undefined` where there was no response.
   */
  readonly httpStatus: number | undefined
  /** The service's id of the request, from `x-amzn-requestid`: what AWS Support asks for. */
  readonly requestId: string | undefined
  /** How many requests the call sent; 0 where it was refused before. */
  readonly attempts: number | undefined
  /** The milliseconds that the call waited between its requests. */
  readonly retryDelay: number | undefined
}

/** What is noted in an error. */
export interface CallNote extends Partial<CallMetadata> {
  /** AWS's name of the operation, such as `AdminGetUser`. */
  readonly operation: string
  /** The last response, which is shown nowhere. */
  readonly response?: TransportResponse | undefined
}

const note: unique symbol = Symbol("effect-cognito/errors/CallMetadata/note")

interface Noted {
  readonly [note]?: CallNote
}

/** Notes the call that an error ended, in place of what was noted before, and returns the error. */
export const withCall = <E extends object>(error: E, call: CallNote): E =>
  // Not in a `WeakMap`, which takes longer.
  Object.defineProperty(error, note, { value: call, configurable: true })

/** What was noted of the call that an error ended. */
export const callOf = (error: object): CallNote | undefined => (error as Noted)[note]

type Members = { readonly [name: string]: unknown }

/** The members of an error; `message`, which JavaScript hides from enumeration, is one of them. */
const membersOf = (error: Error): Members => ({ ...error, message: error.message })

interface Inspected {
  /** What `console.log` shows on Node. */
  [NodeInspectSymbol](): object
}

const prototype: Equal.Equal & Inspected & ThisType<Error & Noted> = {
  [Equal.symbol](that: unknown): boolean {
    return that instanceof Error && that.constructor === this.constructor
      && Equal.equals(membersOf(this), membersOf(that))
  },
  [Hash.symbol](): number {
    return Hash.structure(membersOf(this))
  },
  [NodeInspectSymbol](): object {
    const { response: _, ...shown } = this[note] ?? {}
    return { ...membersOf(this), ...shown }
  }
}

/** The members of {@link CallMetadata}. */
const told = ["httpStatus", "requestId", "attempts", "retryDelay"] as const

/**
 * Gives the errors of a class {@link CallMetadata}, further members of the note, and an equality that leaves all of them
 * out; returns the class.
 */
export const tellingOfCalls = <Class extends { readonly prototype: object }>(
  Class: Class,
  ...more: ReadonlyArray<keyof CallNote>
): Class => {
  Object.defineProperties(Class.prototype, Object.getOwnPropertyDescriptors(prototype))
  for (const name of [...told, ...more]) {
    Object.defineProperty(Class.prototype, name, {
      get(this: Noted) {
        return this[note]?.[name]
      }
    })
  }
  return Class
}
