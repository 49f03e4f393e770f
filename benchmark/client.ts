/**
 * One client in a process of its own, as it is in a service: makes so many calls whenever `run.ts` tells it to, and
 * answers with what they cost.
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

if (process.send !== undefined) {
  const [name = "", port] = process.argv.slice(2)
  const client = await clients[name]?.(Number(port))
  process.on("message", async ({ call, concurrency, count }: Turn) => {
    // The first calls after a pause find cold caches.
    await client?.run(call, count / 2, concurrency)
    const [cpu, wall] = [process.cpuUsage(), performance.now()]
    await client?.run(call, count, concurrency)
    const { system, user } = process.cpuUsage(cpu)
    const cost: Cost = { cpu: (user + system) / count, wall: ((performance.now() - wall) * 1000) / count }
    process.send?.(cost)
  })
}
