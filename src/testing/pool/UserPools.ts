/**
 * User pools for tests: a client of them in process, and what a test may see and do beside it.
 *
 * `serve.ts` puts the same behind a port, for any other client. The pools are as strict as the service as far as AWS's
 * documentation and recordings say what that is. They send no messages, keep nothing but what they are told to, and are
 * no place for data of real people.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { layerSigner, Signer } from "../../client/Signer.ts"
import { Transport } from "../../client/Transport.ts"
import { TransportError } from "../../errors/ClientError.ts"
import { type Cognito, layerPublic } from "../../Service.ts"
import { type Account, type AccountOptions, functionArn, makeAccount } from "./Account.ts"
import { userOf } from "./Directory.ts"
import type { AskedRequest } from "./Dispatch.ts"
import type { Fault } from "./Faults.ts"
import type { jwks } from "./Jwt.ts"
import type { Message } from "./Messages.ts"
import {
  type ClientSettings,
  defaultClientId,
  defaultUserPoolId,
  type PoolSettings,
  type Seed,
  type SeedUser,
  setUp
} from "./Seed.ts"
import type { KnownCredentials } from "./Signature.ts"
import * as Snapshot from "./Snapshot.ts"
import { empty, poolOf, withPool } from "./State.ts"
import { codeAt, stepOf } from "./Totp.ts"
import type { TriggerName, Triggers } from "./Triggers.ts"

/** How pools for tests are set up. All of it is optional. */
export interface Options {
  /** Default: `eu-central-1`. */
  readonly region?: string
  /** The pool that is there from the start, as `CreateUserPool` takes it. Default: one that verifies e-mail addresses. */
  readonly pool?: PoolSettings
  /** Its second factors, as `SetUserPoolMfaConfig` takes them. */
  readonly mfa?: NonNullable<Seed["mfa"]>
  /** Its client, as `CreateUserPoolClient` takes it. Default: one without a secret that has all flows. */
  readonly client?: ClientSettings
  /** Its users. */
  readonly users?: ReadonlyArray<SeedUser>
  /** Its triggers. */
  readonly triggers?: Triggers
  /** The version of events that pre token generation gets. Default: `V1_0`. */
  readonly preTokenGeneration?: "V1_0" | "V2_0" | "V3_0"
  /**
   * Checks signatures: with these keys, or with {@link testCredentials} where it is `true`. Default: that there is one.
   */
  readonly checkSignatures?: boolean | ReadonlyArray<KnownCredentials>
  /** The code of every message. Default: random ones. */
  readonly code?: string
  /** What tokens name as their issuer, but for `/` and the pool's id. Default: AWS's address of the region. */
  readonly issuer?: string
  /** What a former run left, see {@link Shape.snapshot}. A pool in it stays as it was. */
  readonly data?: string
  /** How many requests and messages are kept for the test to look at; the oldest go first. Default: all. */
  readonly history?: number
  /** Called with each message that would be sent. */
  readonly onMessage?: (message: Message) => void
  /** Random bytes. Default: the runtime's. */
  readonly random?: (size: number) => Uint8Array
}

/** What signs requests that are checked, unless the options name other keys. */
export const testCredentials: KnownCredentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
}

/** What a test sees of its pools, and does to them beside their operations. */
export interface Shape {
  readonly region: string
  /** The pool that was there from the start, and its client. */
  readonly userPoolId: string
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted<string> | undefined
  /** The messages that would have been sent, in order. */
  readonly messages: ReadonlyArray<Message>
  /** The code or temporary password of the last message to a user, by name or alias. Throws if there was none. */
  readonly lastCode: (username: string) => string
  /** What the user's authenticator app shows now. Fails where there is none. */
  readonly totp: (username: string) => Effect.Effect<string>
  /** The requests that came, in order. */
  readonly requests: ReadonlyArray<AskedRequest>
  /** Lets something go wrong from now on. */
  readonly fault: (fault: Fault) => void
  /** Takes all faults away. */
  readonly clearFaults: () => void
  /** Puts the clock of the pools forward, beside Effect's. */
  readonly advance: (duration: Duration.Input) => void
  /** Sets triggers of the pool; those that are not named stay. */
  readonly setTriggers: (triggers: Triggers) => void
  /** The public keys of a pool, as `/.well-known/jwks.json` has them. */
  readonly jwks: (userPoolId?: string) => Effect.Effect<ReturnType<typeof jwks>>
  /** Signs tokens with another key from now on; the former ones stay published. */
  readonly rotateKeys: (userPoolId?: string) => Effect.Effect<void>
  /** Uploads the file of an import job, which takes the place of a request to its `PreSignedUrl`. */
  readonly upload: (jobId: string, file: string, userPoolId?: string) => void
  /** All that the pools hold, as text for {@link Options.data}. */
  readonly snapshot: () => string
}

