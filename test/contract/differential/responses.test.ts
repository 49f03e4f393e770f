/**
 * Fed the same bytes, the library and the official AWS SDK make the same values and the same errors of them.
 */
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decode } from "../../../src/protocol/AwsJson.ts"
import type { TransportResponse } from "../../../src/protocol/Message.ts"
import { callSdk } from "../../support/awsSdk.ts"
import { operationNamed } from "../../support/operations.ts"
import { sample } from "../../support/sample.ts"
import { dilute, operations, plain, unwrap, wire, withExponents } from "../../support/shapes.ts"

const respond = (status: number, body: string, headers = {}): TransportResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": "a-1", ...headers },
  body: new TextEncoder().encode(body)
})

/** The ways to write an output: as it is, and with unknown members, `null` for absent ones, and numbers in E notation. */
const bodiesOf = (output: string | undefined, value: unknown): ReadonlyArray<string> =>
  output === undefined
    ? [""]
    : [JSON.stringify(wire(output, value)), withExponents(dilute(output, wire(output, value), { Anything: ["new"] }))]

/** An input that the SDK sends; what is in it does not matter here. */
const someInput = (shape: string): unknown => sample(plain(shape))

describe("outputs", () => {
  it.each(operations.map(({ input, name, output }) => [name, input, output]))("%s", async (name, input, output) => {
    const { spec } = operationNamed(name ?? "")
    const call = someInput(input ?? "")
    await fc.assert(
      fc.asyncProperty(output === undefined ? fc.constant(undefined) : plain(output), async (value) => {
        for (const body of bodiesOf(output, value)) {
          const response = respond(200, body)
          const theirs = await callSdk(name ?? "", call, response)
          const ours = Result.getOrThrow(decode(spec, response))
          expect(unwrap(ours) ?? {}).toEqual(theirs.result)
        }
      }),
      { numRuns: 8 }
    )
  })
})

describe("errors", () => {
  it.each(operations.map(({ errors, input, name }) => [name, input, errors] as const))(
    "%s",
    async (name, input, errors) => {
      const { spec } = operationNamed(name)
      const call = someInput(input)
      for (const error of [...errors, "UnrecognizedClientException"]) {
        const forms = [
          respond(400, `{"__type":"${error}","message":"Why it failed."}`),
          respond(400, `{"__type":"com.amazonaws.cognito#${error}","Message":"Why it failed."}`),
          respond(400, `{"message":"Why it failed."}`, { "x-amzn-errortype": `${error}:` })
        ]
        for (const response of forms) {
          const theirs = (await callSdk(name, call, response)).result
          const ours = Result.merge(decode(spec, response))
          const declared = errors.includes(error)
          expect(ours).toMatchObject(declared ? { _tag: error } : { reason: { _tag: "UnmodeledError", code: error } })
          expect(theirs).toMatchObject({ name: error, message: "Why it failed." })
          expect(ours).toMatchObject(declared ? { message: "Why it failed." } : { reason: { text: "Why it failed." } })
          expect(ours).toMatchObject(
            declared ? { requestId: "a-1", httpStatus: 400 } : { reason: { requestId: "a-1" } }
          )
        }
      }
    }
  )
})
