/** Faults on demand: errors, delays, lost requests and answers, and a limit of the rate, for tests of what comes of them. */
import type * as Duration from "effect/Duration"
import { Refusal } from "./Refusal.ts"

/** What goes wrong, with which operations, and how often. */
export interface Fault {
  /** AWS's names of the operations. Default: all. */
  readonly operations?: ReadonlyArray<string>
  /** Only with requests of such inputs, such as answers to a certain challenge. Default: with all. */
  readonly where?: (input: { readonly [member: string]: unknown }) => boolean
  /** With how many requests. Default: with all, until the faults are taken away. */
  readonly times?: number
  /** Answers with an error, and does nothing. `status` is 400 unless told otherwise. */
  readonly error?: { readonly name: string; readonly message?: string; readonly status?: number }
  /** Answers later, by Effect's `Clock`. */
  readonly latency?: Duration.Input
  /** Ends the connection: before the request is taken, or after what it asks for was done. */
  readonly lost?: "request" | "answer"
  /** Refuses requests beyond so many a second, with `TooManyRequestsException`. */
  readonly perSecond?: number
}

/** A fault, how often it occurs yet, and what it counts. */
interface Standing {
  readonly fault: Fault
  left: number
  /** The requests that the rate still allows, as of a time in milliseconds. */
  tokens: number
  at: number
}

/** The faults of a pool. */
export interface Faults {
  readonly add: (fault: Fault) => void
  readonly clear: () => void
  /** The faults that befall a request. */
  readonly of: (
    request: { readonly operation: string; readonly input: { readonly [member: string]: unknown } },
    now: number
  ) => ReadonlyArray<Fault>
}

/** No faults yet. */
export const makeFaults = (): Faults => {
  let standing: ReadonlyArray<Standing> = []
  return {
    add: (fault) => {
      standing = [...standing, { fault, left: fault.times ?? Infinity, tokens: fault.perSecond ?? 0, at: -Infinity }]
    },
    clear: () => {
      standing = []
    },
    of: ({ input, operation }, now) => {
      const met = standing.filter((entry) => {
        const { operations, where } = entry.fault
        const isMeant = operations?.includes(operation) !== false && where?.(input) !== false
        return entry.left > 0 && isMeant && exceeds(entry, now)
      })
      met.forEach((entry) => entry.left--)
      return met.map(({ fault }) => fault)
    }
  }
}

/** Whether a request is beyond the rate, where there is one. */
const exceeds = (entry: Standing, now: number): boolean => {
  const { fault: { perSecond } } = entry
  if (perSecond === undefined) return true
  entry.tokens = Math.min(perSecond, entry.tokens + (now - entry.at) / 1000 * perSecond)
  entry.at = now
  if (entry.tokens < 1) return true
  entry.tokens--
  return false
}

/** The error of a fault. */
export const refusalOf = ({ error, perSecond }: Fault): Refusal | undefined => {
  if (error !== undefined) {
    return new Refusal(error.name, error.message ?? "A fault was asked for.", { status: error.status ?? 400 })
  }
  return perSecond === undefined ? undefined : new Refusal("TooManyRequestsException", "Rate exceeded")
}
