/**
 * How a shape of the model is written, whatever it is written as: one walk over its kinds, which `schema.ts` and `sdk.ts`
 * fill in.
 */
import { type Model, shapeOf } from "../Model.ts"

/** What is written for each kind of shape. */
export interface Form<A> {
  readonly string: A
  readonly number: A
  readonly boolean: A
  readonly blob: A
  readonly timestamp: A
  readonly document: A
  readonly list: (item: A) => A
  readonly map: (value: A) => A
  /** A structure or an enumeration, which has a declaration of its own. */
  readonly named: (name: string) => A
  /** A shape that is written in its own way, whatever its kind. */
  readonly special?: (name: string) => A | undefined
}

/** Writes a shape, by its name. */
export const write = <A>(model: Model, form: Form<A>, name: string): A => {
  const special = form.special?.(name)
  if (special !== undefined) return special
  const shape = shapeOf(model, name)
  switch (shape.type) {
    case "integer":
    case "long":
      return form.number
    case "list":
      return form.list(write(model, form, shape.member))
    case "map":
      return form.map(write(model, form, shape.value))
    case "structure":
    case "enum":
      return form.named(name)
    default:
      return form[shape.type]
  }
}
