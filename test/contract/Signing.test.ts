/** Which operations are signed, and that a server which computes the signatures itself agrees with them. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { Credentials } from "../../src/client/Credentials.ts"
import { globalSignOut } from "../../src/operations/Auth.ts"
import { adminGetUser, adminUpdateUserAttributes, getUser } from "../../src/operations/Users.ts"
import { layerPublic } from "../../src/Service.ts"
import { layerSigner, type SignerOptions } from "../../src/client/Signer.ts"
import { layerFetch, Transport } from "../../src/client/Transport.ts"
import { credentials, region } from "../support/client.ts"
import { minimalInput, operationNames, publicNames } from "../support/model.ts"
import { operationsByName } from "../support/operations.ts"
import { json, scriptedClient, ScriptedServer } from "../support/scriptedServer.ts"

const user = { UserPoolId: "eu-central-1_aBcDeFgHi", Username: "zoë 🦊" }

const server = scriptedClient({
  AdminGetUser: () => json({ Username: user.Username }),
  AdminUpdateUserAttributes: () => ({}),
  GetUser: () => json({ Username: user.Username, UserAttributes: [] }),
  GlobalSignOut: () => ({})
})

/** Runs a test against a server, with another signer than the server's credentials call for. */
const withSigner = (options: Partial<SignerOptions>) =>
  Effect.provide(
    Layer.merge(Layer.provide(server, layerFetch), layerSigner({ region, credentials, ...options }))
  )

const refused = Effect.flip(adminGetUser(user)).pipe(Effect.map(({ message }) => message))

describe("the signature", () => {
  it.live("covers a body beyond ASCII", () =>
    Effect.gen(function*() {
      const { Username } = yield* adminGetUser(user)
      assert.strictEqual(Username, "zoë 🦊")
      yield* adminUpdateUserAttributes({
        ...user,
        UserAttributes: [{ Name: "name", Value: "\u0000 \" \\ é 漢字 👩‍👩‍👧 \u2028" }]
      })
      const { requests } = yield* ScriptedServer
      assert.deepStrictEqual(requests[1]?.input.UserAttributes, [
        { Name: "name", Value: "\u0000 \" \\ é 漢字 👩‍👩‍👧 \u2028" }
      ])
    }).pipe(Effect.provide(Layer.provide(server, layerFetch))))

  it.live("covers a session token", () =>
    Effect.gen(function*() {
      yield* adminGetUser(user)
      const { requests } = yield* ScriptedServer
      assert.strictEqual(requests[0]?.headers["x-amz-security-token"], "IQoJb3JpZ2luX2VjEXAMPLE//+==")
    }).pipe(
      withSigner({ credentials: { ...credentials, sessionToken: Redacted.make("IQoJb3JpZ2luX2VjEXAMPLE//+==") } })
    ))

  it.live("of another secret is refused", () =>
    Effect.gen(function*() {
      assert.strictEqual(
        yield* refused,
        "AdminGetUser: UnmodeledError: HTTP 403 InvalidSignatureException: The request signature does not match."
      )
    }).pipe(withSigner({ credentials: { ...credentials, secretAccessKey: Redacted.make("another") } })))

  it.live("for another region is refused", () =>
    Effect.gen(function*() {
      assert.include(yield* refused, "HTTP 403 InvalidSignatureException")
    }).pipe(withSigner({ region: "eu-west-1" })))

  it.live("of an unknown access key is refused", () =>
    Effect.gen(function*() {
      assert.include(yield* refused, "HTTP 403 UnrecognizedClientException")
    }).pipe(withSigner({ credentials: { ...credentials, accessKeyId: "AKIAI44QH8DHBEXAMPLE" } })))

  it.live("does not hold for another body", () => {
    const corrupting = Layer.effect(
      Transport,
      Effect.map(Transport, ({ send }) => ({
        send: (request) => send({ ...request, body: new TextEncoder().encode("{\"UserPoolId\":\"mine\"}") })
      }))
    )
    return Effect.gen(function*() {
      assert.include(yield* refused, "HTTP 403 InvalidSignatureException")
    }).pipe(Effect.provide(Layer.provide(server, Layer.provide(corrupting, layerFetch))))
  })

  it.live("is made anew for every request, with the credentials of that moment", () => {
    let fetched = 0
    const get = Effect.sync(() => {
      fetched++
      return credentials
    })
    const signer = Layer.provide(layerSigner({ region }), Layer.succeed(Credentials, { get }))
    return Effect.gen(function*() {
      yield* Effect.all([adminGetUser(user), adminGetUser(user), adminGetUser(user)], { concurrency: "unbounded" })
      assert.strictEqual(fetched, 3)
      const { requests } = yield* ScriptedServer
      assert.lengthOf(requests, 3)
    }).pipe(Effect.provide(Layer.merge(Layer.provide(server, layerFetch), signer)))
  })
})

const everything = scriptedClient(
  Object.fromEntries(operationNames.map((name) => [name, () => ({ ...json({ __type: "Seen" }), status: 400 })]))
)

describe("with a signer at hand", () => {
  it.live("public operations go unsigned and the others signed, as the model says", () =>
    Effect.gen(function*() {
      for (const operation of operationsByName.values()) {
        const input = Schema.decodeUnknownSync(operation.spec.input)(minimalInput(operation.spec.name))
        const error = yield* Effect.flip(operation(input))
        // The server lets nothing through that is signed as it should not be.
        assert.include(String(error), `${operation.spec.name}: UnmodeledError: HTTP 400 Seen`)
      }
      const { requests } = yield* ScriptedServer
      const signed = requests.filter(({ headers }) => "authorization" in headers).map(({ operation }) => operation)
      assert.deepStrictEqual(requests.map(({ operation }) => operation).sort(), operationNames)
      assert.isNotEmpty(publicNames)
      assert.deepStrictEqual(
        signed.sort(),
        operationNames.filter((name) => !publicNames.includes(name))
      )
    }).pipe(Effect.provide(Layer.provide(everything, layerFetch))))
})

describe("without a signer", () => {
  it.live("public operations work", () =>
    Effect.gen(function*() {
      const { endpoint, requests } = yield* ScriptedServer
      const AccessToken = Redacted.make("a.b.c")
      yield* getUser({ AccessToken }).pipe(
        Effect.andThen(globalSignOut({ AccessToken })),
        Effect.provide(Layer.provide(layerPublic({ endpoint }), layerFetch))
      )
      assert.deepStrictEqual(requests.map(({ operation }) => operation), ["GetUser", "GlobalSignOut"])
    }).pipe(Effect.provide(Layer.provide(server, layerFetch))))
})
