/**
 * How fast a client sends in `adaptive` mode: it measures its own rate, cuts it when the service throttles, and lets it
 * grow again along a cubic curve, slowly near the rate at which it was throttled and fast far from it.
 *
 * Until the first throttling nothing is held back. It keeps no time of its own and does not wait: `Retry.ts` does.
 *
 * It is not part of the public API.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */

/** What is left of the rate after a throttling. */
const cut = 0.7
/** How steep the curve is. */
const steepness = 0.4
/** The weight of the newest half second in the measured rate. */
const newest = 0.8
/** Requests per second that are never refused. */
const slowest = 0.5

/** The rate of one client's requests, in requests a second. All times are milliseconds of any one clock. */
export class AdaptiveRate {
  /** Requests per second; unlimited before the first throttling. */
  private rate = Infinity
  private tokens = 0
  private refilledAt = 0
  private throttledAt = 0
  private throttledRate = 0
  private measured = 0
  private sent = 0
  private measuredAt: number | undefined

  /** Takes the right to send one request at `now` (milliseconds), and says how long to wait before it is sent. */
  acquire(now: number): number {
    if (this.rate === Infinity) return 0
    this.refill(now)
    this.tokens -= 1
    return this.tokens >= 0 ? 0 : (-this.tokens / this.rate) * 1000
  }

  /** Gives back a right whose request was not sent. */
  release(): void {
    this.tokens += 1
  }

  /** Takes note of an answer that came at `now` (milliseconds). */
  record(now: number, throttled: boolean): void {
    this.measure(now)
    if (throttled) {
      this.throttledRate = Math.min(this.measured, this.rate)
      this.throttledAt = now
      this.setRate(now, this.throttledRate * cut)
    } else if (this.rate !== Infinity) {
      this.setRate(now, this.grown(now))
    }
  }

  /** The cubic curve that passes through the throttled rate where the time to recover is over. */
  private grown(now: number): number {
    const recovery = Math.cbrt((this.throttledRate * (1 - cut)) / steepness)
    return steepness * ((now - this.throttledAt) / 1000 - recovery) ** 3 + this.throttledRate
  }

  private setRate(now: number, rate: number): void {
    if (this.rate === Infinity) this.refilledAt = now
    else this.refill(now)
    this.rate = Math.max(Math.min(rate, 2 * this.measured), slowest)
    this.tokens = Math.min(this.tokens, this.capacity)
  }

  private get capacity(): number {
    return Math.max(this.rate, 1)
  }

  private refill(now: number): void {
    this.tokens = Math.min(this.capacity, this.tokens + ((now - this.refilledAt) / 1000) * this.rate)
    this.refilledAt = now
  }

  /** Measures in steps of half a second. */
  private measure(now: number): void {
    const step = Math.floor(now / 500) * 500
    this.measuredAt ??= step
    this.sent += 1
    if (step <= this.measuredAt) return
    const current = this.sent / ((step - this.measuredAt) / 1000)
    this.measured = current * newest + this.measured * (1 - newest)
    this.sent = 0
    this.measuredAt = step
  }
}
