/**
 * Locks of sessions, each on what it is for: files, Debian's Redis and PostgreSQL, and the lock manager of Web Locks, which
 * Chromium has.
 */
import { PgClient } from "@effect/sql-pg"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as EffectRedis from "effect/persistence/Redis"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { build } from "esbuild"
import { Redis } from "ioredis"
import { execFile } from "node:child_process"
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { chromium } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as FileLock from "../../src/auth/FileLock.ts"
import * as FileStore from "../../src/auth/FileStore.ts"
import * as RedisLock from "../../src/auth/RedisLock.ts"
import {
  fromLease,
  fromLockManager,
  layerWebLocks,
  type LeaseOptions,
  SessionLock
} from "../../src/auth/SessionLock.ts"
import * as SqlLock from "../../src/auth/SqlLock.ts"
import { isMissing, type RealServer, startPostgres, startRedis } from "../support/realServers.ts"
import { chromiumPath, isChromiumMissing } from "../support/chromium.ts"

/** Locks of several programs, which share what is behind them. */
type Locks = (count: number, options?: LeaseOptions) => Promise<ReadonlyArray<SessionLock>>

/** What the locks are built in: connections to servers. */
const scope = Scope.makeUnsafe()
afterAll(() => Effect.runPromise(Scope.close(scope, Exit.void)))

const lockOf = <E>(layer: Layer.Layer<never, E>) =>
  Effect.map(Layer.buildWithScope(layer, scope), Context.get(SessionLock))

const behavesAsLock = (locks: Locks) => {
  it("has one at a time, and all in the end", async () => {
    const all = await locks(8)
    const inside: Array<string> = []
    let most = 0
    const visit = (index: number) =>
      Effect.gen(function*() {
        inside.push(String(index))
        most = Math.max(most, inside.length)
        yield* Effect.sleep("5 millis")
        inside.pop()
        return index
      })
    const visits = all.map((lock, index) => lock.withLock("a/b c")(visit(index)))
    expect(await Effect.runPromise(Effect.all(visits, { concurrency: "unbounded" }))).toEqual(all.map((_, i) => i))
    expect(most).toBe(1)
  })

  it("is another for another name", async () => {
    const [one, two] = await locks(2)
    const met = one?.withLock("one")(two?.withLock("two")(Effect.succeed("met")) ?? Effect.die("none"))
    expect(await Effect.runPromise(met ?? Effect.die("none"))).toBe("met")
  })

  it("is free after a failure and an interruption", async () => {
    const [one, two] = await locks(2, { patience: "20 seconds" })
    if (one === undefined || two === undefined) return expect.unreachable()
    await Effect.gen(function*() {
      yield* Effect.flip(one.withLock("n")(Effect.fail("no")))
      const holding = yield* Effect.forkChild(one.withLock("n")(Effect.never), { startImmediately: true })
      yield* Effect.sleep("200 millis")
      const waiting = yield* Effect.forkChild(two.withLock("n")(Effect.void), { startImmediately: true })
      yield* Effect.sleep("100 millis")
      // Who waits can leave, at once.
      yield* Effect.timeout(Fiber.interrupt(waiting), "5 seconds")
      yield* Fiber.interrupt(holding)
      yield* Effect.timeout(two.withLock("n")(Effect.void), "5 seconds")
    }).pipe(Effect.runPromise)
  })

  it("is not waited for longer than it is said", async () => {
    const [one] = await locks(1)
    const [two] = await locks(1, { patience: "100 millis" })
    if (one === undefined || two === undefined) return expect.unreachable()
    await Effect.gen(function*() {
      const holding = yield* Effect.forkChild(one.withLock("n")(Effect.never), { startImmediately: true })
      yield* Effect.sleep("200 millis")
      expect(yield* two.withLock("n")(Effect.succeed("without"))).toBe("without")
      yield* Fiber.interrupt(holding)
    }).pipe(Effect.runPromise)
  })
}

/** What leases do beside. */
const behavesAsLease = (locks: Locks) => {
  it("is taken from a program that has died", async () => {
    const [dead] = await locks(1, { duration: "300 millis" })
    const [next] = await locks(1, { patience: "20 seconds" })
    if (dead === undefined || next === undefined) return expect.unreachable()
    await Effect.gen(function*() {
      // It never ends: as if the program were gone.
      yield* Effect.forkDetach(dead.withLock("n")(Effect.never), { startImmediately: true })
      yield* Effect.sleep("200 millis")
      yield* Effect.timeout(next.withLock("n")(Effect.void), "10 seconds")
    }).pipe(Effect.runPromise)
  })

  it("that was taken is not given back by who had it", async () => {
    const [slow] = await locks(1, { duration: "200 millis" })
    const [next, third] = await locks(2, { patience: "20 seconds" })
    if (slow === undefined || next === undefined || third === undefined) return expect.unreachable()
    await Effect.gen(function*() {
      const late = yield* Effect.forkChild(slow.withLock("late")(Effect.sleep("1500 millis")), {
        startImmediately: true
      })
      yield* Effect.sleep("500 millis")
      const has = yield* Deferred.make<void>()
      const holding = Effect.andThen(Deferred.succeed(has, undefined), Effect.never)
      const holder = yield* Effect.forkChild(next.withLock("late")(holding), { startImmediately: true })
      yield* Effect.timeout(Deferred.await(has), "10 seconds")
      yield* Fiber.join(late)
      let isIn = false
      const entering = Effect.sync(() => {
        isIn = true
      })
      const waiting = yield* Effect.forkChild(third.withLock("late")(entering), { startImmediately: true })
      yield* Effect.sleep("400 millis")
      expect(isIn).toBe(false)
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(holder)
    }).pipe(Effect.runPromise)
  })
}

