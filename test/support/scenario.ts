/**
 * A scenario is a program that calls operations and checks what they answer. It runs against a live server and against
 * its recording alike, so it takes all that is random from responses, and the time from Effect's `Clock`.
 */
import * as Effect from "effect/Effect"
import assert from "node:assert/strict"
import type { Cognito } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"

export type Scenario = Effect.Effect<void, unknown, Cognito | Signer>

/** Scenarios by what they show. */
export interface Scenarios {
  readonly [name: string]: Scenario
}

/** The code that every message of cognito-local would hold. */
export const confirmationCode = "246810"

/** A value that the response must hold although the model calls it optional. */
export const present = <A>(value: A | undefined): A => {
  assert.notEqual(value, undefined, "a member is missing")
  // The assertion above does not narrow a type parameter.
  return value as A
}

/** The tag of the error with which an effect fails; succeeding is a failure of the scenario. */
export const failureTag = <A, E extends { readonly _tag: string }, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<E["_tag"], A, R> => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)
