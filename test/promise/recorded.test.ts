/** Fed the recorded answers, the adapter gives the same results and throws the same exceptions as the official client. */
import * as Schema from "effect/Schema"
import { expect, it } from "vitest"
import type { TransportResponse } from "../../src/protocol/Message.ts"
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
    expect(ours).toEqual(theirs)
  }
})
