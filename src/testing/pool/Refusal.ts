/** Why an operation is refused: the name and the text of the service's error. */

/** An error as the service answers it. Handlers throw it; nothing outside the pool sees it. */
export class Refusal extends Error {
  /** AWS's name of the error, such as `UserNotFoundException`. */
  readonly type: string
  /** The HTTP status of the response. The service answers nearly all errors with 400, whatever its model says. */
  readonly status: number
  /** Members of the error beside its message. */
  readonly members: { readonly [name: string]: unknown }

  constructor(
    type: string,
    message: string,
    { members = {}, status = 400 }: { readonly status?: number; readonly members?: Refusal["members"] } = {}
  ) {
    super(message)
    this.type = type
    this.status = status
    this.members = members
  }
}

/** Ends an operation with an error of the service. */
export const refuse = (type: string, message: string): never => {
  throw new Refusal(type, message)
}

/** `InvalidParameterException`: the commonest of all. */
export const invalid = (message: string): never => refuse("InvalidParameterException", message)

/** `NotAuthorizedException`, with the text for a wrong name or password unless told otherwise. */
export const unauthorized = (message = "Incorrect username or password."): never =>
  refuse("NotAuthorizedException", message)
