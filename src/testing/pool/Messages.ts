/** The messages that a pool would have sent: what is in them, and where they would have gone. */
import type { Attributes, Pool } from "./State.ts"

/** A message that a pool would have sent. */
export interface Message {
  readonly userPoolId: string
  /** The name of the user in the pool. */
  readonly username: string
  readonly medium: "EMAIL" | "SMS"
  /** The address or the number. */
  readonly to: string
  /** What it is for, as the custom message trigger names it, such as `CustomMessage_SignUp`. */
  readonly kind: MessageKind
  /** The code or the temporary password in it. */
  readonly code: string
  readonly subject?: string
  readonly body: string
  /** Milliseconds since 1970. */
  readonly sentAt: number
}

/** What messages are for. @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-custom-message.html */
export type MessageKind =
  | "CustomMessage_SignUp"
  | "CustomMessage_AdminCreateUser"
  | "CustomMessage_ResendCode"
  | "CustomMessage_ForgotPassword"
  | "CustomMessage_UpdateUserAttribute"
  | "CustomMessage_VerifyUserAttribute"
  | "CustomMessage_Authentication"

/** Where a message goes, in full. */
export interface Destination {
  readonly attribute: "email" | "phone_number"
  readonly medium: "EMAIL" | "SMS"
  readonly to: string
}

/** Where an attribute's messages go. */
export const destinationOf = (attributes: Attributes, attribute: Destination["attribute"]): Destination | undefined => {
  const to = attributes[attribute]
  return to === undefined || to === "" ? undefined : { attribute, medium: attribute === "email" ? "EMAIL" : "SMS", to }
}

/** What a response tells of where a code went. */
export const deliveryDetails = ({ attribute, medium, to }: Destination) => ({
  Destination: masked(medium, to),
  DeliveryMedium: medium,
  AttributeName: attribute
})

/** A destination as the service shows it: `a***@e***`, `+*******1234`. */
export const masked = (medium: Destination["medium"], to: string): string => {
  if (medium === "SMS") return `+${"*".repeat(Math.max(0, to.length - 5))}${to.slice(-4)}`
  const [name = "", host = ""] = to.split("@")
  return `${name.slice(0, 1)}***@${host.slice(0, 1)}***`
}

/** The subject and the text of a message, by the pool's templates. `{####}` is the code, `{username}` the name. */
export const textOf = (
  { settings }: Pool,
  kind: MessageKind,
  medium: Destination["medium"]
): { readonly subject: string; readonly body: string } => {
  if (kind === "CustomMessage_AdminCreateUser") {
    const { EmailMessage, EmailSubject, SMSMessage } = settings.AdminCreateUserConfig?.InviteMessageTemplate ?? {}
    return {
      subject: EmailSubject ?? "Your temporary password",
      body: (medium === "SMS" ? SMSMessage : EmailMessage)
        ?? "Your username is {username} and temporary password is {####}."
    }
  }
  const template = settings.VerificationMessageTemplate
  if (kind === "CustomMessage_Authentication") {
    return {
      subject: "Your authentication code",
      body: settings.SmsAuthenticationMessage ?? "Your authentication code is {####}."
    }
  }
  return {
    subject: template?.EmailSubject ?? settings.EmailVerificationSubject ?? "Your verification code",
    body: (medium === "SMS"
      ? template?.SmsMessage ?? settings.SmsVerificationMessage
      : template?.EmailMessage ?? settings.EmailVerificationMessage) ?? "Your confirmation code is {####}"
  }
}

/** A text with the code and the name put in. */
export const filled = (text: string, code: string, username: string): string =>
  text.replaceAll("{####}", code).replaceAll("{username}", username)
