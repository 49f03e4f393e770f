/**
 * Which options of the AWS SDK's client this library has, and what to do in place of the others: none is ignored in silence.
 *
 * The documentation's table is made of it.
 */
import * as platform from "#platform"
import type { ClientConfig } from "./Config.ts"

/** Why there is no such option, and the way to have the same. */
type Refusals = { readonly [name: string]: string }

/** The options that all promise clients have. */
export const supported = [
  "allowInsecureEndpoint",
  "apiVersion",
  "credentials",
  "customUserAgent",
  "endpoint",
  "ignoreConfiguredEndpointUrls",
  "layer",
  "maxAttempts",
  "profile",
  "region",
  "requestHandler",
  "retryMode",
  "systemClockOffset",
  "transport",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "userAgentAppId"
] as const satisfies ReadonlyArray<keyof ClientConfig>

const encoding = "the protocol is built in"
const schemes = "to sign in another way, set `signer`"

/** Options of the AWS SDK's client that are refused. */
export const refused = {
  authSchemePreference: schemes,
  base64Decoder: encoding,
  base64Encoder: encoding,
  bodyLengthChecker: encoding,
  cacheMiddleware: "calls without middleware run none",
  credentialDefaultProvider: "set `credentials`",
  defaultUserAgentProvider: "set `customUserAgent` or `userAgentAppId`",
  defaultsMode: "set `retryMode`, and the limits of `requestHandler`",
  disableClockSkewCorrection: "an offset is learned only where a signature was refused for its date",
  disableHostPrefix: "no operation of this service has a host prefix",
  endpointProvider: "set `endpoint`",
  httpAuthSchemeProvider: schemes,
  httpAuthSchemes: schemes,
  protocol: encoding,
  protocolSettings: encoding,
  runtime: "it is known",
  serviceConfiguredEndpoint: "set `endpoint`",
  serviceId: "it is always the same; to name the program, set `userAgentAppId`",
  sha256: schemes,
  signerConstructor: "set `signer`",
  signingEscapePath: schemes,
  signingRegion: "signatures are for `region`",
  streamCollector: encoding,
  tls: "set `endpoint` to an http: URL, and `allowInsecureEndpoint` where it is another host",
  urlParser: "set `endpoint`",
  utf8Decoder: encoding,
  utf8Encoder: encoding
} satisfies Refusals

const fetchInit = "give a `requestHandler` that has `handle`, such as the AWS SDK's FetchHttpHandler"

/** Options of the AWS SDK's request handlers that are refused. */
export const refusedOfHandler = {
  cache: fetchInit,
  credentials: fetchInit,
  customFetch: `${fetchInit}, or provide \`Fetch\` to \`layerFetch\` and set \`transport\``,
  keepAlive: `${fetchInit}; on Node, sockets are kept`,
  logger: "nothing is logged of sockets",
  requestInit: fetchInit,
  socketAcquisitionWarningTimeout: "nothing is logged of sockets; set `maxSockets`, or an agent",
  socketTimeout: "set `requestTimeout`, which limits the whole attempt",
  throwOnRequestTimeout: "a limit that has passed always ends the attempt; leave it out, or set it to true"
} satisfies Refusals

/** Refuses options that a client has not, by name, and pairs of which one would be ignored. */
export const checkOptions = (config: object, also: ReadonlyArray<string> = []): void => {
  const options: { readonly [name: string]: unknown } = { ...config }
  const { apiVersion = "2016-04-18", layer, requestHandler = {}, systemClockOffset = 0, transport } = options
  check(options, [...supported, ...also], refused, "")
  if (!Number.isFinite(systemClockOffset)) throw refusal("systemClockOffset", "it is no number of milliseconds")
  if (apiVersion !== "2016-04-18") throw refusal("apiVersion", "the service's only version is 2016-04-18")
  if (typeof requestHandler !== "object" || requestHandler === null) {
    throw refusal("requestHandler", "it is neither an object of options nor one that has `handle`")
  }
  if ("handle" in requestHandler) {
    if (!also.includes("signer")) {
      throw refusal(
        "requestHandler",
        "one that has `handle` is for `CognitoIdentityProviderClient`; here, set `transport`"
      )
    }
    if (transport !== undefined) throw refusal("transport", "the `requestHandler` sends the requests already")
  } else {
    const { throwOnRequestTimeout, ...rest }: typeof options = { ...requestHandler }
    check(
      throwOnRequestTimeout === true ? rest : requestHandler,
      platform.handlerOptions,
      refusedOfHandler,
      "requestHandler."
    )
  }
  if (layer !== undefined) check(options, ["layer", ...also], {}, "", "`layer` is a client already")
}

const check = (
  options: object,
  names: ReadonlyArray<string>,
  refusals: Refusals,
  place: string,
  otherwise = "there is no such option"
): void => {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || names.includes(name)) continue
    throw refusal(`${place}${name}`, Object.hasOwn(refusals, name) ? refusals[name] ?? otherwise : otherwise)
  }
}

const refusal = (name: string, why: string): TypeError =>
  new TypeError(`CognitoIdentityProviderClient does not take the option \`${name}\`: ${why}`)