/** Pools for tests. */
export class UserPools extends Context.Service<UserPools, Shape>()("effect-cognito/testing/pool/UserPools") {}

/** The pools of some options, and the account that they are in. */
export const make = (
  options: Options = {}
): Effect.Effect<{ readonly account: Account; readonly pools: Shape }> =>
  Effect.gen(function*() {
    const account = makeAccount(accountOf(options))
    const seed: Seed = {
      pool: options.pool ?? {},
      mfa: options.mfa,
      client: options.client ?? {},
      users: options.users ?? []
    }
    // What is wrong with the options is a mistake of the test.
    yield* Effect.orDie(setUp(account.kernel(), seed))
    const pools = shapeOf(account, options)
    if (options.triggers !== undefined) pools.setTriggers(options.triggers)
    return { account, pools }
  })

/** The account that the pools are in, in their ARNs: the one of AWS's examples. */
const accountId = "123456789012"

const accountOf = (options: Options): AccountOptions => {
  const { checkSignatures = false, code, region = "eu-central-1" } = options
  return {
    region,
    accountId,
    state: options.data === undefined ? empty : Snapshot.read(options.data),
    credentials: checkSignatures === false ? undefined : checkSignatures === true ? [testCredentials] : checkSignatures,
    code: code === undefined ? undefined : () => code,
    random: options.random ?? ((size) => crypto.getRandomValues(new Uint8Array(size))),
    history: options.history ?? Infinity,
    onMessage: options.onMessage ?? (() => {}),
    issuer: options.issuer ?? `https://cognito-idp.${region}.amazonaws.com`
  }
}

const shapeOf = (account: Account, { client, pool, preTokenGeneration, region = "eu-central-1" }: Options): Shape => {
  const userPoolId = pool?.UserPoolId ?? defaultUserPoolId
  const clientId = client?.ClientId ?? defaultClientId
  const secret = account.state().clients.get(clientId)?.secrets[0]?.ClientSecretValue
  const userIn = (name: string) => userOf(poolOf(account.state(), userPoolId), name)
  return {
    region,
    userPoolId,
    clientId,
    clientSecret: secret === undefined ? undefined : Redacted.make(secret),
    messages: account.messages,
    lastCode: (username) => {
      const { name } = userIn(username)
      const last = account.messages.findLast((message) => message.username === name)
      if (last === undefined) throw new Error(`no message was sent to ${username}`)
      return last.code
    },
    totp: (username) =>
      Effect.orDie(
        account.kernel().read((state, { now }) => {
          const { mfa, codes } = userOf(poolOf(state, userPoolId), username)
          const secret = codes.totp?.code ?? mfa.totp?.secret
          if (secret === undefined) throw new Error(`${username} has no authenticator app`)
          return codeAt(secret, stepOf(now))
        })
      ),
    requests: account.requests,
    fault: account.faults.add,
    clearFaults: account.faults.clear,
    advance: (duration) => account.advance(Duration.toMillis(duration)),
    setTriggers: (triggers) =>
      setTriggers(account, { triggers, userPoolId, region, version: preTokenGeneration ?? "V1_0" }),
    jwks: (id = userPoolId) => Effect.orDie(account.jwks(id)),
    rotateKeys: (id = userPoolId) => Effect.orDie(account.rotate(id)),
    upload: (jobId, file, id = userPoolId) => Effect.runSync(upload(account, id, jobId, file)),
    snapshot: () => Snapshot.write(account.state())
  }
}

