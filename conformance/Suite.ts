/**
 * What a conformance suite is and how its results are told. The suites themselves are in the files beside this one.
 */
import type * as Effect from "effect/Effect"

export type Outcome =
  | { readonly status: "passed" }
  | { readonly status: "failed" | "not applicable"; readonly reason: string }

/** A case of a suite with what became of it. */
export interface Result {
  readonly name: string
  readonly outcome: Outcome
}

export interface Suite {
  /** The file of the suite's cases in the folder that the runner is given. */
  readonly file: string
  /** Runs the cases of the parsed file, all of them; throws where the file is not of the suite's form. */
  readonly run: (content: unknown) => Effect.Effect<ReadonlyArray<Result>>
}

export const passed: Outcome = { status: "passed" }

export const failed = (reason: string): Outcome => ({ status: "failed", reason })

export const notApplicable = (reason: string): Outcome => ({ status: "not applicable", reason })

/** Compares by what JSON shows of it, which is how a difference is told. */
export const expectEqual = (what: string, actual: unknown, expected: unknown, equal: boolean): string | undefined =>
  equal ? undefined : `${what} is ${JSON.stringify(actual)}, expected ${JSON.stringify(expected)}`

/** The counts of a suite, and under them each reason for which cases failed or do not apply, with their names. */
export const report = (file: string, results: ReadonlyArray<Result>): string => {
  const count = (status: Outcome["status"]) => results.filter(({ outcome }) => outcome.status === status).length
  const reasons = new Map<string, ReadonlyArray<string>>()
  for (const { name, outcome } of results) {
    if (outcome.status === "passed") continue
    const reason = `${outcome.status}: ${outcome.reason}`
    reasons.set(reason, [...(reasons.get(reason) ?? []), name])
  }
  return [
    `${file}: ${count("passed")} passed, ${count("failed")} failed, ${count("not applicable")} not applicable`,
    ...[...reasons].map(([reason, names]) => `  ${reason} (${names.length})\n    ${names.join(", ")}`)
  ].join("\n")
}
