/**
 * An account with its pools: takes requests as bytes and answers as the service does. Everything that has a state is here;
 * what operations do is in `operations/`.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { isJsonObject, read, write } from "../../protocol/Codec.ts"
import { plain } from "../../protocol/Conversion.ts"
import type { TransportHeaders, TransportResponse } from "../../protocol/Message.ts"
import { publicOperations } from "./Constraints.generated.ts"
import { type Fault, type Faults, makeFaults, refusalOf } from "./Faults.ts"
import { attempt, type Handler, Kernel, type Moment } from "./Handler.ts"
import * as Jwt from "./Jwt.ts"
import type { Message } from "./Messages.ts"
import { handlers } from "./operations/index.ts"
import { Refusal } from "./Refusal.ts"
import { type KnownCredentials, signatureRefusal } from "./Signature.ts"
import { poolOf, type SigningKey, type State, withPool } from "./State.ts"
import { arnOf, callTrigger, eventOf, type Trigger, type TriggerName } from "./Triggers.ts"
import { inputRefusal } from "./Validation.ts"

/** A request as it came. */
export interface Received {
  readonly method: string
  /** With the query, if there is one. */
  readonly path: string
  /** By names in small letters. */
  readonly headers: TransportHeaders
  readonly body: Uint8Array
  /** Where it came from. */
  readonly ip?: string
}

/** A request that a pool was asked, for tests to look at. */
export interface AskedRequest {
  /** AWS's name of the operation. */
  readonly operation: string
  /** The input as it stood in the body, with all that is secret in it; empty if it was no JSON object. */
  readonly input: { readonly [member: string]: unknown }
  readonly headers: TransportHeaders
  /** Milliseconds since 1970. */
  readonly at: number
}

/** How an account is set up. */
export interface AccountOptions {
  readonly region: string
  readonly accountId: string
  readonly state: State
  readonly functions: ReadonlyMap<string, Trigger>
  /** Whether signatures are checked; absent: that there is one. */
  readonly credentials: ReadonlyArray<KnownCredentials> | undefined
  readonly code: (() => string) | undefined
  readonly random: (size: number) => Uint8Array
  /** What tokens name as their issuer, without the pool's id. */
  readonly issuer: string
  readonly onMessage: (message: Message) => void
}

/** An answer, or none where a fault ended the connection. */
export type Answered = TransportResponse | undefined

/** An account. What it holds changes in place. */
export interface Account {
  readonly handle: (request: Received) => Effect.Effect<Answered>
  readonly kernel: (ip?: string) => Kernel["Service"]
  readonly state: () => State
  readonly faults: Faults
  readonly messages: ReadonlyArray<Message>
  readonly requests: ReadonlyArray<AskedRequest>
  readonly functions: Map<string, Trigger>
  /** Puts the clock forward by milliseconds. */
  readonly advance: (millis: number) => void
  /** Where it can be reached, for addresses that it gives out. */
  readonly reachAt: (url: string) => void
  /** The public keys of a pool; one is made if there is none. */
  readonly jwks: (poolId: string) => Effect.Effect<ReturnType<typeof Jwt.jwks>, Refusal>
  /** Signs with another key from now on. */
  readonly rotate: (poolId: string) => Effect.Effect<void, Refusal>
  /** Called with the state after each change. */
  readonly onChange: (listener: (state: State) => void) => void
}

