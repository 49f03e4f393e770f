/** Passwords that a pool makes up for the users whom an administrator invites. */
import type { Pool } from "./State.ts"

const kinds = ["ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnopqrstuvwxyz", "23456789", "!@#$%&*-_+=?"] as const

/** A random password that conforms to a pool's policy: it has a letter of each kind, whether or not the policy asks for it. */
export const temporaryPassword = ({ settings }: Pool, random: (size: number) => Uint8Array): string => {
  const length = Math.max(8, settings.Policies?.PasswordPolicy?.MinimumLength ?? 8)
  return Array.from(random(length), (byte, index) => {
    const letters = kinds[index % kinds.length] ?? kinds[0]
    return letters[byte % letters.length]
  }).join("")
}
