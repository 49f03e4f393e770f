/** Resource servers and their scopes. */
import * as operations from "../../../operations/ResourceServers.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { page } from "../Page.ts"
import { invalid, refuse } from "../Refusal.ts"
import { type Pool, poolOf, withPool } from "../State.ts"

const serverOf = (pool: Pool, identifier: string) =>
  pool.resourceServers.get(identifier) ??
    refuse("ResourceNotFoundException", `Resource server ${identifier} does not exist.`)

export const createResourceServer: Handler = transition(operations.createResourceServer, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  if (pool.resourceServers.has(input.Identifier)) invalid(`${input.Identifier} already exists in user pool ${pool.id}.`)
  const server = { Scopes: [], ...input }
  return [
    { ResourceServer: server },
    withPool(state, { ...pool, resourceServers: pool.resourceServers.set(input.Identifier, server) })
  ]
})

export const describeResourceServer: Handler = query(
  operations.describeResourceServer,
  (state, { Identifier, UserPoolId }) => ({
    ResourceServer: serverOf(poolOf(state, UserPoolId), Identifier)
  })
)

export const updateResourceServer: Handler = transition(operations.updateResourceServer, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  serverOf(pool, input.Identifier)
  const server = { Scopes: [], ...input }
  return [
    { ResourceServer: server },
    withPool(state, { ...pool, resourceServers: pool.resourceServers.set(input.Identifier, server) })
  ]
})

export const deleteResourceServer: Handler = transition(
  operations.deleteResourceServer,
  (state, { Identifier, UserPoolId }) => {
    const pool = poolOf(state, UserPoolId)
    serverOf(pool, Identifier)
    return [undefined, withPool(state, { ...pool, resourceServers: pool.resourceServers.delete(Identifier) })]
  }
)

export const listResourceServers: Handler = query(operations.listResourceServers, (state, input) => {
  const { records, token } = page(poolOf(state, input.UserPoolId).resourceServers, {
    list: `resource servers of ${input.UserPoolId}`,
    limit: input.MaxResults,
    token: input.NextToken
  })
  return { ResourceServers: records, NextToken: token }
})
