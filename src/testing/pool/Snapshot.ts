/**
 * The state as JSON text, for a file that outlives the program. It holds all that the pools keep: hashes of passwords,
 * private keys, codes and tokens of users who exist for tests alone.
 */
import * as Base64 from "effect/encoding/Base64"
import * as Result from "effect/Result"
import { isJsonObject } from "../../protocol/Codec.ts"
import { empty, type State } from "./State.ts"
import { Table } from "./Table.ts"

/** What a file says of its own form. */
const format = "effect-cognito/testing/pool 1"

/** A state as text. */
export const write = (state: State): string => `${JSON.stringify({ format, state: tagged(state) }, undefined, 1)}\n`

/** The state of a text. Throws where it is none. */
export const read = (text: string): State => {
  const parsed: unknown = JSON.parse(text)
  if (!isJsonObject(parsed) || parsed.format !== format) {
    throw new Error(`not a file of a test pool: "format" is not "${format}"`)
  }
  // The format says that this program wrote it.
  return { ...empty, ...untagged(parsed.state) as State }
}

/** Tables, times and bytes as objects of one member, whose name no member of the state has. */
const tagged = (value: unknown): unknown => {
  if (value instanceof Table) return { $table: value.entries().map(([key, record]) => [key, tagged(record)]) }
  if (value instanceof Date) return { $date: value.getTime() }
  if (value instanceof Uint8Array) return { $bytes: Base64.encode(value) }
  if (Array.isArray(value)) return value.map(tagged)
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, tagged(member)]))
}

const untagged = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(untagged)
  if (!isJsonObject(value)) return value
  const { $bytes, $date, $table } = value
  if (typeof $date === "number") return new Date($date)
  if (typeof $bytes === "string") return Result.getOrThrow(Base64.decode($bytes))
  if (Array.isArray($table)) return Table.of($table.map(([key, record]) => [String(key), untagged(record)] as const))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, untagged(member)]))
}
