/** The sessions of users: their sign-ins, as users and administrators see and end them. */
import * as operations from "../../../operations/Sessions.ts"
import { putUser, userOf } from "../Directory.ts"
import { changedGrant, holderOf } from "../Grants.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { pageOf } from "../Page.ts"
import { refuse } from "../Refusal.ts"
import { clientOf, type Grant, type Pool, poolOf, type User, withClient, withPool } from "../State.ts"

const described = ({ active, authenticated, clientId, id }: Grant, current: string | undefined, ip: string) => ({
  SessionId: id,
  SessionType: "TOKEN",
  ClientId: clientId,
  CreateDate: new Date(authenticated),
  LastActiveDate: new Date(active),
  LastIPAddress: ip,
  ...(current === undefined ? {} : { IsCurrentSession: id === current })
})

const listed = (
  pool: Pool,
  user: User,
  token: string | undefined,
  now: number,
  current: string | undefined,
  ip: string
) => {
  const good = user.grants.filter(({ expires, revoked }) => !revoked && expires > now)
  const page = pageOf(good, { list: `sessions of ${pool.id} ${user.name}`, token })
  return { Sessions: page.records.map((grant) => described(grant, current, ip)), NextToken: page.token }
}

export const listUserSessions: Handler = query(
  operations.listUserSessions,
  (state, { AccessToken, NextToken }, { ip, now }) => {
    const { grant, pool, user } = holderOf(state, AccessToken, now)
    return listed(pool, user, NextToken, now, grant.id, ip)
  }
)

export const adminListUserSessions: Handler = query(operations.adminListUserSessions, (state, input, { ip, now }) => {
  const pool = poolOf(state, input.UserPoolId)
  return listed(pool, userOf(pool, input.Username), input.NextToken, now, undefined, ip)
})

const without = (user: User, id: string): User => {
  const grant = user.grants.find((known) => known.id === id && !known.revoked)
    ?? refuse("ResourceNotFoundException", "Session does not exist.")
  return changedGrant(user, { ...grant, revoked: true })
}

export const revokeUserSession: Handler = transition(
  operations.revokeUserSession,
  (state, { AccessToken, SessionId }, { now }) => {
    const { pool, user } = holderOf(state, AccessToken, now)
    return [{}, putUser(state, pool, without(user, SessionId))]
  }
)

export const adminRevokeUserSession: Handler = transition(operations.adminRevokeUserSession, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  return [{}, putUser(state, pool, without(userOf(pool, input.Username), input.SessionId))]
})

export const getUserPoolSessionConfiguration: Handler = query(
  operations.getUserPoolSessionConfiguration,
  (state, { UserPoolId }) =>
    poolOf(state, UserPoolId).sessionConfiguration ?? { UserPoolId, UserSessionTracking: "DISABLED" }
)

export const setUserPoolSessionConfiguration: Handler = transition(
  operations.setUserPoolSessionConfiguration,
  (state, input) => {
    const pool = poolOf(state, input.UserPoolId)
    return [input, withPool(state, { ...pool, sessionConfiguration: input })]
  }
)

export const getUserPoolClientSessionConfiguration: Handler = query(
  operations.getUserPoolClientSessionConfiguration,
  (state, { ClientId, UserPoolId }) => clientOf(state, ClientId, UserPoolId).client.session ?? { UserPoolId, ClientId }
)

export const setUserPoolClientSessionConfiguration: Handler = transition(
  operations.setUserPoolClientSessionConfiguration,
  (state, input) => {
    const { client } = clientOf(state, input.ClientId, input.UserPoolId)
    return [input, withClient(state, { ...client, session: input })]
  }
)
