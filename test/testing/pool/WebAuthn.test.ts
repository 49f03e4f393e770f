/**
 * The relying party's side of WebAuthn: credentials of an authenticator that keeps to every rule are taken, each rule
 * broken alone is a refusal of its own, and what is no credential at all is refused as well, without a throw.
 */
import { encode } from "cborg"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { createHash, createSign, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto"
import { describe, expect, it } from "vitest"
import { readCbor } from "../../../src/testing/pool/Cbor.ts"
import {
  type Ceremony,
  challengeOf,
  creationOptions,
  type Passkey,
  requestOptions,
  verifyAssertion,
  verifyCreation
} from "../../../src/testing/pool/WebAuthn.ts"
import { makeAuthenticator } from "../../auth/authenticator.ts"

const rpId = "example.com"
const challenge = Buffer.from("a challenge of 32 bytes, or so..").toString("base64url")
const ceremony: Ceremony = { rpId, challenge, userVerification: "required" }

/** The flags of authenticator data. @see https://www.w3.org/TR/webauthn-3/#authdata-flags */
const [UP, UV, AT, ED] = [1, 4, 64, 128]

const sha256 = (bytes: Uint8Array | string): Buffer => createHash("sha256").update(bytes).digest()
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url")
const fromBase64url = (text: string): Buffer => Buffer.from(text, "base64url")

type Cose = ReadonlyMap<number, unknown>

/** A key of an authenticator, with its public part in COSE's form. */
interface Key {
  readonly id: Buffer
  readonly privateKey: KeyObject
  readonly cose: Cose
}

const part = (key: KeyObject, name: "e" | "n" | "x" | "y"): Buffer =>
  fromBase64url(String(key.export({ format: "jwk" })[name]))

const elliptic = (namedCurve: string, algorithm: number, curve: number): Key => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve })
  const [x, y] = [part(publicKey, "x"), part(publicKey, "y")]
  const cose = new Map<number, unknown>([[1, 2], [3, algorithm], [-1, curve], [-2, x], [-3, y]])
  return { id: randomBytes(16), privateKey, cose }
}

const rsa = (): Key => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const cose = new Map<number, unknown>([[1, 3], [3, -257], [-1, part(publicKey, "n")], [-2, part(publicKey, "e")]])
  return { id: randomBytes(32), privateKey, cose }
}

const keys = { ES256: elliptic("P-256", -7, 1), RS256: rsa() }
const algorithms = ["ES256", "RS256"] as const

/** Where an authenticator or a browser departs from the rules. */
interface Departure {
  readonly client?: { readonly [member: string]: unknown }
  readonly rpId?: string
  readonly flags?: number
  readonly signCount?: number
  /** The id of the attested credential. */
  readonly attestedId?: Uint8Array
  readonly cose?: Cose | Uint8Array
  /** Bytes behind all that the authenticator data holds. */
  readonly data?: (data: Buffer) => Uint8Array
  readonly attestation?: { readonly [member: string]: unknown }
  readonly attested?: (attestation: Uint8Array) => Uint8Array
  readonly sign?: (key: KeyObject, signed: Buffer) => Buffer
  readonly response?: { readonly [member: string]: unknown }
  readonly credential?: { readonly [member: string]: unknown }
}

const clientData = (type: string, departure: Departure): Buffer =>
  Buffer.from(JSON.stringify({
    type,
    challenge,
    origin: `https://${rpId}`,
    crossOrigin: false,
    ...departure.client
  }))

const counter = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const dataOf = (flags: number, rest: Uint8Array, departure: Departure): Uint8Array => {
  const { data = (data: Buffer) => data, rpId: host = rpId, signCount = 0 } = departure
  return data(Buffer.concat([sha256(host), Uint8Array.of(departure.flags ?? flags), counter(signCount), rest]))
}

/** A credential in JSON's form. Members that are undefined are left out, as in JSON. */
const credentialOf = (id: Buffer, response: object, departure: Departure) => {
  const members = { id: base64url(id), rawId: base64url(id), type: "public-key", clientExtensionResults: {} }
  return JSON.parse(JSON.stringify({
    ...members,
    response: { ...response, ...departure.response },
    ...departure.credential
  }))
}

