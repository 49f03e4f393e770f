/**
 * The conformance runner: that it tells right from wrong, on a few cases of its own. On the public suites it is run where
 * there is a copy of them beside the repo.
 */
import { assert, it } from "@effect/vitest"
import { createSrpSession, signSrpSession } from "cognito-srp-helper"
import * as Effect from "effect/Effect"
import { createHash, createHmac } from "node:crypto"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe } from "vitest"
import { runFolder } from "../../conformance/folder.ts"

/** A folder of suites, for as long as the effect runs. */
const withFolder = <A>(files: { readonly [name: string]: unknown }, run: (folder: string) => Effect.Effect<A>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "conformance-"))
      Object.entries(files).forEach(([name, content]) => writeFileSync(join(folder, name), JSON.stringify(content)))
      return folder
    }),
    run,
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  )

const shapes = {
  "a#Thing": {
    type: "structure",
    members: {
      Name: { target: "smithy.api#String" },
      At: { target: "smithy.api#Timestamp" },
      On: { target: "smithy.api#Timestamp", traits: { "smithy.api#timestampFormat": "date-time" } },
      Bytes: { target: "smithy.api#Blob" },
      Parts: { target: "a#Things" },
      Choice: { target: "a#Choice" }
    }
  },
  "a#Things": { type: "list", member: { target: "a#Thing" } },
  "a#Choice": { type: "union", members: { Left: { target: "smithy.api#String" } } },
  "a#Lost": {
    type: "structure",
    members: { Message: { target: "smithy.api#String" }, Place: { target: "smithy.api#String" } },
    traits: { "smithy.api#error": "client" }
  }
}

const params = { Name: "é", At: 1.5, Bytes: "foo", Parts: [{ Parts: [{ Name: "deep" }] }], Choice: null }
const body = "{\"Name\":\"é\",\"At\":1.5,\"Bytes\":\"Zm9v\",\"Parts\":[{\"Parts\":[{\"Name\":\"deep\"}]}]}"

const operation = { operation: "PutThing", input: "a#Thing", output: "a#Thing", errors: ["a#Lost"], shape: "a#Thing" }
const request = { ...operation, kind: "request" }
const response = { ...operation, kind: "response", code: 200 }
const lost = { ...response, shape: "a#Lost", code: 400 }

const json = {
  right: [
    { ...request, id: "body", params, body, headers: { "X-Amz-Target": "Any.PutThing" } },
    { ...request, id: "lengths", params, requireHeaders: ["Content-Length"], forbidHeaders: ["Authorization"] },
    { ...response, id: "body", params: { ...params, Choice: undefined }, body: body.replace("{", "{\"New\":1,") },
    {
      ...lost,
      id: "error",
      params: { Message: "gone", Place: "attic" },
      headers: { "X-Amzn-ErrorType": "a#Lost:http://a" },
      body: "{\"Message\":\"gone\",\"Place\":\"attic\"}"
    }
  ],
  wrong: [
    { ...request, id: "other body", params, body: body.replace("deep", "flat") },
    { ...request, id: "other target", params, headers: { "X-Amz-Target": "Any.GetThing" } },
    { ...request, id: "other path", params, uri: "/things" },
    { ...request, id: "bad input", params: { Name: 1 } },
    { ...response, id: "other output", params: { Name: "f" }, body: "{\"Name\":\"e\"}" },
    { ...response, id: "not JSON", params: {}, body: "<p>" },
    { ...response, id: "error for output", params: {}, code: 400, body: "{\"__type\":\"Lost\"}" },
    { ...lost, id: "other error", params: {}, body: "{\"__type\":\"Found\"}" },
    { ...lost, id: "other member", params: { Place: "attic" }, body: "{\"__type\":\"Lost\",\"Place\":\"cellar\"}" }
  ],
  neither: [
    { ...request, id: "union", params: { Choice: { Left: "a" } } },
    { ...request, id: "format", params: { Parts: [{ On: 1 }] } },
    { ...request, id: "compressed", operationTraits: { "smithy.api#requestCompression": {} } },
    { ...response, id: "server's", appliesTo: "server" }
  ]
}

const hash = createHash("sha256").update("").digest("hex")

const signed = (name: string, path: string, canonicalPath: string, context = {}) => {
  const canonical = `GET\n${canonicalPath}\n\nhost:example.org\nx-amz-date:20261123T101530Z\n\nhost;x-amz-date\n${hash}`
  const scope = "20261123/eu-west-1/service/aws4_request"
  const digest = createHash("sha256").update(canonical).digest("hex")
  const key = scope.split("/").reduce<string | Buffer>(
    (key, part) => createHmac("sha256", key).update(part).digest(),
    "AWS4secret"
  )
  return {
    name,
    context: {
      credentials: { access_key_id: "AKIDEXAMPLE", secret_access_key: "secret" },
      normalize: true,
      region: "eu-west-1",
      service: "service",
      timestamp: "2026-11-23T10:15:30Z",
      ...context
    },
    request: `GET ${path} HTTP/1.1\nHost:example.org\n`,
    "header-canonical-request": canonical,
    "header-signature": createHmac("sha256", key)
      .update(`AWS4-HMAC-SHA256\n20261123T101530Z\n${scope}\n${digest}`)
      .digest("hex")
  }
}