/** Makes an account. */
export const makeAccount = (options: AccountOptions): Account => {
  const faults = makeFaults()
  const messages: Array<Message> = []
  const requests: Array<AskedRequest> = []
  const functions = new Map(options.functions)
  const keys = makeKeys()
  const listeners: Array<(state: State) => void> = []
  let { state } = options
  let ahead = 0
  let endpoint = options.issuer

  const now = Effect.map(Clock.currentTimeMillis, (millis) => millis + ahead)
  const momentAt = (millis: number, ip: string): Moment => ({
    now: millis,
    region: options.region,
    accountId: options.accountId,
    random: options.random,
    uuid: () => uuidOf(options.random(16)),
    code: options.code ?? (() => codeOf(options.random(4))),
    issuer: options.issuer,
    endpoint,
    ip
  })
  const kernel = (ip = "127.0.0.1"): Kernel["Service"] => {
    const modify: Kernel["Service"]["modify"] = (step) =>
      Effect.flatMap(now, (millis) =>
        attempt(() => {
          const [result, next] = step(state, momentAt(millis, ip))
          if (next !== state) {
            state = next
            for (const listener of listeners) listener(state)
          }
          return result
        }))
    return {
      read: (step) => Effect.flatMap(now, (millis) => attempt(() => step(state, momentAt(millis, ip)))),
      modify,
      invoke: (invocation) => {
        const { pool, trigger } = invocation
        const arn = arnOf(pool, trigger)
        if (arn === undefined) return Effect.undefined
        const found = functions.get(arn)
        return found === undefined
          ? Effect.fail(
            new Refusal(
              "UnexpectedLambdaException",
              `${trigger} invocation failed due to error ResourceNotFoundException.`
            )
          )
          : callTrigger(trigger, found, eventOf(invocation, options.region))
      },
      deliver: (message) =>
        Effect.sync(() => {
          messages.push(message)
          options.onMessage(message)
        }),
      sign: (poolId, claims) => keys.sign(poolId, modify, claims)
    }
  }

  const handle = (received: Received): Effect.Effect<Answered> =>
    Effect.flatMap(now, (millis) => {
      const asked = askedOf(received, millis)
      requests.push(asked)
      const met = faults.of(asked.operation, millis)
      const answer = answerOf(received, asked, met, {
        credentials: options.credentials,
        now: millis,
        region: options.region
      })
      const provided = Effect.provideService(answer, Kernel, kernel(received.ip))
      return befallen(met, Effect.map(provided, (response) => respond(response, uuidOf(options.random(16)))))
    })

  return {
    handle,
    kernel,
    state: () => state,
    faults,
    messages,
    requests,
    functions,
    advance: (millis) => {
      ahead += millis
    },
    reachAt: (url) => {
      endpoint = url
    },
    jwks: (poolId) =>
      Effect.flatMap(
        keys.current(poolId, kernel().modify),
        () => kernel().read((state) => Jwt.jwks(poolOf(state, poolId).keys))
      ),
    rotate: (poolId) => Effect.asVoid(keys.add(poolId, kernel().modify)),
    onChange: (listener) => {
      listeners.push(listener)
    }
  }
}

/** What a handler came to: an output, or an error. */
type Outcome = { readonly body: string } | Refusal

const answerOf = (
  received: Received,
  { operation }: AskedRequest,
  faults: ReadonlyArray<Fault>,
  { credentials, now, region }: Pick<AccountOptions, "credentials" | "region"> & { readonly now: number }
): Effect.Effect<Outcome, never, Kernel> =>
  Effect.suspend(() => {
    const handler = handlers.get(operation)
    if (handler === undefined) return Effect.succeed(new Refusal("UnknownOperationException", ""))
    const refusal = faults.map(refusalOf).find((refusal) => refusal !== undefined)
      ?? signatureError(handler, received, { credentials, now, region })
    if (refusal !== undefined) return Effect.succeed(refusal)
    const input = inputOf(handler, received.body)
    return input instanceof Refusal ? Effect.succeed(input) : carriedOut(handler, input.input)
  })

/** Operations that users call with their own tokens take no signature, and one that is there is not looked at. */
const signatureError = (
  { operation: { spec } }: Handler,
  received: Received,
  { credentials, now, region }: Pick<AccountOptions, "credentials" | "region"> & { readonly now: number }
): Refusal | undefined => {
  if (publicOperations.has(spec.name)) return undefined
  if (credentials === undefined) {
    return "authorization" in received.headers
      ? undefined
      : new Refusal("MissingAuthenticationTokenException", "Missing Authentication Token")
  }
  const refusal = signatureRefusal(received, { credentials, region, now })
  return refusal === undefined ? undefined : new Refusal(refusal.type, refusal.message)
}

const inputOf = ({ operation: { spec } }: Handler, body: Uint8Array): { readonly input: unknown } | Refusal => {
  const parsed = parse(body)
  if (parsed === undefined) return new Refusal("SerializationException", "")
  const refusal = inputRefusal(spec.name, parsed)
  if (refusal !== undefined) return new Refusal(refusal.type, refusal.message)
  const input = read(spec.input, parsed, plain)
  return input._tag === "Success" ? { input: input.success } : new Refusal("SerializationException", "")
}

const carriedOut = (handler: Handler, input: unknown): Effect.Effect<Outcome, never, Kernel> =>
  // The input was read by the handler's own schema.
  handler.run(input as never).pipe(
    Effect.map((output) => ({ body: written(handler, output) })),
    // A step between those that touch the state refuses by throwing, too.
    Effect.catchDefect((defect) => defect instanceof Refusal ? Effect.fail(defect) : Effect.die(defect)),
    Effect.catch((refusal) => Effect.succeed(refusal))
  )

const written = ({ leavesOut = [], operation: { spec } }: Handler, output: unknown): string => {
  if (output === undefined) return ""
  const body = write(spec.output, output, plain)
  if (body._tag === "Failure") {
    throw new Error(`${spec.name} answers what is no output: ${body.failure.path.join(".")}: ${body.failure.problem}`)
  }
  leaveOut(body.success, leavesOut)
  return JSON.stringify(body.success) ?? ""
}

