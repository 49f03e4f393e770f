/**
 * The challenges of a sign-in and the sessions that lead from one to the next: each is used once and for a time, a wrong
 * code leaves it and a wrong proof ends it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html
 */
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import { putUser, userOfSub } from "./Directory.ts"
import type { Moment } from "./Handler.ts"
import { unauthorized } from "./Refusal.ts"
import type { Challenge, Client, Pool, State, User } from "./State.ts"

/** What a session names: the client is told no more than that it is a text. */
interface SessionName {
  readonly poolId: string
  readonly sub: string
  readonly id: string
}

/** How long a client's sessions last, in milliseconds. Default: 3 minutes. */
export const validityOf = ({ settings }: Client): number => (settings.AuthSessionValidity ?? 3) * 60_000

/** Opens a challenge for a user; the session is what the client answers with. */
export const open = (
  { client, pool, state, user }: {
    readonly state: State
    readonly pool: Pool
    readonly user: User
    readonly client: Client
  },
  { now, random, uuid }: Moment,
  members: Pick<Challenge, "flow" | "name" | "proved"> & Partial<Challenge>
): readonly [session: string, state: State] => {
  const id = uuid()
  const challenge: Challenge = {
    id,
    clientId: client.settings.ClientId,
    expires: now + validityOf(client),
    used: false,
    failures: 0,
    ...members
  }
  // Those that have long expired are forgotten.
  const kept = user.challenges.filter(({ expires }) => expires > now - 60 * 60_000)
  return [
    sessionOf({ poolId: pool.id, sub: user.sub, id }, random),
    putUser(state, pool, { ...user, challenges: [...kept, challenge] })
  ]
}

/** A session that names a challenge, as long as the service's. */
export const sessionOf = (name: SessionName, random: (size: number) => Uint8Array): string =>
  `AYAB${Base64Url.encode(JSON.stringify([name.poolId, name.sub, name.id]))}.${Base64Url.encode(random(300))}`

/** The user and the challenge of a session, if it is good. */
export const challengeOf = (
  state: State,
  session: string | undefined,
  { clientId, name }: { readonly clientId: string | undefined; readonly name: string },
  now: number
): { readonly pool: Pool; readonly user: User; readonly challenge: Challenge } => {
  const named = nameOf(session ?? "")
  const pool = named === undefined ? undefined : state.pools.get(named.poolId)
  const user = pool === undefined || named === undefined ? undefined : userOfSub(pool, named.sub)
  const challenge = user?.challenges.find(({ id }) => id === named?.id)
  if (pool === undefined || user === undefined || challenge === undefined) {
    return unauthorized("Invalid session for the user.")
  }
  if (challenge.used) unauthorized("Invalid session for the user, session can only be used once.")
  if (now >= challenge.expires) unauthorized("Invalid session for the user, session is expired.")
  if (challenge.name !== name || (clientId !== undefined && challenge.clientId !== clientId)) {
    unauthorized("Invalid session for the user.")
  }
  return { pool, user, challenge }
}

const nameOf = (session: string): SessionName | undefined => {
  const text = Base64Url.decodeString(session.slice(4).split(".")[0] ?? "")
  if (Result.isFailure(text)) return undefined
  try {
    const [poolId, sub, id] = JSON.parse(text.success)
    return { poolId: String(poolId), sub: String(sub), id: String(id) }
  } catch {
    return undefined
  }
}

/** A user with one challenge changed. */
export const withChallenge = (user: User, challenge: Challenge): User => ({
  ...user,
  challenges: user.challenges.map((known) => known.id === challenge.id ? challenge : known)
})

/** A user for whom a challenge is over. */
export const withUsed = (user: User, challenge: Challenge): User => withChallenge(user, { ...challenge, used: true })
