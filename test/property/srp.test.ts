/**
 * SRP proofs are those of two other implementations, for users, passwords and server's numbers of all kinds: AWS's old
 * browser library and `cognito-srp-helper`.
 */
import { createSrpSession, signSrpSession } from "cognito-srp-helper"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { createHmac, getDiffieHellman } from "node:crypto"
import { createRequire } from "node:module"
import { describe, expect, it } from "vitest"
import * as Srp from "../../src/auth/Srp.ts"
import * as server from "../support/serverSrp.ts"
import { sample } from "../support/sample.ts"

// What it computes with is not exported by its main module.
const require = createRequire(import.meta.url)
const { default: BigInteger } = require("amazon-cognito-identity-js/lib/BigInteger.js")
const { default: AuthenticationHelper } = require("amazon-cognito-identity-js/lib/AuthenticationHelper.js")

interface Exchange {
  readonly group: string
  readonly name: string
  readonly password: string
  readonly a: string
  readonly B: string
  readonly salt: string
  readonly secretBlock: string
  readonly timestamp: string
}

/** The signature by AWS's old library, which leaves out its last step. */
const byIdentityJs = (exchange: Exchange): string => {
  const { B, a, group, name, password, salt, secretBlock, timestamp } = exchange
  const helper = new AuthenticationHelper(group)
  helper.smallAValue = new BigInteger(a, 16)
  helper.largeAValue = new BigInteger(Srp.ephemeral(Buffer.from(a, "hex")).public, 16)
  let key: Uint8Array | undefined
  helper.getPasswordAuthenticationKey(
    name,
    password,
    new BigInteger(B, 16),
    new BigInteger(salt, 16),
    (_: unknown, made: Uint8Array) => {
      key = made
    }
  )
  return createHmac("sha256", key ?? "")
    .update(group)
    .update(name)
    .update(Buffer.from(secretBlock, "base64"))
    .update(timestamp)
    .digest("base64")
}

/** The public value of a secret number, which is longer there, and the signature with it. */
const byHelper = ({ B, group, name, password, salt, secretBlock, timestamp }: Exchange, smallA: string) => {
  const largeA = server.power(2n, BigInt(`0x${smallA}`), server.N).toString(16)
  // It draws its numbers and tells the time itself; these are the test's.
  const own = { smallA, largeA, timestamp }
  const session = { ...createSrpSession(name, password, `eu-central-1_${group}`, false), ...own }
  const { passwordSignature } = signSrpSession(session, {
    ChallengeName: "PASSWORD_VERIFIER",
    ChallengeParameters: { SALT: salt, SRP_B: B, SECRET_BLOCK: secretBlock, USER_ID_FOR_SRP: name }
  })
  return { A: largeA, signature: passwordSignature }
}

const ours = ({ B, a, group, name, password, salt, secretBlock, timestamp }: Exchange): string =>
  Result.getOrThrow(Srp.signature(
    { group, name, password: Redacted.make(password) },
    Srp.ephemeral(Buffer.from(a, "hex")),
    { public: B, salt, secretBlock },
    timestamp
  ))

const bytes = (size: number) =>
  fc.uint8Array({ minLength: size, maxLength: size }).map((value) => Buffer.from(value).toString("hex"))

/** Numbers as the service sends them, without zeros before them. */
const number = (size: number) => bytes(size).map((hex) => BigInt(`0x1${hex.slice(1)}`).toString(16))

const exchanges: fc.Arbitrary<Exchange> = fc.record({
  group: fc.stringMatching(/^[A-Za-z0-9]{9}$/),
  name: fc.oneof(fc.uuid(), fc.string({ unit: "grapheme", minLength: 1 })),
  password: fc.oneof(fc.string({ minLength: 6 }), fc.string({ unit: "grapheme", minLength: 1 })),
  a: bytes(32),
  B: fc.oneof(number(384), number(383), number(380)),
  // Some salts have an odd number of digits, some a first bit that is set.
  salt: fc.oneof(number(16), number(15), bytes(16).map((hex) => BigInt(`0xf${hex}`).toString(16))),
  secretBlock: fc.uint8Array({ minLength: 64, maxLength: 1024 }).map((value) => Buffer.from(value).toString("base64")),
  timestamp: fc.constant("Mon May 6 08:49:27 UTC 2047")
})

