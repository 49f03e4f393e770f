/**
 * A `SessionLock` in a folder, for programs on one machine: Node, Bun and Deno.
 *
 * A lock is a file that is made whole or not at all. Where the folder is on a network, use Redis or a database.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { link, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fromLease, type LeaseOptions, SessionLock } from "./SessionLock.ts"

/** Where the locks are, and how long they are waited for and held. */
export interface FileLockOptions extends LeaseOptions {
  /** A folder of the user's own. It is made where it is missing. */
  readonly directory: string
}

/**
 * Locks in a folder, as a layer.
 *
 * @example
 * ```ts
 * import * as FileLock from "effect-cognito/auth/FileLock"
 *
 * const lock = FileLock.layer({ directory: "/var/lib/backup-tool" })
 * ```
 */
export const layer = (options: FileLockOptions): Layer.Layer<never> => Layer.succeed(SessionLock, make(options))

/** {@link layer} as a value. */
export const make = ({ directory, ...options }: FileLockOptions): SessionLock => {
  const pathOf = (name: string) => join(directory, `${encodeURIComponent(name)}.lock`)
  return fromLease({
    acquire: (name, owner, millis) =>
      Effect.tryPromise(async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        await removeStale(pathOf(name), owner)
        const own = `${pathOf(name)}.${owner}`
        await writeFile(own, JSON.stringify({ owner, expires: Date.now() + millis }), { mode: 0o600 })
        try {
          // Fails where the file is there.
          await link(own, pathOf(name))
          return true
        } catch (error) {
          if (codeOf(error) === "EEXIST") return false
          throw error
        } finally {
          await rm(own, { force: true })
        }
      }),
    release: (name, owner) =>
      Effect.tryPromise(async () => {
        const held = await read(pathOf(name))
        if (held?.owner === owner) await rm(pathOf(name), { force: true })
      })
  }, options)
}

/** Takes away a lock whose time is over. Moving it is one step, so that of two who try one alone does. */
const removeStale = async (path: string, owner: string): Promise<void> => {
  const held = await read(path)
  if (held === undefined || held.expires > Date.now()) return
  const aside = `${path}.${owner}.stale`
  try {
    await rename(path, aside)
    // A lock that somebody has made meanwhile is put back.
    if ((await read(aside))?.owner !== held.owner) await link(aside, path)
  } catch (error) {
    if (codeOf(error) !== "ENOENT" && codeOf(error) !== "EEXIST") throw error
  } finally {
    await rm(aside, { force: true })
  }
}

/** Who has a lock, and until when; one that cannot be read is over. */
const read = async (path: string): Promise<{ readonly owner: unknown; readonly expires: number } | undefined> => {
  try {
    const { expires, owner } = Object(JSON.parse(await readFile(path, "utf8")))
    return { owner, expires: Number(expires) || 0 }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined
    if (error instanceof SyntaxError) return { owner: undefined, expires: 0 }
    throw error
  }
}

const codeOf = (error: unknown): unknown => Object(error).code
