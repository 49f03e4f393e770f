/**
 * For the same input, the library and the official AWS SDK send the same request; and they know the same operations and
 * errors.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as fc from "fast-check"
import { expect, it } from "vitest"
import { TransportError } from "../../../src/errors/ClientError.ts"
import * as ServiceErrors from "../../../src/errors/ServiceErrors.generated.ts"
import type { TransportRequest } from "../../../src/protocol/Message.ts"
import { callSdk, sdkErrors, sdkErrorsOf, sdkOperations } from "../../support/awsSdk.ts"
import { operationNamed, operationsByName } from "../../support/operations.ts"
import { model, operations, plain, typed } from "../../support/shapes.ts"
import { stub } from "../../support/stub.ts"

/** What the library hands to the network for an input, and whether it wanted a signature. */
const send = async (name: string, input: unknown) => {
  const requests: Array<TransportRequest> = []
  let signatures = 0
  const live = stub(
    (request) => {
      requests.push(request)
      return Effect.fail(new TransportError({ message: "seen" }))
    },
    (request) => {
      signatures++
      return Effect.succeed(request)
    }
  )
  const exit = await Effect.runPromiseExit(Effect.provide(operationNamed(name)(input), live))
  const [request] = requests
  if (request === undefined) throw new Error(`nothing was sent: ${Exit.isFailure(exit) ? exit.cause : ""}`)
  return { request, signed: signatures === 1 }
}

const nothing = { status: 200, headers: {}, body: new TextEncoder().encode("{}") }

it("the library and the SDK have the same operations", () => {
  expect([...operationsByName.keys()].sort()).toEqual(sdkOperations)
  expect(sdkOperations).toEqual(Object.keys(model.operations).sort())
})

it("the library and the SDK have the same errors", () => {
  expect(Object.keys(ServiceErrors).sort()).toEqual(sdkErrors)
  expect(sdkErrors).toEqual(Object.keys(model.errors).sort())
})

it("each operation declares the same errors as the SDK's", () => {
  const ours = [...operationsByName].map(([name, { spec }]) => [name, spec.errors.map(({ identifier }) => identifier)])
  const theirs = [...operationsByName.keys()].map((name) => [name, sdkErrorsOf(name)])
  expect(ours).toEqual(theirs)
})

it.each(operations.map(({ input, name }) => [name, input]))("%s", async (name, shape) => {
  await fc.assert(
    fc.asyncProperty(plain(shape), async (input) => {
      const theirs = (await callSdk(name, input, nothing)).request
      const { request, signed } = await send(name, typed(shape, input))
      expect(JSON.parse(new TextDecoder().decode(request.body))).toEqual(JSON.parse(theirs.body))
      expect(request.method).toBe(theirs.method)
      expect(new URL(request.url).pathname).toBe(theirs.path)
      expect(request.headers["content-type"]).toBe(theirs.headers["content-type"])
      expect(request.headers["x-amz-target"]).toBe(theirs.headers["x-amz-target"])
      expect(signed).toBe("authorization" in theirs.headers)
    }),
    { numRuns: 8 }
  )
})
