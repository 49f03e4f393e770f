/** Tokens that are right are read, all others refused with the reason; keys are fetched when they have to be. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { randomUUID } from "node:crypto"
import { describe, expect, it } from "vitest"
import { type AccessTokenChecks, make, type TokenVerifierOptions } from "../../src/auth/Tokens.ts"
import { makeTokenVerifier } from "../../src/promise/tokens.ts"
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

describe("of several faults the first is told", () => {
  const foreign = { ...access, iss: makeIssuer("eu-central-1_other").url }
  const everything = { iss: foreign.iss, token_use: "id", client_id: "another", scope: "", "cognito:groups": [] }
  const checks = { scopes: "admin", groups: "admins" }

  // Each has all the faults of those after it.
  const order: ReadonlyArray<readonly [reason: string, token: () => string]> = [
    ["Malformed", () => `${issuer.issue({ ...access, ...everything }, -1)}.`],
    ["Signature", () => changed(issuer.issue({ ...access, ...everything }, -1))],
    ["Issuer", () => issuer.issue({ ...access, ...everything }, -1)],
    ["Use", () => issuer.issue({ ...access, ...everything, iss: issuer.url }, -1)],
    ["Client", () => issuer.issue({ ...access, ...everything, iss: issuer.url, token_use: "access" }, -1)],
    ["Expired", () => issuer.issue({ ...access, scope: "", "cognito:groups": [], sub: undefined }, -1)],
    ["Scope", () => issuer.issue({ ...access, scope: "", "cognito:groups": [], sub: undefined })],
    ["Group", () => issuer.issue({ ...access, scope: "admin", "cognito:groups": [], sub: undefined })],
    ["Claims", () => issuer.issue({ ...access, scope: "admin", "cognito:groups": ["admins"], sub: undefined })]
  ]

  it.each(order)("%s", async (reason, token) => {
    // The keys are known.
    const verifier = verifierOf()
    await Effect.runPromise(verifier.access(issuer.issue(access)))
    const error = await Effect.runPromise(Effect.flip(verifier.access(token(), checks)))
    expect(error).toMatchObject({ reason })
  })
})

describe("what is no token", () => {
  const good = issuer.issue(access)
  const [header = "", payload = "", signature = ""] = good.split(".")
  const withHeader = (more: object) => {
    const fields = { ...JSON.parse(Buffer.from(header, "base64url").toString()), ...more }
    return [Buffer.from(JSON.stringify(fields)).toString("base64url"), payload, signature].join(".")
  }
  /** The same bytes, with bits set that are of no byte. */
  const uncanonical = (part: string) => {
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return `${part.slice(0, -1)}${alphabet[alphabet.indexOf(part.at(-1) ?? "") + 1]}`
  }

  const cases: ReadonlyArray<readonly [string, unknown]> = [
    ["undefined", undefined],
    ["null", null],
    ["a number", 7],
    ["an object", { token: good }],
    ["an empty text", ""],
    ["two parts", `${header}.${payload}`],
    ["four parts", `${good}.${signature}`],
    ["padding", `${good}=`],
    ["an address", ` ${good}`],
    ["a signature that is not canonical", `${header}.${payload}.${uncanonical(signature)}`],
    ["an extension that must be understood", withHeader({ crit: ["exp"], exp: 1 })],
    ["no name of a key", withHeader({ kid: undefined })],
    ["a name of a key that is none", withHeader({ kid: 7 })],
    ["9 MB", "a".repeat(9_000_000)]
  ]

  it.each(cases)("%s", async (_, token) => {
    const fetched: Array<string> = []
    const verifier = verifierOf({ fetchKeys: (url) => Effect.sync(() => (fetched.push(url), issuer.jwks())) })
    // As who does not check types may call it.
    const given = token as string
    const errors = [Effect.flip(verifier.access(given)), Effect.flip(verifier.id(given))]
    for (const error of await Effect.runPromise(Effect.all(errors))) {
      expect(error).toMatchObject({ _tag: "InvalidTokenError", reason: "Malformed" })
    }
    expect(fetched).toEqual([])
  })
})

