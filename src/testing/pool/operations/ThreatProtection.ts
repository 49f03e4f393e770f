/** Risk configuration, and the events that are kept of users. */
import * as operations from "../../../operations/ThreatProtection.ts"
import { putUser, userOf } from "../Directory.ts"
import { checkThreatProtection } from "../Events.ts"
import { fixed, type Handler, query, transition } from "../Handler.ts"
import { pageOf } from "../Page.ts"
import { invalid, refuse } from "../Refusal.ts"
import { clientOf, type Pool, poolOf, type User, withPool } from "../State.ts"

export const setRiskConfiguration: Handler = transition(operations.setRiskConfiguration, (state, input, { now }) => {
  const pool = poolOf(state, input.UserPoolId)
  checkThreatProtection(pool)
  if (input.ClientId !== undefined) clientOf(state, input.ClientId, input.UserPoolId)
  const configuration = { ...input, LastModifiedDate: new Date(now) }
  const riskConfigurations = pool.riskConfigurations.set(input.ClientId ?? "", configuration)
  return [{ RiskConfiguration: configuration }, withPool(state, { ...pool, riskConfigurations })]
})

export const describeRiskConfiguration: Handler = query(operations.describeRiskConfiguration, (state, input) => {
  const { ClientId, UserPoolId } = input
  const pool = poolOf(state, UserPoolId)
  checkThreatProtection(pool)
  if (ClientId !== undefined) clientOf(state, ClientId, UserPoolId)
  return {
    RiskConfiguration: pool.riskConfigurations.get(ClientId ?? "") ??
      { UserPoolId, ...(ClientId === undefined ? {} : { ClientId }) }
  }
})

export const adminListUserAuthEvents: Handler = query(operations.adminListUserAuthEvents, (state, input) => {
  const pool = poolOf(state, input.UserPoolId)
  checkThreatProtection(pool)
  const user = userOf(pool, input.Username)
  const { records, token } = pageOf(user.events, {
    list: `events of ${pool.id} ${user.name}`,
    limit: input.MaxResults,
    token: input.NextToken
  })
  return { AuthEvents: records, NextToken: token }
})

const withFeedback = (user: User, id: string, value: string, provider: string, now: number): User => {
  if (!user.events.some(({ EventId }) => EventId === id)) refuse("ResourceNotFoundException", "Event does not exist.")
  const feedback = { FeedbackValue: value, Provider: provider, FeedbackDate: new Date(now) }
  return {
    ...user,
    events: user.events.map((event) => event.EventId === id ? { ...event, EventFeedback: feedback } : event)
  }
}

const reviewed = (pool: Pool, username: string): User => {
  checkThreatProtection(pool)
  return userOf(pool, username)
}

export const adminUpdateAuthEventFeedback: Handler = transition(
  operations.adminUpdateAuthEventFeedback,
  (state, { EventId, FeedbackValue, UserPoolId, Username }, { now }) => {
    const pool = poolOf(state, UserPoolId)
    return [{}, putUser(state, pool, withFeedback(reviewed(pool, Username), EventId, FeedbackValue, "Admin", now))]
  }
)

/** Feedback tokens come in messages about risks, and no risk is found here: every one is refused. */
export const updateAuthEventFeedback: Handler = fixed(
  query(operations.updateAuthEventFeedback, (state, { UserPoolId, Username }) => {
    reviewed(poolOf(state, UserPoolId), Username)
    return invalid("Invalid feedback token.")
  })
)
