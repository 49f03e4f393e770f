/**
 * Reads CBOR as far as WebAuthn needs it: integers, bytes, texts, lists and maps of definite length, and simple values.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8949
 */

/** What CBOR holds. Maps have numbers and texts for keys. */
export type Cbor =
  | number
  | string
  | boolean
  | null
  | undefined
  | Uint8Array
  | ReadonlyArray<Cbor>
  | ReadonlyMap<Cbor, Cbor>

/** The first value of some bytes and where it ends; undefined if they are none. */
export const readCbor = (bytes: Uint8Array): { readonly value: Cbor; readonly end: number } | undefined => {
  try {
    const reader = new Reader(bytes)
    return { value: reader.value(0), end: reader.at }
  } catch (thrown) {
    if (thrown instanceof Unreadable) return undefined
    throw thrown
  }
}

class Unreadable extends Error {}

/** No value of WebAuthn is nested deeper. */
const deepest = 16

class Reader {
  at = 0
  private readonly bytes: Uint8Array
  private readonly view: DataView

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  value(depth: number): Cbor {
    if (depth > deepest) throw new Unreadable()
    const first = this.number(1)
    const [major, info] = [first >> 5, first & 31]
    const argument = this.argument(info)
    switch (major) {
      case 0:
        return argument
      case 1:
        return -1 - argument
      case 2:
        return this.take(argument)
      case 3:
        return new TextDecoder().decode(this.take(argument))
      case 4:
        return this.list(argument, depth)
      case 5:
        return new Map(this.pairs(argument, depth))
      case 6:
        return this.value(depth + 1)
      default:
        return this.simple(info)
    }
  }

  private argument(info: number): number {
    if (info < 24) return info
    if (info > 27) throw new Unreadable()
    const number = this.number(2 ** (info - 24))
    if (!Number.isSafeInteger(number)) throw new Unreadable()
    return number
  }

  private number(size: number): number {
    if (this.at + size > this.bytes.length) throw new Unreadable()
    const at = this.at
    this.at += size
    if (size === 1) return this.view.getUint8(at)
    if (size === 2) return this.view.getUint16(at)
    return size === 4 ? this.view.getUint32(at) : Number(this.view.getBigUint64(at))
  }

  private take(length: number): Uint8Array {
    if (this.at + length > this.bytes.length) throw new Unreadable()
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }

  /** Each item is a byte at least, so that a length which is more than is left is none. */
  private list(length: number, depth: number): ReadonlyArray<Cbor> {
    if (length > this.bytes.length - this.at) throw new Unreadable()
    return Array.from({ length }, () => this.value(depth + 1))
  }

  private pairs(length: number, depth: number): ReadonlyArray<[Cbor, Cbor]> {
    if (length > this.bytes.length - this.at) throw new Unreadable()
    return Array.from({ length }, () => [this.value(depth + 1), this.value(depth + 1)])
  }

  private simple(info: number): Cbor {
    if (info === 20 || info === 21) return info === 21
    if (info === 22) return null
    if (info === 23) return undefined
    throw new Unreadable()
  }
}
