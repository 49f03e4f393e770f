/** What is different between two models of the API, a line each. */
import type { Model, Shape } from "./Model.ts"

/** The names of all that a model holds: operations, errors, shapes, members and the values of enumerations. */
const namesIn = ({ errors, operations, shapes }: Model): ReadonlySet<string> =>
  new Set([
    ...Object.keys(operations).map((name) => `operation ${name}`),
    ...Object.entries(operations).flatMap(([name, { errors }]) => errors.map((error) => `error ${error} of ${name}`)),
    ...Object.entries(errors).flatMap(([name, { members }]) => [
      `error ${name}`,
      ...Object.keys(members).map((member) => `member ${name}.${member}`)
    ]),
    ...Object.entries(shapes).flatMap(([name, shape]) => [`shape ${name}`, ...partsOf(name, shape)])
  ])

const partsOf = (name: string, shape: Shape): ReadonlyArray<string> => {
  if (shape.type === "enum") return shape.values.map((value) => `value ${name} ${value}`)
  if (shape.type !== "structure") return []
  return Object.entries(shape.members).flatMap(([member, { required, target }]) => [
    `member ${name}.${member}`,
    `target ${target} of ${name}.${member}`,
    ...(required ? [`requirement of ${name}.${member}`] : [])
  ])
}

/** The changes from one model to another: `added …` and `removed …`. */
export const changes = (before: Model, after: Model): ReadonlyArray<string> => {
  const [old, now] = [namesIn(before), namesIn(after)]
  return [
    ...[...now].filter((name) => !old.has(name)).map((name) => `added ${name}`),
    ...[...old].filter((name) => !now.has(name)).map((name) => `removed ${name}`)
  ]
}
