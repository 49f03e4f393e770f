/** Fed the recorded answers, the adapter gives the same results and throws the same exceptions as the official client. */
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"
import { dropNulls } from "../../src/protocol/Normalize.ts"
import type { TransportResponse } from "../../src/client/Transport.ts"
import type { RecordedExchange } from "../../src/testing/index.ts"
import { fixtureFiles, fixtures, readFixture } from "../support/fixtures.ts"
import { operationNamed } from "../support/operations.ts"
import { unwrap } from "../support/shapes.ts"
import { answering, outcome, type Sdk, sides } from "./sides.ts"

const responseOf = ({ response }: RecordedExchange): TransportResponse => ({
  ...response,
  body: new TextEncoder().encode(response.body)
})

/** The input that was recorded, in its plain form. */
const inputOf = ({ operation, request }: RecordedExchange): object =>
  Object(unwrap(Schema.decodeUnknownSync(operationNamed(operation).spec.input)(JSON.parse(request))))

const hasOutput = (outcome: unknown): outcome is { readonly output: unknown } =>
  typeof outcome === "object" && outcome !== null && "output" in outcome

const replay = async (sdk: Sdk, exchange: RecordedExchange) => {
  const client = new sdk.CognitoIdentityProvider({ ...answering(() => responseOf(exchange)), maxAttempts: 1 })
  const name = exchange.operation.replace(/^./, (letter) => letter.toLowerCase())
  // Methods are found by name: their inputs cannot be told apart here.
  const method = Reflect.get(client, name) as (this: unknown, input: object) => Promise<object>
  return outcome(sdk, method.call(client, inputOf(exchange)))
}

const files = fixtureFiles().map((file) => ({ file, name: file.slice(fixtures.length + 1) }))

it.each(files)("$name", async ({ file }) => {
  for (const exchange of readFixture(file).exchanges) {
    const [theirs, ours] = await Promise.all(sides.map(({ sdk }) => replay(sdk, exchange)))
    // What a map holds under a key is a string; the official client lets `null` through.
    if (hasOutput(theirs)) dropNulls(operationNamed(exchange.operation).spec.output, theirs.output)
    expect(ours).toEqual(theirs)
  }
})
