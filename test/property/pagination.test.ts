/**
 * The streams of all paging operations hold what the service lists, however it cuts the list into pages: each page is
 * fetched once, when it is wanted, and a service that never ends is noticed.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"
import * as Cognito from "../../src/index.ts"
import { model, operations, overlay, plain, typed, unwrap, wire } from "../support/shapes.ts"
import { structureOf } from "../../codegen/Model.ts"
import { stub } from "../support/stub.ts"

type Streams<A> = Stream.Stream<A, Cognito.ClientError, Cognito.Cognito | Cognito.Signer>

/** A paging operation of which only the name is known. */
interface AnyPaged {
  readonly spec: { readonly name: string }
  pages(input: unknown): Streams<object>
  items(input: unknown): Streams<unknown>
}

// The inputs of the operations have no common type but `never`, which no test could call with.
const paged = Object.values(Cognito).filter((value) =>
  typeof value === "function" && "pages" in value
) as unknown as ReadonlyArray<AnyPaged>

const pagedByName = new Map(paged.map((operation) => [operation.spec.name, operation]))

const pagings = operations.flatMap(({ input, name, output, paginated }) => {
  const members = paginated ?? overlay.pagination.operations[name]
  return members === undefined || output === undefined ? [] : [{ name, input, output, ...members }]
})
type Paging = typeof pagings[number]

it("they are those of the model and the overlay", () => {
  expect(pagings.map(({ name }) => name).sort()).toEqual([...pagedByName.keys()].sort())
  expect(pagings.length).toBeGreaterThan(0)
})

/** What the service holds from a token on. */
interface Page {
  readonly token: string | undefined
  readonly body: object
}

/** A value's members. */
const membersOf = (value: unknown): { readonly [member: string]: unknown } => ({ ...Object(value) })

/** The service: answers with the pages in turn, and keeps the bodies of the requests. */
const serve = (pages: ReadonlyArray<Page>) => {
  const requests: Array<{ readonly [member: string]: unknown }> = []
  const layer = stub(({ body }) =>
    Effect.sync(() => {
      const answer = pages[requests.length]?.body
      requests.push(JSON.parse(new TextDecoder().decode(body)))
      return { status: answer === undefined ? 500 : 200, headers: {}, body: encode(answer ?? {}) }
    })
  )
  return { requests, layer }
}

const encode = (body: object) => new TextEncoder().encode(JSON.stringify(body))

/** An input, the pages as the service sends them, and as the program is to see them. */
interface Listing {
  readonly input: { readonly [member: string]: unknown }
  readonly pages: ReadonlyArray<Page>
  readonly plainPages: ReadonlyArray<{ readonly [member: string]: unknown }>
}

const inputOf = ({ input, token }: Paging): fc.Arbitrary<Listing["input"]> =>
  fc.tuple(plain(input), fc.option(fc.string({ minLength: 1 }), { nil: undefined })).map(([value, from]) => {
    const { [token]: _, ...rest } = membersOf(typed(input, value))
    return from === undefined ? rest : { ...rest, [token]: from }
  })

/**
 * Any list in any pages, some empty and some without the list's member. Each page but the last has a token, and no token
 * is the one before; the last has none, or an empty one.
 */
const listingOf = (paging: Paging): fc.Arbitrary<Listing> => {
  const { items, output, token } = paging
  const list = plain(structureOf(model, output).members[items]?.target ?? "")
  const page = fc.tuple(plain(output), fc.option(list, { nil: undefined }))
  return fc.tuple(inputOf(paging), fc.array(page, { minLength: 1, maxLength: 5 }), fc.constantFrom(undefined, "")).map(
    ([input, drawn, end]) => {
      const required = structureOf(model, output).members[items]?.required === true
      const tokens = drawn.map((_, at) => at === drawn.length - 1 ? end : `${String(input[token] ?? "")}${at}`)
      const plainPages = drawn.map(([value, list], at) => {
        const { [token]: _, [items]: __, ...rest } = membersOf(value)
        return {
          ...rest,
          ...(list === undefined && !required ? {} : { [items]: list ?? [] }),
          ...(tokens[at] === undefined ? {} : { [token]: tokens[at] })
        }
      })
      const pages = plainPages.map((value, at) => ({ token: tokens[at], body: Object(wire(output, value)) }))
      return { input, pages, plainPages }
    }
  )
}

