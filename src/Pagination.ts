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
import type { AnyOperation, Operation } from "./Operation.ts"
import type { Cognito } from "./Service.ts"
import type { Signer } from "./client/Signer.ts"

/** An operation that lists in pages. Calling it fetches one page. */
export interface PagedOperation<I, O, E extends ServiceError, R, Item> extends Operation<I, O, E, R> {
  /** The pages from the token in the input on, fetched one at a time as they are consumed. */
  pages(input: I): Stream.Stream<O, E | ClientError, R>
  /** The items of all pages from the token in the input on. */
  items(input: I): Stream.Stream<Item, E | ClientError, R>
}

/** A paged operation of which nothing is known but how to call it; for code that deals with all of them alike. */
export interface AnyPagedOperation extends AnyOperation {
  pages(input: never): Stream.Stream<unknown, object, Cognito | Signer>
  items(input: never): Stream.Stream<unknown, object, Cognito | Signer>
}

/** The member that holds the token, under the same name in input and output, and the output's member that is the list. */
export interface PageMembers<Token extends string, Items extends string> {
  readonly token: Token
  readonly items: Items
}

type Tokens<Token extends string> = { readonly [_ in Token]?: string }

/**
 * Adds {@link PagedOperation.pages} and {@link PagedOperation.items} to an operation.
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
  const stream = <A>(input: I, read: (page: O) => ReadonlyArray<A>): Stream.Stream<A, E | ClientError, R> =>
    Stream.paginate({ input, repeated: false }, ({ input, repeated }) => {
      if (repeated) return Effect.fail(neverEnding(operation.spec.name, members.token))
      return Effect.map(operation(input), (page) => {
        const given: string | undefined = input[members.token]
        const token: string | undefined = page[members.token]
        const next = token === undefined || token === ""
          ? Option.none()
          : Option.some({ input: { ...input, [members.token]: token }, repeated: token === given })
        return [read(page), next] as const
      })
    })
  return Object.assign((input: I) => operation(input), {
    spec: operation.spec,
    pages: (input: I) => stream(input, (page) => [page]),
    items: (input: I) => stream(input, (page) => page[members.items] ?? [])
  })
}

const neverEnding = (operation: string, member: string): ClientError =>
  new ClientError({ operation, reason: new PaginationError({ member }) })
