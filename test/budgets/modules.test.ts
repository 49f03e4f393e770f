/** What a program loads for one signed call on Node: neither undici nor WebCrypto, and not the whole library. */
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { project } from "../consumers/project.ts"
import { answer } from "../faults/faults.ts"
import { faultServer } from "../faults/faultServer.ts"

const app = `
  import * as Effect from "effect/Effect"
  import * as Redacted from "effect/Redacted"
  import { layer } from "effect-cognito/node"
  import { adminGetUser } from "effect-cognito/operations/Users"

  const live = layer({
    region: "eu-central-1",
    endpoint: process.argv[2],
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
  })
  const call = adminGetUser({ UserPoolId: "eu-central-1_a", Username: "anna" })
  const { Username } = await Effect.runPromise(Effect.provide(call, live))
  console.log(JSON.stringify({ Username, loaded: process.moduleLoadList }))
`

it("loads neither undici nor WebCrypto", () =>
  Effect.gen(function*() {
    const { url } = yield* faultServer([answer({ body: `{"Username":"anna"}` })])
    const { node } = project({ files: { "package.json": `{"type":"module"}`, "app.js": app } })
    const printed = yield* Effect.promise(() => node("app.js", url))
    const { loaded, Username }: { readonly Username: string; readonly loaded: ReadonlyArray<string> } = JSON.parse(
      printed
    )
    expect(Username).toBe("anna")
    expect(loaded).toContain("NativeModule https")
    expect(loaded.filter((name) => /undici|webcrypto$/.test(name))).toEqual([])
  }).pipe(Effect.scoped, Effect.runPromise))