describe("the proof of a password", () => {
  it("is that of amazon-cognito-identity-js", () => {
    fc.assert(
      fc.property(exchanges, (exchange) => {
        expect(ours(exchange)).toBe(byIdentityJs(exchange))
      }),
      { numRuns: 15 }
    )
  })

  it("is that of cognito-srp-helper, whose random numbers are longer", () => {
    fc.assert(
      fc.property(exchanges, bytes(128), (exchange, a) => {
        const { A, signature } = byHelper(exchange, a)
        expect(Srp.ephemeral(Buffer.from(a, "hex")).public).toBe(A)
        expect(ours({ ...exchange, a })).toBe(signature)
      }),
      { numRuns: 15 }
    )
  })

  it("begins with the public value of cognito-srp-helper", () => {
    const { largeA, smallA } = createSrpSession("anna", "secret", "eu-central-1_aBcDeFgHi", false)
    const even = smallA.length % 2 === 0 ? smallA : `0${smallA}`
    expect(Srp.ephemeral(Buffer.from(even, "hex")).public).toBe(largeA)
  })

  it("is another for another password, name, group, salt, block or time", () => {
    const exchange = sample(exchanges)
    const others = [
      { password: `${exchange.password}!` },
      { name: `${exchange.name}!` },
      { group: `${exchange.group}x` },
      { salt: `1${exchange.salt}` },
      { secretBlock: "AAAA" },
      { timestamp: "Mon May 6 08:49:28 UTC 2047" }
    ]
    const signatures = [exchange, ...others.map((other) => ({ ...exchange, ...other }))].map(ours)
    expect(new Set(signatures).size).toBe(signatures.length)
  })
})

describe("a device's verifier", () => {
  /** Salts that begin with zeros or a set bit among them. */
  const salts = fc.tuple(
    fc.constantFrom([], [0], [0, 0], [0, 0x80], [0x0f], [0xff]),
    fc.uint8Array({ minLength: 14, maxLength: 14 })
  ).map(([first, rest]) => Uint8Array.from([...first, ...rest]))

  it("has the service take the device's proofs, and no other's, whatever the salt is", () => {
    fc.assert(
      fc.property(salts, fc.string(), fc.uint8Array({ minLength: 64, maxLength: 64 }), (salt, password, random) => {
        const identity = { group: "-abc", name: "device", password: Redacted.make(password) }
        const { PasswordVerifier, Salt } = Srp.verifier(identity, salt)
        // The service keeps both as numbers.
        const kept = server.numberOf(Buffer.from(Redacted.value(PasswordVerifier), "base64"))
        const keptSalt = server.numberOf(Buffer.from(Salt, "base64")).toString(16)
        const b = server.numberOf(random)
        const B = (server.k * kept + server.power(2n, b, server.N)) % server.N
        const own = Srp.ephemeral(random.subarray(32))
        const proofOf = (password: string) =>
          Result.getOrThrow(
            Srp.signature(
              { ...identity, password: Redacted.make(password) },
              own,
              { public: B.toString(16), salt: keptSalt, secretBlock: "AAAA" },
              "now"
            )
          )
        const A = BigInt(`0x${own.public}`)
        const u = server.numberOf(server.hash(server.signed(A), server.signed(B)))
        const S = server.power((A * server.power(kept, u, server.N)) % server.N, b, server.N)
        const key = server.hmac(server.hmac(server.signed(u), server.signed(S)), "Caldera Derived Key\x01")
        const message = Buffer.concat([Buffer.from("-abcdevice"), Buffer.from("AAAA", "base64"), Buffer.from("now")])
        const expected = server.hmac(key.subarray(0, 16), message).toString("base64")
        expect(proofOf(password)).toBe(expected)
        expect(proofOf(`${password}x`)).not.toBe(expected)
      }),
      { numRuns: 20 }
    )
  })
})

describe("what no honest server sends is refused", () => {
  const N = BigInt(`0x${getDiffieHellman("modp15").getPrime("hex")}`)
  const identity = { group: "aBcDeFgHi", name: "anna", password: Redacted.make("secret") }
  const own = Srp.ephemeral(new Uint8Array(32).fill(7))
  const values = { public: (N - 1n).toString(16), salt: "abc", secretBlock: "AAAA" }
  const sign = (changes: Partial<typeof values>) =>
    Result.mapError(Srp.signature(identity, own, { ...values, ...changes }, "now"), ({ message }) => message)

  it.each([
    ["zero", { public: "0" }, "the server's public value is zero"],
    ["the modulus", { public: N.toString(16) }, "the server's public value is zero"],
    ["twice the modulus", { public: (2n * N).toString(16) }, "the server's public value is zero"],
    ["above the modulus", { public: (N + 1n).toString(16) }, "the server's public value is not below the modulus"],
    ["9 MB of digits", { public: "b".repeat(9_000_000) }, "the server's values are too long"],
    ["9 MB of salt", { salt: "b".repeat(9_000_000) }, "the server's values are too long"],
    ["9 MB of block", { secretBlock: "A".repeat(9_000_000) }, "the server's values are too long"],
    ["no number", { public: "" }, "the server's values cannot be read"],
    ["no hexadecimal number", { public: "xyz" }, "the server's values cannot be read"],
    ["no salt", { salt: "" }, "the server's values cannot be read"],
    ["no Base64", { secretBlock: "*" }, "the server's values cannot be read"]
  ])("%s", (_, changes, message) => {
    expect(sign(changes)).toEqual(Result.fail(message))
    expect(Result.isSuccess(sign({}))).toBe(true)
  })
})

it("the time is written as the service wants it", () => {
  expect(Srp.timestamp(new Date("2047-05-06T08:49:27Z"))).toBe("Mon May 6 08:49:27 UTC 2047")
  expect(Srp.timestamp(new Date("2036-11-29T23:00:02.999Z"))).toBe("Sat Nov 29 23:00:02 UTC 2036")
})
