import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

// vitest's reporter groups failed tests with this function, which Node 20 lacks.
Map.groupBy ??= <K, T>(items: Iterable<T>, keyOf: (item: T, index: number) => K): Map<K, Array<T>> => {
  const groups = new Map<K, Array<T>>()
  let index = 0
  for (const item of items) {
    const key = keyOf(item, index++)
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  return groups
}

export default defineConfig({
  // As package.json's `imports` has it for Node, but from the sources.
  resolve: { alias: { "#platform": fileURLToPath(new URL("src/promise/platform.node.ts", import.meta.url)) } },
  test: {
    include: ["test/**/*.test.ts"],
    // These have a configuration of their own.
    exclude: ["test/consumers/installed/**"],
    globalSetup: ["test/support/build.ts"],
    setupFiles: ["test/support/seed.ts"],
    // Much of a test's time is waiting: two at a time also where there are two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    // A server that does not stop by itself is a bug of the tests.
    teardownTimeout: 10_000
  }
})
