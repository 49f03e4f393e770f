/** Tokens that are right are read, all others refused with the reason; keys are fetched when they have to be. */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { describe, expect, it } from "vitest"
import { type AccessTokenChecks, make, type TokenVerifierOptions } from "../../src/auth/Tokens.ts"
import { makeIssuer } from "../support/issuer.ts"

const userPoolId = "eu-central-1_aBcDeFgHi"
const clientId = "4kweljr01yrea5qfflyxio4em"
const issuer = makeIssuer(userPoolId)

const access = { sub: "8f1c", token_use: "access", client_id: clientId, username: "anna", scope: "read write" }
const id = { sub: "8f1c", token_use: "id", aud: clientId, "cognito:username": "anna", "custom:tenant": "acme" }

const verifierOf = (options: Partial<TokenVerifierOptions> = {}) =>
  Effect.runSync(
    make({ userPoolId, clientId, fetchKeys: () => Effect.sync(() => issuer.jwks()), ...options })
  )

const changed = (token: string): string => {
  const [header, payload = "", signature] = token.split(".")
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString())
  return [header, Buffer.from(JSON.stringify({ ...claims, sub: "root" })).toString("base64url"), signature].join(".")
}

const reasonOf = (token: string, checks?: AccessTokenChecks): Promise<string> =>
  Effect.runPromise(
    Effect.match(verifierOf().access(token, checks), {
      onFailure: (error) => error._tag === "InvalidTokenError" ? error.reason : error._tag,
      onSuccess: () => "valid"
    })
  )

it("an access token's claims are read", async () => {
  const token = issuer.issue({ ...access, "cognito:groups": ["staff"] })
  const claims = await Effect.runPromise(verifierOf().access(Redacted.make(token)))
  expect(claims).toMatchObject({ sub: "8f1c", username: "anna", scope: "read write", "cognito:groups": ["staff"] })
  expect(claims.exp.getTime() - claims.iat.getTime()).toBe(3_600_000)
})

it("an id token's claims are read, custom ones by a schema", async () => {
  const token = issuer.issue({ ...id, email: "a@example.com", email_verified: "false", "custom:level": "3" })
  const custom = Schema.Struct({ "custom:tenant": Schema.String, "custom:level": Schema.FiniteFromString })
  const claims = await Effect.runPromise(verifierOf().id(token, { claims: custom }))
  expect(claims).toMatchObject({ email: "a@example.com", email_verified: false, "custom:tenant": "acme" })
  const level: number = claims["custom:level"]
  expect(level).toBe(3)
})

it("a program's own token has no user", async () => {
  expect(await reasonOf(issuer.issue({ ...access, username: undefined }))).toBe("valid")
})

const cases: ReadonlyArray<readonly [reason: string, token: string, checks?: AccessTokenChecks]> = [
  ["valid", issuer.issue(access)],
  ["valid", issuer.issue(access), { scopes: ["admin", "write"] }],
  ["valid", issuer.issue({ ...access, "cognito:groups": ["staff"] }), { groups: "staff" }],
  ["valid", issuer.issue({ ...access, iss: `https://issuer-cognito-idp.eu-central-1.amazonaws.com/${userPoolId}` })],
  ["Malformed", "not a token"],
  ["Malformed", "a.b.c"],
  ["Signature", changed(issuer.issue(access))],
  ["Signature", issuer.issue(access).replace(/[^.]+$/, "AAAA")],
  ["UnknownKey", makeIssuer(userPoolId).issue(access)],
  ["Expired", issuer.issue(access, -1)],
  ["NotYetValid", issuer.issue({ ...access, nbf: Math.floor(Date.now() / 1000) + 60 })],
  ["Issuer", makeIssuer("eu-central-1_other").issue(access)],
  ["Client", issuer.issue({ ...access, client_id: "another" })],
  ["Use", issuer.issue(id)],
  ["Group", issuer.issue({ ...access, "cognito:groups": ["staff"] }), { groups: ["admins", "owners"] }],
  ["Group", issuer.issue(access), { groups: "admins" }],
  ["Scope", issuer.issue(access), { scopes: "admin" }],
  ["Claims", issuer.issue({ ...access, sub: undefined })]
]

it.each(cases.map(([reason, token, checks]) => ({ reason, token, checks })))(
  "$reason",
  async ({ checks, reason, token }) => {
    expect(await reasonOf(token, checks)).toBe(reason)
  }
)

it("a token without algorithm is none", async () => {
  const [, payload] = issuer.issue(access).split(".")
  const header = Buffer.from(JSON.stringify({ alg: "none", kid: issuer.jwks().keys[0]?.kid })).toString("base64url")
  expect(await reasonOf(`${header}.${payload}.`)).toMatch(/Malformed|Signature/)
})

it("neither the token nor its claims are in an error", async () => {
  const token = issuer.issue({ ...access, client_id: "another" })
  const error = await Effect.runPromise(Effect.flip(verifierOf().access(token)))
  expect(`${error.message} ${JSON.stringify(error)}`).not.toMatch(/"another"|8f1c|anna/)
  expect(`${error.message} ${JSON.stringify(error)}`).not.toContain(token)
})

it("clocks may be apart as far as they are allowed to", async () => {
  const token = issuer.issue(access, -30)
  expect((await Effect.runPromise(verifierOf({ clockTolerance: "1 minute" }).access(token))).username).toBe("anna")
})

it("tokens of several app clients are taken", async () => {
  const verifier = verifierOf({ clientId: ["first", clientId] })
  expect((await Effect.runPromise(verifier.access(issuer.issue(access)))).client_id).toBe(clientId)
})

it("what is no user pool is refused at once", async () => {
  const error = await Effect.runPromise(Effect.flip(make({ userPoolId: "pool", clientId })))
  expect(error).toMatchObject({ _tag: "UserPoolIdError", message: `not the id of a user pool: "pool"` })
})

describe("keys", () => {
  it("are fetched once, and again after they were rotated", async () => {
    const issuer = makeIssuer(userPoolId)
    const urls: Array<string> = []
    const verifier = verifierOf({ fetchKeys: (url) => Effect.sync(() => (urls.push(url), issuer.jwks())) })
    const first = issuer.issue(access)
    await Effect.runPromise(Effect.all([verifier.access(first), verifier.access(first)], { concurrency: "unbounded" }))
    await Effect.runPromise(verifier.access(first))
    expect(urls).toEqual([`${issuer.url}/.well-known/jwks.json`])
    issuer.rotate()
    await Effect.runPromise(verifier.access(issuer.issue(access)))
    await Effect.runPromise(verifier.access(first))
    expect(urls).toHaveLength(2)
  })

  it("that cannot be had are no fault of the token, and are asked for again", async () => {
    let fails = true
    const fetchKeys = () => Effect.suspend(() => fails ? Effect.fail("no network") : Effect.succeed(issuer.jwks()))
    const verifier = verifierOf({ fetchKeys })
    const error = await Effect.runPromise(Effect.flip(verifier.access(issuer.issue(access))))
    expect(error._tag).toBe("KeysUnavailableError")
    fails = false
    await Effect.runPromise(verifier.access(issuer.issue(access)))
  })

  it("are not asked for at each token that names an unknown one", async () => {
    let fetched = 0
    const verifier = verifierOf({ fetchKeys: () => Effect.sync(() => (fetched++, issuer.jwks())) })
    const unknown = verifier.access(makeIssuer(userPoolId).issue(access))
    for (let times = 0; times < 3; times++) await Effect.runPromise(Effect.flip(unknown))
    expect(fetched).toBe(1)
    await Effect.runPromise(verifier.access(issuer.issue(access)))
  })
})
