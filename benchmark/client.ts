/**
 * One client in a process of its own, as it is in a service, with the floor beside it: both make so many calls whenever
 * `run.ts` says so, one after the other, and it answers with what they cost.
 *
 * `node client.ts NAME PORT`
 */
import * as contest from "./contestant.ts"
import type { Call, Contestant } from "./contestant.ts"
import { floor } from "./floor.ts"
import { onFetch, onNode, promises } from "./ours.ts"

export interface Turn {
  readonly call: Call
  readonly concurrency: number
  readonly count: number
}

/** What a call cost, in microseconds. */
export interface Cost {
  readonly cpu: number
  readonly wall: number
}

/** What a turn came to. */
export interface Costs {
  readonly client: Cost
  readonly floor: Cost
}

const peer = (path: string) => async (port: number): Promise<Contestant> => {
  const { make }: { make: (port: number, rules: typeof contest) => Promise<Contestant> } = await import(path)
  return make(port, contest)
}

/** The clients, by their names. */
export const clients: { readonly [name: string]: (port: number) => Contestant | Promise<Contestant> } = {
  "floor": floor,
  "effect-cognito/node": onNode,
  "effect-cognito/promise": promises,
  "aws-lite": peer("./peers/awsLite.mjs"),
  "effect-cognito, fetch and WebCrypto": onFetch,
  "AWS SDK": peer("./peers/awsSdk.mjs"),
  "effect-aws": peer("./peers/effect-3/effectAws.mjs"),
  "distilled": peer("./peers/distilled.mjs")
}

const measure = async ({ run }: Contestant, { call, concurrency, count }: Turn): Promise<Cost> => {
  // The first calls after a pause find cold caches.
  await run(call, count / 2, concurrency)
  const [cpu, wall] = [process.cpuUsage(), performance.now()]
  await run(call, count, concurrency)
  const { system, user } = process.cpuUsage(cpu)
  return { cpu: (user + system) / count, wall: ((performance.now() - wall) * 1000) / count }
}

if (process.send !== undefined) {
  const [name = "", port] = process.argv.slice(2)
  const client = await clients[name]?.(Number(port))
  const least = floor(Number(port))
  process.on("message", async (turn: Turn) => {
    const costs: Costs = { floor: await measure(least, turn), client: await measure(client ?? least, turn) }
    process.send?.(costs)
  })
}
