/** The operations that list in pages, each streamed over a socket from a server that really pages. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { ClientError } from "../../src/errors/ClientError.ts"
import type { ServiceError } from "../../src/errors/ServiceError.ts"
import * as operations from "../../src/operations/index.ts"
import type { PagedOperation } from "../../src/Pagination.ts"
import type { Cognito } from "../../src/Service.ts"
import type { Signer } from "../../src/client/Signer.ts"
import { layerFetch } from "../../src/client/Transport.ts"
import { json, type Received, scriptedClient, ScriptedServer } from "../support/scriptedServer.ts"

const names = ["ada", "alan", "barbara", "donald", "edsger", "frances", "grace"]

/** A paging operation, with what differs between them hidden. */
interface Listing {
  readonly name: string
  readonly token: string
  readonly list: string
  /** The member for the size of a page, where the operation has one. */
  readonly limit: string | undefined
  /** The items on the wire. */
  readonly item: (name: string) => object
  /** The names of the items, page by page, from a token on, with the input's limit where there is one. */
  readonly pages: (size: number, from?: string) => Names<ReadonlyArray<string>>
  readonly items: (size: number, from?: string) => Names<string>
}

type Names<A> = Stream.Stream<A, { readonly _tag: string } | ClientError, Cognito | Signer>

interface Members<I, O, Item> {
  readonly input: I
  readonly limit?: "Limit" | "MaxResults"
  readonly token: keyof I & keyof O & string
  readonly list: keyof O & string
  readonly item: (name: string) => object
  readonly read: (page: O) => ReadonlyArray<Item> | undefined
  readonly nameOf: (item: Item) => string | undefined
}

const listing = <I, O, E extends ServiceError, Item>(
  operation: PagedOperation<I, O, E, Cognito | Signer, Item> | PagedOperation<I, O, E, Cognito, Item>,
  { input, item, limit, list, nameOf, read, token }: Members<NoInfer<I>, NoInfer<O>, NoInfer<Item>>
): Listing => {
  const inputOf = (size: number, from?: string): I => ({
    ...input,
    ...(limit === undefined ? {} : { [limit]: size }),
    ...(from === undefined ? {} : { [token]: from })
  })
  const name = (item: Item) => nameOf(item) ?? "nameless"
  return {
    name: operation.spec.name,
    token,
    list,
    limit,
    item,
    pages: (size, from) => Stream.map(operation.pages(inputOf(size, from)), (page) => (read(page) ?? []).map(name)),
    items: (size, from) => Stream.map(operation.items(inputOf(size, from)), name)
  }
}

const UserPoolId = "eu-central-1_aBcDeFgHi"
const user = { UserPoolId, Username: "ada" }
const AccessToken = Redacted.make("a.b.c")