describe("files", () => {
  let directory: string
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "locks-"))
  })
  afterAll(() => rm(directory, { recursive: true }))

  const locks: Locks = async (count, options) =>
    Array.from({ length: count }, () => FileLock.make({ directory: join(directory, "made"), ...options }))
  behavesAsLock(locks)
  behavesAsLease(locks)

  it("leave none behind, and are the owner's alone", async () => {
    const [lock] = await locks(1)
    const modes = lock?.withLock("n")(Effect.promise(async () => {
      const path = join(directory, "made")
      const files = await readdir(path)
      return Promise.all(
        [path, ...files.map((file) => join(path, file))].map(async (path) => (await stat(path)).mode & 0o777)
      )
    }))
    expect(await Effect.runPromise(modes ?? Effect.die("none"))).toEqual([0o700, 0o600])
    expect((await readdir(join(directory, "made"))).filter((file) => file.startsWith("n"))).toEqual([])
  })

  it("that cannot be read are over", async () => {
    const [lock] = await locks(1)
    await writeFile(join(directory, "made", "broken.lock"), "{")
    await Effect.runPromise(Effect.timeout(lock?.withLock("broken")(Effect.void) ?? Effect.die("none"), "5 seconds"))
  })

  it("are one for several processes", async () => {
    const log = join(directory, "log")
    await appendFile(log, "")
    const program = `
      import * as Effect from "effect/Effect"
      import { appendFileSync } from "node:fs"
      import * as FileLock from ${JSON.stringify(new URL("../../dist/auth/FileLock.js", import.meta.url).href)}
      const lock = FileLock.make({ directory: ${JSON.stringify(directory)}, patience: "60 seconds" })
      const write = (text) => Effect.sync(() => appendFileSync(${JSON.stringify(log)}, text))
      const visit = Effect.andThen(write("("), Effect.andThen(Effect.sleep(5), write(")")))
      await Effect.runPromise(Effect.repeat(lock.withLock("shared")(visit), { times: 9 }))
    `
    const run = () =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", program], { cwd: process.cwd() })
    await Promise.all([run(), run(), run()])
    expect(await readFile(log, "utf8")).toBe("()".repeat(30))
  }, 60_000)
})

describe.skipIf(isMissing.redis)("Redis (skipped where there is no redis-server)", () => {
  let server: RealServer
  const clients: Array<Redis> = []
  beforeAll(async () => {
    server = await startRedis()
  }, 60_000)
  afterAll(async () => {
    clients.forEach((client) => client.disconnect())
    await server?.stop()
  })

  const locks: Locks = (count, options) =>
    Promise.all(Array.from({ length: count }, () => {
      const client = new Redis({ port: server.port, host: "127.0.0.1" })
      clients.push(client)
      const send = <A = unknown>(command: string, ...args: ReadonlyArray<string>) =>
        Effect.tryPromise({
          // What a command gives is known to who sends it.
          try: () => client.call(command, ...args) as Promise<A>,
          catch: (cause) => new EffectRedis.RedisError({ cause })
        })
      const redis = Layer.effect(
        EffectRedis.Redis,
        EffectRedis.make({
          send,
          subscribe: () => Effect.die("not used"),
          connect: Effect.succeed({ send, close: Effect.void })
        })
      )
      return Effect.runPromise(lockOf(Layer.provide(RedisLock.layer(options), redis)))
    }))
  behavesAsLock(locks)
  behavesAsLease(locks)
})

describe.skipIf(isMissing.postgres)("PostgreSQL (skipped where there is none)", () => {
  let server: RealServer
  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server?.stop())

  const locks: Locks = (count, options) => {
    const url = Redacted.make(`postgres://test@127.0.0.1:${server.port}/postgres`)
    return Promise.all(
      Array.from(
        { length: count },
        () => Effect.runPromise(lockOf(Layer.provide(SqlLock.layer(options), PgClient.layer({ url }))))
      )
    )
  }
  behavesAsLock(locks)
  behavesAsLease(locks)
})

