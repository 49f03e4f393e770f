/** Clients of single operations, and lists as async iterables, against stubs. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { describe, expect, expectTypeOf, it } from "vitest"
import { adminDeleteUser, adminGetUser, initiateAuth, listUsers } from "../../src/index.ts"
import { CognitoIdentityProvider, make, paginateAdminListDevices, paginateListUsers } from "../../src/promise/index.ts"
import * as Testing from "../../src/testing/index.ts"

const UserPoolId = "eu-central-1_a"
const names = (page: { readonly Users?: ReadonlyArray<{ readonly Username?: string | undefined }> | undefined }) =>
  (page.Users ?? []).map(({ Username }) => Username)

/** Pages of two users, `a` to `f`. */
const threePages = Testing.sequence<{ Users: Array<{ Username: string }>; PaginationToken?: string }>(
  { Users: [{ Username: "a" }, { Username: "b" }], PaginationToken: "2" },
  { Users: [{ Username: "c" }, { Username: "d" }], PaginationToken: "3" },
  { Users: [{ Username: "e" }, { Username: "f" }] }
)

const covered = Redacted.make("not covered on its way")

const all = async <A>(items: AsyncIterable<A>): Promise<ReadonlyArray<A>> => {
  const gathered: Array<A> = []
  for await (const item of items) gathered.push(item)
  return gathered
}

const clientOf = (...stubs: ReadonlyArray<Testing.Stub>) =>
  make({ listUsers, initiateAuth, adminGetUser, adminDeleteUser }, { layer: Testing.layer(...stubs) })

describe("a method", () => {
  it("takes secrets plain, or Redacted, and gives them plain", async () => {
    await using client = clientOf(
      Testing.stub(
        initiateAuth,
        ({ AuthParameters: { PASSWORD } = {} }) =>
          Effect.succeed({ AuthenticationResult: { AccessToken: Redacted.isRedacted(PASSWORD) ? PASSWORD : covered } })
      )
    )
    for (const PASSWORD of ["secret", Redacted.make("secret")]) {
      const output = await client.initiateAuth({
        ClientId: "a",
        AuthFlow: "USER_PASSWORD_AUTH",
        AuthParameters: { USERNAME: "anna", PASSWORD }
      })
      expect(output).toEqual({
        $metadata: expect.objectContaining({ attempts: 1, httpStatusCode: 200 }),
        AuthenticationResult: { AccessToken: "secret" }
      })
    }
  })

  it("of an operation without output gives its metadata", async () => {
    await using client = clientOf(Testing.stub(adminDeleteUser, undefined))
    const output = await client.adminDeleteUser({ UserPoolId, Username: "anna" })
    expect(Object.keys(output)).toEqual(["$metadata"])
  })

  it("rejects as the full client does", async () => {
    await using client = clientOf(Testing.stub(adminGetUser, Testing.failingTransport("EPIPE")))
    await expect(client.adminGetUser({ UserPoolId, Username: "anna" })).rejects.toMatchObject({
      reason: { _tag: "TransportError" },
      code: "EPIPE",
      $metadata: { attempts: 3 }
    })
  })

  it("has the plain types of its operation", () => {
    const client = clientOf()
    type User = NonNullable<Awaited<ReturnType<typeof client.listUsers>>["Users"]>[number]
    expectTypeOf(client.listUsers.items).returns.toEqualTypeOf<AsyncGenerator<User, void, undefined>>()
    expectTypeOf<Required<User>["UserCreateDate"]>().toEqualTypeOf<Date>()
    expectTypeOf<Required<User>["UserStatus"]>().toExtend<string>()
    type Tokens = NonNullable<Awaited<ReturnType<typeof client.initiateAuth>>["AuthenticationResult"]>
    expectTypeOf<Required<Tokens>["AccessToken"]>().toEqualTypeOf<string>()
    expectTypeOf(client.adminGetUser).not.toHaveProperty("pages")
  })
})

