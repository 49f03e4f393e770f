/**
 * The library's operations by AWS's name, for tests that go over all of them.
 */
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { ServiceError, ServiceErrorClass } from "../../src/errors/ServiceError.ts"
import type { Exchange } from "../../src/Operation.ts"
import * as all from "../../src/operations/index.ts"
import type { Cognito } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"

/** An operation of which only the name is known: its input fits if the test made it for this one. */
export interface AnyOperation {
  (input: unknown): Effect.Effect<unknown, object, Cognito | Signer>
  readonly exchange: (input: unknown) => Effect.Effect<Exchange<unknown>, object, Cognito | Signer>
  readonly spec: {
    readonly name: string
    readonly input: Schema.Codec<unknown, unknown>
    readonly output: Schema.Codec<unknown, unknown>
    readonly errors: ReadonlyArray<ServiceErrorClass<ServiceError>>
  }
}

// The inputs of all operations have no common type but `never`, which no test could call with.
const list = Object.values(all) as unknown as ReadonlyArray<AnyOperation>

export const operationsByName: ReadonlyMap<string, AnyOperation> = new Map(
  list.map((operation) => [operation.spec.name, operation])
)

export const operationNamed = (name: string): AnyOperation => {
  const operation = operationsByName.get(name)
  if (operation === undefined) throw new Error(`there is no operation ${name}`)
  return operation
}
