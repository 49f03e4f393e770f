/**
 * An error of the service is recognised however it is written: every operation against every error of the model, those
 * that it declares and those that it does not, with the name, the text and all else wherever a response may have them.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { ClientError } from "../../src/errors/ClientError.ts"
import * as ServiceErrors from "../../src/errors/ServiceErrors.generated.ts"
import { decode } from "../../src/protocol/AwsJson.ts"
import type { TransportResponse } from "../../src/protocol/Message.ts"
import { operationNamed } from "../support/operations.ts"
import { model, operations } from "../support/shapes.ts"

const names = Object.keys(model.errors)
const classes = new Map(Object.entries(ServiceErrors))

it("there is a class for each", () => {
  expect([...classes.keys()].sort()).toEqual([...names].sort())
})

/** How a response tells of an error, whichever error that is. */
interface Telling {
  readonly response: (name: string) => TransportResponse
  readonly text: string
  readonly status: number
  readonly requestId: string | undefined
}

/** Not a text, so neither a name nor a message. */
const noText = fc.constantFrom<ReadonlyArray<unknown>>([], [null], [42], [{}], [["a"]], [true])

/** Text for a header. */
const headerText = fc.stringMatching(/^[ -~]{0,20}$/)

/** Members that mean nothing, some under the names of an error's own properties. */
const extra = fc.dictionary(
  fc.oneof(
    fc.string().map((name) => `x${name}`),
    fc.constantFrom("_tag", "name", "stack", "cause", "operation", "httpStatus", "requestId", "status", "reasonCode")
  ),
  fc.jsonValue({ maxDepth: 1 }),
  { maxKeys: 4, noNullPrototype: true }
)

/** The members and headers that carry a value, of those that may. */
type Places = { readonly members: object; readonly headers: TransportResponse["headers"] }

const message: fc.Arbitrary<Places & { readonly text: string }> = fc.tuple(fc.string(), headerText, noText).chain(
  ([text, header, [other]]) =>
    fc.constantFrom(
      { members: { message: text }, headers: {}, text },
      { members: { Message: text }, headers: {}, text },
      { members: { message: other, Message: text }, headers: {}, text },
      { members: { Message: other }, headers: { "x-amzn-errormessage": header }, text: header },
      { members: {}, headers: { "x-amzn-errormessage": header }, text: header },
      // The first one counts.
      { members: { message: text, Message: `not ${text}` }, headers: { "x-amzn-errormessage": header }, text },
      { members: {}, headers: {}, text: "" },
      { members: { message: other }, headers: {}, text: "" }
    )
)

