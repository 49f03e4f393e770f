/**
 * Lists that come in pages, for plain async code, in the form of the AWS SDK's paginators.
 *
 * A page is fetched when the loop comes to it; leaving the loop ends the listing. Unlike the SDK's, a paginator leaves its
 * input as it is, and fails where the service answers with the token that it was given, which would go on for ever.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { neverEnding, paginate } from "../Pagination.ts"
import type { CognitoIdentityProviderClient } from "./Client.ts"
import type { Command } from "./Command.ts"
import { ClientException } from "../promise/Rejection.ts"
import type { HttpHandlerOptions } from "../promise/Runner.ts"
import type { MetadataBearer } from "./ServiceException.ts"

/** The pages of a list. */
export type Paginator<Output> = AsyncGenerator<Output, undefined, unknown>

/** How a list is gone through. */
export interface PaginationOptions {
  /** The most items of a page, where the input does not say. */
  readonly pageSize?: number
  /** Where to begin; wins over the input. */
  readonly startingToken?: string
  /** Whether a token that comes back ends the list. Default: it is an error. */
  readonly stopOnSameToken?: boolean
}

/** How a list is gone through, and the client that fetches its pages. */
export interface CognitoIdentityProviderPaginationConfiguration extends PaginationOptions {
  readonly client: CognitoIdentityProviderClient
  /** Gets each page's command before it is sent, to give it middleware for example, and may answer with another. */
  readonly withCommand?: <C extends Command<object, MetadataBearer>>(command: C) => C | undefined
}

/** A paginator of the module: `paginateListUsers({ client }, input)`. */
export interface Paginate<Input extends object, Output extends object> {
  (
    config: CognitoIdentityProviderPaginationConfiguration,
    input: Input,
    options?: HttpHandlerOptions
  ): Paginator<Output>
}

/** A paginator of the client: `client.paginateListUsers(input)`. */
export interface PaginateMethod<Input extends object, Output extends object> {
  (input: Input, config?: PaginationOptions): Paginator<Output>
}

interface PagingMembers {
  /** Holds the token, in input and output. */
  readonly token: string
  /** Of the input, where the operation has one. */
  readonly pageSize?: string
}

type Members = { readonly [name: string]: unknown }

/** Makes the paginator of a command from the names of its members. */
export const paginator = <Input extends object, Output extends MetadataBearer>(
  PageCommand: new(input: Input) => Command<Input, Output>,
  { pageSize, token: tokenMember }: PagingMembers
): Paginate<Input, Output> =>
  async function*(config, input, options) {
    const { [tokenMember]: given, ...rest }: Members = Object(input)
    const size = pageSize === undefined ? {} : { [pageSize]: rest[pageSize] ?? config.pageSize }
    // The members are the input's own, and the token is a string of it.
    const commandOf = (token: unknown) => new PageCommand({ ...rest, ...size, [tokenMember]: token } as Input)
    const { withCommand } = config
    const changed = (command: Command<Input, Output>) =>
      // The command is the function's to look at, whatever its input; what it answers with is another of its kind.
      withCommand?.(command as unknown as Command<object, MetadataBearer>) as typeof command | undefined ?? command
    const tokenIn = (value: object): string | undefined => {
      const { [tokenMember]: token }: Members = { ...value }
      return typeof token === "string" ? token : undefined
    }
    yield* Stream.toAsyncIterable(paginate({
      first: commandOf(config.startingToken ?? given),
      // What the client rejects with goes through as it is.
      fetch: (command) =>
        Effect.tryPromise({
          try: () => config.client.send(changed(command), options),
          catch: (error) => error
        }),
      read: (page) => [page],
      tokenOf: ({ input }) => tokenIn(input),
      nextTokenOf: tokenIn,
      withToken: (_, token) => commandOf(token),
      onRepeat: ({ $metadata }) =>
        config.stopOnSameToken === true
          ? undefined
          : Effect.fail(new ClientException(neverEnding(commandOf(given).operation.spec.name, tokenMember), $metadata))
    }))
    return undefined
  }

/** Makes the method of a paginator. */
export const paginateMethod = <Input extends object, Output extends object>(paginate: Paginate<Input, Output>) =>
  function(this: CognitoIdentityProviderClient, input: Input, config?: PaginationOptions) {
    return paginate({ ...config, client: this }, input)
  }
