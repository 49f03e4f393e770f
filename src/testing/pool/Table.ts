/**
 * An immutable table of records by key, in the order in which they came: what the state of a pool is made of.
 *
 * A change gives another table and leaves the old one as it was. Looking up and changing take the same time however many
 * records there are; the order is worked out when somebody lists, once for each version of the table.
 */
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"

/** A record and its place in the order. */
interface Row<A> {
  readonly at: number
  readonly record: A
}

/** Records by key. */
export class Table<out A> {
  private readonly rows: HashMap.HashMap<string, Row<A>>
  private readonly next: number
  private sorted: ReadonlyArray<readonly [key: string, row: Row<A>]> | undefined

  private constructor(rows: HashMap.HashMap<string, Row<A>>, next: number) {
    this.rows = rows
    this.next = next
  }

  /** A table without records. */
  static readonly empty: Table<never> = new Table<never>(HashMap.empty(), 0)

  /** A table of the given records, in their order. */
  static of<A>(entries: Iterable<readonly [key: string, record: A]>): Table<A> {
    let table: Table<A> = Table.empty
    for (const [key, record] of entries) table = table.set(key, record)
    return table
  }

  /** How many records there are. */
  get size(): number {
    return HashMap.size(this.rows)
  }

  /** The record of a key. */
  get(key: string): A | undefined {
    return Option.getOrUndefined(HashMap.get(this.rows, key))?.record
  }

  /** Whether there is a record of a key. */
  has(key: string): boolean {
    return HashMap.has(this.rows, key)
  }

  /** With another record of a key, in the place of the former one or else at the end. */
  set<B>(this: Table<B>, key: string, record: B): Table<B> {
    const known = Option.getOrUndefined(HashMap.get(this.rows, key))
    return known === undefined
      ? new Table(HashMap.set(this.rows, key, { at: this.next, record }), this.next + 1)
      : new Table(HashMap.set(this.rows, key, { at: known.at, record }), this.next)
  }

  /** Without the record of a key. */
  delete(key: string): Table<A> {
    return new Table(HashMap.remove(this.rows, key), this.next)
  }

  /** The records in order. */
  values(): ReadonlyArray<A> {
    return this.inOrder().map(([, { record }]) => record)
  }

  /** Keys and records in order. */
  entries(): ReadonlyArray<readonly [key: string, record: A]> {
    return this.inOrder().map(([key, { record }]) => [key, record])
  }

  /**
   * At most `limit` records from a place on that a former call gave, and the place of the next one, if there is one.
   * `limit` counts the records that are looked at, as the service counts them: of a filtered list a page may be empty.
   */
  page(from: number, limit: number): { readonly records: ReadonlyArray<A>; readonly next: number | undefined } {
    const rows = this.inOrder()
    const start = firstFrom(rows, from)
    return {
      records: rows.slice(start, start + limit).map(([, { record }]) => record),
      next: rows[start + limit]?.[1].at
    }
  }

  private inOrder(): ReadonlyArray<readonly [key: string, row: Row<A>]> {
    return this.sorted ??= [...this.rows].sort(([, one], [, other]) => one.at - other.at)
  }
}

/** The index of the first row at or after a place. */
const firstFrom = (rows: ReadonlyArray<readonly [key: string, row: Row<unknown>]>, from: number): number => {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.[1].at ?? 0) < from) low = middle + 1
    else high = middle
  }
  return low
}
