/** Provisioned limits of request rates. What is asked for is kept; nothing is throttled by it. */
import * as operations from "../../../operations/Quotas.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { invalid } from "../Refusal.ts"
import type { State } from "../State.ts"

/** The rate, in requests a second, that costs nothing. @see https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html */
const free = 120

const categoryOf = ({ Attributes }: { readonly Attributes: { readonly [name: string]: string } }): string =>
  Attributes.Category ?? invalid("LimitDefinition needs the attribute Category.")

const limitOf = (state: State, category: string): number => state.limits.get(category) ?? free

export const getProvisionedLimit: Handler = query(operations.getProvisionedLimit, (state, { LimitDefinition }) => ({
  Limit: {
    LimitDefinition,
    ProvisionedLimitValue: limitOf(state, categoryOf(LimitDefinition)),
    FreeLimitValue: free
  }
}))

export const updateProvisionedLimit: Handler = transition(
  operations.updateProvisionedLimit,
  (state, { LimitDefinition, RequestedLimitValue }) => {
    if (RequestedLimitValue < free) invalid("The limit cannot be below the free one.")
    const limits = state.limits.set(categoryOf(LimitDefinition), RequestedLimitValue)
    return [
      { Limit: { LimitDefinition, ProvisionedLimitValue: RequestedLimitValue, FreeLimitValue: free } },
      { ...state, limits }
    ]
  }
)