describe("pages and items", () => {
  it("of all pages come in order, each page when it is wanted, with what its own call learned", async () => {
    await using client = clientOf(Testing.stub(listUsers, threePages))
    const metadata: Array<unknown> = []
    const seen: Array<ReadonlyArray<string | undefined>> = []
    for await (const page of client.listUsers.pages({ UserPoolId })) {
      metadata.push(page.$metadata)
      seen.push(names(page))
      // What the consumer does in between is no delay of a retry.
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    expect(seen).toEqual([["a", "b"], ["c", "d"], ["e", "f"]])
    const once = { attempts: 1, totalRetryDelay: 0, httpStatusCode: 200, requestId: expect.any(String) }
    expect(metadata).toEqual([
      expect.objectContaining(once),
      expect.objectContaining(once),
      expect.objectContaining(once)
    ])
  })

  it("of a page that was throttled tells of its own attempts alone", async () => {
    const page = (token?: string) => ({ Users: [], ...(token === undefined ? {} : { PaginationToken: token }) })
    await using client = clientOf(
      Testing.stub(listUsers, Testing.sequence(page("2"), Testing.throttled(2, page("3")), page()))
    )
    const attempts: Array<number | undefined> = []
    for await (const { $metadata } of client.listUsers.pages({ UserPoolId })) attempts.push($metadata.attempts)
    expect(attempts).toEqual([1, 3, 1])
  })

  it("items are those of the pages", async () => {
    await using client = clientOf(Testing.stub(listUsers, threePages))
    const users = await all(client.listUsers.items({ UserPoolId }))
    expect(users.map(({ Username }) => Username)).toEqual(["a", "b", "c", "d", "e", "f"])
  })

  it("leaving the loop early fetches no more and closes what is open", async () => {
    const stubs = Testing.layer(Testing.stub(listUsers, threePages))
    let requests: ReadonlyArray<Testing.SentRequest> = []
    const layer = Layer.tap(stubs, (context) =>
      Effect.map(Effect.provideContext(Testing.requests, context), () => {
        requests = Effect.runSync(Effect.provideContext(Effect.map(Testing.Requests, ({ all }) => all), context))
      }))
    await using client = make({ listUsers }, { layer })
    const users = client.listUsers.items({ UserPoolId })
    for await (const { Username } of users) if (Username === "b") break
    expect(requests).toHaveLength(1)
    expect(await users.next()).toEqual({ done: true, value: undefined })
    for await (const { Username } of client.listUsers.items({ UserPoolId, PaginationToken: "x" })) {
      expect(Username).toBe("c")
      break
    }
    expect(requests.map(({ input }) => input)).toEqual([{ UserPoolId }, { UserPoolId, PaginationToken: "x" }])
  })

  it("reject where a page does", async () => {
    await using client = clientOf(Testing.stub(
      listUsers,
      Testing.sequence({ Users: [{ Username: "a" }], PaginationToken: "2" }, Testing.failingTransport("EPIPE"))
    ))
    const seen: Array<unknown> = []
    const listing = (async () => {
      for await (const { Username } of client.listUsers.items({ UserPoolId })) seen.push(Username)
    })()
    await expect(listing).rejects.toMatchObject({ reason: { _tag: "TransportError" } })
    expect(seen).toEqual(["a"])
  })

  it("end at a token that comes back, in an error", async () => {
    await using client = clientOf(Testing.stub(listUsers, { Users: [], PaginationToken: "1" }))
    await expect(all(client.listUsers.pages({ UserPoolId }))).rejects.toMatchObject({ name: "PaginationError" })
  })

  it("end when their signal says so", async () => {
    await using client = clientOf(Testing.stub(listUsers, threePages))
    const controller = new AbortController()
    const pages = client.listUsers.pages({ UserPoolId }, { abortSignal: controller.signal })
    expect(names((await pages.next()).value ?? {})).toEqual(["a", "b"])
    controller.abort()
    await expect(pages.next()).rejects.toMatchObject({ name: "AbortError" })
  })
})

describe("paginators", () => {
  it("go through the pages, from a token and with a size", async () => {
    const client = CognitoIdentityProvider.stub({ listUsers: threePages })
    const pages = await all(paginateListUsers({ client, pageSize: 2, startingToken: "1" }, { UserPoolId }))
    expect(pages.map(names)).toEqual([["a", "b"], ["c", "d"], ["e", "f"]])
    expect(client.requests.map(({ input }) => input)).toEqual([
      { UserPoolId, Limit: 2, PaginationToken: "1" },
      { UserPoolId, Limit: 2, PaginationToken: "2" },
      { UserPoolId, Limit: 2, PaginationToken: "3" }
    ])
  })

  it("leave the input as it is, whose own size comes first", async () => {
    const client = CognitoIdentityProvider.stub({ listUsers: threePages })
    const input = Object.freeze({ UserPoolId, Limit: 5 })
    await all(paginateListUsers({ client, pageSize: 2 }, input))
    expect(client.requests.map(({ input }) => input)).toMatchObject([{ Limit: 5 }, { Limit: 5 }, { Limit: 5 }])
  })

  it("are methods of the client too", async () => {
    const client = CognitoIdentityProvider.stub({ listUsers: threePages })
    const pages = await all(client.paginateListUsers({ UserPoolId }, { pageSize: 3 }))
    expect(pages.map(names)).toEqual([["a", "b"], ["c", "d"], ["e", "f"]])
    expect(client.requests[0]?.input).toEqual({ UserPoolId, Limit: 3 })
  })

  it("exist where the official client has none", async () => {
    const client = CognitoIdentityProvider.stub({
      adminListDevices: Testing.sequence({ Devices: [{ DeviceKey: "d" }], PaginationToken: "2" }, { Devices: [] })
    })
    const pages = await all(paginateAdminListDevices({ client }, { UserPoolId, Username: "anna" }))
    expect(pages.map(({ Devices }) => Devices)).toEqual([[{ DeviceKey: "d" }], []])
  })

  it("fail at a token that comes back, or end there if asked to", async () => {
    const client = CognitoIdentityProvider.stub({ listUsers: { Users: [], PaginationToken: "1" } })
    await expect(all(paginateListUsers({ client }, { UserPoolId }))).rejects.toMatchObject({ name: "PaginationError" })
    expect(await all(paginateListUsers({ client, stopOnSameToken: true }, { UserPoolId }))).toHaveLength(2)
  })

  it("end at an empty token", async () => {
    const client = CognitoIdentityProvider.stub({ listUsers: Testing.respond({ status: 200, body: `{"Users":[]}` }) })
    expect(await all(paginateListUsers({ client }, { UserPoolId }))).toHaveLength(1)
  })
})
