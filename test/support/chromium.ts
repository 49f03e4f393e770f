/** Debian's Chromium for tests of what runs in a page. `CHROMIUM` is its path where it is elsewhere. */
import { existsSync } from "node:fs"

const found = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"].find((path) =>
  path !== undefined && existsSync(path)
)

/** Its path. */
export const chromiumPath = found ?? "/usr/bin/chromium"

/** Whether a test may be skipped for want of it: CI has it, or fails. */
export const isChromiumMissing = found === undefined && process.env.CI === undefined