const leaveOut = (value: unknown, [first, ...rest]: ReadonlyArray<string>): void => {
  if (Array.isArray(value)) return value.forEach((item) => leaveOut(item, first === undefined ? [] : [first, ...rest]))
  if (first === undefined || !isJsonObject(value)) return
  const member = value[first]
  if (rest.length > 0) return leaveOut(member, rest)
  // What was read from JSON or written for it is an object of this program's own.
  if (member === "" || (Array.isArray(member) && member.length === 0)) delete (value as Record<string, unknown>)[first]
}

const respond = (outcome: Outcome, requestId: string): TransportResponse => {
  if (!(outcome instanceof Refusal)) return response(200, outcome.body, requestId)
  const { members, message, status, type } = outcome
  const body = JSON.stringify({ __type: type, ...(message === "" ? {} : { message }), ...members })
  return response(status, body, requestId, {
    "x-amzn-errortype": `${type}:`,
    ...(message === "" ? {} : { "x-amzn-errormessage": headerText(message) })
  })
}

/** A header is one line of printable characters. */
const headerText = (message: string): string => message.replaceAll(/[^\x20-\x7e]+/g, " ").trim()

const response = (
  status: number,
  body: string,
  requestId: string,
  headers: TransportHeaders = {}
): TransportResponse => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": requestId, ...headers },
  body: utf8.encode(body)
})

const utf8 = new TextEncoder()

/** An answer with the delays and losses of faults. */
const befallen = (faults: ReadonlyArray<Fault>, answer: Effect.Effect<TransportResponse>): Effect.Effect<Answered> => {
  const latency = faults.reduce((sum, { latency = 0 }) => sum + Duration.toMillis(latency), 0)
  const lost = faults.find(({ lost }) => lost !== undefined)?.lost
  const taken: Effect.Effect<Answered> = lost === "request"
    ? Effect.undefined
    : lost === "answer"
    ? Effect.as(answer, undefined)
    : answer
  return latency > 0 ? Effect.delay(taken, latency) : taken
}

const askedOf = ({ body, headers }: Received, at: number): AskedRequest => {
  const input = parse(body)
  return {
    operation: headers["x-amz-target"]?.split(".").at(-1) ?? "",
    input: isJsonObject(input) ? input : {},
    headers,
    at
  }
}

const parse = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}

/** A UUID, version 4, of 16 random bytes. */
const uuidOf = (bytes: Uint8Array): string => {
  const hex = Array.from(
    bytes,
    (byte, index) => (index === 6 ? byte & 15 | 64 : index === 8 ? byte & 63 | 128 : byte).toString(16).padStart(2, "0")
  ).join("")
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-")
}

const codeOf = (bytes: Uint8Array): string =>
  String(bytes.reduce((number, byte) => number * 256 + byte, 0) % 1_000_000).padStart(6, "0")

/** The keys of pools, ready to sign; each is made when it is first needed. */
const makeKeys = () => {
  const ready = new Map<string, Promise<CryptoKey>>()
  const making = new Map<string, Promise<SigningKey>>()

  const add = (poolId: string, modify: Kernel["Service"]["modify"]): Effect.Effect<SigningKey, Refusal> =>
    Effect.flatMap(Effect.promise(() => Jwt.makeKey(crypto.randomUUID())), (key) =>
      modify((state) => {
        const pool = poolOf(state, poolId)
        return [key, withPool(state, { ...pool, keys: [...pool.keys, key] })]
      }))

  const current = (poolId: string, modify: Kernel["Service"]["modify"]): Effect.Effect<SigningKey, Refusal> =>
    Effect.flatMap(modify((state) => [poolOf(state, poolId).keys.at(-1), state]), (known) => {
      if (known !== undefined) return Effect.succeed(known)
      const made = making.get(poolId) ?? Jwt.makeKey(crypto.randomUUID())
      making.set(poolId, made)
      return Effect.flatMap(Effect.promise(() => made), (key) =>
        modify((state) => {
          const pool = poolOf(state, poolId)
          const first = pool.keys.at(-1)
          return first === undefined ? [key, withPool(state, { ...pool, keys: [key] })] : [first, state]
        }))
    })

  const sign = (poolId: string, modify: Kernel["Service"]["modify"], claims: object): Effect.Effect<string, Refusal> =>
    Effect.flatMap(current(poolId, modify), (key) =>
      Effect.promise(async () => {
        const imported = ready.get(key.kid) ?? Jwt.importKey(key)
        ready.set(key.kid, imported)
        return Jwt.sign(key.kid, await imported, claims)
      }))

  return { add, current, sign }
}

/** The ARN by which a pool names one of the functions that it was given. */
export const functionArn = (region: string, accountId: string, name: TriggerName): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`
