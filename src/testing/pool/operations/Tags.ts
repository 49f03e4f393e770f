/** The tags of pools. */
import * as operations from "../../../operations/Tags.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { refuse } from "../Refusal.ts"
import { type Pool, type State, withPool } from "../State.ts"

const taggedBy = (state: State, arn: string): Pool =>
  state.pools.get(arn.slice(arn.lastIndexOf("/") + 1)) ?? refuse("ResourceNotFoundException", "Resource not found.")

const withTags = (state: State, pool: Pool, tags: { [key: string]: string }): State =>
  withPool(state, { ...pool, settings: { ...pool.settings, UserPoolTags: tags } })

export const tagResource: Handler = transition(operations.tagResource, (state, { ResourceArn, Tags }) => {
  const pool = taggedBy(state, ResourceArn)
  return [{}, withTags(state, pool, { ...pool.settings.UserPoolTags, ...Tags })]
})

export const untagResource: Handler = transition(operations.untagResource, (state, { ResourceArn, TagKeys }) => {
  const pool = taggedBy(state, ResourceArn)
  const kept = Object.entries(pool.settings.UserPoolTags ?? {}).filter(([key]) => !TagKeys.includes(key))
  return [{}, withTags(state, pool, Object.fromEntries(kept))]
})

export const listTagsForResource: Handler = query(operations.listTagsForResource, (state, { ResourceArn }) => ({
  Tags: taggedBy(state, ResourceArn).settings.UserPoolTags ?? {}
}))
