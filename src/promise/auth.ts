/**
 * Sign-in for plain async code: what `effect-cognito/auth` does, with promises for effects and plain strings for secrets.
 *
 * Promises reject with the exceptions of `effect-cognito/promise`, and with the errors of `effect-cognito/auth` itself.
 */
import * as Effect from "effect/Effect"
import { type KeyValueStore, KeyValueStoreError } from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Answers from "../auth/Answers.ts"
import * as AppClientOperations from "../auth/AppClientOperations.ts"
import * as Auth from "../auth/index.ts"
import { fromLockManager, type LockManager } from "../auth/SessionLock.ts"
import { ClientError, EncodeError } from "../errors/ClientError.ts"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { Operation } from "../Operation.ts"
import { AuthenticationResultType } from "../schema/Auth.ts"
import { read, write } from "../protocol/Codec.ts"
import { plain } from "../protocol/Conversion.ts"
import type { Cognito } from "../Service.ts"
import type { Signer } from "../client/Signer.ts"
import type { ClientConfig } from "./Config.ts"
import { checkOptions } from "./Options.ts"
import type { Plain, PlainInput } from "../protocol/Plain.ts"
import { type HttpHandlerOptions, makeRunner, plainly } from "./Runner.ts"
import { isError } from "../errors/isError.ts"

/** Effects as promises and secrets as strings, however deep they are. */
export type Promised<T> = T extends Redacted.Redacted<infer A> ? A
  : T extends Date ? T
  : T extends Effect.Effect<infer A, infer _E, infer _R> ? (options?: HttpHandlerOptions) => Promise<Promised<A>>
  : T extends (answer: infer Answer) => Effect.Effect<infer A, infer _E, infer _R>
    ? (answer: PlainInput<Answer>, options?: HttpHandlerOptions) => Promise<Promised<A>>
  : T extends object ? { readonly [K in keyof T]: Promised<T[K]> }
  : T

/** Where a sign-in stands: `_tag` tells tokens from the challenges, of which each has its `respond`. */
export type Step = Promised<Auth.Step>

/** The end of a sign-in. */
export interface SignedIn extends Promised<Auth.SignedIn> {}

/** The browser's `localStorage`, for example, or something that answers later. */
export interface AuthStorage {
  readonly getItem: (key: string) => string | null | Promise<string | null>
  readonly setItem: (key: string, value: string) => void | Promise<void>
  readonly removeItem: (key: string) => void | Promise<void>
}

/** The app client, and how the service is reached; the region is the user pool's by default. */
export interface AuthClientConfig extends ClientConfig {
  /** Such as `eu-central-1_aBcDeFgHi`. */
  readonly userPoolId: string
  readonly clientId: string
  /** Where the client has one. Browsers and phones cannot keep it: their clients have none. */
  readonly clientSecret?: string | undefined
  /** Where the keys of devices are kept; without it, devices are not remembered. */
  readonly deviceStorage?: AuthStorage | undefined
}

/** What a request that takes a sign-in up again tells of itself. */
export interface ResumeOptions extends Auth.UserContextOptions {}

/** The browser's `navigator.locks`, for example, or another that runs a function while nobody else has the lock. */
export interface AuthLock extends LockManager {}

/** How a session is kept and refreshed. */
export interface SessionOptions
  extends Omit<Auth.SessionOptions, "store" | "storeKey" | "storeTimeout" | "refreshBefore" | "patience">
{
  /**
   * Where the session is kept. Default: in memory alone. Sessions that share it, such as those of a browser's tabs, take each
   * other's new tokens where theirs have ended. Where it fails, the session goes on in memory, and {@link Session.failures}
   * tells.
   */
  readonly storage?: AuthStorage
  /** Under which key. Default: `effect-cognito/` and the id of the app client. */
  readonly storeKey?: string
  /** How many milliseconds the storage is waited for. Default: 5,000. */
  readonly storeTimeout?: number
  /** How sessions that share the storage refresh one at a time. Default: the loser of two waits for the winner's tokens. */
  readonly lock?: AuthLock
  /** How many milliseconds before its end an access token is refreshed, at most half of its time. Default: 60,000. */
  readonly refreshBefore?: number
  /** How many milliseconds to wait for what others store, where one has used the refresh token up. Default: 3,000. */
  readonly patience?: number
}

