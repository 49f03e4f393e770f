/**
 * Limits of time for many requests on one timer. Setting and clearing a timer of Node's for each takes a twentieth of a
 * call, and nearly none of them ever fires.
 *
 * The timer does not keep the process alive; what is waited for does.
 */
interface Deadline {
  /** On the clock of `performance`. */
  readonly at: number
  readonly run: () => void
}

/** Does something after so many milliseconds, unless the function that it returns is called before. */
export interface Deadlines {
  (millis: number, run: () => void): () => void
}

/** Makes the limits of one transport, which share a timer. */
export const makeDeadlines = (): Deadlines => {
  const pending = new Set<Deadline>()
  let timer: NodeJS.Timeout | undefined
  /** When the timer fires. */
  let due = Infinity

  const arm = (at: number, now: number) => {
    clearTimeout(timer)
    due = at
    timer = setTimeout(fire, at - now).unref()
  }
  const fire = () => {
    const now = performance.now()
    due = Infinity
    let next = Infinity
    for (const deadline of pending) {
      if (deadline.at > now) next = Math.min(next, deadline.at)
      else {
        pending.delete(deadline)
        deadline.run()
      }
    }
    // The functions that ran may have set an earlier limit.
    if (next < due) arm(next, now)
  }
  return (millis, run) => {
    const now = performance.now()
    const deadline = { at: now + millis, run }
    pending.add(deadline)
    // One that is overdue was a fake timer of a test, or has only just come too late.
    if (deadline.at < due || due < now) arm(deadline.at, now)
    return () => pending.delete(deadline)
  }
}
