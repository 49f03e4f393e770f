/**
 * `npm run bench [-- ROUNDS]`: what a call costs, with this library and with its peers, as a table and as a picture.
 *
 * All clients take turns in one process, round after round, against one server in another; a call's cost is the CPU time
 * of this process, by the medians of all rounds. What the peers are is in `peers/package.json`; they are installed first.
 */
import { execFileSync, spawn } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { coldStarts } from "./coldStart.ts"
import * as contest from "./contestant.ts"
import type { Call, Contestant } from "./contestant.ts"
import { floor } from "./floor.ts"
import { onFetch, onNode, promises } from "./ours.ts"
import { picture } from "./picture.ts"
import { median, type Row, table } from "./table.ts"

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

for (const folder of ["peers", "peers/effect-3"]) {
  if (!existsSync(here(`${folder}/node_modules`))) {
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here(folder), stdio: "inherit" })
  }
}

const rounds = Number(process.argv[2] ?? 21)

const server = spawn(process.execPath, [...process.execArgv, here("server.ts")], { stdio: ["pipe", "pipe", "inherit"] })
const port = await new Promise<number>((resolve) => server.stdout.once("data", (data) => resolve(Number(data))))

const peer = async (path: string): Promise<Contestant> => {
  const { make }: { make: (port: number, rules: typeof contest) => Promise<Contestant> } = await import(path)
  return make(port, contest)
}

const contestants = [
  floor(port),
  onNode(port),
  promises(port),
  await peer("./peers/awsLite.mjs"),
  onFetch(port),
  await peer("./peers/awsSdk.mjs"),
  await peer("./peers/effect-3/effectAws.mjs"),
  await peer("./peers/distilled.mjs")
]

/** The columns: a call, how many at a time, and how many in a round. */
const columns: ReadonlyArray<readonly [title: string, call: Call, concurrency: number, count: number]> = [
  ["AdminGetUser", "AdminGetUser", 1, 200],
  ["the same, 64 at a time", "AdminGetUser", 64, 320],
  ["ListUsers, 60 users", "ListUsers", 1, 100],
  ["a service error", "AdminDeleteUser", 1, 200],
  ["InitiateAuth, not signed", "InitiateAuth", 1, 200]
]

const costs = new Map<string, { readonly cpu: Array<number>; readonly wall: Array<number> }>()

for (const [title, call, concurrency, count] of columns) {
  for (const { run } of contestants) await run(call, count * 4, concurrency)
  for (let round = 0; round < rounds; round++) {
    for (const { name, run } of contestants) {
      // Nobody is to pay for the one before. (To collect its garbage would throw compiled code away as well.)
      await run(call, count / 2, concurrency)
      const [cpu, wall] = [process.cpuUsage(), performance.now()]
      await run(call, count, concurrency)
      const { system, user } = process.cpuUsage(cpu)
      const cost = costs.get(`${title} ${name}`) ?? { cpu: [], wall: [] }
      cost.cpu.push((user + system) / count)
      cost.wall.push(((performance.now() - wall) * 1000) / count)
      costs.set(`${title} ${name}`, cost)
    }
  }
}
const cold = await coldStarts(port, rounds)
server.stdin.end()

const rows: ReadonlyArray<Row> = contestants.map(({ name }) => ({
  name,
  cells: columns.map(([title]) => {
    const { cpu = [], wall = [] } = costs.get(`${title} ${name}`) ?? {}
    const least = costs.get(`${title} floor`)?.cpu ?? []
    // Round by round, as the machine has its faster and its slower times.
    return { cpu, wall: median(wall), times: median(cpu.map((cost, round) => cost / (least[round] ?? cost))) }
  })
}))

const { version } = JSON.parse(readFileSync(here("../package.json"), "utf8"))
const text = `effect-cognito ${version}, Node ${process.version}, ${cpus().length} × ${
  cpus()[0]?.model.trim()
}, ${rounds} rounds

${table(columns.map(([title]) => title), rows)}

${cold}`
console.log(text)
writeFileSync(here("results.txt"), `${text}\n`)
writeFileSync(here("results.svg"), picture(columns.map(([title]) => title), rows))
// The clients keep sockets open.
process.exit()
