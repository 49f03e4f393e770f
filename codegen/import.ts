/**
 * `npm run codegen:import -- AST PARTITIONS`: turns a Smithy JSON AST of Cognito's API and a list of AWS's partitions,
 * such as AWS publishes them, into `model.json` and `endpoints.json`. Maintenance; nothing else reads these files.
 */
import { Schema } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { endpointsFile } from "./Endpoints.ts"
import { formatModel, modelFile } from "./Model.ts"
import { Smithy, toModel } from "./Smithy.ts"
import { toEndpoints } from "./SmithyRules.ts"

const [astPath, partitionsPath] = process.argv.slice(2)
if (astPath === undefined || partitionsPath === undefined) {
  throw new Error("usage: npm run codegen:import -- PATH_OF_SMITHY_AST PATH_OF_PARTITIONS")
}

const ast = JSON.parse(readFileSync(astPath, "utf8"))
const model = toModel(Schema.decodeUnknownSync(Smithy)(ast))
const endpoints = toEndpoints(ast, JSON.parse(readFileSync(partitionsPath, "utf8")))
writeFileSync(modelFile, formatModel(model))
writeFileSync(endpointsFile, `${JSON.stringify(endpoints, null, 2)}\n`)
console.log(`${Object.keys(model.operations).length} operations, ${Object.keys(model.shapes).length} shapes`)