/** A new credential. */
const created = (key: Key, departure: Departure = {}) => {
  const { attestedId = key.id, cose = key.cose } = departure
  const length = Uint8Array.of(attestedId.length >> 8, attestedId.length & 255)
  const keyBytes = cose instanceof Uint8Array ? cose : encode(cose)
  const rest = Buffer.concat([Buffer.alloc(16), length, attestedId, keyBytes])
  const authData = dataOf(UP | UV | AT, rest, departure)
  const object = encode({ fmt: "none", attStmt: {}, authData, ...departure.attestation })
  const attestationObject = base64url((departure.attested ?? ((bytes) => bytes))(object))
  const clientDataJSON = base64url(clientData("webauthn.create", departure))
  return credentialOf(key.id, { clientDataJSON, attestationObject, transports: ["internal"] }, departure)
}

/** An answer of a credential. */
const asserted = (key: Key, departure: Departure = {}) => {
  const { sign = (key, signed) => createSign("sha256").update(signed).sign(key) } = departure
  const client = clientData("webauthn.get", departure)
  const data = dataOf(UP | UV, new Uint8Array(), departure)
  const response = {
    clientDataJSON: base64url(client),
    authenticatorData: base64url(data),
    signature: base64url(sign(key.privateKey, Buffer.concat([data, sha256(client)])))
  }
  return credentialOf(key.id, response, departure)
}

const passkeyOf = (key: Key, members: Partial<Passkey> = {}): Passkey => ({
  id: base64url(key.id),
  publicKey: base64url(encode(key.cose)),
  algorithm: Number(key.cose.get(3)),
  signCount: 0,
  transports: [],
  ...members
})

/** The reason of a refusal, or "taken". */
const verdict = <A>(result: Result.Result<A, string>): string => Result.isFailure(result) ? result.failure : "taken"

const withMember = (cose: Cose, key: number, value: unknown): Cose => new Map(cose).set(key, value)
const without = (cose: Cose, key: number): Cose => new Map([...cose].filter(([known]) => known !== key))

/** A rule that is broken, what is said then, and of what ceremony. */
type Row = readonly [rule: string, departure: Departure, verdict: string, ceremony?: Partial<Ceremony>]

/** Both ceremonies have these rules. */
const shared: ReadonlyArray<Row> = [
  ["all rules are kept", {}, "taken"],
  ["another type of client data", { client: { type: "webauthn.other" } }, "notAllowed"],
  ["another challenge", { client: { challenge: base64url(randomBytes(32)) } }, "challenge"],
  ["no challenge", { client: { challenge: undefined } }, "notAllowed"],
  ["a page below the relying party", { client: { origin: `https://login.${rpId}:8443` } }, "taken"],
  ["a page of another host", { client: { origin: "https://example.org" } }, "origin"],
  ["a page of a host that ends alike", { client: { origin: `https://not${rpId}` } }, "origin"],
  ["a page of a host that begins alike", { client: { origin: `https://${rpId}.evil.org` } }, "origin"],
  ["a page of the host above", { client: { origin: `https://${rpId}` } }, "origin", { rpId: `login.${rpId}` }],
  ["a page without TLS", { client: { origin: `http://${rpId}` } }, "origin"],
  ["a page of this machine", { rpId: "localhost", client: { origin: "http://localhost:3000" } }, "taken", {
    rpId: "localhost"
  }],
  ["no page, on this machine", { rpId: "localhost", client: { origin: "ftp://localhost" } }, "origin", {
    rpId: "localhost"
  }],
  ["an origin that is none", { client: { origin: "example.com" } }, "origin"],
  ["an origin that is no text", { client: { origin: { host: rpId } } }, "origin"],
  ["a page in another's frame", { client: { crossOrigin: true, topOrigin: "https://example.org" } }, "taken"],
  ["another relying party", { rpId: "example.org" }, "relyingParty"],
  ["no id", { credential: { id: undefined } }, "notAllowed"],
  ["two ids", { credential: { rawId: base64url(randomBytes(16)) } }, "notAllowed"],
  ["another type of credential", { credential: { type: "password" } }, "notAllowed"],
  ["no response", { credential: { response: undefined } }, "notAllowed"],
  ["client data that is no JSON", { response: { clientDataJSON: base64url(Buffer.from("{")) } }, "notAllowed"],
  ["client data that is a list", { response: { clientDataJSON: base64url(Buffer.from("[]")) } }, "notAllowed"],
  ["client data that is no Base64", { response: { clientDataJSON: "{}" } }, "notAllowed"]
]

