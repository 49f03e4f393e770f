/**
 * The secrets of app clients, and the hashes by which requests prove that they know one.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha256 } from "@noble/hashes/sha2.js"
import { utf8ToBytes } from "@noble/hashes/utils.js"
import * as Base64 from "effect/encoding/Base64"
import { unauthorized } from "./Refusal.ts"
import type { Client } from "./State.ts"

/** Refuses a request whose secret hash is not that of the name; a client without a secret takes none. */
export const checkSecretHash = (
  { secrets, settings: { ClientId } }: Client,
  name: string,
  hash: string | undefined
): void => {
  if (secrets.length === 0) {
    if (hash !== undefined) {
      unauthorized(`Client ${ClientId} is not configured with secret but secret hash was received`)
    }
    return
  }
  if (hash === undefined) unauthorized(`Client ${ClientId} is configured with secret but SECRET_HASH was not received`)
  const isRight = secrets.some(({ ClientSecretValue = "" }) =>
    Base64.encode(hmac(sha256, utf8ToBytes(ClientSecretValue), utf8ToBytes(`${name}${ClientId}`))) === hash
  )
  if (!isRight) unauthorized(`Unable to verify secret hash for client ${ClientId}`)
}

/** Refuses a request without the secret itself, where it takes that and not a hash. */
export const checkSecret = ({ secrets, settings: { ClientId } }: Client, secret: string | undefined): void => {
  if (secrets.length === 0) {
    if (secret !== undefined) unauthorized(`Client ${ClientId} is not configured with secret but secret was received`)
    return
  }
  if (secret === undefined) unauthorized(`Client ${ClientId} is configured for secret but secret was not received`)
  if (!secrets.some(({ ClientSecretValue }) => ClientSecretValue === secret)) {
    unauthorized(`Unable to verify secret for client ${ClientId}`)
  }
}
