/**
 * What requests say of the program that sends them: product, version and runtime, and what the program adds. AWS WAF's
 * managed rules refuse requests that say nothing.
 *
 * Transports add the header after the signature, which does not cover it, since proxies may change it. Browsers send their own.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5
 */
import * as Context from "effect/Context"

/** What a program adds. */
export interface UserAgentOptions {
  /**
   * The name of the application, of at most 50 characters; others than letters, digits and ``!#$%&'*+-.^_`|~`` become `-`.
   *
   * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html
   */
  readonly appId?: string
  /** Products, each with a version where it has one: `[["billing", "1.2.0"]]`. */
  readonly products?: ReadonlyArray<readonly [name: string, version?: string]>
}

/** The text of the header; `undefined` in browsers. */
export const userAgent = ({ appId, products = [] }: UserAgentOptions = {}): string | undefined => {
  const runtime = runtimeOf(globalThis)
  if (runtime === undefined) return undefined
  const all = [["effect-cognito", version], runtime, ...products, ...(appId ? [["app", appId]] : [])]
  return all.map((product) => product.flatMap((part) => part ? [tokenOf(part)] : []).join("/")).join(" ")
}

/**
 * The `User-Agent` of requests, read at each. Default: {@link userAgent} without options. With `undefined` the transport's
 * own is sent, if it has one.
 *
 * @example
 * ```ts
 * import { listUsers, UserAgent, userAgent } from "effect-cognito"
 * import * as Effect from "effect/Effect"
 *
 * const users = listUsers({ UserPoolId: "eu-central-1_a" }).pipe(
 *   Effect.provideService(UserAgent, userAgent({ appId: "billing" }))
 * )
 * ```
 */
export const UserAgent = Context.Reference<string | undefined>("effect-cognito/UserAgent", {
  defaultValue: () => userAgent()
})

/** A request's headers with the `User-Agent`, unless they have one. */
export const withUserAgent = (
  headers: { readonly [name: string]: string },
  agent: string | undefined
): Record<string, string> => agent === undefined ? { ...headers } : { "user-agent": agent, ...headers }

/** Of the package; a test holds it against package.json. */
const version = "0.1.0"

interface Runtime {
  readonly process?: { readonly versions?: { readonly [name: string]: string | undefined } }
  readonly navigator?: { readonly userAgent?: string }
}

/** Name and version of the runtime; `undefined` in browsers, whose header cannot be set without asking the service. */
const runtimeOf = ({ navigator, process }: Runtime): ReadonlyArray<string> | undefined => {
  for (const name of ["bun", "deno", "node"]) {
    const running = process?.versions?.[name]
    if (running) return [name, running]
  }
  const [product = "js"] = /^[^ ]+/.exec(navigator?.userAgent ?? "") ?? []
  return product.startsWith("Mozilla/") ? undefined : product.split("/")
}

const tokenOf = (text: string): string => text.replaceAll(/[^\w!#$%&'*+.^`|~-]/g, "-")
