/**
 * `npm run codegen`: writes `src/operations/`, `src/schema/`, `src/sdk/generated/`, `src/errors/ServiceErrors.generated.ts`,
 * `src/testing/pool/Constraints.generated.ts` and `docs/repeats.md` from the model and the overlay, and
 * `src/protocol/EndpointRules.generated.ts` from AWS's endpoint rules. With `--check` it writes nothing and
 * fails where a file is not what it would write.
 */
import { createFromBuffer } from "@dprint/formatter"
import { getPath } from "@dprint/typescript"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { constraintsModule } from "./emit/constraints.ts"
import { endpointModule } from "./emit/endpoint.ts"
import { errorsModule } from "./emit/errors.ts"
import { operationsIndex, operationsModule } from "./emit/operations.ts"
import { common, place, schemaIndex, schemaModule } from "./emit/schema.ts"
import {
  clientModule,
  domainModule,
  exceptionsModule,
  methodsModule,
  paginatorsModule,
  sdkIndex,
  typesModule
} from "./emit/sdk.ts"
import { repeatsPage } from "./emit/repeats.ts"
import { readEndpoints } from "./Endpoints.ts"
import { readModel } from "./Model.ts"
import { corrected, readOverlay } from "./Overlay.ts"
import { runTool } from "./Problem.ts"

runTool(() => {
  const root = new URL("../", import.meta.url)
  const check = process.argv.includes("--check")

  const config = JSON.parse(readFileSync(new URL("dprint.json", root), "utf8"))
  const formatter = createFromBuffer(readFileSync(getPath()))
  formatter.setConfig({ lineWidth: config.lineWidth, indentWidth: config.indentWidth }, config.typescript)

  const read = readModel()
  const overlay = readOverlay(read)
  const model = corrected(read, overlay)
  const placement = place(model, overlay)
  const domains = Object.keys(overlay.domains)

  const files = new Map<string, string>([
    ["src/protocol/EndpointRules.generated.ts", endpointModule(readEndpoints())],
    ["src/errors/ServiceErrors.generated.ts", errorsModule(model, overlay)],
    ["docs/repeats.md", repeatsPage(model, overlay)],
    ["src/testing/pool/Constraints.generated.ts", constraintsModule(model, overlay)],
    ["src/operations/index.ts", operationsIndex(domains)],
    ["src/schema/index.ts", schemaIndex(domains)],
    [`src/schema/${common}.ts`, schemaModule(model, overlay, placement, common)],
    ...domains.flatMap((domain): Array<[string, string]> => [
      [`src/operations/${domain}.ts`, operationsModule(model, overlay, placement, domain)],
      [`src/schema/${domain}.ts`, schemaModule(model, overlay, placement, domain)],
      [`src/sdk/generated/${domain}.ts`, domainModule(model, overlay, placement, domain)]
    ]),
    [`src/sdk/generated/${common}.ts`, domainModule(model, overlay, placement, common)],
    ["src/sdk/generated/CognitoIdentityProvider.ts", clientModule(model, overlay)],
    ["src/sdk/generated/ModeledExceptions.ts", exceptionsModule(model, overlay)],
    ["src/sdk/generated/OperationMethods.ts", methodsModule(model, overlay)],
    ["src/sdk/generated/OperationPaginators.ts", paginatorsModule(model, overlay)],
    ["src/sdk/generated/ServiceTypes.ts", typesModule(model)],
    ["src/sdk/generated/index.ts", sdkIndex(domains)]
  ])

  const strays = ["src/operations/", "src/schema/", "src/sdk/generated/"].flatMap((
    folder
  ) => readdirSync(new URL(folder, root)).map((name) => `${folder}${name}`)).filter((path) => !files.has(path))

  const stale = [...files].flatMap(([path, text]) => {
    const url = new URL(path, root)
    const formatted = path.endsWith(".ts") ? formatter.formatText({ filePath: path, fileText: text }) : text
    if (existsSync(url) && readFileSync(url, "utf8") === formatted) return []
    if (!check) writeFileSync(url, formatted)
    return [path]
  })
  if (!check) strays.forEach((path) => rmSync(new URL(path, root)))

  const changed = [...stale, ...strays]
  console.log(changed.length === 0 ? `${files.size} files are as generated` : `changed:\n${changed.join("\n")}`)
  if (check && changed.length > 0) process.exitCode = 1
})