const flagged = (base: number): ReadonlyArray<Row> => [
  ["no user present", { flags: base | UV }, "userVerification"],
  ["the user is not recognised", { flags: base | UP }, "userVerification"],
  ["the user need not be recognised", { flags: base | UP }, "taken", { userVerification: "preferred" }],
  ["neither, and one is enough", { flags: base }, "userVerification", { userVerification: "preferred" }]
]

const { cose: es256 } = keys.ES256
const { cose: rs256 } = keys.RS256

const ofCreation: ReadonlyArray<Row> = [
  ...shared,
  ...flagged(AT),
  ["the type of an assertion", { client: { type: "webauthn.get" } }, "notAllowed"],
  ["no attested credential", { flags: UP | UV }, "notAllowed"],
  ["another credential is attested", { attestedId: randomBytes(16) }, "notAllowed"],
  ["a packed attestation, which is not looked at", {
    attestation: { fmt: "packed", attStmt: { alg: -7, sig: randomBytes(70), x5c: [randomBytes(300)] } }
  }, "taken"],
  ["no format", { attestation: { fmt: 1 } }, "notAllowed"],
  ["no statement", { attestation: { attStmt: null } }, "notAllowed"],
  ["authenticator data as text", { attestation: { authData: "text" } }, "notAllowed"],
  ["something behind the attestation", { attested: (bytes) => Buffer.concat([bytes, bytes]) }, "notAllowed"],
  ["an attestation that is a list", { attested: () => encode([]) }, "notAllowed"],
  ["something behind the credential", { data: (data) => Buffer.concat([data, encode({})]) }, "notAllowed"],
  ["extensions", {
    flags: UP | UV | AT | ED,
    data: (data) => Buffer.concat([data, encode({ credProtect: 2 })])
  }, "taken"],
  ["extensions that are not there", { flags: UP | UV | AT | ED }, "notAllowed"],
  ["no attestation", { response: { attestationObject: undefined } }, "notAllowed"],
  ["an attestation that is no Base64", { response: { attestationObject: "?" } }, "notAllowed"]
]

/** The same number, which some runtimes read as such. */
const zeroBefore = (bytes: unknown): Buffer => Buffer.concat([Uint8Array.of(0), Buffer.from(Object(bytes))])

const ofKeys: ReadonlyArray<Row> = [
  ["an algorithm that was not offered", { cose: elliptic("P-384", -35, 2).cose }, "notAllowed"],
  ["ES256 with another curve", { cose: elliptic("P-384", -7, 2).cose }, "notAllowed"],
  ["ES256 that names another curve", { cose: withMember(es256, -1, 2) }, "notAllowed"],
  ["ES256 with another type of key", { cose: withMember(es256, 1, 3) }, "notAllowed"],
  ["ES256 off the curve", { cose: withMember(es256, -3, Buffer.alloc(32, 1)) }, "notAllowed"],
  ["ES256 with a long coordinate", { cose: withMember(es256, -2, zeroBefore(es256.get(-2))) }, "notAllowed"],
  ["ES256 with another long coordinate", { cose: withMember(es256, -3, zeroBefore(es256.get(-3))) }, "notAllowed"],
  ["ES256 without a coordinate", { cose: without(es256, -3) }, "notAllowed"],
  ["ES256 with a compressed point", { cose: withMember(es256, -3, true) }, "notAllowed"],
  ["a key of RSA for PS256", { cose: withMember(rs256, 3, -37) }, "notAllowed"],
  ["RS256 with another type of key", { cose: withMember(rs256, 1, 2) }, "notAllowed"],
  ["RS256 without a modulus", { cose: without(rs256, -1) }, "notAllowed"],
  ["RS256 with an empty modulus", { cose: withMember(rs256, -1, new Uint8Array()) }, "notAllowed"],
  ["RS256 with an empty exponent", { cose: withMember(rs256, -2, new Uint8Array()) }, "notAllowed"],
  ["RS256 that says it is ES256", { cose: withMember(rs256, 3, -7) }, "notAllowed"],
  ["ES256 that says it is RS256", { cose: withMember(es256, 3, -257) }, "notAllowed"],
  ["no algorithm", { cose: without(es256, 3) }, "notAllowed"],
  ["a key that is a list", { cose: encode([1, 2]) }, "notAllowed"],
  ["no key", { cose: new Uint8Array() }, "notAllowed"]
]

