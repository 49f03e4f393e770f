/**
 * What a sign-in, a sign-up and a recovery tell the service of the user's device and request: threat protection weighs its
 * risks by it, and Pinpoint counts it. It is part of each of their requests.
 *
 * It makes no fingerprints: `EncodedData` comes from AWS's own script or library on the user's device.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-viewing-threat-protection-app.html
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ContextDataType } from "../schema/Auth.ts"
import type { AnalyticsMetadataType, UserContextDataType } from "../schema/Common.ts"

/** What a device, or a server for it, tells of where a request comes from. */
export interface UserContextOptions {
  /**
   * What the user's own device sends, in public operations. `IpAddress` is for servers, and only app clients that have a
   * secret and `EnablePropagateAdditionalUserContextData` may send it.
   */
  readonly userContextData?: UserContextDataType
  /** What a server tells of its user's request, in an administrator's sign-in: address, headers, path, fingerprint. */
  readonly contextData?: ContextDataType
  /** The Pinpoint endpoint that the requests are counted for. */
  readonly analyticsMetadata?: AnalyticsMetadataType
}

/**
 * The device and the request that the program works for now. A server provides it for each request; what a call is given
 * itself comes first. Default: nothing is told.
 *
 * @example
 * ```ts
 * import { signIn, UserContext } from "effect-cognito/auth"
 * import * as Effect from "effect/Effect"
 * import * as Redacted from "effect/Redacted"
 *
 * export const login = (username: string, password: string, fingerprint: string) =>
 *   signIn({ flow: "USER_SRP_AUTH", username, password: Redacted.make(password) }).pipe(
 *     Effect.provideService(UserContext, { userContextData: { EncodedData: fingerprint } })
 *   )
 * ```
 */
export const UserContext = Context.Reference<UserContextOptions>("effect-cognito/auth/UserContext", {
  defaultValue: () => ({})
})

/** What public operations are told, under AWS's names. */
export const publicContext = (
  given: UserContextOptions
): Effect.Effect<
  { readonly UserContextData?: UserContextDataType; readonly AnalyticsMetadata?: AnalyticsMetadataType }
> =>
  Effect.map(UserContext, (known) => {
    const { analyticsMetadata, userContextData } = { ...known, ...given }
    return {
      ...(userContextData === undefined ? {} : { UserContextData: userContextData }),
      ...(analyticsMetadata === undefined ? {} : { AnalyticsMetadata: analyticsMetadata })
    }
  })

/** What an administrator's operations are told, under AWS's names. */
export const adminContext = (
  given: UserContextOptions
): Effect.Effect<{ readonly ContextData?: ContextDataType; readonly AnalyticsMetadata?: AnalyticsMetadataType }> =>
  Effect.map(UserContext, (known) => {
    const { analyticsMetadata, contextData } = { ...known, ...given }
    return {
      ...(contextData === undefined ? {} : { ContextData: contextData }),
      ...(analyticsMetadata === undefined ? {} : { AnalyticsMetadata: analyticsMetadata })
    }
  })
