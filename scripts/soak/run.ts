/**
 * `npm run soak [-- SECONDS]`: 64 callers at once for 60 seconds, against a local server that answers one request in ten
 * with a fault. Tells throughput, retries, latency, sockets and heap, and fails on a lost or mixed-up call, a failure
 * without a type, a socket that stays open, or a heap that grows.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { adminGetUser, ClientError, layer, TimeLimits, Transport } from "../../src/index.ts"
import { layerNode } from "../../src/node/index.ts"

const callers = 64
const seconds = Number(process.argv[2] ?? 60)

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const server = spawn(process.execPath, [...process.execArgv, fileURLToPath(new URL("server.ts", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"]
})
const port = await new Promise<string>((resolve) => server.stdout.once("data", (data) => resolve(String(data).trim())))

const sent = { requests: 0 }
const counted = Layer.effect(
  Transport,
  Effect.map(Transport, ({ send }) => ({
    send: (request) =>
      Effect.suspend(() => {
        sent.requests++
        return send(request)
      })
  }))
)
const runtime = ManagedRuntime.make(Layer.mergeAll(
  layer({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
  }).pipe(Layer.provide(counted), Layer.provide(layerNode())),
  Layer.succeed(TimeLimits, { connection: "1 second", attempt: "2 seconds" })
))

const tally = { calls: 0, succeeded: 0, failed: 0, wrong: 0, untyped: 0 }
const latencies: Array<number> = []

const call = Effect.suspend(() => {
  const Username = `user-${tally.calls++}`
  const start = performance.now()
  return Effect.map(Effect.exit(adminGetUser({ UserPoolId: "eu-central-1_a", Username })), (exit) => {
    latencies.push(performance.now() - start)
    if (Exit.isSuccess(exit)) {
      tally.succeeded++
      if (exit.value.Username !== Username) tally.wrong++
    } else {
      tally.failed++
      const error = Cause.squash(exit.cause)
      if (!(error instanceof ClientError) && !(error instanceof Error && "httpStatus" in error)) tally.untyped++
    }
  })
})

const during = (end: number) => Effect.whileLoop({ while: () => Date.now() < end, body: () => call, step: () => {} })
const drive = (millis: number) =>
  runtime.runPromise(
    Effect.suspend(() => {
      const end = Date.now() + millis
      return Effect.all(Array.from({ length: callers }, () => during(end)), { concurrency: "unbounded", discard: true })
    })
  )

const sockets = () => process.getActiveResourcesInfo().filter((resource) => resource === "TCPSocketWrap").length
const heap = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1e6
}

await drive(Math.min(seconds * 100, 5000))
latencies.length = 0
const before = { heap: heap(), sockets: sockets(), calls: tally.calls, requests: sent.requests }
await drive(seconds * 1000)
const sorted = Float64Array.from(latencies).sort()
latencies.length = 0
const after = { heap: heap(), sockets: sockets() }
await runtime.dispose()
server.stdin.end()
await new Promise((resolve) => server.once("exit", resolve))
await new Promise((resolve) => setTimeout(resolve, 100))
const left = sockets()

const calls = tally.calls - before.calls
const percentile = (share: number) => `${(sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)} ms`
console.log(`callers          ${callers}, for ${seconds} s`)
console.log(`calls            ${calls}, ${Math.round(calls / seconds)} a second`)
console.log(
  `requests         ${sent.requests - before.requests}, of which ${sent.requests - before.requests - calls} retries`
)
console.log(`failed, typed    ${tally.failed - tally.untyped} of all ${tally.calls}`)
console.log(`latency          p50 ${percentile(0.5)}, p99 ${percentile(0.99)}`)
console.log(`open sockets     ${before.sockets} at the start, ${after.sockets} at the end, ${left} after closing`)
console.log(`heap             ${before.heap.toFixed(1)} MB at the start, ${after.heap.toFixed(1)} MB at the end`)

const problems = [
  ...(tally.succeeded + tally.failed === tally.calls ? [] : ["a call was lost"]),
  ...(tally.wrong === 0 ? [] : [`${tally.wrong} calls had another call's answer`]),
  ...(tally.untyped === 0 ? [] : [`${tally.untyped} failures without a type`]),
  ...(after.sockets <= callers ? [] : ["more sockets than callers"]),
  ...(left === 0 ? [] : ["sockets stay open"]),
  ...(after.heap - before.heap < 5 ? [] : ["the heap grows"])
]
for (const problem of problems) console.log(`FAILED: ${problem}`)
if (problems.length === 0) console.log("no call lost, nothing leaked")
process.exitCode = problems.length === 0 ? 0 : 1