describe("a new credential", () => {
  const verified = async (key: Key, departure: Departure, more: Partial<Ceremony> = {}) =>
    verdict(await verifyCreation(created(key, departure), { ...ceremony, ...more }))

  for (const algorithm of algorithms) {
    it.for(ofCreation)(`${algorithm}: %s`, async ([, departure, expected, more]) => {
      expect(await verified(keys[algorithm], departure, more)).toBe(expected)
    })

    it(`${algorithm}: is a passkey with all that was told of it`, async () => {
      const transports = ["hybrid", "internal"]
      const departure = { signCount: 7, response: { transports }, credential: { authenticatorAttachment: "platform" } }
      const credential = created(keys[algorithm], departure)
      const expected = passkeyOf(keys[algorithm], { signCount: 7, transports, attachment: "platform" })
      expect(await verifyCreation(credential, ceremony)).toEqual(Result.succeed(expected))
      expect(await verifyCreation(JSON.stringify(credential), ceremony)).toEqual(Result.succeed(expected))
      expect(JSON.parse(JSON.stringify(expected))).toEqual(expected)
    })
  }

  it.for(ofKeys)("%s", async ([, departure, expected]) => {
    expect(await verified(keys.ES256, departure)).toBe(expected)
  })

  it.each([[0, "notAllowed"], [1, "taken"], [1023, "taken"], [1024, "notAllowed"]] as const)(
    "an id of %i bytes",
    async (length, expected) =>
      expect(await verified({ ...keys.ES256, id: Buffer.alloc(length, 1) }, {})).toBe(expected)
  )

  it("has no transports but those that are texts", async () => {
    const transports = ["usb", 1, null, { toString: 1 }, [["usb"]]]
    const passkey = await verifyCreation(created(keys.ES256, { response: { transports } }), ceremony)
    expect(passkey).toMatchObject({ success: { transports: ["usb"] } })
  })
})