/** The tokens of a signed-in user over time. */
export interface Session {
  /** Who is signed in, with the tokens as they are, perhaps at their end. */
  signedIn(): Promise<SignedIn | undefined>
  /** An access token that is good for some time, refreshed where it has to be. */
  accessToken(options?: HttpHandlerOptions): Promise<string>
  /** Gets new tokens now. */
  refresh(options?: HttpHandlerOptions): Promise<SignedIn["tokens"]>
  /** Takes the tokens of a sign-in, also of one that was JSON meanwhile. */
  start(signedIn: SignedIn): Promise<void>
  /**
   * Forgets the tokens, at once and whatever follows, and then tells the service: `global` ends all of the user's sessions,
   * `revoke` this one's refresh token.
   */
  signOut(how: "local" | "global" | "revoke", options?: HttpHandlerOptions): Promise<void>
  /** Who is signed in now, and from now on each time that or the tokens change. */
  changes(): AsyncIterable<SignedIn | undefined>
  /** What the storage fails with from now on. */
  failures(): AsyncIterable<Error>
  /** An operation of the user's with the access token filled in: `session.as(getUser)({})`. */
  as<I extends { readonly AccessToken?: Redacted.Redacted<string> }, O, E extends ServiceError>(
    operation: Operation<I, O, E, Cognito>
  ): (input: PlainInput<Omit<I, "AccessToken">>, options?: HttpHandlerOptions) => Promise<Plain<O>>
  /** Makes a passkey for the user, in a browser. */
  registerPasskey(options?: HttpHandlerOptions): Promise<void>
  /** Remembers this device, or does so no more. */
  rememberDevice(remembered?: boolean, options?: HttpHandlerOptions): Promise<void>
  /** Forgets this device. */
  forgetDevice(options?: HttpHandlerOptions): Promise<void>
}

/** An operation of the app client, with what the service wants to know of the client filled in. */
type ClientOperation<F> = F extends Auth.AppClientOperation<infer I, infer O, infer _E> ? (
    input: PlainInput<Omit<I, "ClientId" | "SecretHash" | "ClientSecret">>,
    options?: HttpHandlerOptions
  ) => Promise<Plain<O>>
  : never

/** `destroy()`, or `await using`, closes its sockets. */
export interface AuthClient {
  /** Starts a sign-in, and goes as far as no person is needed. */
  readonly signIn: (options: PlainInput<Auth.SignInOptions>, http?: HttpHandlerOptions) => Promise<Step>
  /** The same by a server that has AWS credentials. */
  readonly adminSignIn: (options: PlainInput<Auth.AdminSignInOptions>, http?: HttpHandlerOptions) => Promise<Step>
  /** Takes up a sign-in where a step's `state` was put away, in another process perhaps. Keep states as secrets. */
  readonly resume: (state: string, options?: ResumeOptions) => Promise<Step>
  /** The same for a sign-in by a server that has AWS credentials. */
  readonly adminResume: (state: string, options?: ResumeOptions) => Promise<Step>
  /** The end of a sign-in from tokens that came another way: what a session starts with. */
  readonly fromResult: (
    result: PlainInput<AuthenticationResultType>,
    options?: Auth.FromResultOptions
  ) => Promise<SignedIn>
  /** Answers the challenge of a sign-in with a passkey, in a browser. */
  readonly respondWithPasskey: (
    challenge: Extract<Step, { readonly _tag: "WebAuthn" }>,
    http?: HttpHandlerOptions
  ) => Promise<Step>
  readonly signUp: ClientOperation<typeof AppClientOperations.signUp>
  readonly confirmSignUp: ClientOperation<typeof AppClientOperations.confirmSignUp>
  readonly resendConfirmationCode: ClientOperation<typeof AppClientOperations.resendConfirmationCode>
  readonly forgotPassword: ClientOperation<typeof AppClientOperations.forgotPassword>
  readonly confirmForgotPassword: ClientOperation<typeof AppClientOperations.confirmForgotPassword>
  /** Makes a session, with what its storage holds. */
  readonly makeSession: (options?: SessionOptions) => Promise<Session>
  readonly destroy: () => void
  readonly [Symbol.asyncDispose]: () => Promise<void>
}

/**
 * Makes a client that signs users in.
 *
 * @example
 * ```ts
 * import { getUser } from "effect-cognito"
 * import { makeAuth } from "effect-cognito/promise/auth"
 *
 * const auth = makeAuth({ userPoolId: "eu-central-1_aBcDeFgHi", clientId: "4kweljr01yrea5qfflyxio4em" })
 * const session = await auth.makeSession({ storage: localStorage })
 *
 * export const signIn = async (username: string, password: string, askCode: () => Promise<string>) => {
 *   const first = await auth.signIn({ flow: "USER_SRP_AUTH", username, password })
 *   const step = first._tag === "SoftwareTokenMfa" ? await first.respond({ code: await askCode() }) : first
 *   if (step._tag !== "SignedIn") throw new Error(`not supported: ${step._tag}`)
 *   await session.start(step)
 *   return session.as(getUser)({})
 * }
 * ```
 */
