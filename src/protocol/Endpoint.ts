/**
 * Where the service is: the URL for a region, or a custom one, checked before anything is sent.
 *
 * The rules and the partitions are AWS's, in `EndpointRules.generated.ts`. No rule of Cognito's names another region to sign for
 * than the one that was asked for.
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/cognito_identity.html
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-endpoints.html
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { endpointUrl } from "./EndpointRules.generated.ts"
import { acrossCopies } from "../errors/acrossCopies.ts"

/** The region or the endpoint cannot be one, or they do not go together. `message` says why. */
export class EndpointError extends acrossCopies(
  Schema.TaggedError<EndpointError>()("EndpointError", {
    message: Schema.String
  })
) {}

/** Where the service is to be found: a region or an endpoint is needed. */
export interface EndpointOptions {
  /** Such as `eu-central-1`. One that AWS's list of partitions does not know is taken for a region of `aws`. */
  readonly region?: string
  /** An `http:` or `https:` URL, of an emulator or a proxy for example; wins over `region`. */
  readonly endpoint?: string | URL
  /** Whether to use the region's endpoint with FIPS 140 cryptography. Not with `endpoint`. Default: `false`. */
  readonly useFipsEndpoint?: boolean
  /** Whether to use the region's endpoint for IPv4 and IPv6. Not with `endpoint`. Default: `false`. */
  readonly useDualstackEndpoint?: boolean
  /** Whether `endpoint` may be an `http:` URL of another host than this one. Default: `false`. */
  readonly allowInsecureEndpoint?: boolean
}

/** Resolves the endpoint to a URL whose path ends in `/`, as AWS's protocol has it, without query and fragment. */
export const resolve = (
  { allowInsecureEndpoint = false, endpoint, region: named, useDualstackEndpoint = false, useFipsEndpoint = false }:
    EndpointOptions
): Result.Result<string, EndpointError> => {
  const region = named === undefined ? undefined : plainRegion(named)
  const custom = endpoint === undefined ? Result.succeed(undefined) : fromUrl(String(endpoint), allowInsecureEndpoint)
  if (Result.isFailure(custom)) return Result.fail(custom.failure)
  if (custom.success === undefined && region !== undefined && !isRegion(region)) {
    return refuse(`not a region: ${JSON.stringify(region)}`)
  }
  return endpointUrl(custom.success, region, useFipsEndpoint || region !== named, useDualstackEndpoint).pipe(
    Result.map((url) => new URL(url).href.replace(/\/?$/, "/")),
    Result.mapError((message) => new EndpointError({ message }))
  )
}

/**
 * The region that a name of an earlier time stands for, such as `us-west-2-fips` for the FIPS endpoint of `us-west-2`; any other
 * is itself.
 *
 * @see https://github.com/smithy-lang/smithy-typescript `getRealRegion`, for which names there are
 */
export const plainRegion = (region: string): string => {
  if (region === "fips-aws-global" || region === "aws-fips") return "us-east-1"
  return region.startsWith("fips-") || region.endsWith("-fips")
    ? region.replace(/fips-(?:dkr-|prod-)?|-fips/, "")
    : region
}

/** The environment variable that allows what {@link EndpointOptions.allowInsecureEndpoint} does, where no option can be set. */
export const allowingVariable = "EFFECT_COGNITO_ALLOW_INSECURE_ENDPOINT"

const isRegion = (text: string): boolean => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(text)

const fromUrl = (text: string, allowInsecure: boolean): Result.Result<string, EndpointError> => {
  if (!URL.canParse(text)) return refuse("the endpoint is not a URL")
  const url = new URL(text)
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return refuse(`the endpoint is neither http nor https: ${url.protocol}`)
  }
  // Not quoted: what is here may be a password.
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return refuse("the endpoint has a user, a password, a query or a fragment")
  }
  return allowInsecure || isConfidential(url)
    ? Result.succeed(url.href)
    : refuse(
      "the endpoint is plain http on another host, where passwords and tokens could be read on the way: use "
        + `https, or set the option allowInsecureEndpoint or ${allowingVariable}=true in the environment`
    )
}

/** Whether what is sent there stays between the two: by TLS, or because it does not leave this host. */
export const isConfidential = ({ hostname, protocol }: URL): boolean =>
  // `URL` writes any form of an IPv4 address as four numbers.
  protocol === "https:" || /^(127(\.\d+){3}|\[::1\]|localhost)$/.test(hostname)

const refuse = (message: string): Result.Result<never, EndpointError> => Result.fail(new EndpointError({ message }))
