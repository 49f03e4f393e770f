/**
 * Writes `src/errors/ServiceErrors.generated.ts`.
 */
import type { Model } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { memberComment, sentence } from "./docs.ts"
import { comment, header } from "./text.ts"

/** The text of the module: a class for each error of the model. */
export const errorsModule = (model: Model, overlay: Overlay): string =>
  header(
    "The errors that the service's model declares, one class each, under AWS's names.\n\n"
      + "Catch them by tag: `Effect.catchTag(\"UserNotFoundException\", …)`. `message` is the service's text, empty where it "
      + "sent none; `operation`, `httpStatus`, `requestId`, `attempts` and `retryDelay` tell of the call."
  )
  + `import * as Schema from "effect/Schema"\nimport { makeServiceError, type ServiceError, type ServiceErrorClass } from "./ServiceError.ts"\n\n`
  + Object.keys(model.errors).map((name) => declaration(model, overlay, name)).join("\n")

const declaration = (model: Model, overlay: Overlay, name: string): string => {
  const others = Object.entries(model.errors[name]?.members ?? {}).filter(([member]) => member !== "message")
  for (const [member, { target }] of others) {
    if (model.shapes[target]?.type !== "string") throw new Error(`${name}.${member} is not a string`)
  }
  const fields = others.map(([member]) => `${member}: Schema.optionalKey(Schema.String)`)
  const types = others.map(([member]) => {
    return `${memberComment(overlay, name, member, {})}readonly ${member}?: string\n`
  })
  const parameters = [`"${name}"`, ...(fields.length === 0 ? [] : [`{ ${fields.join(", ")} }`])].join(", ")
  return `${comment(sentence(overlay, "errors", name))}\n`
    + `export interface ${name} extends ServiceError {\nreadonly _tag: "${name}"\n${types.join("")}}\n`
    + `export const ${name}: ServiceErrorClass<${name}> = makeServiceError(${parameters})\n`
}