export const makeAuth = (config: AuthClientConfig): AuthClient => {
  const { clientId, clientSecret, deviceStorage, userPoolId, ...options } = config
  checkOptions(options)
  const runner = makeRunner({ region: userPoolId.slice(0, userPoolId.indexOf("_")), ...options })
  const client: Auth.AppClientOptions = {
    userPoolId,
    clientId,
    ...(clientSecret === undefined ? {} : { clientSecret: Redacted.make(clientSecret) })
  }
  const devices = deviceStorage && Auth.makeDeviceStore({ store: storeOf(deviceStorage) })

  const run = <A, E>(
    effect: Effect.Effect<A, E, Auth.AppClient | Cognito | Signer>,
    options?: HttpHandlerOptions
  ): Promise<A> =>
    runner.run(
      effect.pipe(Effect.provideService(Auth.AppClient, client), Effect.provideService(Auth.DeviceStore, devices)),
      options
    )

  const promised = <A>(value: A): Promised<A> =>
    // Goes by what a value is, as the type does.
    convert(value, undefined) as Promised<A>

  /** Makes plain what a sign-in gives. `step` is the tag of the step that the value is part of. */
  const convert = (value: unknown, step: string | undefined): unknown => {
    if (Redacted.isRedacted(value)) return Redacted.value(value)
    if (Effect.isEffect(value)) {
      // They need nothing else than what is provided here.
      return (options?: HttpHandlerOptions) =>
        runStep(value as AnyEffect, step === "MfaSetup" ? "TotpSetup" : step, options)
    }
    if (typeof value === "function") {
      return (answer: unknown, options?: HttpHandlerOptions) =>
        runStep(
          Effect.flatMap(wrapped(answerOf(step), answer), (answer): AnyEffect => value(answer)),
          undefined,
          options
        )
    }
    if (!isObject(value) || value instanceof Date) return value
    if (Array.isArray(value)) return value.map((item) => convert(item, step))
    const tag = "_tag" in value ? String(value._tag) : step
    const converted = {}
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      const member = () => convert(Reflect.get(value, name), tag)
      // What changes with time does so here as well.
      Object.defineProperty(
        converted,
        name,
        get ? { get: member, enumerable: true } : { value: member(), ...plainMember }
      )
    }
    return converted
  }

  const runStep = async (effect: AnyEffect, step: string | undefined, options: HttpHandlerOptions | undefined) =>
    convert(await run(effect, options), step)

  const operation = <F>(filled: F) =>
    // The type is that of the operation, whose values are plain here.
    ((input: object, options?: HttpHandlerOptions) =>
      run(plainly(Effect.suspend(() => (filled as AnyFilled)(input))), options)) as ClientOperation<F>

  const sessionOf = (session: Auth.Session["Service"]): Session => ({
    ...promised({ signedIn: session.signedIn, accessToken: session.accessToken, refresh: session.refresh }),
    start: (signedIn) =>
      run(
        Effect.flatMap(
          wrapped<Auth.SignedIn>(Answers.SignedIn, dated(signedIn)),
          (given) => session.start(signedInOf(given))
        )
      ),
    signOut: (how, options) => run(session.signOut(how), options),
    changes: () => Stream.toAsyncIterable(Stream.map(session.changes, promised)),
    failures: () => Stream.toAsyncIterable(session.failures),
    as: (operation) => (input, options) => {
      const plain = Object.assign((input: never) => plainly(operation(input)), operation)
      // The operation takes and gives plain values here, and its access token is filled in there.
      return run(Effect.suspend(() => session.as(plain)(input as never)), options) as Promise<never>
    },
    registerPasskey: (options) => run(Auth.registerPasskey(session), options),
    rememberDevice: (remembered, options) => run(Auth.rememberSessionDevice(session, remembered), options),
    forgetDevice: (options) => run(Auth.forgetSessionDevice(session), options)
  })

  return {
    signIn: async (options, http) =>
      promised(
        await run(Effect.flatMap(wrapped<Auth.SignInOptions>(Answers.SignInOptions, options), Auth.signIn), http)
      ),
    adminSignIn: async (options, http) =>
      promised(
        await run(
          Effect.flatMap(wrapped<Auth.AdminSignInOptions>(Answers.SignInOptions, options), Auth.adminSignIn),
          http
        )
      ),
    resume: async (state, options = {}) =>
      promised(
        await run(Effect.flatMap(
          wrapped<Auth.UserContextOptions>(Answers.ResumeOptions, options),
          (given) => Auth.resumeSignIn(Redacted.make(state), given)
        ))
      ),
    adminResume: async (state, options = {}) =>
      // A step's values are plain here, whoever signs the user in.
      promised(
        await run(Effect.flatMap(
          wrapped<Auth.UserContextOptions>(Answers.ResumeOptions, options),
          (given) => Auth.adminResumeSignIn(Redacted.make(state), given)
        ))
      ) as Step,
    fromResult: async (result, options) =>
      promised(
        await run(Effect.flatMap(
          wrapped<AuthenticationResultType>(AuthenticationResultType, result),
          (given) => Auth.signedInFromResult(given, options)
        ))
      ),
    respondWithPasskey: async (challenge, http) => {
      const get = Effect.flatMap(Auth.Authenticator, ({ get }) => get(challenge.options))
      return challenge.respond({ credential: await run(get, http) }, http)
    },
    signUp: operation(AppClientOperations.signUp),
    confirmSignUp: operation(AppClientOperations.confirmSignUp),
    resendConfirmationCode: operation(AppClientOperations.resendConfirmationCode),
    forgotPassword: operation(AppClientOperations.forgotPassword),
    confirmForgotPassword: operation(AppClientOperations.confirmForgotPassword),
    makeSession: async ({ lock, storage, ...options } = {}) => {
      const made = Auth.makeSession(storage === undefined ? options : { ...options, store: storeOf(storage) })
      return sessionOf(
        await run(lock === undefined ? made : Effect.provideService(made, Auth.SessionLock, fromLockManager(lock)))
      )
    },
    destroy: () => void runner.dispose(),
    [Symbol.asyncDispose]: runner.dispose
  }
}

