/**
 * Endpoints: the same as the AWS SDK's resolver finds for any region of any partition, checks on custom URLs, and what
 * the generator makes of partitions that lack something.
 */
import { CognitoIdentityProviderClient } from "@aws-sdk/client-cognito-identity-provider"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { endpointModule } from "../../codegen/emit/endpoint.ts"
import { readEndpoints } from "../../codegen/Endpoints.ts"
import { toEndpoints } from "../../codegen/SmithyRules.ts"
import { type EndpointOptions, isConfidential, plainRegion, resolve } from "../../src/protocol/Endpoint.ts"

const endpoints = readEndpoints()

const booleans = [false, true]

const variants = booleans.flatMap((useFipsEndpoint) =>
  booleans.map((useDualstackEndpoint) => ({ useFipsEndpoint, useDualstackEndpoint }))
)

const ours = (options: EndpointOptions): string => Result.getOrElse(resolve(options), () => "refused")

const { endpointProvider } = new CognitoIdentityProviderClient({ region: "eu-central-1" }).config

/** What the SDK's own rules make of the same. */
const theirs = ({ endpoint, region, useDualstackEndpoint, useFipsEndpoint }: EndpointOptions): string => {
  try {
    return endpointProvider({
      UseFIPS: useFipsEndpoint ?? false,
      UseDualStack: useDualstackEndpoint ?? false,
      ...(region === undefined ? {} : { Region: region }),
      ...(endpoint === undefined ? {} : { Endpoint: String(endpoint) })
    }).url.href
  } catch {
    return "refused"
  }
}

const message = (options: EndpointOptions): string =>
  Result.match(resolve(options), { onFailure: ({ message }) => message, onSuccess: (url) => `found ${url}` })

describe("the endpoint of a region", () => {
  it.each(endpoints.partitions.flatMap(({ name, regions }) => regions.map((region) => [name, region] as const)))(
    "in %s is the SDK's: %s",
    (_, region) => {
      for (const variant of variants) expect(ours({ region, ...variant })).toBe(theirs({ region, ...variant }))
    }
  )

  it("is the SDK's for regions of tomorrow", () => {
    const letters = (min: number) => fc.stringMatching(new RegExp(`^[a-z0-9]{${min},8}$`))
    const prefix = fc.constantFrom(
      ..."us eu ap sa ca me af il mx cn eusc eusc-de us-iso us-isob eu-isoe us-isof us-gov aws zz".split(" ")
    )
    const region = fc.oneof(
      fc.tuple(prefix, letters(1), fc.nat({ max: 99 })).map((parts) => parts.join("-")),
      fc.array(letters(1), { minLength: 1, maxLength: 5 }).map((parts) => parts.join("-"))
    )
    fc.assert(
      fc.property(region, fc.constantFrom(...variants), (region, variant) => {
        expect(ours({ region, ...variant })).toBe(theirs({ region, ...variant }))
      }),
      { numRuns: 2000 }
    )
  })

  it("of no known partition is one of aws", () => {
    expect(ours({ region: "moon-base-1" })).toBe("https://cognito-idp.moon-base-1.amazonaws.com/")
  })

  it.each([
    [{ useFipsEndpoint: true }, "https://cognito-idp-fips.us-east-1.amazonaws.com/"],
    [{ useDualstackEndpoint: true }, "https://cognito-idp.us-east-1.amazonaws.com/"],
    [{ useFipsEndpoint: true, useDualstackEndpoint: true }, "https://cognito-idp-fips.us-east-1.amazonaws.com/"]
  ])("in a variant: %j", (variant, url) => {
    expect(ours({ region: "us-east-1", ...variant })).toBe(url)
  })

  it.each([
    "",
    "EU-WEST-1",
    "eu west 1",
    "eu-west-1.example.org",
    "-eu",
    "eu-",
    "eu/west",
    "eu-west-1\n",
    "a".repeat(64)
  ])(
    "is none for %j",
    (region) => {
      expect(message({ region })).toMatch(/^not a region: /)
    }
  )

  it("is none without a region", () => {
    expect(message({})).toBe("neither a region nor an endpoint is given")
    expect(theirs({})).toBe("refused")
  })
})

describe("a region's name of an earlier time", () => {
  const names = ["fips-us-gov-west-1", "us-west-2-fips", "fips-us-east-1", "us-gov-east-1-fips", "aws-fips"]
  it.each([...names, "fips-aws-global", "fips-dkr-us-west-2", "fips-prod-ca-central-1", "us-east-1"])(
    "is the FIPS endpoint of the plain region, as in the official client: %s",
    async (region) => {
      const { config } = new CognitoIdentityProviderClient({ region })
      expect(plainRegion(region)).toBe(await config.region())
      const official = { region: await config.region(), useFipsEndpoint: await config.useFipsEndpoint() }
      expect(ours({ region })).toBe(theirs(official))
    }
  )
})