const signatures = {
  right: [signed("path", "/a/./b", "/a/b")],
  wrong: [signed("other path", "/a/b", "/a/c"), { ...signed("other signature", "/", "/"), "header-signature": "00" }],
  neither: [signed("S3's", "/a/./b", "/a/./b", { normalize: false })]
}

/** Computed by another implementation. */
const proofs = () => {
  const session = createSrpSession("ada", "Passw0rd!", "eu-west-1_aBcDeFgHi", false)
  const [B, salt, secretBlock] = ["2f", "3", "AAAA"] as const
  const { passwordSignature } = signSrpSession(session, {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: { SALT: salt, SRP_B: B, SECRET_BLOCK: secretBlock, USER_ID_FOR_SRP: "ada" }
  })
  const right = {
    id: "right",
    poolId: "eu-west-1_aBcDeFgHi",
    userIdForSrp: "ada",
    password: "Passw0rd!",
    a: session.smallA,
    B,
    salt,
    secretBlock,
    timestamp: session.timestamp,
    expected: { A: session.largeA, hkdf: "", PASSWORD_CLAIM_SIGNATURE: passwordSignature }
  }
  return {
    right: [right],
    wrong: [{ ...right, id: "other password", password: "passw0rd!" }, { ...right, id: "other number", a: "1" }]
  }
}

const lines = (text: string): ReadonlyArray<string> => text.split("\n").filter((line) => /^\S/.test(line))

describe("the conformance runner", () => {
  it.live("passes what is right", () =>
    withFolder({
      "awsjson11.json": { tests: json.right, shapes },
      "sigv4.json": { cases: signatures.right },
      "srp.json": { vectors: proofs().right }
    }, (folder) =>
      Effect.gen(function*() {
        const { ok, text } = yield* runFolder(folder)
        assert.deepStrictEqual(text.split("\n").filter((line) => line !== ""), [
          "awsjson11.json: 4 passed, 0 failed, 0 not applicable",
          "sigv4.json: 1 passed, 0 failed, 0 not applicable",
          "srp.json: 1 passed, 0 failed, 0 not applicable"
        ])
        assert.isTrue(ok)
      })))

  it.live("fails what is wrong, each with its reason", () =>
    withFolder({
      "awsjson11.json": { tests: [...json.right, ...json.wrong], shapes },
      "sigv4.json": { cases: signatures.wrong },
      "srp.json": { vectors: proofs().wrong }
    }, (folder) =>
      Effect.gen(function*() {
        const { ok, text } = yield* runFolder(folder)
        assert.deepStrictEqual(lines(text), [
          "awsjson11.json: 4 passed, 9 failed, 0 not applicable",
          "sigv4.json: 0 passed, 2 failed, 0 not applicable",
          "srp.json: 0 passed, 2 failed, 0 not applicable"
        ])
        assert.isFalse(ok)
        for (const { id, kind } of json.wrong) assert.include(text, `\n    ${kind} ${id}`)
        assert.include(text, "failed: the path is \"/\", expected \"/things\"")
        assert.include(text, "failed: nothing was sent: the call failed: ")
      })))

  it.live("leaves out what does not apply, each with its reason", () =>
    withFolder({
      "awsjson11.json": { tests: json.neither, shapes },
      "sigv4.json": { cases: signatures.neither }
    }, (folder) =>
      Effect.gen(function*() {
        const { ok, text } = yield* runFolder(folder)
        assert.deepStrictEqual(lines(text), [
          "awsjson11.json: 0 passed, 0 failed, 4 not applicable",
          "sigv4.json: 0 passed, 0 failed, 1 not applicable"
        ])
        assert.isTrue(ok)
        assert.include(text, "not applicable: Cognito has no union shapes (1)\n    request union")
        assert.include(text, "not applicable: Cognito has no timestamps as date-time (1)\n    request format")
      })))

  it.live("fails in a folder without suites", () =>
    withFolder({}, (folder) => Effect.map(runFolder(folder), ({ ok }) => assert.isFalse(ok))))
})

const publicSuites = fileURLToPath(new URL("../../../shared/cases", import.meta.url))

describe.runIf(existsSync(publicSuites))("the public suites", () => {
  it.live("pass", () =>
    Effect.gen(function*() {
      const { ok, text } = yield* runFolder(publicSuites)
      assert.isTrue(ok, text)
    }))
})
