/**
 * A project of a user of the package: a folder of its own, in which the built package, and what else it needs, is
 * installed as npm would.
 */
import { execFile } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))

export interface ProjectOptions {
  /** Packages of this repository that it uses as they are, beside the library and `effect`. */
  readonly packages?: ReadonlyArray<string>
  /** Packages whose own dependencies are to be the project's, and not this repository's. */
  readonly copies?: ReadonlyArray<string>
  /** Whether the library is a copy that finds none of this repository's packages but its own dependencies. */
  readonly alone?: boolean
  /** Further files, by their paths in the folder. */
  readonly files: { readonly [path: string]: string }
}

export interface Project {
  readonly folder: string
  /** Runs Node there, and answers with what it printed. Rejects where it exits with a code. */
  readonly node: (...args: ReadonlyArray<string>) => Promise<string>
}

/** Makes a project, which goes when the test ends. */
export const project = ({ alone = false, copies = [], files, packages = [] }: ProjectOptions): Project => {
  const folder = mkdtempSync(join(tmpdir(), "effect-cognito-consumer-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const place = (path: string): string => {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    return file
  }
  if (alone) {
    for (const name of ["dist", "package.json"]) {
      cpSync(join(root, name), place(`node_modules/effect-cognito/${name}`), { recursive: true })
    }
  } else symlinkSync(root, place("node_modules/effect-cognito"))
  for (const name of ["effect", "aws4fetch", "@smithy/middleware-stack", ...packages]) {
    symlinkSync(join(root, "node_modules", name), place(`node_modules/${name}`))
  }
  for (const name of copies) {
    cpSync(join(root, "node_modules", name), place(`node_modules/${name}`), { recursive: true })
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(place(path), text)
  return { folder, node: (...args) => run(folder, args) }
}

const run = (cwd: string, args: ReadonlyArray<string>): Promise<string> =>
  new Promise((resolve, reject) => {
    // What this test runner says of itself in the environment is not for others.
    const { NODE_OPTIONS: _, VITEST: __, ...env } = process.env
    execFile(process.execPath, args, { cwd, env: { ...env, NO_COLOR: "1" } }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout + stderr)
      else reject(new Error(`${error.message}\n${stdout}${stderr}`))
    })
  })
