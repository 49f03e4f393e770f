/**
 * AWS credentials in the plain form of the AWS SDK, as its providers give them, and what the library makes of them.
 *
 * Where they come from is not known here: `effect-cognito/credentials` asks the SDK's providers, `effect-cognito/promise`
 * takes them as an option.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { CredentialsError } from "../errors/ClientError.ts"
import { type AwsCredentials, ClientRegion } from "./Credentials.ts"

/** AWS credentials in their plain form. */
export interface AwsCredentialIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  /** Of temporary credentials. Empty is as good as absent. */
  readonly sessionToken?: string | undefined
  /** When they stop working. Absent: never. */
  readonly expiration?: Date | undefined
}

/** What a provider is told of the client that asks. */
export interface AwsIdentityProperties {
  readonly callerClientConfig?: {
    /** The client's region, in which a provider asks AWS's services unless it is told otherwise. */
    readonly region: () => Promise<string>
  }
}

/** A provider of the AWS SDK. */
export type AwsCredentialIdentityProvider = (properties?: AwsIdentityProperties) => Promise<AwsCredentialIdentity>

/** Asks a provider, which is told the region of the client; `refusal` makes the error of what it rejects with. */
export const askProvider = <E>(
  provider: AwsCredentialIdentityProvider,
  refusal: (thrown: unknown) => E
): Effect.Effect<AwsCredentialIdentity, E> =>
  Effect.flatMap(ClientRegion, (region) =>
    Effect.tryPromise({
      try: async () => provider(region === undefined ? {} : { callerClientConfig: { region: async () => region } }),
      catch: refusal
    }))

/**
 * The credentials with their secrets wrapped. Fails with a `CredentialsError`, which quotes nothing, where the identity or
 * one of its two keys is missing.
 *
 * Providers outside TypeScript also give nothing at all, empty tokens, and expirations as text or as milliseconds.
 */
export const redacted = (
  identity: AwsCredentialIdentity | null | undefined
): Effect.Effect<AwsCredentials, CredentialsError> => {
  if (!identity?.accessKeyId || !identity.secretAccessKey) {
    return Effect.fail(new CredentialsError({ message: "the credentials are incomplete" }))
  }
  const { accessKeyId, secretAccessKey, sessionToken } = identity
  const expiration = timeOf(identity.expiration)
  if (Number.isNaN(expiration?.getTime())) {
    return Effect.fail(new CredentialsError({ message: "the credentials' expiration is no time" }))
  }
  return Effect.succeed({
    accessKeyId,
    secretAccessKey: Redacted.make(secretAccessKey),
    ...(sessionToken ? { sessionToken: Redacted.make(sessionToken) } : {}),
    ...(expiration ? { expiration } : {})
  })
}

/** A time, also as text or in milliseconds; absent where there is nothing. */
const timeOf = (value: unknown): Date | undefined => {
  if (value === undefined || value === null || value === "") return undefined
  return new Date(typeof value === "string" || typeof value === "number" || value instanceof Date ? value : NaN)
}
