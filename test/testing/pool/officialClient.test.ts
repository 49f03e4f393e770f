/**
 * The official client against the served pool, with every signature checked: all operations, with answers that are read
 * as the service's are. The library's own operations take the same tours and see the same.
 */
import * as official from "@aws-sdk/client-cognito-identity-provider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { layerFetch } from "../../../src/client/Transport.ts"
import { layer } from "../../../src/Service.ts"
import { start, type Started, testCredentials } from "../../../src/testing/pool/index.ts"
import { type Call, code, own } from "../../contract/tours/call.ts"
import { tours } from "../../contract/tours/index.ts"
import { operationNames } from "../../support/model.ts"

let pools: Started
let client: official.CognitoIdentityProviderClient

beforeAll(async () => {
  pools = await start({ checkSignatures: true, code })
  client = new official.CognitoIdentityProviderClient({
    region: pools.region,
    endpoint: pools.url,
    credentials: testCredentials,
    maxAttempts: 1
  })
})

afterAll(async () => {
  client.destroy()
  await pools.close()
})

/** Calls by the official client's commands, which are found by name. */
const theirs: Call = (operation, input) =>
  Effect.tryPromise({
    try: async () => {
      const Command = Reflect.get(official, `${operation.spec.name}Command`) as new(input: object) => object
      const { $metadata: _, ...output } = await client.send(new Command(Object(input)) as never) as {
        $metadata: object
      }
      return output
    },
    catch: (thrown) => Object(thrown)
  }) as never

const cases = Object.entries(tours).flatMap(([domain, tours]) =>
  Object.entries(tours).map(([name, tour]) => ({ domain, name, tour }))
)

describe("the official client", () => {
  it.each(cases)("$domain: $name", ({ tour }) => Effect.runPromise(tour(theirs)))

  it("calls all operations", () => {
    expect([...new Set(pools.requests.map(({ operation }) => operation))].sort()).toEqual(operationNames)
  })
})

describe("the library's operations", () => {
  it.each(cases)("$domain: $name", ({ tour }) =>
    Effect.runPromise(
      tour(own).pipe(
        Effect.provide(
          layer({
            region: pools.region,
            endpoint: pools.url,
            credentials: {
              accessKeyId: testCredentials.accessKeyId,
              secretAccessKey: Redacted.make(testCredentials.secretAccessKey)
            }
          }).pipe(Layer.provide(layerFetch))
        )
      )
    ))
})
