/** The recordings in `test/fixtures`: of which scenario, and where. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Recording } from "../../src/testing/index.ts"

export const fixtures: string = fileURLToPath(new URL("../fixtures", import.meta.url))

/** The file of a scenario's recording. */
export const fixtureFile = (domain: string, scenario: string): string =>
  join(fixtures, slug(domain.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "-")), `${slug(scenario)}.json`)

const slug = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")

/** All files that there are. */
export const fixtureFiles = (): ReadonlyArray<string> =>
  readdirSync(fixtures, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".json"))
    .map((name) => join(fixtures, name))
    .sort()

export const readFixture = (file: string): Recording => JSON.parse(readFileSync(file, "utf8"))
