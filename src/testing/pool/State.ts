/**
 * What an account holds: pools with their users, clients, groups and the rest, as immutable values. Operations make
 * another state of it; nothing in here changes.
 *
 * What the service describes as a whole (a group, a client, a pool's settings) is kept in the form in which it describes
 * it. All of it can be written as JSON, see `Snapshot.ts`.
 */
import type { Plain } from "../../protocol/Plain.ts"
import type * as Schemas from "../../schema/index.ts"
import { refuse } from "./Refusal.ts"
import { Table } from "./Table.ts"
import type { Passkey } from "./WebAuthn.ts"

/** All that there is. */
export interface State {
  readonly pools: Table<Pool>
  /** App clients of all pools, by their ids. */
  readonly clients: Table<Client>
  /** Domains of all pools, by their names. */
  readonly domains: Table<Plain<Schemas.DomainDescriptionType>>
  /** Provisioned limits that were asked for, by category. */
  readonly limits: Table<number>
}

/** An account without a pool. */
export const empty: State = {
  pools: Table.empty,
  clients: Table.empty,
  domains: Table.empty,
  limits: Table.empty
}

/** A user pool. */
export interface Pool {
  readonly id: string
  /** As `DescribeUserPool` gives it, but for what is counted or kept elsewhere. */
  readonly settings: Plain<Schemas.UserPoolType>
  /** As `GetUserPoolMfaConfig` gives it. */
  readonly mfa: Plain<Schemas.GetUserPoolMfaConfigResponse>
  /** By the name in the pool, see `Directory.ts`. */
  readonly users: Table<User>
  /** The names in the pool, by everything else by which users are found. */
  readonly aliases: Table<string>
  readonly groups: Table<Plain<Schemas.GroupType>>
  readonly identityProviders: Table<Plain<Schemas.IdentityProviderType>>
  readonly resourceServers: Table<Plain<Schemas.ResourceServerType>>
  readonly terms: Table<Plain<Schemas.TermsType>>
  readonly brandings: Table<Branding>
  readonly uiCustomizations: Table<Plain<Schemas.UICustomizationType>>
  readonly importJobs: Table<ImportJob>
  readonly riskConfigurations: Table<Plain<Schemas.RiskConfigurationType>>
  readonly replicas: Table<Plain<Schemas.UserPoolReplicaType>>
  readonly logConfigurations: ReadonlyArray<Plain<Schemas.LogConfigurationType>>
  readonly sessionConfiguration: Plain<Schemas.GetUserPoolSessionConfigurationResponse> | undefined
  /** The keys that tokens were signed with, private JWKs; the last one signs. */
  readonly keys: ReadonlyArray<SigningKey>
}

/** A key that signs tokens, as a private JSON Web Key. */
export interface SigningKey {
  readonly kid: string
  readonly jwk: { readonly [member: string]: unknown }
}

/** An app client. */
export interface Client {
  readonly settings: Plain<Schemas.UserPoolClientType> & { readonly UserPoolId: string; readonly ClientId: string }
  /** All secrets that are good, the one of the client itself first. */
  readonly secrets: ReadonlyArray<Plain<Schemas.ClientSecretDescriptorType>>
  readonly session: Plain<Schemas.GetUserPoolClientSessionConfigurationResponse> | undefined
}

/** A style of managed login and the client that it is for. */
export interface Branding {
  readonly clientId: string
  readonly style: Plain<Schemas.ManagedLoginBrandingType> & { readonly ManagedLoginBrandingId: string }
}

/** An import job and the file that was uploaded for it. */
export interface ImportJob {
  readonly job: Plain<Schemas.UserImportJobType> & { readonly JobId: string }
  readonly file: string | undefined
}

/** A user. Times are in milliseconds since 1970. */
export interface User {
  /** The name in the pool: `USER_ID_FOR_SRP`, the `Username` of answers. */
  readonly name: string
  readonly sub: string
  readonly attributes: Attributes
  readonly enabled: boolean
  readonly status: UserStatus
  readonly created: number
  readonly modified: number
  /** Absent: the user has none, and signs in without. */
  readonly password?: Password
  /** Former passwords, the newest first. */
  readonly history: ReadonlyArray<Password>
  readonly groups: ReadonlyArray<string>
  readonly mfa: MfaSettings
  /** What `SetUserSettings` kept. */
  readonly mfaOptions: ReadonlyArray<Plain<Schemas.MFAOptionType>>
  readonly devices: ReadonlyArray<Device>
  readonly passkeys: ReadonlyArray<RegisteredPasskey>
  /** Codes that are out, by what they are for. */
  readonly codes: { readonly [purpose: string]: Code }
  /** Wrong passwords since the last right one. */
  readonly failures: Failures
  /** Challenges that are open. */
  readonly challenges: ReadonlyArray<Challenge>
  /** Sign-ins that are good, each with its tokens. */
  readonly grants: ReadonlyArray<Grant>
  readonly events: ReadonlyArray<Plain<Schemas.AuthEventType>>
  /** Users of identity providers that are this one. */
  readonly identities: ReadonlyArray<Identity>
}

/** The attributes of a user by name, without `sub`. */
export interface Attributes {
  readonly [name: string]: string
}

/** The states of a user that occur here. */
export type UserStatus =
  | "UNCONFIRMED"
  | "CONFIRMED"
  | "RESET_REQUIRED"
  | "FORCE_CHANGE_PASSWORD"
  | "EXTERNAL_PROVIDER"