describe("forged names of keys", () => {
  it("are 401, and the keys are asked for at a bounded rate", () =>
    Effect.gen(function*() {
      let fetched = 0
      const verifier = verifierOf({ fetchKeys: () => Effect.sync(() => (fetched++, issuer.jwks())) })
      const forged = Array.from({ length: 50 }, () => makeForged())
      const reasons = yield* Effect.forEach(forged, (token) => Effect.flip(verifier.access(token)), { concurrency: 10 })
      expect(reasons.map((error) => Object(error).reason)).toEqual(forged.map(() => "UnknownKey"))
      expect(fetched).toBe(1)
      // Those of the pool are verified meanwhile.
      yield* verifier.access(issuer.issue(access, 86_400 * 365 * 60))
      yield* TestClock.adjust("11 seconds")
      yield* Effect.forEach(forged, (token) => Effect.flip(verifier.access(token)))
      expect(fetched).toBe(2)
    }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise))

  it("cannot have the keys forgotten where they cannot be fetched again", () =>
    Effect.gen(function*() {
      let fails = false
      const fetchKeys = () => Effect.suspend(() => fails ? Effect.fail("down") : Effect.succeed(issuer.jwks()))
      const verifier = verifierOf({ fetchKeys })
      yield* verifier.access(issuer.issue(access))
      fails = true
      const tags = yield* Effect.forEach(Array.from({ length: 5 }), () => Effect.flip(verifier.access(makeForged())))
      expect(tags.map(({ _tag }) => _tag)).toEqual(["KeysUnavailableError", ...Array(4).fill("InvalidTokenError")])
      yield* verifier.access(issuer.issue(access))
    }).pipe(Effect.runPromise))
})

/** A token whose key nobody has, cheap to make. */
const makeForged = (): string => {
  const [, payload, signature] = issuer.issue(access).split(".")
  const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: randomUUID() })).toString("base64url")
  return `${header}.${payload}.${signature}`
}

describe("a fetch of keys", () => {
  it("goes on where one who waits leaves, who does not wait for it", () =>
    Effect.gen(function*() {
      let fetched = 0
      const fetchKeys = () => Effect.as(Effect.delay(Effect.sync(() => fetched++), "2 seconds"), issuer.jwks())
      const verifier = verifierOf({ fetchKeys })
      const token = issuer.issue(access, 86_400 * 365 * 60)
      const leaving = yield* Effect.forkChild(verifier.access(token), { startImmediately: true })
      const staying = yield* Effect.forkChild(verifier.access(token), { startImmediately: true })
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(leaving)
      yield* TestClock.adjust("1 second")
      expect((yield* Fiber.join(staying)).username).toBe("anna")
      expect(fetched).toBe(1)
    }).pipe(Effect.provide(TestClock.layer()), Effect.runPromise))

  it("that hangs is given up, and the next asks anew", () =>
    Effect.gen(function*() {
      let hangs = true
      const fetchKeys = () => Effect.suspend(() => hangs ? Effect.never : Effect.succeed(issuer.jwks()))
      const verifier = verifierOf({ fetchKeys, keysTimeout: "20 millis" })
      expect((yield* Effect.flip(verifier.access(issuer.issue(access))))._tag).toBe("KeysUnavailableError")
      hangs = false
      yield* verifier.access(issuer.issue(access))
    }).pipe(Effect.runPromise))

  it("that dies, or gives something else, is no fault of the token", () =>
    Effect.gen(function*() {
      for (
        const answer of [
          Effect.die("broken"),
          Effect.succeed("<html>"),
          Effect.succeed({ keys: [7] }),
          Effect.undefined
        ]
      ) {
        const verifier = verifierOf({ fetchKeys: () => answer })
        expect((yield* Effect.flip(verifier.access(issuer.issue(access))))._tag).toBe("KeysUnavailableError")
      }
    }).pipe(Effect.runPromise))

  it.each([{ use: "enc" }, { alg: "RS512" }, { alg: "HS256" }, { kty: "oct", k: "c2VjcmV0" }, { n: undefined }])(
    "gives keys that are not for signatures as if they were not there: %o",
    async (more) => {
      const keys = JSON.parse(JSON.stringify({ keys: issuer.jwks().keys.map((key) => ({ ...key, ...more })) }))
      const verifier = verifierOf({ fetchKeys: () => Effect.succeed(keys) })
      const error = await Effect.runPromise(Effect.flip(verifier.access(issuer.issue(access))))
      expect(error).toMatchObject({ _tag: "InvalidTokenError", reason: "UnknownKey" })
    }
  )
})

