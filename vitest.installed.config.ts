/** `npm run test:installed`: the tests that install packages from the registry, apart from the others since they take minutes. */
import { defineConfig } from "vitest/config"
import base from "./vitest.config.ts"

export default defineConfig({
  ...base,
  test: { ...base.test, include: ["test/consumers/installed/**/*.test.ts"], exclude: [], hookTimeout: 300_000 }
})
