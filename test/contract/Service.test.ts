/**
 * The layers: where requests go, with which credentials, from which configuration, and what is refused before any
 * request. The network is a transport that notes what it is given.
 */
import { expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { describe } from "vitest"
import * as Cognito from "../../src/index.ts"

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("wJalrXUtnFEMI") }

/** A transport that answers every request with an empty user pool and keeps the requests. */
const capture = () => {
  const requests: Array<Cognito.TransportRequest> = []
  const layer = Layer.succeed(Cognito.Transport, {
    send: (request) =>
      Effect.sync(() => {
        requests.push(request)
        return { status: 200, headers: {}, body: new TextEncoder().encode(`{"UserPools":[]}`) }
      })
  })
  return { requests, layer }
}

const listUserPools = Cognito.listUserPools({ MaxResults: 1 })

describe("endpoints", () => {
  it.effect.each<readonly [region: string, url: string]>([
    ["eu-central-1", "https://cognito-idp.eu-central-1.amazonaws.com/"],
    ["us-gov-west-1", "https://cognito-idp.us-gov-west-1.amazonaws.com/"],
    ["cn-north-1", "https://cognito-idp.cn-north-1.amazonaws.com.cn/"],
    ["eusc-de-east-1", "https://cognito-idp.eusc-de-east-1.amazonaws.eu/"],
    ["us-iso-east-1", "https://cognito-idp.us-iso-east-1.c2s.ic.gov/"],
    ["us-isob-east-1", "https://cognito-idp.us-isob-east-1.sc2s.sgov.gov/"]
  ])("%s is at %s", ([region, url]) =>
    Effect.gen(function*() {
      const { layer, requests } = capture()
      const live = Layer.provide(Cognito.layer({ region, credentials }), layer)
      yield* Effect.provide(listUserPools, live)
      expect(requests.map((request) => request.url)).toEqual([url])
    }))

  it.effect.each<readonly [name: string, options: Cognito.PublicOptions]>([
    ["a region with a dot", { region: "evil.example" }],
    ["a region with a slash", { region: "eu-central-1/x" }],
    ["an empty region", { region: "" }],
    ["text that is no URL", { endpoint: "localhost:9229:9229" }],
    ["another protocol", { endpoint: "ftp://localhost" }],
    ["a user and a password", { endpoint: "https://ada:secret@localhost" }],
    ["a query", { endpoint: "https://localhost/?secret" }]
  ])("refuses %s when the layer is built", ([, options]) =>
    Effect.gen(function*() {
      const { layer } = capture()
      const error = yield* Effect.flip(Effect.provide(Cognito.make(options), layer))
      expect(error._tag).toBe("EndpointError")
      expect(error.message).not.toContain("secret")
    }))

  it.effect("takes a custom endpoint with a port and a path", () =>
    Effect.gen(function*() {
      const { layer } = capture()
      const { endpoint } = yield* Effect.provide(Cognito.make({ endpoint: "http://localhost:9229/cognito" }), layer)
      expect(endpoint).toBe("http://localhost:9229/cognito/")
    }))
})

