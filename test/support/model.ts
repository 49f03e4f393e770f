/** What the service's model says of the operations: the tests that go through all of them start here. */
import { readModel, shapeOf } from "../../codegen/Model.ts"

const model = readModel()

/** AWS's names of all operations, and of those that take no signature. */
export const operationNames = Object.keys(model.operations).sort()
export const publicNames = operationNames.filter((name) => model.operations[name]?.public === true)

/** The names of the errors that an operation declares. */
export const errorNames = (operation: string): ReadonlyArray<string> => model.operations[operation]?.errors ?? []

/** An input on the wire with the required members only, lists and maps empty. */
export const minimalInput = (operation: string): unknown => minimal(model.operations[operation]?.input ?? "")

const minimal = (name: string): unknown => {
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "structure":
      return Object.fromEntries(
        Object.entries(shape.members).flatMap(([member, { required, target }]) =>
          required === true ? [[member, minimal(target)]] : []
        )
      )
    case "list":
      return []
    case "map":
    case "document":
      return {}
    case "boolean":
      return false
    case "integer":
    case "long":
      return 1
    case "string":
    case "enum":
      return "x"
    default:
      throw new Error(`no operation requires a ${shape.type}`)
  }
}
