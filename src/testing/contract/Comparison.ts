/**
 * Compares what two implementations answer, up to what is random or differs from account to account: ids, times, tokens,
 * secrets, and the order of lists.
 */
import { isJsonObject } from "../../protocol/Codec.ts"
import type { Json, Outcome } from "./Program.ts"

/** Members whose values are each implementation's own: whether they are there counts, not what they are. */
const own: ReadonlySet<string> = new Set([
  "AWSAccountId",
  "AccessToken",
  "Arn",
  "ClientId",
  "ClientSecret",
  "ClientSecretId",
  "CloudFrontDistribution",
  "CloudFrontDomain",
  "CreatedAt",
  "CSSVersion",
  "DeviceKey",
  "EventId",
  "Id",
  "IdToken",
  "JobId",
  "LastIPAddress",
  "ManagedLoginBrandingId",
  "NextToken",
  "PaginationToken",
  "PreSignedUrl",
  "RefreshToken",
  "ResourceArn",
  "S3Bucket",
  "SecretCode",
  "Session",
  "SessionId",
  "TermsId",
  "UserPoolArn",
  "UserPoolId",
  "UserSub",
  "Version",
  "USER_ID_FOR_SRP",
  "Domain",
  "CustomDomain",
  "ImageUrl"
])

const isTime = (name: string): boolean => name.endsWith("Date")

/** An output with what is an implementation's own replaced by the member's name. */
export const normalised = (value: Json, name = ""): Json => {
  if (own.has(name) || isTime(name)) return value === null ? null : `<${name}>`
  if (Array.isArray(value)) {
    return value.map((item) => normalised(item)).sort((one, other) =>
      compare(JSON.stringify(one), JSON.stringify(other))
    )
  }
  if (!isJsonObject(value)) return value
  const isSub = value.Name === "sub"
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => compare(one, other))
      // A JSON object has JSON for members.
      .map(([member, item]) => [member, isSub && member === "Value" ? "<sub>" : normalised(item as Json, member)])
  )
}

const compare = (one: string, other: string): number => one < other ? -1 : one > other ? 1 : 0

/** How the answers of two implementations differ, in a sentence; undefined if they agree. */
export const differenceOf = (expected: Outcome, actual: Outcome): string | undefined => {
  if ("error" in expected) {
    if (!("error" in actual)) return `answers where ${expected.error} is expected`
    return expected.error === actual.error ? undefined : `${told(actual)} where ${expected.error} is expected`
  }
  if ("error" in actual) return `${told(actual)} where an answer is expected`
  const [one, other] = [normalised(expected.output), normalised(actual.output)]
  return differenceIn(one, other, "")
}

const told = ({ error, message }: Extract<Outcome, { readonly error: string }>): string =>
  message === "" ? error : `${error} ("${message}")`

/** The first place in which two values differ. */
const differenceIn = (expected: Json | undefined, actual: Json | undefined, path: string): string | undefined => {
  if (expected === undefined) return actual === undefined ? undefined : `${path} is there, and should not be`
  if (actual === undefined) return `${path} is missing`
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const length = Math.max(expected.length, actual.length)
    return first(
      Array.from({ length }, (_, index) => differenceIn(expected[index], actual[index], `${path}[${index}]`))
    )
  }
  if (isJsonObject(expected) && isJsonObject(actual)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])]
    // JSON objects have JSON for members.
    return first(
      names.map((name) =>
        differenceIn(
          expected[name] as Json | undefined,
          actual[name] as Json | undefined,
          path === "" ? name : `${path}.${name}`
        )
      )
    )
  }
  return expected === actual
    ? undefined
    : `${path} is ${JSON.stringify(actual)} and should be ${JSON.stringify(expected)}`
}

const first = (problems: ReadonlyArray<string | undefined>): string | undefined =>
  problems.find((problem) => problem !== undefined)

/** Whether an answer says that an implementation does not have the operation. */
export const isUnimplemented = (outcome: Outcome): boolean =>
  "error" in outcome
  && (/unsupported|notimplemented|unknownoperation|invalidaction|not.?yet.?implemented/i.test(outcome.error)
    || /not (yet )?(been )?(implemented|supported)/i.test(outcome.message))
