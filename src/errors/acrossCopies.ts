/**
 * `instanceof` for errors of a program that has loaded this package twice, as ES modules and as CommonJS for example: an error is
 * told by its tag. It is not part of the public API.
 */
import { isError } from "./isError.ts"

interface TaggedClass {
  readonly identifier: string
  readonly prototype: object
}

/** Makes `instanceof` hold for errors of the same tag from another copy of the class, or of the one that extends it. */
export const acrossCopies = <Class extends TaggedClass>(Class: Class): Class =>
  Object.defineProperty(Class, Symbol.hasInstance, {
    value(this: TaggedClass, value: unknown): boolean {
      if (typeof value !== "object" || value === null) return false
      if (Object.prototype.isPrototypeOf.call(this.prototype, value)) return true
      const isOwn = this === Class || Object.getPrototypeOf(this) === Class
      return isOwn && isError(value) && "_tag" in value && value._tag === Class.identifier
    }
  })
