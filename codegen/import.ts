/**
 * `npm run codegen:import -- PATH`: turns a Smithy JSON AST of Cognito's API, such as AWS publishes it, into
 * `model.json`. Maintenance; nothing else reads the AST.
 */
import { Schema } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { formatModel, modelFile } from "./Model.ts"
import { Smithy, toModel } from "./Smithy.ts"

const path = process.argv[2]
if (path === undefined) throw new Error("usage: npm run codegen:import -- PATH_OF_SMITHY_AST")

const model = toModel(Schema.decodeUnknownSync(Smithy)(JSON.parse(readFileSync(path, "utf8"))))
writeFileSync(modelFile, formatModel(model))
console.log(`${Object.keys(model.operations).length} operations, ${Object.keys(model.shapes).length} shapes`)
