/** The pool in a browser's page: bundled for it, nothing of Node in it, and a user signs in there. */
import { build } from "esbuild"
import { fileURLToPath } from "node:url"
import { chromium } from "playwright-core"
import { expect, it } from "vitest"
import { chromiumPath, isChromiumMissing } from "../../support/chromium.ts"

const bundle = async (): Promise<string> => {
  const { outputFiles: [file] } = await build({
    entryPoints: [fileURLToPath(new URL("../../runtimes/pool.mjs", import.meta.url))],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    write: false,
    logLevel: "error"
  })
  return file?.text ?? ""
}

it("a bundle for browsers needs nothing of Node", async () => {
  expect(await bundle()).not.toMatch(/(from|import|require)\s*\(?\s*"node:(?!http")/)
})

it.skipIf(isChromiumMissing)(
  "signs in within a page (skipped where there is no Chromium: CHROMIUM is its path)",
  async () => {
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    })
    try {
      const page = await browser.newPage()
      // WebCrypto is there on safe pages alone, which this machine's are.
      await page.route(
        "http://localhost/",
        (route) => route.fulfill({ contentType: "text/html", body: "<title>…</title>" })
      )
      await page.goto("http://localhost/")
      await page.addScriptTag({ content: await bundle(), type: "module" })
      await expect.poll(() => page.title(), { timeout: 20_000 }).toBe("ok browser")
    } finally {
      await browser.close()
    }
  },
  60_000
)