describe("a custom endpoint", () => {
  it("wins over the region", () => {
    expect(ours({ region: "eu-west-1", endpoint: "https://idp.example.org/a" })).toBe("https://idp.example.org/a/")
    expect(ours({ region: "no region", endpoint: new URL("https://idp.example.org") })).toBe("https://idp.example.org/")
  })

  it.each([
    ["https://idp.example.org", "https://idp.example.org/"],
    ["https://idp.example.org/a", "https://idp.example.org/a/"],
    ["https://idp.example.org/a/", "https://idp.example.org/a/"]
  ])("has a path that ends in a slash: %s", (endpoint, url) => {
    expect(ours({ endpoint })).toBe(url)
  })

  it.each([
    [{ useFipsEndpoint: true }, "useFipsEndpoint"],
    [{ useDualstackEndpoint: true }, "useDualstackEndpoint"],
    [{ useFipsEndpoint: true, useDualstackEndpoint: true }, "useFipsEndpoint"]
  ])("does not go with %j", (variant, name) => {
    const options = { endpoint: "https://idp.example.org", ...variant }
    expect(message(options)).toBe(`a custom endpoint is taken as it is: it cannot be combined with ${name}`)
    expect(theirs(options)).toBe("refused")
  })

  const local = [
    "http://localhost:9229/",
    "http://LOCALHOST/",
    "http://127.0.0.1:80/",
    "http://127.255.3.4/",
    "http://127.1/",
    "http://[::1]:8080/"
  ]
  const remote = [
    "http://idp.example.org/",
    "http://cognito-idp.eu-west-1.amazonaws.com/",
    "http://notlocalhost/",
    "http://idp.localhost/",
    "http://localhost./",
    "http://localhost.example.org/",
    "http://127.0.0.1.example.org/",
    "http://128.0.0.1/",
    "http://10.0.0.1/",
    "http://0.0.0.0/",
    "http://[::2]/",
    "http://[fe80::1]/",
    "http://[::ffff:10.0.0.1]/"
  ]

  it.each(local)("may be plain http on this host: %s", (endpoint) => {
    expect(ours({ endpoint })).toBe(new URL(endpoint).href)
    expect(isConfidential(new URL(endpoint))).toBe(true)
  })

  it.each(remote)("may not be plain http elsewhere, unless it is allowed: %s", (endpoint) => {
    expect(message({ endpoint })).toMatch(/allowInsecureEndpoint/)
    expect(isConfidential(new URL(endpoint))).toBe(false)
    expect(message({ endpoint, allowInsecureEndpoint: false })).toMatch(/allowInsecureEndpoint/)
    expect(ours({ endpoint, allowInsecureEndpoint: true })).toBe(new URL(endpoint).href)
    expect(ours({ endpoint: endpoint.replace("http:", "https:") })).toBe(
      new URL(endpoint.replace("http:", "https:")).href
    )
  })

  it.each([
    ["text", "idp", /not a URL/],
    ["another protocol", "ftp://localhost", /neither http nor https/],
    ["a password", "https://ada:hunter2@localhost", /a user, a password/],
    ["a query", "https://localhost/?hunter2", /a query/],
    ["a fragment", "https://localhost/#hunter2", /fragment/]
  ])("is refused with %s, whatever is allowed", (_, endpoint, expected) => {
    const text = message({ endpoint, allowInsecureEndpoint: true })
    expect(text).toMatch(expected)
    expect(text).not.toContain("hunter2")
  })
})

describe("the generated rules", () => {
  const [aws, china, ...others] = endpoints.partitions
  if (aws === undefined || china === undefined) throw new Error("there are more partitions")

  it("refuse what a partition lacks", () => {
    const text = endpointModule({ ...endpoints, partitions: [aws, { ...china, supportsFIPS: false }, ...others] })
    expect(text).toContain("supportsFIPS: false")
    expect(text).toContain("if (partition.supportsFIPS) ")
    expect(text).toContain("Result.fail(\"this region's partition has no FIPS endpoints\")")
    expect(text).toContain(
      "Result.fail(\"this region's partition lacks FIPS endpoints, dual-stack endpoints or both\")"
    )
    expect(text).not.toContain("partition has no dual-stack endpoints")
  })

  it("only refuse what no partition has", () => {
    const partitions = endpoints.partitions.map((partition) => ({ ...partition, supportsDualStack: false }))
    const text = endpointModule({ ...endpoints, partitions })
    expect(text).toContain(
      "if (useDualStack) return Result.fail(\"this region's partition has no dual-stack endpoints\")"
    )
    expect(text).not.toContain("partition.dualStackDnsSuffix")
  })

  it("are not made of partitions that take each other's regions", () => {
    const partitions = [aws, { ...china, regions: [...china.regions, "eu-south-9"] }, ...others]
    expect(() => endpointModule({ ...endpoints, partitions })).toThrow("eu-south-9 is in aws-cn, but aws takes it")
  })

  it("are not made of rules that may leave nothing", () => {
    expect(() => endpointModule({ ...endpoints, rules: endpoints.rules.slice(0, 2) })).toThrow("none may hold")
  })
})

describe("the import of rules", () => {
  const astOf = (rule: object) => ({
    shapes: {
      "a.b#Service": {
        type: "service",
        traits: { "smithy.rules#endpointRuleSet": { version: "1.0", parameters: {}, rules: [rule] } }
      }
    }
  })
  const endpoint = {
    type: "endpoint",
    conditions: [],
    endpoint: { url: "https://{Region}", properties: {}, headers: {} }
  }
  const none = { partitions: [] }

  it("keeps a rule", () => {
    expect(toEndpoints(astOf(endpoint), none)).toEqual({ partitions: [], rules: [{ if: [], url: "https://{Region}" }] })
  })

  it.each([
    ["a function that Cognito did not use", {
      ...endpoint,
      conditions: [{ fn: "isValidHostLabel", argv: [{ ref: "Region" }, true] }]
    }],
    ["another region to sign for", {
      ...endpoint,
      endpoint: { ...endpoint.endpoint, properties: { authSchemes: [{ name: "sigv4", signingRegion: "us-east-1" }] } }
    }]
  ])("fails at %s", (_, rule) => {
    expect(() => toEndpoints(astOf(rule), none)).toThrow()
  })
})
