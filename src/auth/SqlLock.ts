/**
 * A `SessionLock` as a row of a table, by Effect's `SqlClient`, for the processes of a server that share a database. The
 * machines' clocks say when the lock of a process that has died is over.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { fromLease, type LeaseOptions, SessionLock } from "./SessionLock.ts"

/** Which table the locks are in, and how long they are waited for and held. */
export interface SqlLockOptions extends LeaseOptions {
  /** The table, which is made where it is missing. Default: `effect_cognito_lock`. */
  readonly table?: string
}

/** Locks in the program's database. */
export const layer = (
  { table = "effect_cognito_lock", ...options }: SqlLockOptions = {}
): Layer.Layer<never, SqlError, SqlClient> =>
  Layer.effect(
    SessionLock,
    Effect.gen(function*() {
      const sql = (yield* SqlClient).withoutTransforms()
      const locks = sql(table)
      const made = sql.onDialectOrElse({
        mssql: () =>
          sql`IF OBJECT_ID(${table}, 'U') IS NULL CREATE TABLE ${locks}
            (name NVARCHAR(450) PRIMARY KEY, owner NVARCHAR(36) NOT NULL, expires BIGINT NOT NULL)`,
        orElse: () =>
          sql`CREATE TABLE IF NOT EXISTS ${locks}
            (name VARCHAR(255) PRIMARY KEY, owner VARCHAR(36) NOT NULL, expires BIGINT NOT NULL)`
      })
      // PostgreSQL may refuse it where another process makes it at the same time.
      yield* Effect.retry(made, { times: 5 })
      const holders = (name: string) => sql`SELECT owner FROM ${locks} WHERE name = ${name}`
      const acquire = Effect.fnUntraced(function*(name: string, owner: string, millis: number) {
        const now = yield* Clock.currentTimeMillis
        yield* sql`DELETE FROM ${locks} WHERE name = ${name} AND expires < ${now}`
        const inserted = sql`INSERT INTO ${locks} (name, owner, expires) VALUES (${name}, ${owner}, ${now + millis})`
        // That the row is there already is told differently by each database.
        return yield* Effect.catch(Effect.as(inserted, true), (error) =>
          Effect.flatMap(holders(name), (rows) => rows.length > 0 ? Effect.succeed(false) : Effect.fail(error)))
      })
      return fromLease({
        acquire,
        release: (name, owner) =>
          sql`DELETE FROM ${locks} WHERE name = ${name} AND owner = ${owner}`
      }, options)
    })
  )