describe("configuration", () => {
  const environment = {
    AWS_REGION: "eu-central-1",
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI"
  }
  const send = (values: { readonly [name: string]: string }) =>
    Effect.gen(function*() {
      const { layer, requests } = capture()
      const provider = ConfigProvider.layer(ConfigProvider.fromUnknown(values))
      const live = Cognito.layerConfig.pipe(Layer.provide(layer), Layer.provide(provider))
      yield* Effect.provide(listUserPools, live)
      return requests
    })

  it.live("reads region and credentials", () =>
    Effect.gen(function*() {
      const [request] = yield* send({ ...environment, AWS_SESSION_TOKEN: "token" })
      expect(request?.url).toBe("https://cognito-idp.eu-central-1.amazonaws.com/")
      expect(request?.headers["x-amz-security-token"]).toBe("token")
      expect(request?.headers.authorization).toContain("Credential=AKIDEXAMPLE/")
      expect(request?.headers.authorization).toContain("/eu-central-1/cognito-idp/aws4_request")
    }))

  it.live("needs no session token", () =>
    Effect.gen(function*() {
      const [request] = yield* send(environment)
      expect(request?.headers).not.toHaveProperty("x-amz-security-token")
    }))

  it.live("prefers the service's own endpoint to the general one", () =>
    Effect.gen(function*() {
      const general = { ...environment, AWS_ENDPOINT_URL: "http://localhost:1/" }
      const own = { ...general, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: "http://localhost:2/" }
      expect((yield* send(general))[0]?.url).toBe("http://localhost:1/")
      expect((yield* send(own))[0]?.url).toBe("http://localhost:2/")
    }))

  it.live.each(["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])(
    "names %s where it is missing",
    (name) =>
      Effect.gen(function*() {
        const { [name]: _, ...rest } = Object.fromEntries(Object.entries(environment))
        const exit = yield* Effect.exit(send(rest))
        const text = Exit.isFailure(exit) ? Cause.pretty(exit.cause) : ""
        expect(text).toContain(name)
        expect(text).not.toContain("wJalrXUtnFEMI")
      })
  )
})

describe("credentials", () => {
  const withCredentials = (credentials: Cognito.SignerOptions["credentials"]) => {
    const { layer, requests } = capture()
    const live = Layer.provide(Cognito.layer({ region: "eu-central-1", credentials }), layer)
    return { requests, call: Effect.provide(listUserPools, live) }
  }

  it.live.each<readonly [name: string, credentials: Cognito.AwsCredentials]>([
    ["an empty key", { ...credentials, accessKeyId: "" }],
    ["an empty secret", { ...credentials, secretAccessKey: Redacted.make("") }],
    ["a line break in the key", { ...credentials, accessKeyId: "AKID\r\nx-injected: 1" }],
    ["a line break in the token", { ...credentials, sessionToken: Redacted.make("token\nx-injected: 1") }]
  ])("refuses %s and sends nothing", ([, credentials]) =>
    Effect.gen(function*() {
      const { call, requests } = withCredentials(credentials)
      const error = yield* Effect.flip(call)
      expect(error).toMatchObject({ _tag: "ClientError", reason: { _tag: "CredentialsError" } })
      expect(error.message).not.toContain("injected")
      expect(requests).toEqual([])
    }))

  it.live("asks an effect for each request", () =>
    Effect.gen(function*() {
      let asked = 0
      const { call, requests } = withCredentials(Effect.sync(() => ({ ...credentials, accessKeyId: `AKID${++asked}` })))
      yield* call
      yield* call
      expect(requests.map(({ headers }) => /Credential=(\w+)/.exec(headers.authorization ?? "")?.[1]))
        .toEqual(["AKID1", "AKID2"])
    }))

  it.live("fails a call with the effect's own failure", () =>
    Effect.gen(function*() {
      const { call, requests } = withCredentials(new Cognito.CredentialsError({ message: "no profile of that name" }))
      const error = yield* Effect.flip(call)
      expect(error.message).toBe("ListUserPools: CredentialsError: no profile of that name")
      expect(requests).toEqual([])
    }))
})

/** A clock that shows one and the same time. */
const clockAt = (clock: Clock.Clock, millis: number): Clock.Clock =>
  Object.assign(Object.create(clock), { currentTimeMillis: Effect.succeed(millis) })

it.live("signs each attempt anew, at the time of Effect's clock", () =>
  Effect.gen(function*() {
    const signed: Array<Cognito.TransportHeaders> = []
    const transport = Layer.succeed(Cognito.Transport, {
      send: ({ headers }) =>
        Effect.suspend(() => {
          signed.push(headers)
          return Effect.fail(new Cognito.TransportError({ message: "reset" }))
        })
    })
    const live = Layer.provide(Cognito.layer({ region: "eu-central-1", credentials }), transport)
    const clock = yield* Clock.Clock
    const at = (iso: string) =>
      Effect.flip(listUserPools).pipe(
        Effect.provideService(Clock.Clock, clockAt(clock, Date.parse(iso))),
        Effect.provideService(Cognito.RetryPolicy, { maxAttempts: 1 })
      )
    yield* Effect.provide(
      Effect.andThen(at("2015-08-30T12:36:00.987Z"), at("2015-08-30T12:36:01Z")),
      live
    )
    expect(signed.map((headers) => headers["x-amz-date"])).toEqual(["20150830T123600Z", "20150830T123601Z"])
    expect(signed[0]?.authorization).not.toBe(signed[1]?.authorization)
  }))

it.live("aborts the request when the call is interrupted", () =>
  Effect.gen(function*() {
    const started = yield* Deferred.make<AbortSignal>()
    const fetch: typeof globalThis.fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        const { signal } = init ?? {}
        if (!signal) return reject(new Error("no signal"))
        signal.addEventListener("abort", () => reject(signal.reason))
        Deferred.doneUnsafe(started, Effect.succeed(signal))
      })
    const live = Cognito.layerPublic({ region: "eu-central-1" }).pipe(
      Layer.provide(Cognito.layerFetch),
      Layer.provide(Layer.succeed(Cognito.Fetch, fetch))
    )
    const call = Effect.provide(Cognito.getUser({ AccessToken: Redacted.make("token") }), live)
    const fiber = yield* Effect.forkChild(call)
    const signal = yield* Deferred.await(started)
    expect(signal.aborted).toBe(false)
    yield* Fiber.interrupt(fiber)
    expect(signal.aborted).toBe(true)
  }))