const telling: fc.Arbitrary<Telling> = fc.record({
  prefix: fc.oneof(fc.constant(""), fc.stringMatching(/^[a-z.#/]{0,20}#$/)),
  suffix: fc.oneof(fc.constant(""), fc.stringMatching(/^[:,][ -~]{0,20}$/)),
  where: fc.constantFrom<"__type" | "code" | "header">("__type", "code", "header"),
  other: noText,
  message,
  extra,
  order: fc.infiniteStream(fc.nat()),
  status: fc.integer({ min: 300, max: 599 }),
  requestId: fc.option(fc.uuid(), { nil: undefined })
}).map(({ extra, message, order, other, prefix, requestId, status, suffix, where }) => ({
  text: message.text,
  status,
  requestId,
  response: (name) => {
    const code = `${prefix}${name}${suffix}`
    const members = {
      ...extra,
      ...message.members,
      ...(other.length === 0 ? {} : { code: other[0], __type: other[0] }),
      ...(where === "header" ? {} : { [where]: code })
    }
    const shuffled = Object.entries(members)
      .map((entry) => ({ entry, at: order.next().value ?? 0 }))
      .sort((one, two) => one.at - two.at)
      .map(({ entry }) => entry)
    return {
      status,
      headers: {
        ...message.headers,
        ...(where === "header" ? { "x-amzn-errortype": code } : {}),
        ...(requestId === undefined ? {} : { "x-amzn-requestid": requestId })
      },
      body: new TextEncoder().encode(JSON.stringify(Object.fromEntries(shuffled)))
    }
  }
}))

/** The error that an operation reads out of a response. */
const read = (operation: string, response: TransportResponse): object => {
  const result = decode(operationNamed(operation).spec, response)
  if (Result.isSuccess(result)) throw new Error("it is an output")
  return result.failure
}

describe("each of the model's errors", () => {
  it.each(operations)("as an answer to $name", ({ errors, name: operation }) => {
    fc.assert(
      fc.property(telling, ({ requestId, response, status, text }) => {
        for (const name of names) {
          const error = read(operation, response(name))
          if (errors.includes(name)) {
            expect(error).toBeInstanceOf(classes.get(name))
            expect(error).toMatchObject({ _tag: name, name, message: text, operation, httpStatus: status })
            expect(error).toHaveProperty("requestId", requestId)
          } else {
            expect(error).toBeInstanceOf(ClientError)
            expect(error).toMatchObject({
              operation,
              reason: { _tag: "UnmodeledError", code: name, text, status, ...(requestId && { requestId }) }
            })
          }
        }
      }),
      // A run is of all errors, so that to look for a smaller failure would take minutes.
      { numRuns: 3, endOnFailure: true }
    )
  })
})

it("what an error says beside its message is kept where it fits, and left out where it does not", () => {
  const declaring = operations.filter(({ errors }) => errors.includes("InvalidParameterException"))
  fc.assert(
    fc.property(
      fc.constantFrom(...declaring),
      fc.jsonValue({ maxDepth: 1 }),
      fc.string(),
      ({ name }, reasonCode, message) => {
        const body = new TextEncoder().encode(
          JSON.stringify({ __type: "InvalidParameterException", message, reasonCode })
        )
        const error = read(name, { status: 400, headers: {}, body })
        expect(error).toBeInstanceOf(ServiceErrors.InvalidParameterException)
        expect(error).toHaveProperty("message", message)
        if (typeof reasonCode === "string") expect(error).toHaveProperty("reasonCode", reasonCode)
        else expect(error).not.toHaveProperty("reasonCode")
      }
    ),
    { numRuns: 500 }
  )
})

it("a response without a name is an error without a name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...operations), telling, fc.constantFrom("", "#", ":a", " ", "a.b#:c"), (
      { name: operation },
      { requestId, response, status },
      code
    ) => {
      const { body, headers } = response("")
      const { __type, code: _, ...members } = JSON.parse(new TextDecoder().decode(body))
      const { "x-amzn-errortype": __, ...others } = headers
      const error = read(operation, {
        status,
        headers: others,
        body: new TextEncoder().encode(JSON.stringify({ ...members, code }))
      })
      expect(error).toMatchObject({
        _tag: "ClientError",
        reason: { _tag: "DecodeError", status, path: [], ...(requestId && { requestId }) }
      })
    }),
    { numRuns: 500 }
  )
})

describe("the response that an error came from", () => {
  /** Two answers with the same error, and what distinguishes them. */
  const pair = fc.constantFrom(...operations.filter(({ errors }) => errors.length > 0)).chain(({ errors, name }) =>
    fc.record({
      operation: fc.constant(name),
      error: fc.constantFrom(...errors),
      text: fc.string(),
      one: fc.record({ status: fc.integer({ min: 300, max: 599 }), requestId: fc.uuid() }),
      two: fc.record({ status: fc.integer({ min: 300, max: 599 }), requestId: fc.uuid() })
    })
  )
  const answer = (error: string, message: string, { requestId, status }: { status: number; requestId: string }) => ({
    status,
    headers: { "x-amzn-requestid": requestId },
    body: new TextEncoder().encode(JSON.stringify({ __type: error, message }))
  })

  it("is no part of its value", () => {
    fc.assert(
      fc.property(pair, ({ error, one, operation, text, two }) => {
        const first = read(operation, answer(error, text, one))
        const second = read(operation, answer(error, text, two))
        expect(Equal.equals(first, second)).toBe(true)
        expect(Hash.hash(first)).toBe(Hash.hash(second))
        expect(Equal.equals(first, read(operation, answer(error, `${text}!`, one)))).toBe(false)
      }),
      { numRuns: 1000 }
    )
  })

  it("is not shown", () => {
    fc.assert(
      fc.property(pair, ({ error, one, operation, text, two }) => {
        const shown = JSON.stringify(read(operation, answer(error, text, one)))
        expect(shown).toBe(JSON.stringify(read(operation, answer(error, text, two))))
        expect(shown).not.toContain(one.requestId)
        expect(Object.keys(JSON.parse(shown))).not.toContain("httpStatus")
      }),
      { numRuns: 1000 }
    )
  })
})
