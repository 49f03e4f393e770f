/**
 * Programs of operations that two implementations run side by side: steps with inputs as JSON, in which names in braces
 * stand for what only a run knows, such as `{pool}` or `{token anna}`.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AnyOperation } from "../../Operation.ts"
import { isJsonObject, read, write } from "../../protocol/Codec.ts"
import type { Cognito } from "../../Service.ts"
import type { Signer } from "../../client/Signer.ts"

/** JSON, as it stands in a body. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [member: string]: Json }

/** An operation, its input, and what of its output is remembered under which name: the path of a member. */
export interface Step {
  readonly operation: AnyOperation
  readonly input: { readonly [member: string]: Json }
  readonly saves?: { readonly [name: string]: string }
}

/** A step with one of the library's operations. */
export const stepWith = (operation: object, input: Step["input"], saves: NonNullable<Step["saves"]> = {}): Step => ({
  // It is called with what was read by its own schema.
  operation: operation as AnyOperation,
  input,
  saves
})

/** What a step came to: an output, or the name of an error. */
export type Outcome = { readonly output: Json } | { readonly error: string; readonly message: string }

/** One of the implementations, and what it is known to have given out. */
export interface Side {
  readonly run: (step: Step) => Promise<Outcome>
  readonly known: Map<string, string>
}

/** What stands for a name that a side does not know: well-formed, and nobody's. */
const missing = (name: string): string => {
  if (name === "pool") return "eu-central-1_aaaaaaaaa"
  if (name.endsWith("client")) return "0000000000000000000000000a"
  if (name.startsWith("refresh")) return "eyJhbGciOiJSU0EtT0FFUCJ9.none.none.none.none"
  return name.startsWith("session") ? "AYABnoneAYABnoneAYABnone" : "eyJraWQiOiJub25lIn0.e30.none"
}

/** The text with what a side knows in the place of the names. */
const resolvedText = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => known.get(name) ?? missing(name))

const resolved = (value: Json, known: ReadonlyMap<string, string>): Json => {
  if (typeof value === "string") return resolvedText(value, known)
  if (Array.isArray(value)) return value.map((item) => resolved(item, known))
  return isJsonObject(value)
    // A JSON object has JSON for members.
    ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(member as Json, known)]))
    : value
}

/** Runs a step, with the client that a runner provides, and remembers what it gives out. */
export const runStep = (
  step: Step,
  known: Map<string, string>
): Effect.Effect<Outcome, never, Cognito | Signer> => {
  const { operation, saves = {} } = step
  const input = read(operation.spec.input, structuredClone(resolved(step.input, known)))
  if (Result.isFailure(input)) {
    return Effect.die(new Error(`no input of ${operation.spec.name}: ${input.failure.problem}`))
  }
  // It was read by the operation's own schema.
  return operation(input.success as never).pipe(
    Effect.map((output): Outcome => {
      const json = jsonOf(operation, output)
      for (const [name, path] of Object.entries(saves)) {
        const value = at(json, path.split("."))
        if (typeof value === "string") known.set(name, value)
      }
      return { output: json }
    }),
    Effect.catch((error) => Effect.succeed(failureOf(error)))
  )
}

const jsonOf = ({ spec }: AnyOperation, output: unknown): Json => {
  if (output === undefined) return {}
  // An output of the operation can be written, and what is written is JSON.
  return JSON.parse(JSON.stringify(Result.getOrThrow(write(spec.output, output))))
}

const at = (value: Json | undefined, [first, ...rest]: ReadonlyArray<string>): Json | undefined => {
  if (first === undefined || value === undefined) return value
  if (Array.isArray(value)) return at(value[Number(first)], [first, ...rest].slice(1))
  // A JSON object has JSON for members.
  return isJsonObject(value) ? at(value[first] as Json | undefined, rest) : undefined
}

/** The service's name of an error. What is no answer of a service is an error of the run. */
const failureOf = (error: object): Outcome => {
  const { _tag, message = "", reason } = Object(error)
  if (_tag !== "ClientError") return { error: String(_tag), message: String(message) }
  if (reason?._tag === "UnmodeledError") return { error: String(reason.code), message: String(reason.text) }
  return { error: `(${reason?._tag})`, message: String(message) }
}

/** A step as somebody would write it down. */
export const written = ({ input, operation }: Step): string => {
  const { name } = operation.spec
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}(${JSON.stringify(input)})`
}
