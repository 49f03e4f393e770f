/**
 * Replaces secrets in texts that somebody else wrote: in the errors of a call, in lines of a log, and in recordings.
 *
 * It finds a secret as it is, in JSON, and encoded for a URL. It does not find one that was cut or changed.
 */

/** Shorter ones would be met by chance within words and numbers; they are replaced where they stand by themselves. */
const shortest = 4

/** A part of a text, and what takes its place. */
interface Span {
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** A text in which each secret is replaced. Of several that overlap the first and longest is told, for the whole of them. */
export const mask = (text: string, secrets: Iterable<readonly [secret: string, replacement: string]>): string => {
  const found: Array<Span> = []
  for (const [secret, replacement] of secrets) {
    for (const form of formsOf(secret)) addSpans(found, text, form, replacement)
  }
  if (found.length === 0) return text
  found.sort((one, other) => one.start - other.start || other.end - one.end)
  let output = ""
  let end = 0
  for (const span of found) {
    if (span.start >= end) output += text.slice(end, span.start) + span.replacement
    end = Math.max(end, span.end)
  }
  return output + text.slice(end)
}

const formsOf = (secret: string): ReadonlySet<string> => {
  const forms = new Set([secret, JSON.stringify(secret).slice(1, -1)])
  try {
    forms.add(encodeURIComponent(secret)).add(encodeURIComponent(secret).replaceAll("%20", "+"))
  } catch {
    // Half of a character has no such form.
  }
  forms.delete("")
  return forms
}

const addSpans = (found: Array<Span>, text: string, form: string, replacement: string): void => {
  for (let start = text.indexOf(form); start >= 0; start = text.indexOf(form, start + 1)) {
    const end = start + form.length
    const isPart = form.length < shortest && (/\w\w/.test(text.slice(Math.max(0, start - 1), start + 1))
      || /\w\w/.test(text.slice(end - 1, end + 1)))
    if (!isPart) found.push({ start, end, replacement })
  }
}