describe("an assertion", () => {
  const verified = async (key: Key, departure: Departure, known: Partial<Passkey>, more: Partial<Ceremony> = {}) =>
    verdict(await verifyAssertion(asserted(key, departure), { ...ceremony, ...more }, passkeyOf(key, known)))

  const ofAssertion: ReadonlyArray<Row> = [
    ...shared,
    ...flagged(0),
    ["the type of a creation", { client: { type: "webauthn.create" } }, "notAllowed"],
    ["authenticator data that ends early", { data: (data) => data.subarray(0, 36) }, "notAllowed"],
    ["no authenticator data", { response: { authenticatorData: undefined } }, "notAllowed"],
    ["no signature", { response: { signature: undefined } }, "signature"],
    ["an empty signature", { response: { signature: "" } }, "signature"],
    ["the signature of other bytes", {
      sign: (key, signed) => createSign("sha256").update(signed.subarray(1)).sign(key)
    }, "signature"],
    ["a signature with another digest", {
      sign: (key, signed) => createSign("sha384").update(signed).sign(key)
    }, "signature"],
    ["something behind the signature", {
      sign: (key, signed) => Buffer.concat([createSign("sha256").update(signed).sign(key), Uint8Array.of(0)])
    }, "signature"]
  ]

  for (const algorithm of algorithms) {
    it.for(ofAssertion)(`${algorithm}: %s`, async ([, departure, expected, more]) => {
      expect(await verified(keys[algorithm], departure, {}, more)).toBe(expected)
    })
  }

  it.each(
    [
      [0, 0, "taken"],
      [0, 1, "taken"],
      [1, 2, "taken"],
      [1, 1, "signature"],
      [2, 1, "signature"],
      [1, 0, "signature"],
      [0, 2 ** 32 - 1, "taken"]
    ] as const
  )("the counter was %i and is %i", async (before, now, expected) => {
    expect(await verified(keys.ES256, { signCount: now }, { signCount: before })).toBe(expected)
  })

  it("gives the new counter, of an object and of a text", async () => {
    const credential = asserted(keys.RS256, { signCount: 9 })
    const known = passkeyOf(keys.RS256, { signCount: 8 })
    expect(await verifyAssertion(credential, ceremony, known)).toEqual(Result.succeed(9))
    expect(await verifyAssertion(JSON.stringify(credential), ceremony, known)).toEqual(Result.succeed(9))
  })

  it("is of the known passkey and signed with its key", async () => {
    const other = { ...elliptic("P-256", -7, 1), id: keys.ES256.id }
    expect(verdict(await verifyAssertion(asserted(other), ceremony, passkeyOf(keys.ES256)))).toBe("signature")
    expect(verdict(await verifyAssertion(asserted(keys.RS256), ceremony, passkeyOf(keys.ES256)))).toBe("notAllowed")
  })

  it("is taken whatever the lengths of a signature's numbers are", async () => {
    // About one signature in 128 has a number with a byte less, and DER writes a zero before every other.
    for (let round = 0; round < 400; round++) expect(await verified(keys.ES256, { signCount: round }, {})).toBe("taken")
  })

  it("is refused where something behind the numbers of a signature is counted in", async () => {
    const sign = (key: KeyObject, signed: Buffer): Buffer => {
      const der = createSign("sha256").update(signed).sign(key)
      return Buffer.concat([Uint8Array.of(0x30, der.length - 1), der.subarray(2), Uint8Array.of(0)])
    }
    expect(await verified(keys.ES256, { sign }, {})).toBe("signature")
  })

  it("is refused where ES256 is not signed in DER's form", async () => {
    const sign = (key: KeyObject, signed: Buffer): Buffer =>
      createSign("sha256").update(signed).sign({ key, dsaEncoding: "ieee-p1363" })
    expect(await verified(keys.ES256, { sign }, {})).toBe("signature")
  })

  it.each([
    ["no key", new Uint8Array()],
    ["a list", encode([])],
    ["a modulus that no runtime works with", encode(withMember(rs256, -1, Buffer.alloc(4096, 255)))],
    ["an even modulus", encode(withMember(rs256, -1, Buffer.alloc(256, 254)))],
    ["a modulus of nothing", encode(withMember(rs256, -1, Buffer.alloc(256)))],
    ["an exponent of nothing", encode(withMember(rs256, -2, Uint8Array.of(0)))]
  ])("is refused with a known key that is none: %s", async (_, bytes) => {
    expect(await verified(keys.RS256, {}, { publicKey: base64url(bytes) })).toBe("signature")
    expect(await verified(keys.ES256, {}, { publicKey: base64url(bytes) })).toBe("signature")
  })

  it("is refused with any byte of it changed", async () => {
    const parts = fc.constantFrom("authenticatorData", "clientDataJSON", "signature")
    const drawn = [fc.constantFrom(...algorithms), parts, fc.nat(), fc.integer({ min: 1, max: 255 })] as const
    await fc.assert(
      fc.asyncProperty(...drawn, async (algorithm, part, at, mask) => {
        const key = keys[algorithm]
        const credential = asserted(key)
        expect(verdict(await verifyAssertion(credential, ceremony, passkeyOf(key)))).toBe("taken")
        const bytes = fromBase64url(credential.response[part])
        const index = at % bytes.length
        bytes[index] = (bytes[index] ?? 0) ^ mask
        credential.response[part] = base64url(bytes)
        expect(verdict(await verifyAssertion(credential, ceremony, passkeyOf(key)))).not.toBe("taken")
      }),
      { numRuns: 500 }
    )
  })
})

