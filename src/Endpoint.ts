/**
 * Where the service is: the URL for a region, or a custom one, checked before anything is sent.
 *
 * FIPS and dual-stack endpoints are reached by a custom endpoint.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/** The region or the endpoint cannot be one. `message` says why. */
export class EndpointError extends Schema.TaggedError<EndpointError>()("EndpointError", {
  message: Schema.String
}) {}

/** Domain suffixes by the prefix of the region; the commercial regions and GovCloud share the last. */
const suffixes: ReadonlyArray<readonly [prefix: string, suffix: string]> = [
  ["cn-", "amazonaws.com.cn"],
  ["eusc-", "amazonaws.eu"],
  ["us-iso-", "c2s.ic.gov"],
  ["us-isob-", "sc2s.sgov.gov"],
  ["eu-isoe-", "cloud.adc-e.uk"],
  ["us-isof-", "csp.hci.ic.gov"],
  ["", "amazonaws.com"]
]

/** Resolves the endpoint to a URL with a path, without query and fragment. */
export const resolve = (
  { endpoint, region }: { readonly region?: string; readonly endpoint?: string | URL }
): Result.Result<string, EndpointError> => {
  if (endpoint !== undefined) return fromUrl(String(endpoint))
  if (region === undefined || !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(region)) {
    return Result.fail(new EndpointError({ message: `not a region: ${JSON.stringify(region)}` }))
  }
  const suffix = suffixes.find(([prefix]) => region.startsWith(prefix))?.[1]
  return Result.succeed(`https://cognito-idp.${region}.${suffix}/`)
}

const fromUrl = (text: string): Result.Result<string, EndpointError> => {
  if (!URL.canParse(text)) return Result.fail(new EndpointError({ message: "the endpoint is not a URL" }))
  const url = new URL(text)
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return Result.fail(new EndpointError({ message: `the endpoint is neither http nor https: ${url.protocol}` }))
  }
  // Not quoted: what is here may be a password.
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return Result.fail(new EndpointError({ message: "the endpoint has a user, a password, a query or a fragment" }))
  }
  return Result.succeed(url.href)
}
