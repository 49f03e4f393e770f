/**
 * `npm run bench [-- ROUNDS]`: what a call costs, with this library and with its peers, as a table and as a picture.
 *
 * All clients, each in a process of its own, take turns round after round, against one server in another; a call's cost
 * is the CPU time of its client's process, by the medians of all rounds. What the peers are is in `peers/package.json`;
 * they are installed first.
 */
import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { clients, type Cost, type Turn } from "./client.ts"
import { coldStarts } from "./coldStart.ts"
import type { Call } from "./contestant.ts"
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

const contestants = Object.keys(clients).map((name) => {
  const client = fork(here("client.ts"), [name, String(port)], { stdio: ["ignore", "ignore", "inherit", "ipc"] })
  client.on("exit", (code) => {
    if (code !== null) throw new Error(`${name} stopped`)
  })
  return { name, process: client }
})

const turn = async (client: ChildProcess, turn: Turn): Promise<Cost> => {
  client.send(turn)
  const [cost]: ReadonlyArray<Cost> = await once(client, "message")
  if (cost === undefined) throw new Error("a client did not answer")
  return cost
}

/** The columns: a call, how many at a time, and how many in a round. */
const columns: ReadonlyArray<readonly [title: string, call: Call, concurrency: number, count: number]> = [
  ["AdminGetUser", "AdminGetUser", 1, 1000],
  ["the same, 64 at a time", "AdminGetUser", 64, 1600],
  ["ListUsers, 60 users", "ListUsers", 1, 500],
  ["a service error", "AdminDeleteUser", 1, 1000],
  ["InitiateAuth, not signed", "InitiateAuth", 1, 1000]
]

const costs = new Map<string, { readonly cpu: Array<number>; readonly wall: Array<number> }>()

for (const [title, call, concurrency, count] of columns) {
  for (const client of contestants) await turn(client.process, { call, concurrency, count: count * 2 })
  for (let round = 0; round < rounds; round++) {
    for (const { name, process } of contestants) {
      const { cpu, wall } = await turn(process, { call, concurrency, count })
      const cost = costs.get(`${title} ${name}`) ?? { cpu: [], wall: [] }
      cost.cpu.push(cpu)
      cost.wall.push(wall)
      costs.set(`${title} ${name}`, cost)
    }
  }
}
for (const client of contestants) client.process.kill()
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
