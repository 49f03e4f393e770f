/**
 * `npm run codegen:import -- AST PARTITIONS`: turns a Smithy JSON AST of Cognito's API and a list of AWS's partitions,
 * such as AWS publishes them, into `model.json` and `endpoints.json`. Maintenance; nothing else reads these files.
 *
 * Prints what was added and removed. Where the overlay does not decide something that the new model asks for, it prints
 * that, writes nothing, and ends with 1.
 */
import { Schema } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { changes } from "./changes.ts"
import { endpointsFile } from "./Endpoints.ts"
import { formatModel, modelFile, readModel } from "./Model.ts"
import { checkOverlay, readOverlayFiles } from "./Overlay.ts"
import { Problem, runTool } from "./Problem.ts"
import { Smithy, toModel } from "./Smithy.ts"
import { toEndpoints } from "./SmithyRules.ts"

runTool(() => {
  const [astPath, partitionsPath] = process.argv.slice(2)
  if (astPath === undefined || partitionsPath === undefined) {
    throw new Problem("usage: npm run codegen:import -- PATH_OF_SMITHY_AST PATH_OF_PARTITIONS")
  }
  const ast = readJson(astPath)
  const partitions = readJson(partitionsPath)
  const model = toModel(Schema.decodeUnknownSync(Smithy)(ast))

  const lines = changes(readModel(), model)
  console.log(lines.length === 0 ? "no changes" : lines.join("\n"))
  const problems = checkOverlay(model, readOverlayFiles())
  if (problems.length > 0) throw new Problem(`to be decided, nothing is written:\n${problems.join("\n")}`)

  const endpoints = toEndpoints(ast, partitions)
  writeFileSync(modelFile, formatModel(model))
  writeFileSync(endpointsFile, `${JSON.stringify(endpoints, null, 2)}\n`)
  console.log(`${Object.keys(model.operations).length} operations, ${Object.keys(model.shapes).length} shapes`)
})

function readJson(path: string) {
  try {
    return JSON.parse(readFileSync(path, "utf8"))
  } catch {
    throw new Problem(`${path}: no JSON can be read there`)
  }
}
