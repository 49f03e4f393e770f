/**
 * Texts in files of a folder, for programs that keep a session or the keys of devices: Node, Bun and Deno. Files and folder
 * are readable by their owner alone, and a file is replaced whole.
 *
 * It does not encrypt: whoever can read as the user has the tokens.
 */
import * as Effect from "effect/Effect"
import { KeyValueStoreError } from "effect/persistence/KeyValueStore"
import { chmod, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Store } from "./Storage.ts"

/** Where the files are. */
export interface FileStoreOptions {
  /** A folder of the user's own. It is made where it is missing. */
  readonly directory: string
}

/**
 * Makes a store of files, one for each key.
 *
 * @example
 * ```ts
 * import { makeDeviceStore, makeSession } from "effect-cognito/auth"
 * import * as FileStore from "effect-cognito/auth/FileStore"
 *
 * const store = FileStore.make({ directory: "/home/anna/.config/backup-tool" })
 * const session = makeSession({ store })
 * const devices = makeDeviceStore({ store })
 * ```
 */
export const make = ({ directory }: FileStoreOptions): Store => {
  const pathOf = (key: string) => join(directory, encodeURIComponent(key.toWellFormed()))
  return {
    get: (key) =>
      attempt("get", key, async () => {
        try {
          return await readFile(pathOf(key), "utf8")
        } catch (error) {
          if (Object(error).code === "ENOENT") return undefined
          throw error
        }
      }),
    set: (key, value) =>
      attempt("set", key, async () => {
        await mkdir(directory, { recursive: true, mode: 0o700 })
        const written = `${pathOf(key)}.${crypto.randomUUID()}`
        try {
          await writeFile(written, value, { mode: 0o600, flag: "wx" })
          // The mode of the process may have taken bits away; those that were asked for are meant.
          await chmod(written, 0o600)
          await rename(written, pathOf(key))
        } finally {
          await rm(written, { force: true })
        }
      }),
    remove: (key) => attempt("remove", key, () => rm(pathOf(key), { force: true }))
  }
}

const attempt = <A>(method: string, key: string, run: () => Promise<A>): Effect.Effect<A, KeyValueStoreError> =>
  Effect.tryPromise({
    try: run,
    catch: (error) => new KeyValueStoreError({ method, key, message: String(Object(error).code ?? "no file") })
  })
