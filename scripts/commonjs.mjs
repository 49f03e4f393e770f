/**
 * Writes `dist/commonjs/` from `dist/`: the rooms for plain async code as CommonJS, with Effect and all else that they need
 * inside, their types, and the licences of what is inside. A part of `npm run build`.
 *
 * Most rooms are in one file, since what one makes is used by another, and a file for each hands on its own. There are two of each:
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

/** The rooms of which one makes what another uses; the others have a file each, with a package of their own to find. */
const shared = ["operations", "promise", "promise/auth", "testing"]

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

/** Recordings are files, which there are none of elsewhere than on Node. */
const isOn = (platform, room) => platform === "node" || room !== "testing"

/** Builds all of it in a folder that holds the ES modules. */
export const buildCommonJs = async (root, dist) => {
  const folder = join(dist, "commonjs")
  rmSync(folder, { recursive: true, force: true })
  const { peerDependenciesMeta } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const optional = Object.keys(peerDependenciesMeta)
  const inputs = new Set()
  for (const [name, platform] of Object.entries(platforms)) {
    const place = name === "node" ? folder : join(folder, name)
    const bundle = (contents, file) => bundled({ contents, dist, file, optional, platform, inputs })
    const own = shared.filter((room) => isOn(name, room))
    await bundle(
      own.map((room) => `export * as ${variableOf(room)} from "./${rooms[room]}.js"`).join("\n"),
      join(folder, `${name}.cjs`)
    )
    for (const room of own) await writeRoom(dist, room, join(place, `${room}.cjs`), join(folder, `${name}.cjs`))
    for (const room of Object.keys(rooms).filter((room) => !shared.includes(room))) {
      await bundle(`export * from "./${rooms[room]}.js"`, join(place, `${room}.cjs`))
    }
  }
  await writeTypes(dist, folder)
  writeFileSync(join(folder, "LICENSES.txt"), licensesOf(root, inputs))
}

const bundled = async ({ contents, dist, file, inputs, optional, platform }) => {
  const { metafile, outputFiles: [output] } = await build({
    stdin: { contents, resolveDir: dist },
    outfile: file,
    write: false,
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
    external: optional,
    metafile: true,
    logLevel: "error",
    // The package resolves as it is published.
    tsconfigRaw: "{}",
    mainFields: ["module", "main"],
    ...platform
  })
  Object.keys(metafile.inputs).forEach((input) => inputs.add(input))
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, withOptional(output.text))
}

/** A package that may be missing is required in a `try` of its own, by which bundlers let it be missing. */
const withOptional = (text) => {
  const lazy = /Promise\.resolve\(\)\.then\(\(\)=>__toESM\(require\("(@[^"]+)"\)/g
  const names = [...new Set([...text.matchAll(lazy)].map(([, name]) => name))]
  const functions = names.map((name, index) =>
    `function optional${index}(){try{return require("${name}")}catch(error){throw error}}`
  )
  const replaced = names.reduce(
    (text, name, index) => text.replaceAll(`__toESM(require("${name}")`, `__toESM(optional${index}()`),
    text
  )
  return `${replaced}\n${functions.join("\n")}\n`
}

const variableOf = (room) => room.replace("/", "_")

/** A file of a room, with its names where Node's lexer looks for them. */
const writeRoom = async (dist, room, file, all) => {
  const names = Object.keys(await import(pathToFileURL(join(dist, `${rooms[room]}.js`)).href))
  mkdirSync(dirname(file), { recursive: true })
  const path = relative(dirname(file), all)
  writeFileSync(
    file,
    `"use strict"\nconst rooms = require("${path.startsWith(".") ? path : `./${path}`}")\nmodule.exports = rooms.${
      variableOf(room)
    }\n`
      + `0 && (module.exports = { ${names.join(", ")} })\n`
  )
}

const writeTypes = async (dist, folder) => {
  const alone = Object.keys(rooms).filter((room) => !shared.includes(room))
  for (const group of [shared, ...alone.map((room) => [room])]) {
    const bundle = await rollup({
      input: Object.fromEntries(group.map((room) => [room, join(dist, `${rooms[room]}.d.ts`)])),
      plugins: [dts({ includeExternal: ["effect"], compilerOptions: { module: 199, moduleResolution: 99 } })],
      external: ["fast-check"],
      // Types that no room exports are named in shared files alone.
      onwarn: ({ message }) => {
        if (!message.includes("private shared type exports")) throw new Error(message)
      }
    })
    const { output } = await bundle.write({
      dir: folder,
      entryFileNames: "[name].d.cts",
      chunkFileNames: "types/shared[hash].d.cts"
    })
    await bundle.close()
    for (const { code, fileName } of output) {
      writeFileSync(join(folder, fileName), withOuterTypes(withGlobalTypes(code)))
    }
  }
}

/**
 * The bundler takes a global type for a value of the same name, where a module has one: `Array` and `PropertyKey` of Effect's. A value
 * that is used as a type is one of those.
 */
const withGlobalTypes = (code) => {
  const values = [...code.matchAll(/^declare const ((\w+)\$\d+):/gm)]
  return values.reduce((code, [, name, global]) => {
    const own = name.replace("$", "\\$")
    return new RegExp(`^(?:declare )?(?:type|interface|class|namespace|abstract class) ${own}\\b`, "m").test(code)
      ? code
      : code.replaceAll(new RegExp(`(?<=(?:[<,|:]|\\.\\.\\.)\\s*)${own}(?=\\s*[<>,;|])(?! as )`, "g"), global)
  }, code)
}

/** It also takes a type of a namespace for the one outside of the same name, of which the namespace's is made. */
const withOuterTypes = (code) => {
  const names = new Set()
  const changed = code.replaceAll(/(\btype (\w+) = Constraint & \{\s*readonly ast: )\2;/g, (_, start, name) => {
    names.add(name)
    return `${start}Outer${name};`
  })
  return [...names].map((name) => `type Outer${name} = ${name};\n`).join("") + changed
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
