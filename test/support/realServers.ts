/** Debian's Redis and PostgreSQL for tests: a process of its own each, on loopback, with data in a folder that goes with it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** A server that runs. */
export interface RealServer {
  readonly port: number
  readonly stop: () => Promise<void>
}

const programs = "/usr/lib/postgresql"

const postgresPrograms = existsSync(programs)
  ? readdirSync(programs).map((version) => join(programs, version, "bin")).find((path) =>
    existsSync(join(path, "initdb"))
  )
  : undefined

const redisProgram = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"].find((path) => existsSync(path))

/** Whether a test may be skipped for want of a program: CI has them, or fails. */
export const isMissing = {
  redis: redisProgram === undefined && process.env.CI === undefined,
  postgres: postgresPrograms === undefined && process.env.CI === undefined
}

export const startRedis = async (): Promise<RealServer> => {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), "redis-"))
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", directory]
  const server = spawn(redisProgram ?? "redis-server", options, { stdio: "ignore" })
  return started(server, port, directory)
}

export const startPostgres = async (): Promise<RealServer> => {
  const port = await freePort()
  const directory = mkdtempSync(join(tmpdir(), "postgres-"))
  const path = postgresPrograms ?? "/usr/lib/postgresql/bin"
  const owner = ownerOf(directory)
  const data = join(directory, "data")
  const quiet = { ...owner, stdio: "ignore" } as const
  execFileSync(join(path, "initdb"), ["-D", data, "-U", "test", "-A", "trust", "--no-sync"], quiet)
  const options = ["-D", data, "-p", String(port), "-h", "127.0.0.1", "-k", directory, "-F"]
  return started(spawn(join(path, "postgres"), options, quiet), port, directory)
}

/** PostgreSQL does not run as root: then its own user has the folder. */
const ownerOf = (directory: string): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {}
  const idOf = (kind: "-u" | "-g") => Number(execFileSync("id", [kind, "postgres"], { encoding: "utf8" }))
  const owner = { uid: idOf("-u"), gid: idOf("-g") }
  chownSync(directory, owner.uid, owner.gid)
  return owner
}

const freePort = async (): Promise<number> => {
  const server = createServer()
  await once(server.listen(0, "127.0.0.1"), "listening")
  // A server on TCP has an address of this form.
  const { port } = server.address() as { readonly port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const started = async (server: ChildProcess, port: number, directory: string): Promise<RealServer> => {
  const isListening = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true))
      socket.on("error", () => resolve(false)).on("connect", () => socket.destroy())
    })
  for (let tries = 0; !(await isListening()); tries++) {
    if (tries === 200 || server.exitCode !== null) throw new Error("the server does not start")
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    port,
    stop: async () => {
      const exited = once(server, "exit")
      server.kill("SIGINT")
      await exited
      rmSync(directory, { recursive: true, force: true })
    }
  }
}