describe("a lock manager", () => {
  /** As Web Locks are: one at a time, in order, given up by a signal while they wait. */
  const makeManager = () => {
    let last: Promise<unknown> = Promise.resolve()
    return {
      request: (_: string, { signal }: { readonly signal: AbortSignal }, run: () => Promise<void>) => {
        const mine = last.then(() => {
          signal.throwIfAborted()
          return run()
        })
        last = mine.catch(() => {})
        return mine
      }
    }
  }
  const managers = new Map<string, ReturnType<typeof makeManager>>()
  const manager = {
    request: (name: string, ...rest: [{ readonly signal: AbortSignal }, () => Promise<void>]) => {
      const known = managers.get(name) ?? makeManager()
      managers.set(name, known)
      return known.request(name, ...rest)
    }
  }
  behavesAsLock(async (count, options) => Array.from({ length: count }, () => fromLockManager(manager, options)))

  it("that may not lock is gone without", async () => {
    const refusing = { request: () => Promise.reject(new DOMException("no", "SecurityError")) }
    const throwing = {
      request: (): Promise<unknown> => {
        throw new TypeError("no")
      }
    }
    for (const locks of [refusing, throwing]) {
      expect(await Effect.runPromise(fromLockManager(locks).withLock("n")(Effect.succeed(1)))).toBe(1)
    }
  })

  it("goes by the runtime's own, if there is one", async () => {
    const effect = Effect.flatMap(SessionLock, ({ withLock }) => withLock("n")(Effect.succeed(1)))
    expect(await Effect.runPromise(Effect.provide(effect, layerWebLocks()))).toBe(1)
  })
})

it.skipIf(isChromiumMissing)(
  "Chromium's tabs have one lock (skipped where there is no Chromium: CHROMIUM is its path)",
  async () => {
    const { outputFiles: [file] } = await build({
      stdin: { contents: tabs, resolveDir: fileURLToPath(new URL("../..", import.meta.url)) },
      bundle: true,
      format: "esm",
      write: false,
      logLevel: "error"
    })
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ["--no-sandbox"] })
    try {
      const context = await browser.newContext()
      await context.route(
        "http://localhost/",
        (route) => route.fulfill({ contentType: "text/html", body: "<title>…</title>" })
      )
      let written = ""
      await context.route("http://localhost/write", (route) => {
        written += route.request().postData()
        return route.fulfill({ body: "" })
      })
      const pages = await Promise.all([1, 2, 3].map(() => context.newPage()))
      for (const page of pages) await page.goto("http://localhost/")
      await Promise.all(pages.map((page) => page.addScriptTag({ content: file?.text ?? "", type: "module" })))
      for (const page of pages) await expect.poll(() => page.title(), { timeout: 20_000 }).toBe("done")
      expect(written).toBe("()".repeat(30))
    } finally {
      await browser.close()
    }
  },
  60_000
)

/** What each tab does: it takes the lock ten times, and writes down when it has it. */
const tabs = `
  import * as Effect from "effect/Effect"
  import { layerWebLocks, SessionLock } from "./src/auth/SessionLock.ts"
  const write = (body) => Effect.promise(() => fetch("/write", { method: "POST", body }))
  const visit = Effect.andThen(write("("), Effect.andThen(Effect.sleep(3), write(")")))
  const visits = Effect.flatMap(SessionLock, ({ withLock }) => Effect.repeat(withLock("session")(visit), { times: 9 }))
  await Effect.runPromise(Effect.provide(visits, layerWebLocks()))
  document.title = "done"
`

it("a lease that cannot be asked for is gone without, after a while", () =>
  Effect.gen(function*() {
    const lock = fromLease({ acquire: () => Effect.fail("down"), release: () => Effect.never })
    const running = yield* Effect.forkChild(lock.withLock("n")(Effect.succeed(1)), { startImmediately: true })
    yield* TestClock.adjust("1 minute")
    expect(yield* Fiber.join(running)).toBe(1)
  }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise))

describe("a store of files", () => {
  it("keeps, replaces and removes, for the owner alone", async () => {
    const directory = join(await mkdtemp(join(tmpdir(), "store-")), "made")
    const store = FileStore.make({ directory })
    const key = "effect-cognito/a b/ü"
    await Effect.gen(function*() {
      expect(yield* store.get(key)).toBeUndefined()
      yield* store.set(key, "one")
      yield* Effect.all(Array.from({ length: 20 }, (_, n) => store.set(key, `two ${n}`)), { concurrency: "unbounded" })
      expect(yield* store.get(key)).toMatch(/^two \d+$/)
    }).pipe(Effect.runPromise)
    const files = await readdir(directory)
    expect(files).toHaveLength(1)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect((await stat(join(directory, files[0] ?? ""))).mode & 0o777).toBe(0o600)
    await Effect.runPromise(store.remove(key))
    await Effect.runPromise(store.remove(key))
    expect(await readdir(directory)).toEqual([])
    await rm(directory, { recursive: true })
  })

  it("that cannot be had fails, and says nothing of what was to be kept", async () => {
    const store = FileStore.make({ directory: "/dev/null/x" })
    const errors = await Effect.runPromise(Effect.all([
      Effect.flip(store.get("k")),
      Effect.flip(store.set("k", "canary"))
    ]))
    expect(errors.map(({ _tag }) => _tag)).toEqual(["KeyValueStoreError", "KeyValueStoreError"])
    expect(JSON.stringify(errors)).not.toContain("canary")
  })
})
