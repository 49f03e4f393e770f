/** The passkeys of a pool for tests: options as the service gives them, and the check of what an authenticator answers. */
import { createHash, createPublicKey, createVerify, type KeyObject, randomBytes } from "node:crypto"

/** A credential in WebAuthn's JSON form; not more of it than is checked. */
interface Credential {
  readonly id: string
  readonly response: {
    readonly clientDataJSON: string
    readonly authenticatorData: string
    /** Of a new credential: SPKI. */
    readonly publicKey?: string
    /** Of a known one. */
    readonly signature?: string
  }
}

export const makePasskeys = (rpId: string) => {
  const challenges = new Set<string>()
  const credentials = new Map<string, { readonly user: string; readonly key: KeyObject }>()

  const challenge = (): string => {
    const made = randomBytes(32).toString("base64url")
    challenges.add(made)
    return made
  }

  /** What an authenticator said, if it said it here, now and for this. */
  const checked = (credential: unknown, type: string): Credential | undefined => {
    const { id, response } = Object(credential) as Credential
    const client = JSON.parse(Buffer.from(response.clientDataJSON, "base64url").toString())
    const data = Buffer.from(response.authenticatorData, "base64url")
    const isHere = data.subarray(0, 32).equals(createHash("sha256").update(rpId).digest())
    const isPresent = ((data[32] ?? 0) & 1) === 1
    const isAsked = challenges.delete(client.challenge)
    return isHere && isPresent && isAsked && client.type === type && new URL(client.origin).hostname === rpId
      ? { id, response }
      : undefined
  }

  return {
    /** For `navigator.credentials.create`. */
    creationOptions: (user: string) => ({
      rp: { id: rpId, name: "A pool for tests" },
      user: { id: Buffer.from(user).toString("base64url"), name: user, displayName: user },
      challenge: challenge(),
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      timeout: 60_000,
      excludeCredentials: [...credentials].flatMap(([id, { user: owner }]) =>
        owner === user ? [{ type: "public-key", id }] : []
      ),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "preferred" }
    }),
    /** For `navigator.credentials.get`. */
    requestOptions: (user: string) => ({
      rpId,
      challenge: challenge(),
      timeout: 60_000,
      allowCredentials: [...credentials].flatMap(([id, { user: owner }]) =>
        owner === user ? [{ type: "public-key", id }] : []
      ),
      userVerification: "preferred"
    }),
    /** Takes a new credential, if it is right. */
    register: (user: string, credential: unknown): boolean => {
      const right = checked(credential, "webauthn.create")
      if (right?.response.publicKey === undefined) return false
      const der = Buffer.from(right.response.publicKey, "base64url")
      credentials.set(right.id, { user, key: createPublicKey({ key: der, format: "der", type: "spki" }) })
      return true
    },
    /** Whether a credential proves the user. */
    verify: (user: string, credential: unknown): boolean => {
      const right = checked(credential, "webauthn.get")
      const known = credentials.get(right?.id ?? "")
      if (right === undefined || known?.user !== user) return false
      const { authenticatorData, clientDataJSON, signature = "" } = right.response
      return createVerify("sha256")
        .update(Buffer.from(authenticatorData, "base64url"))
        .update(createHash("sha256").update(Buffer.from(clientDataJSON, "base64url")).digest())
        .verify(known.key, signature, "base64url")
    }
  }
}
