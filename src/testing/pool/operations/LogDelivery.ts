/** Where logs go. What is set is kept; nothing is delivered. */
import * as operations from "../../../operations/LogDelivery.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { invalid } from "../Refusal.ts"
import { poolOf, withPool } from "../State.ts"

export const getLogDeliveryConfiguration: Handler = query(
  operations.getLogDeliveryConfiguration,
  (state, { UserPoolId }) => ({
    LogDeliveryConfiguration: { UserPoolId, LogConfigurations: [...poolOf(state, UserPoolId).logConfigurations] }
  })
)

export const setLogDeliveryConfiguration: Handler = transition(
  operations.setLogDeliveryConfiguration,
  (state, { LogConfigurations, UserPoolId }) => {
    const pool = poolOf(state, UserPoolId)
    const sources = LogConfigurations.map(({ EventSource }) => EventSource)
    if (new Set(sources).size < sources.length) invalid("An event source can be configured once.")
    return [
      { LogDeliveryConfiguration: { UserPoolId, LogConfigurations } },
      withPool(state, { ...pool, logConfigurations: LogConfigurations })
    ]
  }
)
