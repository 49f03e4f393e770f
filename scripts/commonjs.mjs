/**
 * Writes `dist/commonjs/` from `dist/`: the rooms for plain async code as CommonJS, with Effect and all else that they need
 * inside, their types, and the licences of what is inside. A part of `npm run build`.
 *
 * All rooms are in one file, since what one makes is used by another, and a file for each hands on its own. There are two of each:
 * for Node, and for all other platforms, on which `fetch` sends the requests. What only some programs install stays outside.
 */
import { build } from "esbuild"
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { rollup } from "rollup"
import { dts } from "rollup-plugin-dts"

/** The rooms, by where they are built from. */
const rooms = {
  operations: "operations/index",
  promise: "promise/index",
  "promise/auth": "promise/auth",
  "promise/tokens": "promise/tokens",
  testing: "testing/index"
}

/** What stands in the place of `#platform`, as package.json's `imports` have it. */
const platforms = {
  // Node 18 has no `getBuiltinModule`, for which there is no need here, and no global `crypto`.
  node: {
    platform: "node",
    define: { "process.getBuiltinModule": "require", "globalThis.crypto": "webCrypto", crypto: "webCrypto" },
    banner: { js: `const webCrypto = globalThis.crypto ?? require("node:crypto").webcrypto;` }
  },
  fetch: { platform: "neutral", conditions: ["require", "default"] }
}

/** Builds all of it in a folder that holds the ES modules. */
export const buildCommonJs = async (root, dist) => {
  const folder = join(dist, "commonjs")
  rmSync(folder, { recursive: true, force: true })
  const { peerDependenciesMeta } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const inputs = new Set()
  for (const [name, platform] of Object.entries(platforms)) {
    const { metafile } = await build({
      stdin: { contents: allRooms(name), resolveDir: dist },
      outfile: join(folder, `${name}.cjs`),
      bundle: true,
      format: "cjs",
      target: "node18",
      // Test runners that run CommonJS alone have no `import()`.
      supported: { "dynamic-import": false },
      // By which `instanceof` tells exceptions of another copy.
      keepNames: true,
      minifySyntax: true,
      minifyWhitespace: true,
      legalComments: "none",
      external: Object.keys(peerDependenciesMeta),
      metafile: true,
      logLevel: "error",
      mainFields: ["module", "main"],
      ...platform
    })
    Object.keys(metafile.inputs).forEach((input) => inputs.add(input))
  }
  await writeRooms(dist, folder)
  await writeTypes(dist, folder)
  writeFileSync(join(folder, "LICENSES.txt"), licensesOf(root, inputs))
}

/** A module that has each room by its name. */
const allRooms = (platform) =>
  Object.entries(roomsOf(platform)).map(([room, module]) => `export * as ${variableOf(room)} from "./${module}.js"`)
    .join("\n")

/** Recordings are files, which there are none of elsewhere than on Node. */
const roomsOf = (platform) => {
  const { testing, ...others } = rooms
  return platform === "node" ? { ...others, testing } : others
}

const variableOf = (room) => room.replace("/", "_")

/** One file a room, with its names where Node's lexer looks for them. */
const writeRooms = async (dist, folder) => {
  for (const [name, place] of [["node", ""], ["fetch", "fetch/"]]) {
    for (const [room, module] of Object.entries(roomsOf(name))) {
      const names = Object.keys(await import(pathToFileURL(join(dist, `${module}.js`)).href))
      const file = join(folder, place, `${room}.cjs`)
      mkdirSync(dirname(file), { recursive: true })
      const up = relative(dirname(file), folder) || "."
      writeFileSync(
        file,
        `"use strict"\nconst rooms = require("${up}/${name}.cjs")\nmodule.exports = rooms.${variableOf(room)}\n`
          + `0 && (module.exports = { ${names.join(", ")} })\n`
      )
    }
  }
}

const writeTypes = async (dist, folder) => {
  const bundle = await rollup({
    input: Object.fromEntries(Object.entries(rooms).map(([room, module]) => [room, join(dist, `${module}.d.ts`)])),
    plugins: [dts({ includeExternal: ["effect"], compilerOptions: { module: 199, moduleResolution: 99 } })],
    external: ["fast-check"],
    // Types that no room exports are named in shared files alone.
    onwarn: ({ message }) => {
      if (!message.includes("private shared type exports")) throw new Error(message)
    }
  })
  await bundle.write({ dir: folder, entryFileNames: "[name].d.cts", chunkFileNames: "types/shared[hash].d.cts" })
  await bundle.close()
}

/** The licences of the packages that files are from. */
const licensesOf = (root, inputs) => {
  const names = [...inputs].flatMap((input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [])
  const parts = [...new Set(names)].sort().map((name) => {
    const folder = join(root, "node_modules", name)
    const { license, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    const file = readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
    if (file === undefined) throw new Error(`${name} has no licence to copy`)
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`
  })
  return `The files of this folder hold these packages, in whole or in part.\n\n${
    parts.join(`\n${"-".repeat(80)}\n\n`)
  }`
}
