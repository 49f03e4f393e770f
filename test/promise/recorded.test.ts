/** Fed the recorded answers, the adapter gives the same results and throws the same exceptions as the official client. */
import * as Schema from "effect/Schema"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"
import { dropNulls } from "../../src/Normalize.ts"
import type { TransportResponse } from "../../src/Transport.ts"
import { operationNamed } from "../support/operations.ts"
import type { RecordedExchange, Recording } from "../support/recording.ts"
import { unwrap } from "../support/shapes.ts"
import { answering, outcome, type Sdk, sides } from "./sides.ts"

const folder = fileURLToPath(new URL("../fixtures", import.meta.url))
const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json")).sort()

const responseOf = ({ response }: RecordedExchange): TransportResponse => ({
  ...response,
  body: new TextEncoder().encode(response.body)
})

/** The input that was recorded, in its plain form. */
const inputOf = ({ operation, request }: RecordedExchange): object =>
  Object(unwrap(Schema.decodeUnknownSync(operationNamed(operation).spec.input)(JSON.parse(request.body))))

const hasOutput = (outcome: unknown): outcome is { readonly output: unknown } =>
  typeof outcome === "object" && outcome !== null && "output" in outcome

const replay = async (sdk: Sdk, exchange: RecordedExchange) => {
  const client = new sdk.CognitoIdentityProvider({ ...answering(() => responseOf(exchange)), maxAttempts: 1 })
  const name = exchange.operation.replace(/^./, (letter) => letter.toLowerCase())
  // Methods are found by name: their inputs cannot be told apart here.
  const method = Reflect.get(client, name) as (this: unknown, input: object) => Promise<object>
  return outcome(sdk, method.call(client, inputOf(exchange)))
}

it.each(files)("%s", async (file) => {
  const { exchanges }: Recording = JSON.parse(readFileSync(join(folder, file), "utf8"))
  for (const exchange of exchanges) {
    const [theirs, ours] = await Promise.all(sides.map(({ sdk }) => replay(sdk, exchange)))
    // What a map holds under a key is a string; the official client lets `null` through.
    if (hasOutput(theirs)) dropNulls(operationNamed(exchange.operation).spec.output, theirs.output)
    expect(ours).toEqual(theirs)
  }
})
