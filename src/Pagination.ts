/**
 * Lists that come in pages, as streams.
 *
 * A stream asks for the next page only when its consumer wants more, starts at the token in the input, if there is one,
 * and ends at the first page without a token. A page may be empty and still be followed by others. Size and order of
 * pages are the service's.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ClientError, PaginationError } from "./errors/ClientError.ts"
import type { ServiceError } from "./errors/ServiceError.ts"
import type { AnyOperation, Exchange, Operation } from "./Operation.ts"
import type { Cognito } from "./Service.ts"
import type { Signer } from "./client/Signer.ts"

/** An operation that lists in pages. Calling it fetches one page. */
export interface PagedOperation<I, O, E extends ServiceError, R, Item> extends Operation<I, O, E, R> {
  /** The pages from the token in the input on, fetched one at a time as they are consumed. */
  pages(input: I): Stream.Stream<O, E | ClientError, R>
  /** The same, each page with what its call learned from the wire. */
  exchanges(input: I): Stream.Stream<Exchange<O>, E | ClientError, R>
  /** The items of all pages from the token in the input on. */
  items(input: I): Stream.Stream<Item, E | ClientError, R>
}

/** A paged operation of which nothing is known but how to call it; for code that deals with all of them alike. */
export interface AnyPagedOperation extends AnyOperation {
  pages(input: never): Stream.Stream<unknown, object, Cognito | Signer>
  exchanges(input: never): Stream.Stream<Exchange<unknown>, object, Cognito | Signer>
  items(input: never): Stream.Stream<unknown, object, Cognito | Signer>
}

/** The member that holds the token, under the same name in input and output, and the output's member that is the list. */
export interface PageMembers<Token extends string, Items extends string> {
  readonly token: Token
  readonly items: Items
}

type Tokens<Token extends string> = { readonly [_ in Token]?: string }

/**
 * Adds {@link PagedOperation.pages}, {@link PagedOperation.exchanges} and {@link PagedOperation.items} to an operation.
 */
export const paged = <
  Token extends string,
  Items extends string,
  Item,
  I extends Tokens<Token>,
  O extends Tokens<Token> & { readonly [_ in Items]?: ReadonlyArray<Item> },
  E extends ServiceError,
  R
>(
  operation: Operation<I, O, E, R>,
  members: PageMembers<Token, Items>
): PagedOperation<I, O, E, R, Item> => {
  const stream = <A>(first: I, read: (page: Exchange<O>) => ReadonlyArray<A>) =>
    paginate<I, Exchange<O>, A, E | ClientError, R>({
      first,
      fetch: operation.exchange,
      read,
      tokenOf: (input) => input[members.token],
      nextTokenOf: ({ output }) => output[members.token],
      withToken: (input, token) => ({ ...input, [members.token]: token }),
      onRepeat: () => Effect.fail(neverEnding(operation.spec.name, members.token))
    })
  return Object.assign((input: I) => operation(input), {
    exchange: operation.exchange,
    isSigned: operation.isSigned,
    spec: operation.spec,
    exchanges: (input: I) => stream(input, (page) => [page]),
    pages: (input: I) => stream(input, ({ output }) => [output]),
    items: (input: I) => stream(input, ({ output }) => output[members.items] ?? [])
  })
}

/** A list in pages, whoever fetches them. */
export interface Paging<I, Page, A, E, R> {
  /** The input for the first page. */
  readonly first: I
  readonly fetch: (input: I) => Effect.Effect<Page, E, R>
  /** The part of a page that goes into the stream. */
  readonly read: (page: Page) => ReadonlyArray<A>
  readonly tokenOf: (input: I) => string | undefined
  readonly nextTokenOf: (page: Page) => string | undefined
  readonly withToken: (input: I, token: string) => I
  /** What comes after a page that names the token it was asked for with: an error, or `undefined` for the end. */
  readonly onRepeat: (page: Page) => Effect.Effect<never, E> | undefined
}

/** Goes through a list: the loop over pages, of which there is no other. */
export const paginate = <I, Page, A, E, R>(
  { fetch, first, nextTokenOf, onRepeat, read, tokenOf, withToken }: Paging<I, Page, A, E, R>
): Stream.Stream<A, E, R> =>
  Stream.paginate({ fetching: fetch(first), input: first }, ({ fetching, input }) =>
    Effect.map(fetching, (page) => {
      const token = nextTokenOf(page)
      if (token === undefined || token === "") return [read(page), Option.none()]
      const next = withToken(input, token)
      const following = token === tokenOf(input) ? onRepeat(page) : fetch(next)
      return [
        read(page),
        following === undefined ? Option.none() : Option.some({ fetching: following, input: next })
      ] as const
    }))

/** The error of a list that would never end. */
export const neverEnding = (operation: string, member: string): ClientError =>
  new ClientError({ operation, reason: new PaginationError({ member }) })
