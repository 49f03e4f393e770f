/** Limits of time on one timer: each runs at its time, in whatever order they were set, unless it was stopped. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { makeDeadlines } from "../../src/node/Deadlines.ts"

describe("on a clock of the test's", () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const setup = () => {
    const after = makeDeadlines()
    const ran: Array<number> = []
    const started = performance.now()
    return { ran, set: (millis: number) => after(millis, () => ran.push(Math.round(performance.now() - started))) }
  }

  it("each runs at its time", () => {
    const { ran, set } = setup()
    for (const millis of [300, 100, 200, 100]) set(millis)
    vi.advanceTimersByTime(99)
    expect(ran).toEqual([])
    vi.advanceTimersByTime(1000)
    expect(ran).toEqual([100, 100, 200, 300])
  })

  it("one that was stopped does not run, and the others do", () => {
    const { ran, set } = setup()
    const stops = [100, 200, 300].map(set)
    stops[0]?.()
    stops[1]?.()
    vi.advanceTimersByTime(1000)
    expect(ran).toEqual([300])
  })

  it("one that is set while another runs has its time too", () => {
    const after = makeDeadlines()
    const ran: Array<string> = []
    after(100, () => {
      ran.push("first")
      after(50, () => ran.push("second"))
    })
    after(400, () => ran.push("third"))
    vi.advanceTimersByTime(150)
    expect(ran).toEqual(["first", "second"])
    vi.advanceTimersByTime(250)
    expect(ran).toEqual(["first", "second", "third"])
  })

  it("there is one timer for any number, and none once all are over", () => {
    const { set } = setup()
    for (let millis = 1000; millis > 0; millis--) set(millis)
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(1000)
    expect(vi.getTimerCount()).toBe(0)
  })
})

it("runs again on the system's clock after a test has faked it", async () => {
  const after = makeDeadlines()
  vi.useFakeTimers()
  after(1, () => {})
  vi.useRealTimers()
  await new Promise((resolve) => setTimeout(resolve, 5))
  const ran = await new Promise((resolve) => after(1, () => resolve(true)))
  expect(ran).toBe(true)
})
