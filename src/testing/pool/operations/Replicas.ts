/** Replicas of a pool in other regions. They are listed and have a state; nothing is copied to them. */
import * as operations from "../../../operations/Replicas.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { page } from "../Page.ts"
import { invalid, refuse } from "../Refusal.ts"
import { type Pool, poolOf, withPool } from "../State.ts"

const replicaOf = (pool: Pool, region: string) =>
  pool.replicas.get(region) ?? refuse("ResourceNotFoundException", `The user pool has no replica in ${region}.`)

export const createUserPoolReplica: Handler = transition(
  operations.createUserPoolReplica,
  (state, input, { accountId, region }) => {
    const pool = poolOf(state, input.UserPoolId)
    const { RegionName } = input
    if (RegionName === region || pool.replicas.has(RegionName)) invalid(`The user pool is in ${RegionName} already.`)
    const replica = {
      RegionName,
      Status: "ACTIVE",
      Role: "SECONDARY",
      UserPoolArn: `arn:aws:cognito-idp:${RegionName}:${accountId}:userpool/${pool.id}`
    }
    return [
      { UserPoolReplica: { ...replica, Status: "CREATING" } },
      withPool(state, { ...pool, replicas: pool.replicas.set(RegionName, replica) })
    ]
  }
)

export const listUserPoolReplicas: Handler = query(
  operations.listUserPoolReplicas,
  (state, { NextToken, UserPoolId }) => {
    const { records, token } = page(poolOf(state, UserPoolId).replicas, {
      list: `replicas of ${UserPoolId}`,
      token: NextToken
    })
    return { UserPoolReplicas: records, NextToken: token }
  }
)

export const updateUserPoolReplica: Handler = transition(operations.updateUserPoolReplica, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  const replica = { ...replicaOf(pool, input.RegionName), Status: input.Status }
  return [
    { UserPoolReplica: replica },
    withPool(state, { ...pool, replicas: pool.replicas.set(input.RegionName, replica) })
  ]
})

export const deleteUserPoolReplica: Handler = transition(
  operations.deleteUserPoolReplica,
  (state, { RegionName, UserPoolId }) => {
    const pool = poolOf(state, UserPoolId)
    const replica = replicaOf(pool, RegionName)
    return [
      { UserPoolReplica: { ...replica, Status: "DELETING" } },
      withPool(state, { ...pool, replicas: pool.replicas.delete(RegionName) })
    ]
  }
)
