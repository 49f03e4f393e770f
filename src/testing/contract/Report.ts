/** A report as people read it: a table of operations, and below it the programs that show where they deviate. */
import type { Report, Verdict } from "./Suite.ts"

/** The table of a report, as text. */
export const tableOf = ({ seed, verdicts }: Report): string => {
  const width = Math.max(...verdicts.map(({ operation }) => operation.length))
  const lines = verdicts.map((verdict) => `${verdict.operation.padEnd(width)}  ${toldIn(verdict)}`)
  const count = (kind: Verdict["verdict"]) => verdicts.filter(({ verdict }) => verdict === kind).length
  return [
    ...lines,
    "",
    `${count("agrees")} agree, ${count("deviates")} deviate, ${
      count("not implemented")
    } are not implemented (seed ${seed})`
  ].join("\n")
}

const toldIn = (verdict: Verdict): string =>
  verdict.verdict === "deviates"
    ? `deviates: ${verdict.how}\n${verdict.program.map((step) => `    ${step}`).join("\n")}`
    : verdict.verdict