describe("several pools", () => {
  const other = makeIssuer("us-east-1_Other")
  const urls: Array<string> = []
  const verifier = Effect.runSync(make({
    userPools: [
      { userPoolId, clientId: ["first", clientId] },
      { userPoolId: "us-east-1_Other", clientId: "second", replicaRegions: ["us-west-2"] }
    ],
    fetchKeys: (url) =>
      Effect.sync(() => {
        urls.push(url)
        return url.includes("us-") ? other.jwks() : issuer.jwks()
      })
  }))
  const verified = (token: string) =>
    Effect.runPromise(Effect.match(verifier.access(token), {
      onFailure: (error) => Object(error).reason,
      onSuccess: ({ client_id }) => client_id
    }))

  it("have each its own app clients and keys", async () => {
    expect(await verified(issuer.issue({ ...access, client_id: "first" }))).toBe("first")
    expect(await verified(other.issue({ ...access, client_id: "second" }))).toBe("second")
    expect(await verified(other.issue({ ...access, client_id: "first" }))).toBe("Client")
    expect(await verified(issuer.issue({ ...access, client_id: "second" }))).toBe("Client")
    expect(await verified(other.issue({ ...access, iss: issuer.url }))).toBe("UnknownKey")
  })

  it("may have replicas, whose issuers are of their regions", async () => {
    const iss = "https://issuer-cognito-idp.us-west-2.amazonaws.com/us-east-1_Other"
    expect(await verified(other.issue({ ...access, client_id: "second", iss }))).toBe("second")
    expect(urls).toContain(`${iss}/.well-known/jwks.json`)
    const elsewhere = iss.replace("us-west-2", "eu-west-1")
    expect(await verified(other.issue({ ...access, client_id: "second", iss: elsewhere }))).toBe("Issuer")
  })

  it("must all be user pools", async () => {
    const bad = make({ userPools: [{ userPoolId, clientId }, { userPoolId: "pool", clientId }] })
    expect(await Effect.runPromise(Effect.flip(bad))).toMatchObject({ _tag: "UserPoolIdError" })
  })
})

describe("plain async code", () => {
  const verifier = makeTokenVerifier({ userPoolId, clientId, fetchKeys: async () => issuer.jwks() })

  it("has the claims, or is told why not", async () => {
    expect(await verifier.access(issuer.issue(access), { scopes: "read" })).toMatchObject({ username: "anna" })
    expect(await verifier.id(issuer.issue(id))).toMatchObject({ "cognito:username": "anna" })
    await expect(verifier.access(issuer.issue(id))).rejects.toMatchObject({ name: "InvalidTokenError", reason: "Use" })
    expect(() => makeTokenVerifier({ userPoolId: "pool", clientId })).toThrow(/not the id of a user pool/)
  })

  it("is told where keys cannot be had", async () => {
    const failing = makeTokenVerifier({ userPoolId, clientId, fetchKeys: () => Promise.reject(new Error("down")) })
    await expect(failing.access(issuer.issue(access))).rejects.toMatchObject({ name: "KeysUnavailableError" })
  })
})
