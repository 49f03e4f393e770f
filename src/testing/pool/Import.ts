/**
 * The CSV files of import jobs.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-using-import-tool-csv-header.html
 */
import { checkUsername, claimAlias, newUser } from "./Accounts.ts"
import { checkRequired, checkWritten } from "./Attributes.ts"
import { findUser, withUser } from "./Directory.ts"
import type { Moment } from "./Handler.ts"
import { Refusal } from "./Refusal.ts"
import type { Pool } from "./State.ts"

/** The columns of a pool's files: its attributes, and the name. */
export const headerOf = ({ settings }: Pool): ReadonlyArray<string> => [
  "cognito:username",
  ...(settings.SchemaAttributes ?? []).flatMap(({ Name = "" }) =>
    Name === "sub" || Name === "identities" ? [] : [Name]
  ),
  "cognito:mfa_enabled"
]

/** What an import came to. */
export interface Imported {
  readonly pool: Pool
  readonly counts: { readonly ImportedUsers: number; readonly SkippedUsers: number; readonly FailedUsers: number }
  /** Why the file as a whole was refused. */
  readonly problem: string | undefined
}

/** Imports the users of a file. They have no password and must reset it; those who are there already are skipped. */
export const imported = (pool: Pool, file: string, moment: Moment): Imported => {
  const [header = [], ...rows] = rowsOf(file)
  const known = headerOf(pool)
  const counts = { ImportedUsers: 0, SkippedUsers: 0, FailedUsers: 0 }
  if (!header.includes("cognito:username") || !header.every((name) => known.includes(name))) {
    return { pool, counts, problem: "Invalid csv header." }
  }
  let filled = pool
  for (const row of rows) {
    const cells = Object.fromEntries(header.flatMap((name, index) => row[index] ? [[name, row[index]]] : []))
    const next = withRow(filled, cells, moment)
    if (typeof next === "string") counts[next]++
    else {
      filled = next
      counts.ImportedUsers++
    }
  }
  return { pool: filled, counts, problem: undefined }
}

const withRow = (
  pool: Pool,
  { "cognito:mfa_enabled": mfa, "cognito:username": username = "", ...attributes }: { readonly [name: string]: string },
  moment: Moment
): Pool | "FailedUsers" | "SkippedUsers" => {
  try {
    if (findUser(pool, username) !== undefined) return "SkippedUsers"
    checkUsername(pool, username)
    checkWritten({ pool }, attributes)
    const user = newUser(pool, { username, attributes, password: undefined }, moment, {
      status: "RESET_REQUIRED",
      ...(mfa?.toLowerCase() === "true" ? { mfa: { sms: true } } : {})
    })
    checkRequired(pool, user.attributes)
    return withUser(claimAlias(pool, user, false), user)
  } catch (thrown) {
    if (thrown instanceof Refusal) return "FailedUsers"
    throw thrown
  }
}

/** The rows of a file. A comma within a value is escaped with a backslash; values have no quotes. */
const rowsOf = (file: string): ReadonlyArray<ReadonlyArray<string>> =>
  file.split(/\r?\n/).filter((line) => line.trim() !== "").map((line) =>
    (line.match(/(?:\\.|[^,\\])*(?:,|$)/g) ?? []).slice(0, cellsOf(line)).map((cell) =>
      cell.replace(/,$/, "").replaceAll(/\\(.)/g, "$1")
    )
  )

const cellsOf = (line: string): number => (line.replaceAll(/\\./g, "").match(/,/g) ?? []).length + 1
