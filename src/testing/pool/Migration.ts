/**
 * Users who come from elsewhere when they first sign in or forget their password, by the user migration trigger.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
import * as Effect from "effect/Effect"
import { newUser } from "./Accounts.ts"
import { findUser, putUser } from "./Directory.ts"
import type { Kernel } from "./Handler.ts"
import type { Refusal } from "./Refusal.ts"
import type { Metadata } from "./SignIn.ts"
import { type Client, type Pool, poolOf, type User } from "./State.ts"

/** Whom to ask for. Without a password, the user has forgotten it. */
export interface Newcomer {
  readonly pool: Pool
  readonly client: Client
  readonly username: string
  readonly password: string | undefined
  readonly metadata: Metadata
}

/** Asks the trigger for a user that the pool does not have; undefined if there is no trigger, or it knows none. */
export const migrated = (
  kernel: Kernel["Service"],
  { client, metadata, password, pool, username }: Newcomer,
  source: "UserMigration_Authentication" | "UserMigration_ForgotPassword" = "UserMigration_Authentication"
): Effect.Effect<User | undefined, Refusal> =>
  Effect.gen(function*() {
    if (password === undefined && source === "UserMigration_Authentication") return undefined
    const response = yield* kernel.invoke({
      pool,
      trigger: "UserMigration",
      source,
      clientId: client.settings.ClientId,
      userName: username,
      request: {
        password: password ?? null,
        ...(metadata === undefined ? {} : { validationData: metadata, clientMetadata: metadata })
      },
      response: {
        userAttributes: null,
        forceAliasCreation: null,
        enableSMSMFA: null,
        finalUserStatus: null,
        messageAction: null,
        desiredDeliveryMediums: null
      }
    })
    if (typeof response?.userAttributes !== "object" || response.userAttributes === null) return undefined
    const attributes = Object.fromEntries(
      Object.entries(response.userAttributes).map(([name, value]) => [name, String(value)])
    )
    return yield* kernel.modify((state, moment) => {
      const now = poolOf(state, pool.id)
      const known = findUser(now, username)
      if (known !== undefined) return [known, state]
      const user = newUser(now, { username, attributes, password }, moment, {
        status: response.finalUserStatus === "CONFIRMED" && password !== undefined ? "CONFIRMED" : "RESET_REQUIRED"
      })
      return [user, putUser(state, now, user)]
    })
  })
