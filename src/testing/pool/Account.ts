/**
 * An account with its pools: takes requests as bytes and answers as the service does. Everything that has a state is here;
 * what operations do is in `operations/`.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type Answered, askedOf, type AskedRequest, dispatch, type Received } from "./Dispatch.ts"
import { type Faults, makeFaults } from "./Faults.ts"
import { attempt, Kernel, type Moment } from "./Handler.ts"
import * as Jwt from "./Jwt.ts"
import { type Keys, makeKeys } from "./Keys.ts"
import type { Message } from "./Messages.ts"
import { randomCode, randomUuid } from "./Random.ts"
import { Refusal } from "./Refusal.ts"
import type { KnownCredentials } from "./Signature.ts"
import { poolOf, type State } from "./State.ts"
import { arnOf, callTrigger, eventOf, type Trigger, type TriggerName } from "./Triggers.ts"

/** How an account is set up. */
export interface AccountOptions {
  readonly region: string
  readonly accountId: string
  readonly state: State
  /** Whether signatures are checked; absent: that there is one. */
  readonly credentials: ReadonlyArray<KnownCredentials> | undefined
  readonly code: (() => string) | undefined
  readonly random: (size: number) => Uint8Array
  /** What tokens name as their issuer, without the pool's id. */
  readonly issuer: string
  readonly onMessage: (message: Message) => void
  /** How many requests and messages are kept; the oldest go first. */
  readonly history: number
}

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

/** Where the state of an account is, and its time. */
const makeStore = (options: AccountOptions) => {
  const listeners: Array<(state: State) => void> = []
  let { state } = options
  let ahead = 0
  let endpoint = options.issuer

  const momentAt = (millis: number, ip: string): Moment => ({
    now: millis,
    region: options.region,
    accountId: options.accountId,
    random: options.random,
    uuid: () => randomUuid(options.random),
    code: options.code ?? (() => randomCode(options.random)),
    issuer: options.issuer,
    endpoint,
    ip
  })
  return {
    now: Effect.map(Clock.currentTimeMillis, (millis) => millis + ahead),
    state: () => state,
    step: <A>(step: (state: State, moment: Moment) => readonly [A, State], millis: number, ip: string): A => {
      const [result, next] = step(state, momentAt(millis, ip))
      if (next !== state) {
        state = next
        for (const listener of listeners) listener(state)
      }
      return result
    },
    advance: (millis: number) => {
      ahead += millis
    },
    reachAt: (url: string) => {
      endpoint = url
    },
    onChange: (listener: (state: State) => void) => {
      listeners.push(listener)
    }
  }
}

/** What reaches beyond the state of an account. */
interface Reach {
  readonly functions: ReadonlyMap<string, Trigger>
  readonly keys: Keys
  readonly deliver: (message: Message) => void
}

const makeKernel = (
  { now, step }: ReturnType<typeof makeStore>,
  { deliver, functions, keys }: Reach,
  region: string,
  ip: string
): Kernel["Service"] => {
  const modify: Kernel["Service"]["modify"] = (by) =>
    Effect.flatMap(now, (millis) => attempt(() => step(by, millis, ip)))
  return {
    modify,
    read: (by) => modify((state, moment) => [by(state, moment), state]),
    invoke: (invocation) => {
      const { pool, trigger } = invocation
      const arn = arnOf(pool, trigger)
      if (arn === undefined) return Effect.undefined
      const found = functions.get(arn)
      return found === undefined
        ? Effect.fail(noFunction(trigger))
        : callTrigger(trigger, found, eventOf(invocation, region))
    },
    deliver: (message) => Effect.sync(() => deliver(message)),
    sign: (poolId, claims) => keys.sign(poolId, modify, claims)
  }
}

const noFunction = (trigger: TriggerName): Refusal =>
  new Refusal("UnexpectedLambdaException", `${trigger} invocation failed due to error ResourceNotFoundException.`)

/** Makes an account. */
export const makeAccount = (options: AccountOptions): Account => {
  const { credentials, history, onMessage, random, region } = options
  const store = makeStore(options)
  const faults = makeFaults()
  const messages: Array<Message> = []
  const requests: Array<AskedRequest> = []
  const functions = new Map<string, Trigger>()
  const keys = makeKeys()
  const deliver = (message: Message) => {
    keep(messages, message, history)
    onMessage(message)
  }
  const kernel = (ip = "127.0.0.1") => makeKernel(store, { deliver, functions, keys }, region, ip)

  const handle = (received: Received): Effect.Effect<Answered> =>
    Effect.flatMap(store.now, (now) => {
      const asked = askedOf(received, now)
      keep(requests, asked, history)
      const answer = dispatch(
        received,
        asked,
        faults.of(asked, now),
        { credentials, now, region },
        randomUuid(random)
      )
      return Effect.provideService(answer, Kernel, kernel(received.ip))
    })

  return {
    handle,
    kernel,
    state: store.state,
    faults,
    messages,
    requests,
    functions,
    advance: store.advance,
    reachAt: store.reachAt,
    onChange: store.onChange,
    jwks: (poolId) => {
      const { modify, read } = kernel()
      return Effect.andThen(keys.current(poolId, modify), read((state) => Jwt.jwks(poolOf(state, poolId).keys)))
    },
    rotate: (poolId) => Effect.asVoid(keys.add(poolId, kernel().modify))
  }
}

const keep = <A>(kept: Array<A>, item: A, most: number): void => {
  kept.push(item)
  if (kept.length > most) kept.shift()
}

/** The ARN by which a pool names one of the functions that it was given. */
export const functionArn = (region: string, accountId: string, name: TriggerName): string =>
  `arn:aws:lambda:${region}:${accountId}:function:${name}`
