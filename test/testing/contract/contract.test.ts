/**
 * The contract suite: over every transport the served pool agrees with the pool itself; cognito-local deviates where a
 * list says so and nowhere else; and an implementation with a fault put in is found out.
 */
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { layerHttpClient } from "../../../src/client/HttpClientTransport.ts"
import { layerFetch, Transport } from "../../../src/client/Transport.ts"
import { layerNode } from "../../../src/node/index.ts"
import {
  check,
  type ContractOptions,
  contractTests,
  operationNames,
  tableOf
} from "../../../src/testing/contract/index.ts"
import { start, type Started } from "../../../src/testing/pool/index.ts"
import { client } from "../../support/client.ts"
import { cognitoLocal, implementedOperations } from "../../support/cognitoLocal.ts"
import deviations from "./cognito-local.json" with { type: "json" }

let pools: Started

beforeAll(async () => {
  pools = await start()
})

afterAll(() => pools.close())

const run = <E>(options: ContractOptions<E>) => Effect.runPromise(check(options))

describe.each(
  [
    ["fetch", layerFetch],
    ["Effect's HttpClient", Layer.provide(layerHttpClient, FetchHttpClient.layer)],
    ["Node's http", layerNode()]
  ] as const
)("over %s", (_, transport) => {
  it("every operation of the served pool agrees", async () => {
    const report = await run({
      layer: Layer.provide(client(pools.url), transport),
      runs: 3
    })
    expect(report.verdicts.filter(({ verdict }) => verdict !== "agrees"), tableOf(report)).toEqual([])
    expect(report.verdicts).toHaveLength(operationNames.length)
  }, 120_000)
})

it("long programs of all operations agree as well", async () => {
  const layer = Layer.provide(client(pools.url), layerFetch)
  const report = await run({ layer, mixed: true, steps: 40, runs: 1, seed: 7 })
  expect(report.verdicts.filter(({ verdict }) => verdict !== "agrees"), tableOf(report)).toEqual([])
}, 120_000)

it("cognito-local deviates where it is known to, and nowhere else", async () => {
  const report = await run({ layer: Layer.provide(cognitoLocal, layerFetch), runs: 30, seed: 1 })
  const of = (kind: string) =>
    report.verdicts.filter(({ verdict }) => verdict === kind).map(({ operation }) => operation)
  expect(of("deviates"), tableOf(report)).toEqual(Object.keys(deviations).sort())
  expect(of("not implemented")).toEqual(operationNames.filter((name) => !implementedOperations.includes(name)))
}, 120_000)

/** The served pool, with what a fault makes of its answers. */
const faulty = (operation: string, change: (body: string) => string) => {
  const transport = Layer.effect(
    Transport,
    Effect.map(Transport, ({ send }) => ({
      send: (request: Parameters<typeof send>[0]) =>
        Effect.map(send(request), (response) =>
          request.headers["x-amz-target"]?.endsWith(`.${operation}`) === true
            ? {
              ...response,
              headers: Object.fromEntries(
                Object.entries(response.headers).map(([name, value]) => [name, change(value)])
              ),
              body: new TextEncoder().encode(change(new TextDecoder().decode(response.body)))
            }
            : response)
    }))
  )
  return Layer.provide(client(pools.url), Layer.provide(transport, layerFetch))
}

const faults: ReadonlyArray<
  readonly [operation: string, change: (body: string) => string, how: string, steps: number]
> = [
  ["AdminGetUser", (body) => body.replace(",\"Enabled\":true", ""), "Enabled is missing", 2],
  ["ListGroups", (body) => body.replace("\"Precedence\"", "\"Precedent\""), "Groups[0].Precedence is missing", 2],
  [
    "CreateGroup",
    (body) => body.replace("GroupExistsException", "InvalidParameterException"),
    "where GroupExistsException is expected",
    2
  ],
  [
    "DescribeUserPool",
    (body) => body.replace("\"EstimatedNumberOfUsers\":1", "\"EstimatedNumberOfUsers\":0"),
    "UserPool.EstimatedNumberOfUsers is 0 and should be 1",
    2
  ],
  ["GetCSVHeader", (body) => body.replace("\"gender\",", ""), "CSVHeader", 1]
]

it.each(faults)(
  "a fault in %s is found, with the shortest program that shows it",
  async (operation, change, how, steps) => {
    const { verdicts: [verdict] } = await run({ layer: faulty(operation, change), operations: [operation] })
    if (verdict?.verdict !== "deviates") return expect.unreachable(verdict?.verdict)
    expect(verdict.how).toContain(how)
    expect(verdict.program.length).toBeLessThanOrEqual(steps)
    expect(verdict.program.at(-1)).toContain(operation.slice(1))
  }
)

it("a pool that was made for a program is removed although the program cannot begin", async () => {
  pools.fault({ operations: ["CreateUserPoolClient"], error: { name: "LimitExceededException" } })
  const report = run({ layer: Layer.provide(client(pools.url), layerFetch), operations: ["createGroup"] })
  await expect(report).rejects.toThrow("CreateUserPoolClient, which every program needs: LimitExceededException")
  pools.clearFaults()
  expect(pools.requests.at(-1)?.operation).toBe("DeleteUserPool")
})

describe("as tests of a test runner", () => {
  it("one that agrees passes, one that deviates says how", async () => {
    const [right] = contractTests({
      layer: Layer.provide(client(pools.url), layerFetch),
      operations: ["createGroup"],
      runs: 3
    })
    expect(right?.name).toBe("CreateGroup")
    await right?.run()
    const layer = faulty("GetGroup", (body) => body.replace("\"Group\"", "\"Grope\""))
    const [wrong] = contractTests({ layer, operations: ["GetGroup"] })
    await expect(wrong?.run()).rejects.toThrow(/Group is missing\n\ncreateGroup\(.*\ngetGroup\(/)
  })

  it("an operation that the suite does not have is an error that names those it has", () => {
    expect(() => contractTests({ layer: Layer.provide(client(pools.url), layerFetch), operations: ["nothing"] }))
      .toThrow(/no operation nothing; it has AddCustomAttributes/)
  })
})
