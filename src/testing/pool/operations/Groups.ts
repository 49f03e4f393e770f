/** Groups of users and their members. */
import * as operations from "../../../operations/Groups.ts"
import { putUser, userOf } from "../Directory.ts"
import { type Handler, present, query, transition } from "../Handler.ts"
import { page, pageOf } from "../Page.ts"
import { refuse } from "../Refusal.ts"
import { type Pool, poolOf, withPool } from "../State.ts"
import { describedUser } from "./Users.ts"

const groupOf = (pool: Pool, name: string) =>
  pool.groups.get(name) ?? refuse("ResourceNotFoundException", "Group not found.")

export const createGroup: Handler = transition(operations.createGroup, (state, input, { now }) => {
  const pool = poolOf(state, input.UserPoolId)
  if (pool.groups.has(input.GroupName)) refuse("GroupExistsException", "A group with the name already exists.")
  const group = { ...input, LastModifiedDate: new Date(now), CreationDate: new Date(now) }
  return [{ Group: group }, withPool(state, { ...pool, groups: pool.groups.set(group.GroupName, group) })]
})

export const getGroup: Handler = query(operations.getGroup, (state, { GroupName, UserPoolId }) => ({
  Group: groupOf(poolOf(state, UserPoolId), GroupName)
}))

export const updateGroup: Handler = transition(operations.updateGroup, (state, input, { now }) => {
  const pool = poolOf(state, input.UserPoolId)
  const group = { ...groupOf(pool, input.GroupName), ...input, LastModifiedDate: new Date(now) }
  return [{ Group: group }, withPool(state, { ...pool, groups: pool.groups.set(input.GroupName, group) })]
})

export const deleteGroup: Handler = transition(operations.deleteGroup, (state, { GroupName, UserPoolId }) => {
  const pool = poolOf(state, UserPoolId)
  groupOf(pool, GroupName)
  const left = pool.users.values().filter(({ groups }) => groups.includes(GroupName)).reduce(
    (next, user) =>
      putUser(next, poolOf(next, UserPoolId), { ...user, groups: user.groups.filter((name) => name !== GroupName) }),
    state
  )
  const next = poolOf(left, UserPoolId)
  return [undefined, withPool(left, { ...next, groups: next.groups.delete(GroupName) })]
})

export const listGroups: Handler = query(operations.listGroups, (state, { Limit, NextToken, UserPoolId }) => {
  const { records, token } = page(poolOf(state, UserPoolId).groups, {
    list: `groups ${UserPoolId}`,
    limit: Limit,
    token: NextToken
  })
  return { Groups: records, NextToken: token }
})

export const listUsersInGroup: Handler = query(operations.listUsersInGroup, (state, input) => {
  const { GroupName, Limit, NextToken, UserPoolId } = input
  const pool = poolOf(state, UserPoolId)
  groupOf(pool, GroupName)
  const { records, token } = pageOf(pool.users.values().filter(({ groups }) => groups.includes(GroupName)), {
    list: `users of ${UserPoolId} ${GroupName}`,
    limit: Limit,
    token: NextToken
  })
  return { Users: records.map((user) => describedUser(user)), NextToken: token }
})

export const adminAddUserToGroup: Handler = transition(operations.adminAddUserToGroup, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  const user = userOf(pool, input.Username)
  groupOf(pool, input.GroupName)
  if (user.groups.includes(input.GroupName)) return [undefined, state]
  return [undefined, putUser(state, pool, { ...user, groups: [...user.groups, input.GroupName] })]
})

export const adminRemoveUserFromGroup: Handler = transition(operations.adminRemoveUserFromGroup, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  const user = userOf(pool, input.Username)
  groupOf(pool, input.GroupName)
  return [undefined, putUser(state, pool, { ...user, groups: user.groups.filter((name) => name !== input.GroupName) })]
})

export const adminListGroupsForUser: Handler = query(operations.adminListGroupsForUser, (state, input) => {
  const { Limit, NextToken, UserPoolId, Username } = input
  const pool = poolOf(state, UserPoolId)
  const user = userOf(pool, Username)
  const { records, token } = pageOf(user.groups.flatMap((name) => pool.groups.get(name) ?? []), {
    list: `groups of ${UserPoolId} ${user.name}`,
    limit: Limit,
    token: NextToken
  })
  return present({ Groups: records, NextToken: token })
})