const listings: ReadonlyArray<Listing> = [
  listing(operations.adminListDevices, {
    input: user,
    limit: "Limit",
    token: "PaginationToken",
    list: "Devices",
    item: (DeviceKey) => ({ DeviceKey }),
    read: (page) => page.Devices,
    nameOf: (device) => device.DeviceKey
  }),
  listing(operations.adminListGroupsForUser, {
    input: user,
    limit: "Limit",
    token: "NextToken",
    list: "Groups",
    item: (GroupName) => ({ GroupName }),
    read: (page) => page.Groups,
    nameOf: (group) => group.GroupName
  }),
  listing(operations.adminListUserAuthEvents, {
    input: user,
    limit: "MaxResults",
    token: "NextToken",
    list: "AuthEvents",
    item: (EventId) => ({ EventId }),
    read: (page) => page.AuthEvents,
    nameOf: (event) => event.EventId
  }),
  listing(operations.adminListUserSessions, {
    input: user,
    token: "NextToken",
    list: "Sessions",
    item: (SessionId) => ({ SessionId }),
    read: (page) => page.Sessions,
    nameOf: (session) => session.SessionId
  }),
  listing(operations.listDevices, {
    input: { AccessToken },
    limit: "Limit",
    token: "PaginationToken",
    list: "Devices",
    item: (DeviceKey) => ({ DeviceKey }),
    read: (page) => page.Devices,
    nameOf: (device) => device.DeviceKey
  }),
  listing(operations.listGroups, {
    input: { UserPoolId },
    limit: "Limit",
    token: "NextToken",
    list: "Groups",
    item: (GroupName) => ({ GroupName }),
    read: (page) => page.Groups,
    nameOf: (group) => group.GroupName
  }),
  listing(operations.listIdentityProviders, {
    input: { UserPoolId },
    limit: "MaxResults",
    token: "NextToken",
    list: "Providers",
    item: (ProviderName) => ({ ProviderName, ProviderType: "SAML" }),
    read: (page) => page.Providers,
    nameOf: (provider) => provider.ProviderName
  }),
  listing(operations.listResourceServers, {
    input: { UserPoolId },
    limit: "MaxResults",
    token: "NextToken",
    list: "ResourceServers",
    item: (Identifier) => ({ Identifier }),
    read: (page) => page.ResourceServers,
    nameOf: (server) => server.Identifier
  }),
  listing(operations.listTerms, {
    input: { UserPoolId },
    limit: "MaxResults",
    token: "NextToken",
    list: "Terms",
    item: (TermsId) => ({
      TermsId,
      TermsName: "terms-of-use",
      Enforcement: "NONE",
      CreationDate: 1.735689600123E9,
      LastModifiedDate: 1735689600
    }),
    read: (page) => page.Terms,
    nameOf: (terms) => terms.TermsId
  }),
  listing(operations.listUserImportJobs, {
    input: { UserPoolId, MaxResults: 1 },
    limit: "MaxResults",
    token: "PaginationToken",
    list: "UserImportJobs",
    item: (JobId) => ({ JobId }),
    read: (page) => page.UserImportJobs,
    nameOf: (job) => job.JobId
  }),
  listing(operations.listUserPoolClients, {
    input: { UserPoolId },
    limit: "MaxResults",
    token: "NextToken",
    list: "UserPoolClients",
    item: (ClientId) => ({ ClientId }),
    read: (page) => page.UserPoolClients,
    nameOf: (client) => client.ClientId
  }),
  listing(operations.listUserPoolClientSecrets, {
    input: { UserPoolId, ClientId: "1example23456789" },
    token: "NextToken",
    list: "ClientSecrets",
    item: (ClientSecretId) => ({ ClientSecretId }),
    read: (page) => page.ClientSecrets,
    nameOf: (secret) => secret.ClientSecretId
  }),
  listing(operations.listUserPoolReplicas, {
    input: { UserPoolId },
    token: "NextToken",
    list: "UserPoolReplicas",
    item: (RegionName) => ({ RegionName }),
    read: (page) => page.UserPoolReplicas,
    nameOf: (replica) => replica.RegionName
  }),
  listing(operations.listUserPools, {
    input: { MaxResults: 1 },
    limit: "MaxResults",
    token: "NextToken",
    list: "UserPools",
    item: (Id) => ({ Id }),
    read: (page) => page.UserPools,
    nameOf: (pool) => pool.Id
  }),
  listing(operations.listUsers, {
    input: { UserPoolId, Filter: "status = \"Enabled\"", AttributesToGet: ["email"] },
    limit: "Limit",
    token: "PaginationToken",
    list: "Users",
    item: (Username) => ({ Username }),
    read: (page) => page.Users,
    nameOf: ({ Username }) => Username
  }),
  listing(operations.listUsersInGroup, {
    input: { UserPoolId, GroupName: "editors" },
    limit: "Limit",
    token: "NextToken",
    list: "Users",
    item: (Username) => ({ Username }),
    read: (page) => page.Users,
    nameOf: ({ Username }) => Username
  }),
  listing(operations.listUserSessions, {
    input: { AccessToken },
    token: "NextToken",
    list: "Sessions",
    item: (SessionId) => ({ SessionId }),
    read: (page) => page.Sessions,
    nameOf: (session) => session.SessionId
  }),
  listing(operations.listWebAuthnCredentials, {
    input: { AccessToken },
    limit: "MaxResults",
    token: "NextToken",
    list: "Credentials",
    item: (CredentialId) => ({
      CredentialId,
      FriendlyCredentialName: "Phone",
      RelyingPartyId: "example.com",
      AuthenticatorTransports: [],
      CreatedAt: 1735689600
    }),
    read: (page) => page.Credentials,
    nameOf: (credential) => credential.CredentialId
  })
]

/** What a server answers to a request: the names on the page, and the next token. */
type Page = (request: Received) => { readonly names: ReadonlyArray<string>; readonly next?: string | null }