describe("what is no credential", () => {
  const key = keys.ES256

  /** Nothing may be thrown, and nothing be a passkey that is not whole. */
  const expectSense = async (credential: unknown): Promise<void> => {
    const challenge = challengeOf(credential)
    expect(["string", "undefined"]).toContain(typeof challenge)
    const registered = await verifyCreation(credential, ceremony)
    if (Result.isSuccess(registered)) {
      expect(JSON.parse(JSON.stringify(registered.success))).toEqual(registered.success)
      expect(registered.success.transports.every((transport) => typeof transport === "string")).toBe(true)
    }
    expect(Result.isResult(await verifyAssertion(credential, ceremony, passkeyOf(key)))).toBe(true)
  }

  it.each([
    undefined,
    null,
    true,
    1,
    1n,
    Symbol("credential"),
    "",
    "{",
    "null",
    "\"{}\"",
    [],
    {},
    { response: null },
    { response: [] },
    () => 1,
    "[".repeat(100_000),
    `{"id":${"[".repeat(100_000)}${"]".repeat(100_000)}}`
  ])("%#: is refused", async (credential) => {
    expect(challengeOf(credential)).toBe(undefined)
    expect(verdict(await verifyCreation(credential, ceremony))).toBe("notAllowed")
    expect(verdict(await verifyAssertion(credential, ceremony, passkeyOf(key)))).toBe("notAllowed")
  })

  it("is refused whatever JSON it is", async () => {
    await fc.assert(fc.asyncProperty(fc.oneof(fc.jsonValue(), fc.json(), fc.string()), expectSense))
  })

  it("is refused where members of a credential are anything", async () => {
    const bytes = fc.uint8Array({ maxLength: 300 }).map(base64url)
    const or = (good: unknown) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(good) }, fc.jsonValue(), bytes, fc.constant({ toString: 1 }))
    const [made, said] = [created(key), asserted(key)]
    const responses = [made.response, said.response].map((response) =>
      fc.record({
        ...Object.fromEntries(Object.entries(response).map(([name, good]) => [name, or(good)])),
        transports: fc.oneof(or(["usb"]), fc.array(or("usb")))
      }, { requiredKeys: [] })
    )
    const credentials = fc.record({
      id: or(made.id),
      rawId: or(made.rawId),
      type: or(made.type),
      authenticatorAttachment: or("platform"),
      response: fc.oneof(...responses)
    }, { requiredKeys: [] })
    await fc.assert(fc.asyncProperty(credentials, expectSense), { numRuns: 500 })
  })

  it("is refused where any byte of an attestation is another, or is a passkey with what it says", async () => {
    const drawn = [fc.constantFrom(...algorithms), fc.nat(), fc.integer({ min: 1, max: 255 })] as const
    await fc.assert(
      fc.asyncProperty(...drawn, async (algorithm, at, mask) => {
        const credential = created(keys[algorithm])
        const bytes = fromBase64url(credential.response.attestationObject)
        bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ mask
        credential.response.attestationObject = base64url(bytes)
        await expectSense(credential)
      }),
      { numRuns: 500 }
    )
  })

  it("is refused where an attestation ends early, at whatever byte", async () => {
    const whole = fromBase64url(created(key).response.attestationObject)
    for (let end = 0; end < whole.length; end++) {
      const cut = created(key, { attested: (bytes) => bytes.subarray(0, end) })
      expect(verdict(await verifyCreation(cut, ceremony))).toBe("notAllowed")
    }
  })

  it("is refused where authenticator data ends early, at whatever byte", async () => {
    const length = 55 + key.id.length + encode(key.cose).length
    for (let end = 0; end < length; end++) {
      const cut = created(key, { data: (data) => data.subarray(0, end) })
      expect(verdict(await verifyCreation(cut, ceremony))).toBe("notAllowed")
    }
  })

  const bombs: ReadonlyArray<readonly [string, Uint8Array]> = [
    ...[0x5b, 0x7b, 0x9b, 0xbb, 0xdb].flatMap((head) =>
      [
        [`${head.toString(16)} of 2^64 - 1`, Buffer.from([head, ...Array<number>(8).fill(255)])],
        [`${head.toString(16)} of 2^53 - 1`, Buffer.from([head, 0, 31, 255, 255, 255, 255, 255, 255])],
        [`${head.toString(16)} of 2^32`, Buffer.from([head, 0, 0, 0, 1, 0, 0, 0, 0])]
      ] as const
    ),
    ["lists in lists", Buffer.alloc(100_000, 0x81)],
    ["wide lists in lists", Buffer.alloc(100_002, Uint8Array.of(0x9a, 0, 0, 128, 0))],
    ["maps in maps", Buffer.alloc(100_000, 0xa1)],
    ["tags of tags", Buffer.alloc(100_000, 0xc0)],
    ["a list without an end", Buffer.alloc(100_000, 0x9f)],
    ["a break", Uint8Array.of(0xff)],
    ["a reserved length", Buffer.from([0x1c, ...Array<number>(20).fill(0)])],
    ["a number that JavaScript cannot hold", Buffer.from([0x1b, ...Array<number>(8).fill(255)])]
  ]

  it.each(bombs)("is refused where CBOR is %s", async (_, bytes) => {
    expect(readCbor(bytes)).toBe(undefined)
    expect(verdict(await verifyCreation(created(key, { attested: () => bytes }), ceremony))).toBe("notAllowed")
    expect(verdict(await verifyCreation(created(key, { cose: bytes }), ceremony))).toBe("notAllowed")
  })
})

