/**
 * Writes `src/testing/pool/Constraints.generated.ts`: what the model says of the inputs of operations.
 */
import { type Model, type Shape, shapeOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { header, property } from "./text.ts"

/** The text of the module. */
export const constraintsModule = (model: Model, overlay: Overlay): string => {
  const operations = Object.entries(model.operations)
  const inputs = operations.map(([name, { input }]) => `${name}: "${input}"`)
  const publicNames = operations.flatMap(([name, operation]) => operation.public === true ? [`"${name}"`] : [])
  const shapes = reachable(model, operations.map(([, { input }]) => input))
    .map((name) => `${property(name)}: ${written(model, overlay, name)}`)
  return header("What the service's model says of inputs: lengths, ranges, patterns and what is required.")
    + `import type { Constraint } from "./Constraint.ts"\n\n`
    + `/** The operations that take no signature. */\n`
    + `export const publicOperations: ReadonlySet<string> = new Set([${publicNames.join(", ")}])\n\n`
    + `/** The inputs of operations, by AWS's names. */\n`
    + `export const inputs: { readonly [operation: string]: string } = { ${inputs.join(", ")} }\n\n`
    + `/** The shapes that inputs are made of. */\n`
    + `export const shapes: { readonly [shape: string]: Constraint } = {\n${shapes.join(",\n")}\n}\n`
}

/** The shapes that some are made of, and they themselves, in alphabetical order. */
const reachable = (model: Model, names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const found = new Set<string>()
  const visit = (name: string): void => {
    if (found.has(name)) return
    found.add(name)
    partsOf(shapeOf(model, name)).forEach(visit)
  }
  names.forEach(visit)
  return [...found].sort()
}

const partsOf = (shape: Shape): ReadonlyArray<string> => {
  switch (shape.type) {
    case "structure":
      return Object.values(shape.members).map(({ target }) => target)
    case "list":
      return [shape.member]
    case "map":
      return [shape.key, shape.value]
    default:
      return []
  }
}

const written = (model: Model, overlay: Overlay, name: string): string => {
  const shape = shapeOf(model, name)
  const hidden = flag("hidden", isHidden(overlay, name, shape))
  switch (shape.type) {
    case "structure": {
      const members = Object.entries(shape.members).map(([member, { required, target }]) =>
        `${property(member)}: { target: "${target}"${flag("required", required === true)}${
          flag("hidden", `${name}.${member}` in overlay.secrets.members)
        } }`
      )
      return `{ type: "structure", members: { ${members.join(", ")} }${hidden} }`
    }
    case "list":
      return `{ type: "list", member: "${shape.member}"${bounds(shape)} }`
    case "map":
      return `{ type: "map", key: "${shape.key}", value: "${shape.value}"${bounds(shape)}${hidden} }`
    case "enum":
      return `{ type: "enum", values: ${JSON.stringify(shape.values)} }`
    default: {
      const pattern = overlay.fixes.patterns[name]?.pattern ?? shape.pattern
      return `{ type: "${shape.type}"${bounds(shape)}${
        pattern === undefined ? "" : `, pattern: ${JSON.stringify(pattern)}`
      }${hidden} }`
    }
  }
}

/** What the service marks as sensitive, and what the library holds for a secret besides. */
const isHidden = ({ secrets }: Overlay, name: string, shape: Shape): boolean =>
  name in secrets.shapes || name in secrets.maps || ("sensitive" in shape && shape.sensitive === true)

const flag = (name: string, isSet: boolean): string => isSet ? `, ${name}: true` : ""

const bounds = ({ max, min }: { readonly min?: number; readonly max?: number }): string =>
  `${min === undefined ? "" : `, min: ${min}`}${max === undefined ? "" : `, max: ${max}`}`
