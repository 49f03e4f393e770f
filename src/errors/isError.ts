/**
 * Whether a value is an error, also one of another realm, where `instanceof` fails: test runners give each file globals of its own,
 * and Node's own errors are not made of those. It is not part of the public API.
 */
export const isError = (value: unknown): value is Error =>
  value instanceof Error || Object.prototype.toString.call(value) === "[object Error]"
