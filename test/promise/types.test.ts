/**
 * The adapter's names and types are those of the official client: what compiles and runs with one does with the other.
 */
import * as official from "@aws-sdk/client-cognito-identity-provider"
import { describe, expect, expectTypeOf, it } from "vitest"
import * as adapter from "../../src/promise/index.ts"
import * as library from "../../src/operations/index.ts"
import { model, operations } from "../support/shapes.ts"

type CommandOf<Module, Name extends string> = Name extends keyof Module
  ? Module[Name] extends abstract new(...args: infer _Args) => infer Command ? Command : never
  : never

type InputOf<Command> = Command extends { readonly input: infer Input } ? Input : never

type CommandName = Extract<keyof typeof official, `${string}Command`>

/** What a command of the official client gives, by what its handler is said to; of ours it is a member of the type. */
type OutputOf<Command> = Command extends { readonly Output: infer Output } ? Output
  : Command extends
    { resolveMiddleware(...args: infer _Args): (...args: infer _Call) => Promise<{ output: infer Output }> } ? Output
  : never

type Content<Output> = Omit<Output, "$metadata">

type Same<A, B> = [A] extends [B] ? [B] extends [A] ? true : false : false

/** The commands whose inputs, or outputs, differ in a way that keeps one side's from being used as the other's. */
type Misfits = {
  [Name in Exclude<CommandName, "$Command">]: Same<
    [InputOf<CommandOf<typeof official, Name>>, Content<OutputOf<CommandOf<typeof official, Name>>>],
    [InputOf<CommandOf<typeof adapter, Name>>, Content<OutputOf<CommandOf<typeof adapter, Name>>>]
  > extends true ? never : Name
}[Exclude<CommandName, "$Command">]

const isClass = (value: unknown): boolean => typeof value === "function" && /^class\b/.test(String(value))

const names = (isOne: (name: string, value: unknown) => boolean): ReadonlyArray<string> =>
  Object.entries(official).filter(([name, value]) => isOne(name, value)).map(([name]) => name)

describe("types", () => {
  it("inputs and outputs of commands go both ways, for all operations", () => {
    expectTypeOf<Misfits>().toEqualTypeOf<never>()
  })

  it("and are what they are said to be", () => {
    expectTypeOf<InputOf<CommandOf<typeof official, "SignUpCommand">>>().toEqualTypeOf<official.SignUpCommandInput>()
    expectTypeOf<OutputOf<CommandOf<typeof official, "SignUpCommand">>>().toEqualTypeOf<official.SignUpCommandOutput>()
    expectTypeOf<OutputOf<CommandOf<typeof adapter, "SignUpCommand">>>().toEqualTypeOf<adapter.SignUpCommandOutput>()
    expectTypeOf<Same<official.SignUpCommandOutput, official.InitiateAuthCommandOutput>>().toEqualTypeOf<false>()
  })
})

describe("the types of clients", () => {
  it("are the official client's", () => {
    expectTypeOf<Same<official.ServiceInputTypes, adapter.ServiceInputTypes>>().toEqualTypeOf<true>()
    expectTypeOf<adapter.CognitoIdentityProviderClient["config"]>()
      .toEqualTypeOf<adapter.CognitoIdentityProviderClientResolvedConfig>()
    expectTypeOf<adapter.CognitoIdentityProviderClient["config"]["region"]>()
      .toEqualTypeOf<adapter.Provider<string>>()
  })
})

describe("names", () => {
  it("there is a command for each operation", () => {
    const commands = names((name, value) => /[a-z]Command$/.test(name) && isClass(value))
    expect([...commands].sort()).toEqual(operations.map(({ name }) => `${name}Command`).sort())
    for (const name of commands) {
      const Command: unknown = Reflect.get(adapter, name)
      expect(Command, name).toBeTypeOf("function")
    }
  })

  it("there is a method for each", () => {
    const methods = Object.getOwnPropertyNames(official.CognitoIdentityProvider.prototype)
      .filter((name) => name !== "constructor")
    expect(methods.length).toBeGreaterThan(operations.length)
    expect(Object.getOwnPropertyNames(adapter.CognitoIdentityProvider.prototype)).toEqual(
      expect.arrayContaining(methods)
    )
  })

  it("enumerations have the same names and values", () => {
    const enums = names((_, value) => typeof value === "object" && value !== null && Object.isFrozen(value) === false)
      .filter((name) => /^[A-Z]/.test(name) && !name.endsWith("$"))
    expect(enums.length).toBeGreaterThan(60)
    for (const name of enums) expect(Reflect.get(adapter, name), name).toEqual(Reflect.get(official, name))
  })

  it("paginators have the same names, and the lists that the official client lacks have one", () => {
    const paginators = names((name) => name.startsWith("paginate"))
    const ours = Object.keys(adapter).filter((name) => name.startsWith("paginate") && name !== "paginateMethod")
    expect(ours).toEqual(expect.arrayContaining([...paginators]))
    const paged = Object.values(library).filter((operation) => "pages" in operation).map(({ spec }) => spec.name)
    expect(ours.sort()).toEqual(paged.map((name) => `paginate${name}`).sort())
  })

  it("exceptions are classes of the same names, faults and messages", () => {
    const exceptions = names((name, value) => name.endsWith("Exception") && isClass(value))
    const base = "CognitoIdentityProviderServiceException"
    expect([...exceptions].sort()).toEqual([base, ...Object.keys(model.errors)].sort())
    for (const name of exceptions.filter((name) => name !== "CognitoIdentityProviderServiceException")) {
      const make = (module: object): Error & { readonly $fault: string; readonly $metadata: object } => {
        const Exception = Reflect.get(module, name)
        return new Exception({ message: "Why.", $metadata: { attempts: 1 } })
      }
      const [theirs, ours] = [make(official), make(adapter)]
      expect(ours, name).toBeInstanceOf(adapter.CognitoIdentityProviderServiceException)
      expect([ours.name, ours.$fault, ours.message, ours.$metadata]).toEqual(
        [theirs.name, theirs.$fault, theirs.message, theirs.$metadata]
      )
    }
  })

  it("all that the official client exports is there, but for what belongs to its insides", () => {
    const insides = (name: string) =>
      // Schemas of its own serializer, which end in `$`, classes that its parts are made from, and what Node adds.
      name.endsWith("$") || name.startsWith("__") || ["default", "errorTypeRegistries", "module.exports"].includes(name)
    expect(Object.keys(official).filter((name) => !insides(name) && !(name in adapter))).toEqual([])
  })
})
