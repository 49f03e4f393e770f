/**
 * The part of a signature that is the same for all requests of an operation is computed once, by the identity of the
 * headers that the operation sends. Headers that were put together anew for each call would lose it, and nothing else
 * would tell.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { expect, it, vi } from "vitest"
import { adminDisableUser, adminGetUser, layerPublic, Transport, type TransportRequest } from "../../src/index.ts"
import { layerSigner } from "../../src/node/index.ts"

const user = { UserPoolId: "eu-central-1_a", Username: "anna" }

/** How many URLs a program takes apart, which the signer does once for each form of a request. */
const parsedBy = async (program: Effect.Effect<unknown, unknown>): Promise<number> => {
  const { URL } = globalThis
  let count = 0
  vi.stubGlobal(
    "URL",
    class extends URL {
      constructor(url: string | URL, base?: string | URL) {
        super(url, base)
        count++
      }
    }
  )
  try {
    await Effect.runPromise(Effect.exit(program))
    return count
  } finally {
    vi.unstubAllGlobals()
  }
}

it("is computed once for each operation, however often it is called", async () => {
  const requests: Array<TransportRequest> = []
  const send = (request: TransportRequest) => {
    requests.push(request)
    return Effect.succeed({ status: 200, headers: {}, body: new TextEncoder().encode(`{"Username":"anna"}`) })
  }
  const live = Layer.merge(
    Layer.provide(layerPublic({ region: "eu-central-1" }), Layer.succeed(Transport, { send })),
    layerSigner({
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
    })
  )
  const calls = (count: number) =>
    Effect.provide(
      Effect.forEach(Array(count).keys(), () => Effect.andThen(adminGetUser(user), adminDisableUser(user))),
      live
    )
  const [few, many] = [await parsedBy(calls(1)), await parsedBy(calls(50))]
  expect(few).toBeGreaterThan(0)
  expect(many).toBe(few)
  expect(requests).toHaveLength(102)
  expect(new Set(requests.map(({ headers }) => headers.authorization)).size).toBeGreaterThan(1)
})