const itemsIn = (page: { readonly [member: string]: unknown }, items: string): ReadonlyArray<unknown> => {
  const list = page[items]
  return Array.isArray(list) ? list : []
}

describe.each(pagings)("$name", (paging) => {
  const { items, name, token } = paging
  const operation = pagedByName.get(name)
  if (operation === undefined) throw new Error(`${name} does not page`)
  const check = (property: (listing: Listing) => Effect.Effect<void, unknown>) =>
    fc.assert(fc.asyncProperty(listingOf(paging), (listing) => Effect.runPromise(property(listing))), { numRuns: 25 })

  /** The tokens that the requests are to have: first the input's, then each page's. */
  const tokensOf = ({ input, pages }: Listing) => [input[token], ...pages.slice(0, -1).map(({ token }) => token)]

  it("lists every item of every page, with one request a page", () =>
    check((listing) =>
      Effect.gen(function*() {
        const { layer, requests } = serve(listing.pages)
        const found = yield* Effect.provide(Stream.runCollect(operation.items(listing.input)), layer)
        expect(found.map(unwrap)).toStrictEqual(listing.plainPages.flatMap((page) => itemsIn(page, items)))
        expect(requests.map((body) => body[token])).toEqual(tokensOf(listing))
      })
    ))

  it("lists the pages as they are, and changes nothing of the input but the token", () =>
    check((listing) =>
      Effect.gen(function*() {
        const { layer, requests } = serve(listing.pages)
        const before = JSON.stringify(unwrap(listing.input))
        const found = yield* Effect.provide(Stream.runCollect(operation.pages(listing.input)), layer)
        expect(found.map(unwrap)).toStrictEqual(listing.plainPages)
        expect(requests.map((body) => body[token])).toEqual(tokensOf(listing))
        const rest = requests.map(({ [token]: _, ...rest }) => rest)
        expect(rest).toEqual(rest.map(() => rest[0]))
        expect(JSON.stringify(unwrap(listing.input))).toBe(before)
      })
    ))

  it("fetches no page before it is wanted", () =>
    check((listing) =>
      Effect.gen(function*() {
        for (const wanted of listing.pages.keys()) {
          const { layer, requests } = serve(listing.pages)
          yield* Effect.provide(Stream.runDrain(Stream.take(operation.pages(listing.input), wanted)), layer)
          expect(requests).toHaveLength(wanted)
        }
        const first = listing.plainPages.findIndex((page) => itemsIn(page, items).length > 0)
        const { layer, requests } = serve(listing.pages)
        yield* Effect.provide(Stream.runDrain(Stream.take(operation.items(listing.input), 1)), layer)
        expect(requests).toHaveLength(first === -1 ? listing.pages.length : first + 1)
      })
    ))

  it("fails at a token that is given back, after everything before it", () =>
    check((listing) =>
      Effect.gen(function*() {
        // The last page points at itself; where it is the only one, the input already does.
        const stuck = listing.pages.length === 1 ? "stuck" : listing.pages.at(-2)?.token
        const input = listing.pages.length === 1 ? { ...listing.input, [token]: stuck } : listing.input
        const pages = listing.pages.map(({ body, token: own }, at) =>
          at === listing.pages.length - 1
            ? { token: stuck, body: { ...body, [token]: stuck } }
            : { token: own, body }
        )
        const { layer, requests } = serve([...pages, ...pages])
        const seen: Array<unknown> = []
        const error = yield* operation.items(input).pipe(
          Stream.runForEach((item) => Effect.sync(() => seen.push(unwrap(item)))),
          Effect.flip,
          Effect.provide(layer)
        )
        expect(error).toMatchObject({
          _tag: "ClientError",
          operation: name,
          reason: { _tag: "PaginationError", member: token }
        })
        expect(seen).toStrictEqual(listing.plainPages.flatMap((page) => itemsIn(page, items)))
        expect(requests).toHaveLength(pages.length)
      })
    ))
})