/** Keeps the file of an import job. */
export const upload = ({ kernel }: Account, poolId: string, jobId: string, file: string): Effect.Effect<void> =>
  Effect.orDie(
    kernel().modify((state) => {
      const pool = poolOf(state, poolId)
      const known = pool.importJobs.get(jobId)
      if (known === undefined) throw new Error(`there is no import job ${jobId}`)
      return [undefined, withPool(state, { ...pool, importJobs: pool.importJobs.set(jobId, { ...known, file }) })]
    })
  )

/** Names functions in the settings of a pool, as `UpdateUserPool` would. */
const setTriggers = (
  { functions, kernel }: Account,
  { region, triggers, userPoolId, version }: {
    readonly triggers: Triggers
    readonly userPoolId: string
    readonly region: string
    readonly version: "V1_0" | "V2_0" | "V3_0"
  }
): void => {
  // The names are those of the type.
  const named = Object.entries(triggers) as ReadonlyArray<[TriggerName, NonNullable<Triggers[TriggerName]>]>
  const configured = Object.fromEntries(named.map(([name, trigger]) => {
    const arn = functionArn(region, accountId, name)
    functions.set(arn, trigger)
    if (name === "PreTokenGeneration") return ["PreTokenGenerationConfig", { LambdaVersion: version, LambdaArn: arn }]
    return name === "CustomEmailSender" || name === "CustomSMSSender"
      ? [name, { LambdaVersion: "V1_0", LambdaArn: arn }]
      : [name, arn]
  }))
  Effect.runSync(Effect.orDie(
    kernel().modify((state) => {
      const pool = poolOf(state, userPoolId)
      const LambdaConfig = { ...pool.settings.LambdaConfig, ...configured }
      return [undefined, withPool(state, { ...pool, settings: { ...pool.settings, LambdaConfig } })]
    })
  ))
}

/**
 * A client of pools for tests, in process: no socket, and the time is that of Effect's `Clock`, so that codes, sessions
 * and tokens expire under `TestClock`. What is asked of it goes through the whole path of a call.
 *
 * @example
 * ```ts
 * import { adminGetUser } from "effect-cognito"
 * import * as UserPools from "effect-cognito/testing/pool"
 * import * as Effect from "effect/Effect"
 *
 * const program = Effect.gen(function*() {
 *   const { userPoolId } = yield* UserPools.UserPools
 *   return yield* adminGetUser({ UserPoolId: userPoolId, Username: "anna" })
 * })
 *
 * const pools = UserPools.layer({ users: [{ Username: "anna", Password: "Correct-Horse-1" }] })
 * const anna = Effect.provide(program, pools)
 * ```
 */
export const layer = (options: Options = {}): Layer.Layer<Cognito | Signer | UserPools> =>
  Layer.unwrap(Effect.map(make(options), ({ account, pools }) =>
    Layer.mergeAll(
      Layer.orDie(layerPublic({ region: pools.region })).pipe(Layer.provide(layerTransport(account))),
      signerOf(options, pools.region),
      Layer.succeed(UserPools, pools)
    )))

const layerTransport = ({ handle }: Account): Layer.Layer<Transport> =>
  Layer.succeed(Transport, {
    send: ({ body, headers, url }) =>
      Effect.flatMap(
        handle({ method: "POST", path: new URL(url).pathname, headers: { host: new URL(url).host, ...headers }, body }),
        (answered) =>
          answered === undefined
            ? Effect.fail(new TransportError({ message: "the request failed: ECONNRESET", code: "ECONNRESET" }))
            : Effect.succeed(answered)
      )
  })

/** Without a check of signatures there is no need to compute one. */
const signerOf = ({ checkSignatures = false }: Options, region: string): Layer.Layer<Signer> => {
  if (checkSignatures === false) {
    return Layer.succeed(Signer, {
      sign: (request) =>
        Effect.succeed({
          ...request,
          headers: { ...request.headers, authorization: "signed by effect-cognito/testing/pool" }
        })
    })
  }
  const { accessKeyId, secretAccessKey, sessionToken } = checkSignatures === true
    ? testCredentials
    : checkSignatures[0] ?? testCredentials
  return layerSigner({
    region,
    credentials: {
      accessKeyId,
      secretAccessKey: Redacted.make(secretAccessKey),
      ...(sessionToken === undefined ? {} : { sessionToken: Redacted.make(sessionToken) })
    }
  })
}
