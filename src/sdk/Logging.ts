/**
 * The step of a call that goes through a middleware stack in which the client's logger gets its line, as the AWS SDK writes it.
 * Secrets are replaced, and so are those that an error's text repeats.
 */
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { encode } from "../protocol/AwsJson.ts"
import { replaceSecrets } from "../protocol/Codec.ts"
import { plain } from "../protocol/Conversion.ts"
import { mask } from "../protocol/Masking.ts"
import { type Call, callIn } from "./MiddlewareCall.ts"
import type { Step } from "./MiddlewareStack.ts"
import { isError } from "../errors/isError.ts"

/** Logs the call, where there is a logger. */
export const logging: Step = (next, context) => async (args) => {
  const call = callIn(context)
  const { logger } = context
  if (logger === undefined) return next(args)
  const { clientName, commandName } = context
  const secrets = new Secrets()
  const input = inputOf(call, args.input, secrets)
  try {
    const handled = await next(args)
    const output = secrets.without(call.options.operation.spec.output, parsed(call.progress.response?.body))
    logger.info({ clientName, commandName, input, output, metadata: handled.output?.$metadata })
    return handled
  } catch (error) {
    const { $metadata, name }: { $metadata?: object; name?: string } = Object(error)
    const message = isError(error) ? secrets.withoutThem(error.message) : undefined
    logger.error({ clientName, commandName, input, error: { name, message }, metadata: $metadata })
    throw error
  }
}

/** An input as it is sent; nothing of one that does not fit. */
const inputOf = ({ options: { operation: { spec } } }: Call, input: object, secrets: Secrets): unknown => {
  // An operation refuses an input that does not fit it.
  const body = encode(spec, input as never, plain)
  return Result.isSuccess(body) ? secrets.without(spec.input, parsed(body.success)) : undefined
}

const decoder = new TextDecoder()

const parsed = (body: Uint8Array | undefined): unknown => {
  try {
    return JSON.parse(decoder.decode(body))
  } catch {
    return undefined
  }
}

/** The AWS SDK's text in the place of a secret. */
const placeholder = "***SensitiveInformation***"

/** The secrets of a call. */
class Secrets {
  private readonly known = new Set<string>()

  /** A value as it goes over the wire, without its secrets. */
  without(schema: Schema.Top, value: unknown): unknown {
    return replaceSecrets(schema.ast, value, (secret) => {
      this.known.add(secret)
      return placeholder
    })
  }

  /** A text without the secrets that are known. */
  withoutThem(text: string): string {
    return mask(text, [...this.known].map((secret) => [secret, placeholder]))
  }
}
