/**
 * The events that threat protection keeps of a user: sign-ins, sign-ups and changed passwords, where the pool has it on.
 *
 * No risk is judged: every event is of none.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-adaptive-authentication.html
 */
import type { Moment } from "./Handler.ts"
import { refuse } from "./Refusal.ts"
import type { Pool, User } from "./State.ts"

/** Whether a pool keeps events. */
export const hasThreatProtection = ({ settings }: Pool): boolean =>
  settings.UserPoolAddOns !== undefined && settings.UserPoolAddOns.AdvancedSecurityMode !== "OFF"

/** Refuses operations of threat protection for a pool without it. */
export const checkThreatProtection = (pool: Pool): void => {
  if (!hasThreatProtection(pool)) refuse("UserPoolAddOnNotEnabledException", "User pool add-ons not enabled")
}

/** A user with one event more, the newest first. */
export const withEvent = (
  pool: Pool,
  user: User,
  type: "SignIn" | "SignUp" | "ForgotPassword" | "PasswordChange",
  response: "Pass" | "Fail",
  { ip, now, uuid }: Moment
): User => {
  if (!hasThreatProtection(pool)) return user
  const event = {
    EventId: uuid(),
    EventType: type,
    CreationDate: new Date(now),
    EventResponse: response,
    EventRisk: { RiskDecision: "NoRisk", CompromisedCredentialsDetected: false },
    ChallengeResponses: [{ ChallengeName: "Password", ChallengeResponse: response === "Pass" ? "Success" : "Failure" }],
    EventContextData: { IpAddress: ip }
  }
  return { ...user, events: [event, ...user.events] }
}