/** A password as the service keeps it for SRP: its salt, and the `x` of RFC 5054 that is made of both, hexadecimal. */
export interface Password {
  readonly salt: string
  readonly x: string
  /** Set by an administrator at this time, to be replaced. */
  readonly temporarySince?: number
}

/** The second factors of a user. */
export interface MfaSettings {
  readonly sms?: boolean
  readonly email?: boolean
  /** Whether the authenticator app is a second factor. */
  readonly softwareToken?: boolean
  readonly webAuthn?: boolean
  readonly preferred?: "SMS_MFA" | "EMAIL_OTP" | "SOFTWARE_TOKEN_MFA"
  /** The authenticator app. */
  readonly totp?: Totp
}

/** An authenticator app. */
export interface Totp {
  /** Base32. */
  readonly secret: string
  readonly verified: boolean
  readonly name?: string
  /** The 30 seconds of the last code that was taken. */
  readonly lastStep?: number
}

/** A device of a user. Times are in milliseconds. */
export interface Device {
  readonly key: string
  readonly groupKey: string
  readonly name?: string
  /** Hexadecimal; absent until the device is confirmed. */
  readonly verifier?: string
  readonly salt?: string
  readonly remembered: boolean
  readonly created: number
  readonly modified: number
  readonly authenticated: number
  readonly lastIp: string
}

/** A passkey of a user. */
export interface RegisteredPasskey extends Passkey {
  readonly name: string
  readonly rpId: string
  readonly created: number
}

/** A code that was sent. */
export interface Code {
  readonly code: string
  readonly expires: number
  readonly failures: number
  /** For an attribute that changes only when it is verified. */
  readonly value?: string
  /** When codes for this were sent within the last hour. */
  readonly sent: ReadonlyArray<number>
}

/** Wrong passwords. */
export interface Failures {
  readonly count: number
  /** Until when further attempts are refused. */
  readonly lockedUntil: number
}

/** A challenge that waits for its answer. */
export interface Challenge {
  /** What the session of the client ends in. */
  readonly id: string
  readonly name: string
  readonly clientId: string
  readonly expires: number
  readonly used: boolean
  readonly failures: number
  /** The flow that it began with. */
  readonly flow: string
  /** The code that was sent for it. */
  readonly code?: string
  /** The proof that was begun; its answer names it by the secret block. */
  readonly proof?: Proof
  /** The challenge of the passkey. */
  readonly passkey?: string
  /** The rounds of a custom sign-in so far. */
  readonly rounds?: ReadonlyArray<Round>
  /** The client's half of a proof that a later round of a custom sign-in may ask for. */
  readonly srpA?: string
  readonly privateParameters?: { readonly [name: string]: string }
  /** What may be chosen. */
  readonly choices?: ReadonlyArray<string>
  /** What was proved on the way. */
  readonly proved: ReadonlyArray<string>
  /** Whether an authenticator app was set up in it. */
  readonly setUp?: boolean
  /** The address that its code was sent to, which becomes the user's second factor. */
  readonly email?: string
}

/** A round of a custom sign-in, as triggers see it. */
export interface Round {
  readonly challengeName: string
  readonly challengeResult: boolean
  readonly challengeMetadata?: string
}

/** The service's half of a proof, numbers hexadecimal. */
export interface Proof {
  readonly block: string
  readonly group: string
  readonly name: string
  readonly verifier: string
  readonly b: string
  readonly B: string
  readonly A: string
}

/** A sign-in: what its tokens go back to, `origin_jti`. Times are in milliseconds. */
export interface Grant {
  readonly id: string
  readonly clientId: string
  readonly scope: string
  readonly authenticated: number
  readonly active: number
  readonly expires: number
  readonly revoked: boolean
  readonly deviceKey?: string
  /** The refresh tokens that were given out; all but the last were rotated. */
  readonly refreshTokens: ReadonlyArray<RefreshToken>
  /** The signatures of the access tokens that have not expired. */
  readonly accessTokens: ReadonlyArray<{ readonly signature: string; readonly expires: number }>
}

/** A refresh token. */
export interface RefreshToken {
  readonly id: string
  readonly rotated?: number
}

/** A user of an identity provider. */
export interface Identity {
  readonly provider: string
  readonly userId: string
  readonly created: number
}

/** A user who is signed in. */
export interface Holder {
  readonly pool: Pool
  readonly client: Client
  readonly user: User
  readonly grant: Grant
}

/** The pool of an id. */
export const poolOf = (state: State, id: string | undefined): Pool =>
  state.pools.get(id ?? "") ?? refuse("ResourceNotFoundException", `User pool ${id} does not exist.`)

/** The state with another version of a pool. */
export const withPool = (state: State, pool: Pool): State => ({ ...state, pools: state.pools.set(pool.id, pool) })

/** The client of an id, and its pool. */
export const clientOf = (
  state: State,
  id: string,
  poolId?: string
): { readonly client: Client; readonly pool: Pool } => {
  if (poolId !== undefined) poolOf(state, poolId)
  const client = state.clients.get(id)
  if (client === undefined || (poolId !== undefined && client.settings.UserPoolId !== poolId)) {
    return refuse("ResourceNotFoundException", `User pool client ${id} does not exist.`)
  }
  return { client, pool: poolOf(state, client.settings.UserPoolId) }
}

/** The state with another version of a client. */
export const withClient = (state: State, client: Client): State => ({
  ...state,
  clients: state.clients.set(client.settings.ClientId, client)
})
