/** Pages of lists, and the opaque tokens that lead from one to the next. */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { invalid } from "./Refusal.ts"
import { Table } from "./Table.ts"

/** What a request says of the page that it wants. */
export interface Asked {
  /** What is listed, with all that it was asked by: a token of one list is none of another. */
  readonly list: string
  readonly limit?: number | undefined
  readonly token?: string | undefined
}

/** A page. Without a token it is the last one. */
export interface Page<A> {
  readonly records: Array<A>
  readonly token: string | undefined
}

/**
 * A page of a table. The limit counts what is looked at: with a filter, a page may be empty and have a token all the same,
 * as the service's may.
 */
export const page = <A>(
  table: Table<A>,
  { limit, list, token }: Asked,
  has: (record: A) => boolean = () => true
): Page<A> => {
  const { next, records } = table.page(token === undefined ? 0 : placeOf(token, list), limit || largest)
  return { records: records.filter(has), token: next === undefined ? undefined : tokenOf(list, next) }
}

/** The same of a list. */
export const pageOf = <A>(records: ReadonlyArray<A>, asked: Asked): Page<A> =>
  page(Table.of(records.map((record, index) => [String(index), record])), asked)

/** The most that a page holds, and what it holds where nothing else is asked for. */
const largest = 60

const tokenOf = (list: string, at: number): string => Base64Url.encode(JSON.stringify([list, at]))

const placeOf = (token: string, list: string): number => {
  const text = Base64Url.decodeString(token)
  if (Result.isFailure(text)) return invalid("Invalid pagination token.")
  const [of, at] = parsed(text.success)
  return of === list && typeof at === "number" ? at : invalid("Invalid pagination token.")
}

const parsed = (text: string): ReadonlyArray<unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}
