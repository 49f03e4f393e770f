/** Random ids and codes, of the random bytes that the options may bring along. */

type Random = (size: number) => Uint8Array

const lower = "abcdefghijklmnopqrstuvwxyz"
const digits = "0123456789"

/** Small letters and digits: ids and secrets of clients. */
export const lowerAlphanumeric: string = digits + lower

/** Letters and digits: ids of pools and import jobs. */
export const alphanumeric: string = digits + lower.toUpperCase() + lower

/** A text of so many letters out of some. */
export const randomText = (letters: string, length: number, random: Random): string =>
  Array.from(random(length), (byte) => letters[byte % letters.length]).join("")

/** A UUID, version 4. */
export const randomUuid = (random: Random): string => {
  const hex = Array.from(
    random(16),
    (byte, index) => (index === 6 ? byte & 15 | 64 : index === 8 ? byte & 63 | 128 : byte).toString(16).padStart(2, "0")
  ).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

/** A code of six digits. */
export const randomCode = (random: Random): string =>
  String(random(4).reduce((number, byte) => number * 256 + byte, 0) % 1_000_000).padStart(6, "0")
