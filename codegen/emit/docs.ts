/**
 * The sentences of the documentation: the overlay's, in the places where generated modules have them. One that is missing
 * ends the generation.
 */
import { type Member, type Model, type Structure, structureOf } from "../Model.ts"
import type { Overlay } from "../Overlay.ts"
import { Problem } from "../Problem.ts"
import { comment, lowerFirst } from "./text.ts"

/** A sentence of a section of `codegen/overlay/docs.json`. */
export const sentence = (
  overlay: Overlay,
  section: "operations" | "errors" | "structures" | "enums",
  name: string
): string => {
  const text = overlay.docs[section][name]
  if (text === undefined) throw new Problem(`codegen/overlay/docs.json: ${section} has no sentence on ${name}`)
  return text
}

/** The comment on a member of a structure or an error, with a line break behind it. */
export const memberComment = (
  overlay: Overlay,
  owner: string,
  name: string,
  { deprecated }: Pick<Member, "deprecated">
): string => {
  const text = overlay.docs.members[`${owner}.${name}`] ?? overlay.docs.members[name]
  if (text === undefined) throw new Problem(`codegen/overlay/docs.json: members has no sentence on ${owner}.${name}`)
  return `${comment(deprecated ? `${text}\n\n@deprecated AWS no longer sets it.` : text)}\n`
}

/** What a structure is, in a sentence: the overlay's, or which operation's input or output. */
export const structureSentence = (model: Model, overlay: Overlay, name: string): string => {
  for (const [operation, { input, output }] of Object.entries(model.operations)) {
    if (input === name) return `Input of \`${lowerFirst(operation)}\`.`
    if (output === name) {
      return `Output of \`${lowerFirst(operation)}\`.${isEmpty(structureOf(model, name)) ? " It has no members." : ""}`
    }
  }
  return sentence(overlay, "structures", name)
}

/** Whether a structure has no members. */
export const isEmpty = ({ members }: Structure): boolean => Object.keys(members).length === 0

/** The other operations that a text names, in the way of the overlay: \`AdminGetUser\`. */
export const mentioned = (model: Model, text: string): ReadonlyArray<string> =>
  [...text.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? "").filter((name) => name in model.operations)

/** A text in which the names of operations are written by a function. */
export const withMentions = (model: Model, text: string, write: (operation: string) => string): string =>
  text.replaceAll(/`(\w+)`/g, (code, name: string) => name in model.operations ? write(name) : code)