const run = <A, E>(
  listing: Listing,
  page: Page,
  test: (requests: ReadonlyArray<Received>) => Effect.Effect<A, E, Cognito | Signer>
) =>
  Effect.flatMap(ScriptedServer, ({ requests }) => test(requests)).pipe(
    Effect.provide(Layer.provide(
      scriptedClient({
        [listing.name]: (request) => {
          const { names, next } = page(request)
          return json({ [listing.list]: names.map(listing.item), [listing.token]: next })
        }
      }),
      layerFetch
    ))
  )

/** Pages of a size over {@link names}; the token of a page tells where it starts. */
const paging = ({ limit, token }: Listing, size: number): Page => ({ input }) => {
  if (limit !== undefined) assert.strictEqual(input[limit], size)
  const start = Number(/^from (\d)$/.exec(String(input[token] ?? "from 0"))?.[1])
  const end = start + size
  return { names: names.slice(start, end), next: end < names.length ? `from ${end}` : null }
}

const tokens = ({ token }: Listing, requests: ReadonlyArray<Received>) => requests.map(({ input }) => input[token])

it("these are all the operations that page", () => {
  const paged = Object.values(operations).filter((operation) => "pages" in operation)
  assert.deepStrictEqual(
    listings.map(({ name }) => name).sort(),
    paged.map(({ spec }) => spec.name).sort()
  )
})

describe.each(listings)("$name", (listing) => {
  it.live.each([1, 3, 7, 60])(
    "streams pages and items of %i",
    (size) =>
      run(listing, paging(listing, size), (requests) =>
        Effect.gen(function*() {
          const count = Math.ceil(names.length / size)
          const pages = yield* Stream.runCollect(listing.pages(size))
          assert.deepStrictEqual(pages.flat(), names)
          assert.lengthOf(pages, count)
          assert.lengthOf(requests, count)
          assert.deepStrictEqual(
            tokens(listing, requests),
            [undefined, ...Array.from({ length: count - 1 }, (_, index) => `from ${size * (index + 1)}`)]
          )
          // Between the pages nothing of the input changes but the token.
          const others = new Set(requests.map(({ input }) => JSON.stringify({ ...input, [listing.token]: undefined })))
          assert.strictEqual(others.size, 1)
          assert.deepStrictEqual(yield* Stream.runCollect(listing.items(size)), names)
        }))
  )

  it.live("starts at the token in the input", () =>
    run(listing, paging(listing, 2), (requests) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* Stream.runCollect(listing.items(2, "from 4")), names.slice(4))
        assert.deepStrictEqual(tokens(listing, requests), ["from 4", "from 6"])
      })))

  it.live("fetches no page before it is wanted", () =>
    run(listing, paging(listing, 2), (requests) =>
      Effect.gen(function*() {
        const pages = listing.pages(2)
        assert.lengthOf(requests, 0)
        assert.deepStrictEqual(yield* Stream.runCollect(Stream.take(pages, 1)), [["ada", "alan"]])
        assert.lengthOf(requests, 1)
        yield* Stream.runCollect(Stream.take(listing.items(2), 2))
        assert.lengthOf(requests, 2)
        yield* Stream.runCollect(Stream.take(listing.items(2), 3))
        assert.lengthOf(requests, 4)
      })))

  it.live("goes on after an empty page with a token", () =>
    run(
      listing,
      ({ input }) => input[listing.token] === undefined ? { names: [], next: "more" } : { names: ["ada"] },
      () =>
        Effect.gen(function*() {
          assert.deepStrictEqual(yield* Stream.runCollect(listing.pages(1)), [[], ["ada"]])
          assert.deepStrictEqual(yield* Stream.runCollect(listing.items(1)), ["ada"])
        })
    ))

  it.live("ends at an empty token", () =>
    run(listing, () => ({ names: ["ada"], next: "" }), (requests) =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* Stream.runCollect(listing.items(1)), ["ada"])
        assert.lengthOf(requests, 1)
      })))

  it.live("fails after a page that repeats its token", () =>
    run(listing, () => ({ names: ["ada"], next: "again" }), (requests) =>
      Effect.gen(function*() {
        const seen: Array<string> = []
        const error = yield* listing.items(1).pipe(
          Stream.runForEach((name) => Effect.sync(() => seen.push(name))),
          Effect.flip
        )
        assert.strictEqual(
          "message" in error ? error.message : undefined,
          `${listing.name}: PaginationError: the service returned the ${listing.token} it was given, ` +
            "so the list would never end"
        )
        assert.deepStrictEqual(seen, ["ada", "ada"])
        assert.lengthOf(requests, 2)
      })))
})
