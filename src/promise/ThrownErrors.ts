/**
 * What request handlers of a program threw. It is not in the library's errors, which hold nothing that a log may not show, but
 * calls reject with it.
 */
import type { TransportError } from "../errors/ClientError.ts"

const thrownErrors = new WeakMap<TransportError, Error>()

/** Notes what an error comes of. */
export const noteThrown = (error: TransportError, thrown: Error): void => {
  thrownErrors.set(error, thrown)
}

/** What an error comes of, if a program's handler threw it. */
export const thrownBy = (error: TransportError): Error | undefined => thrownErrors.get(error)
