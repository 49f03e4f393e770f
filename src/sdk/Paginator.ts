/**
 * Lists that come in pages, for plain async code, in the form of the AWS SDK's paginators.
 *
 * A page is fetched when the loop comes to it; leaving the loop ends the listing. Unlike the SDK's, a paginator leaves its
 * input as it is, and fails where the service answers with the token that it was given, which would go on for ever.
 */
import { ClientError, PaginationError } from "../errors/ClientError.ts"
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

export interface CognitoIdentityProviderPaginationConfiguration extends PaginationOptions {
  readonly client: CognitoIdentityProviderClient
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

export const paginator = <Input extends object, Output extends MetadataBearer>(
  PageCommand: new(input: Input) => Command<Input, Output>,
  { pageSize, token: tokenMember }: PagingMembers
): Paginate<Input, Output> =>
  async function*(config, input, options) {
    const { [tokenMember]: first, ...rest }: Members = Object(input)
    const size = pageSize === undefined ? {} : { [pageSize]: rest[pageSize] ?? config.pageSize }
    let token: unknown = config.startingToken ?? first
    for (;;) {
      // The members are the input's own, and the token is a string of it.
      const command = new PageCommand({ ...rest, ...size, [tokenMember]: token } as Input)
      const page = await config.client.send(command, options)
      yield page
      const { [tokenMember]: next }: Members = Object(page)
      if (next === undefined || next === "") return undefined
      if (next === token) {
        if (config.stopOnSameToken === true) return undefined
        throw neverEnding(command.operation.spec.name, tokenMember, page)
      }
      token = next
    }
  }

const neverEnding = (operation: string, member: string, { $metadata }: MetadataBearer): ClientException =>
  new ClientException(new ClientError({ operation, reason: new PaginationError({ member }) }), $metadata)

/** Makes the method of a paginator. */
export const paginateMethod = <Input extends object, Output extends object>(paginate: Paginate<Input, Output>) =>
  function(this: CognitoIdentityProviderClient, input: Input, config?: PaginationOptions) {
    return paginate({ ...config, client: this }, input)
  }
