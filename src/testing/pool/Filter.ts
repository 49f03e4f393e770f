/**
 * The filter of `ListUsers`: an attribute, `=` or `^=`, and a quoted value.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-manage-user-accounts.html#cognito-user-pools-searching-for-users-using-listusers-api
 */
import { invalid } from "./Refusal.ts"
import type { User } from "./State.ts"

/** The attributes that the service searches; custom ones are not among them. */
const searchable: ReadonlySet<string> = new Set([
  "username",
  "email",
  "phone_number",
  "name",
  "given_name",
  "family_name",
  "preferred_username",
  "cognito:user_status",
  "status",
  "sub"
])

/** Whether a user is one that a filter finds. */
export const filterOf = (text: string | undefined): (user: User) => boolean => {
  if (text === undefined || text.trim() === "") return () => true
  const [, quoted, plain, operator, escaped = ""] =
    /^\s*(?:"((?:[^"\\]|\\.)*)"|([\w:]+))\s*(=|\^=)\s*"((?:[^"\\]|\\["\\])*)"\s*$/.exec(text)
      ?? invalid("Error while parsing filter.")
  const attribute = quoted ?? plain ?? ""
  if (!searchable.has(attribute)) invalid(`Attribute ${attribute} cannot be searched.`)
  const value = escaped.replaceAll(/\\(["\\])/g, "$1")
  return (user) => {
    const has = valueOf(user, attribute)
    if (has === undefined) return false
    // The state of a user is found in upper and lower case alike.
    const [one, other] = attribute === "cognito:user_status" ? [has.toLowerCase(), value.toLowerCase()] : [has, value]
    return operator === "=" ? one === other : one.startsWith(other)
  }
}

const valueOf = (user: User, attribute: string): string | undefined => {
  switch (attribute) {
    case "username":
      return user.name
    case "sub":
      return user.sub
    case "status":
      return user.enabled ? "Enabled" : "Disabled"
    case "cognito:user_status":
      return user.status
    default:
      return user.attributes[attribute]
  }
}