type AnyEffect = Effect.Effect<unknown, unknown, Auth.AppClient | Cognito | Signer>

type AnyFilled = (input: unknown) => AnyEffect

/** A member that is set once. */
const plainMember = { enumerable: true, writable: true, configurable: true }

const storeOf = (storage: AuthStorage): Pick<KeyValueStore, "get" | "set" | "remove"> => {
  const attempt = <A>(method: string, key: string, answer: () => A | Promise<A>) =>
    Effect.tryPromise({
      try: async () => await answer(),
      catch: (error) => new KeyValueStoreError({ method, key, message: messageOf(error), cause: error })
    })
  return {
    get: (key) => Effect.map(attempt("get", key, () => storage.getItem(key)), (text) => text ?? undefined),
    set: (key, value) => attempt("set", key, () => storage.setItem(key, String(value))),
    remove: (key) => attempt("remove", key, () => storage.removeItem(key))
  }
}

const messageOf = (error: unknown): string => isError(error) ? error.message : "the storage failed"

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/** The end of a sign-in whose dates have become texts, as they do in JSON. */
const dated = (signedIn: SignedIn): unknown => {
  const revived = (value: unknown) => typeof value === "string" ? new Date(value) : value
  const tokens: unknown = isObject(signedIn) ? signedIn.tokens : undefined
  if (!isObject(tokens)) return signedIn
  const dates = Object.entries(tokens).filter(([name]) => name === "issuedAt" || name === "expiresAt")
  const revivedDates = Object.fromEntries(dates.map(([name, value]) => [name, revived(value)]))
  return { ...signedIn, tokens: { ...tokens, ...revivedDates } }
}

/** The schema of the answers to a step. */
const answerOf = (step: string | undefined): Schema.Top => {
  const schemas: { readonly [step: string]: Schema.Top } = Answers.answers
  const schema = step === undefined ? undefined : schemas[step]
  if (schema === undefined) throw new Error(`there is no answer to ${step}`)
  return schema
}

/** A plain value as `effect-cognito/auth` takes it: secrets are wrapped where the schema says so. */
const wrapped = <A>(schema: Schema.Top, value: unknown): Effect.Effect<A, ClientError> =>
  Effect.mapBoth(
    Effect.fromResult(Result.flatMap(write(schema, value, plain), (written) => read(schema, written))),
    {
      onFailure: (misfit) => new ClientError({ operation: "signIn", reason: new EncodeError(misfit) }),
      // Read by the schema of what it is; what goes together in it, the compiler has checked in its plain form.
      onSuccess: (value) => value as A
    }
  )

/** The end of a sign-in, in which members that are absent are told as `undefined`. */
const signedInOf = (signedIn: Auth.SignedIn): Auth.SignedIn => ({
  ...signedIn,
  device: signedIn.device,
  tokens: { ...signedIn.tokens, idToken: signedIn.tokens.idToken, refreshToken: signedIn.tokens.refreshToken }
})