describe("options", () => {
  const known = passkeyOf(keys.ES256, { transports: ["internal"] })
  const silent = passkeyOf(keys.RS256)
  const user = { id: base64url(Buffer.from("a-user")), name: "ann", displayName: "Ann" }
  const descriptors = [
    { id: known.id, type: "public-key", transports: ["internal"] },
    { id: silent.id, type: "public-key" }
  ]

  it("of a creation offer the two algorithms, and leave known passkeys out", () => {
    const options = creationOptions({
      rpId,
      rpName: "Example",
      challenge,
      user,
      exclude: [known, silent],
      userVerification: "preferred"
    })
    expect(options).toMatchObject({
      rp: { id: rpId, name: "Example" },
      user,
      challenge,
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      excludeCredentials: descriptors,
      authenticatorSelection: { residentKey: "required", userVerification: "preferred" }
    })
  })

  it("of a request name the passkeys that may answer", () => {
    const options = requestOptions({ ...ceremony, allow: [known, silent] })
    expect(options).toMatchObject({ rpId, challenge, allowCredentials: descriptors, userVerification: "required" })
  })

  it("are answered by an authenticator with what is taken", async () => {
    const authenticator = makeAuthenticator(`https://${rpId}`)
    const asked: Ceremony = { ...ceremony, userVerification: "preferred" }
    const offered = creationOptions({ ...asked, rpName: "Example", user, exclude: [] })
    const credential = await Effect.runPromise(authenticator.create(JSON.parse(JSON.stringify(offered))))
    expect(challengeOf(credential)).toBe(challenge)
    expect(challengeOf(JSON.stringify(credential))).toBe(challenge)
    const passkey = Result.getOrThrow(await verifyCreation(credential, asked))
    const requested = requestOptions({ ...asked, allow: [passkey] })
    const answer = await Effect.runPromise(authenticator.get(JSON.parse(JSON.stringify(requested))))
    expect(await verifyAssertion(answer, asked, passkey)).toEqual(Result.succeed(0))
  })
})

describe("CBOR", () => {
  const { value: values } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.maxSafeInteger(),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(true, false, null, undefined),
      fc.array(tie("value"), { maxLength: 30 }),
      fc.array(fc.tuple(fc.oneof(fc.maxSafeInteger(), fc.string()), tie("value")), { maxLength: 30 })
        .map((entries) => new Map(entries))
    )
  }))

  it("is read as it was written, whatever comes behind it", () => {
    fc.assert(fc.property(values, fc.uint8Array(), (value, rest) => {
      const bytes = encode(value)
      expect(readCbor(Uint8Array.from([...bytes, ...rest]))).toEqual({ value, end: bytes.length })
    }))
  })

  it("is refused where it ends early, and never throws", () => {
    fc.assert(fc.property(values, fc.nat(), (value, at) => {
      const bytes = encode(value)
      expect(readCbor(bytes.subarray(0, at % bytes.length))).toBe(undefined)
    }))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = readCbor(bytes)
      expect(read === undefined || (read.end > 0 && read.end <= bytes.length)).toBe(true)
    }))
  })
})
