/**
 * `npm run bench [-- ROUNDS]`: what a call costs, with this library and with its peers, as a table and as a picture.
 *
 * All clients, each in a process of its own with the floor beside it, take turns round after round, against one server in
 * another; a call's cost is the CPU time of its client's process, and how many times the floor's it is, is found in each
 * turn. Shown are the medians of all rounds. What the peers are is in `peers/package.json`; they are installed first.
 */
import { type ChildProcess, execFileSync, fork, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { clients, type Costs, type Turn } from "./client.ts"
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

const turn = async (client: ChildProcess, turn: Turn): Promise<Costs> => {
  client.send(turn)
  const [costs]: ReadonlyArray<Costs> = await once(client, "message")
  if (costs === undefined) throw new Error("a client did not answer")
  return costs
}

/** The columns: a call, how many at a time, and how many in a round. */
const columns: ReadonlyArray<readonly [title: string, call: Call, concurrency: number, count: number]> = [
  ["AdminGetUser", "AdminGetUser", 1, 400],
  ["the same, 64 at a time", "AdminGetUser", 64, 640],
  ["ListUsers, 60 users", "ListUsers", 1, 200],
  ["a service error", "AdminDeleteUser", 1, 400],
  ["InitiateAuth, not signed", "InitiateAuth", 1, 400]
]

const turns = new Map<string, Array<Costs>>()

for (const [title, call, concurrency, count] of columns) {
  for (const client of contestants) await turn(client.process, { call, concurrency, count: count * 5 })
  for (let round = 0; round < rounds; round++) {
    for (const { name, process } of contestants) {
      const taken = turns.get(`${title} ${name}`) ?? []
      taken.push(await turn(process, { call, concurrency, count }))
      turns.set(`${title} ${name}`, taken)
    }
  }
}
for (const client of contestants) client.process.kill()
const cold = await coldStarts(port, rounds)
server.stdin.end()

const rows: ReadonlyArray<Row> = contestants.map(({ name }) => ({
  name,
  cells: columns.map(([title]) => {
    const taken = turns.get(`${title} ${name}`) ?? []
    return {
      cpu: taken.map(({ client }) => client.cpu),
      wall: median(taken.map(({ client }) => client.wall)),
      // Turn by turn, as the machine has its faster and its slower times.
      times: median(taken.map(({ client, floor }) => client.cpu / floor.cpu))
    }
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
