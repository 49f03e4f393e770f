/** What was measured, as text. */

export interface Cell {
  /** CPU time of a call in microseconds, a round each. */
  readonly cpu: ReadonlyArray<number>
  /** Median time of a call in microseconds by the clock. */
  readonly wall: number
  /** Median of the CPU time by the floor's in the same round. */
  readonly times: number
}

export interface Row {
  readonly name: string
  readonly cells: ReadonlyArray<Cell>
}

export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

const quantile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN
}

/** For each column: median CPU time, its quartiles, the time by the clock, and how many times the floor's. */
export const table = (titles: ReadonlyArray<string>, rows: ReadonlyArray<Row>): string =>
  titles.map((title, column) =>
    [
      title.padEnd(36) + ["CPU µs", "quartiles", "wall µs", "× floor"].map((head) => head.padStart(12)).join(""),
      ...rows.map(({ cells, name }) => {
        const { cpu = [], times = NaN, wall = NaN } = cells[column] ?? {}
        const quartiles = `${quantile(cpu, 0.25).toFixed(0)}–${quantile(cpu, 0.75).toFixed(0)}`
        const values = [median(cpu).toFixed(0), quartiles, wall.toFixed(0), times.toFixed(2)]
        return `  ${name.padEnd(34)}${values.map((value) => value.padStart(12)).join("")}`
      })
    ].join("\n")
  ).join("\n\n")
