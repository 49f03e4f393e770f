/**
 * Outputs for tests that do not mind what is in them, made from an operation's schema: strings are the names of their
 * members, numbers 0, times 1970, lists and maps empty, enumerations their first value. Every member is there but the
 * token of a next page, so that lists end.
 */
import * as Redacted from "effect/Redacted"
import * as SchemaAST from "effect/SchemaAST"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { AnyOperation, Operation } from "../Operation.ts"

/** The output of an operation, with some members as told. */
export function defaultOutput<I, O, E extends ServiceError, R>(
  operation: Operation<I, O, E, R>,
  members?: Partial<NoInfer<O>>
): O
export function defaultOutput(operation: AnyOperation): unknown
export function defaultOutput({ spec }: { readonly spec: AnyOperation["spec"] }, members?: object): unknown {
  const { ast } = spec.output
  return SchemaAST.isVoid(ast) ? undefined : { ...Object(valueOf(ast, "Output")), ...members }
}

const tokens: ReadonlySet<string> = new Set(["NextToken", "PaginationToken"])

const valueOf = (ast: SchemaAST.AST, name: string): unknown => {
  if (SchemaAST.isString(ast)) return name
  if (SchemaAST.isNumber(ast)) return 0
  if (SchemaAST.isBoolean(ast)) return false
  if (SchemaAST.isArrays(ast)) return []
  if (SchemaAST.isLiteral(ast)) return ast.literal
  if (SchemaAST.isUnion(ast)) return valueOf(ast.types.find(SchemaAST.isUnion) ?? ast.types[0] ?? ast, name)
  if (SchemaAST.isObjects(ast)) {
    const members = ast.propertySignatures.filter(({ name }) => !tokens.has(String(name)))
    return Object.fromEntries(members.map(({ name, type }) => [name, valueOf(type, String(name))]))
  }
  return declared(ast, name)
}

/** A secret, bytes, a time, or a value whose form is open. */
const declared = (ast: SchemaAST.AST, name: string): unknown => {
  const { expected } = ast.annotations ?? {}
  if (expected === "Redacted") return Redacted.make(name)
  if (expected === "Uint8Array") return new Uint8Array()
  return expected === "a valid Date" ? new Date(0) : {}
}
