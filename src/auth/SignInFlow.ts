/**
 * The machine of a sign-in: from an answer of the service to the next, until a person has to answer or there are tokens.
 *
 * It answers by itself what needs no person: proofs of passwords and of devices. How a sign-in begins and is taken up again
 * is `SignIn.ts`'s, the questions are `Challenges.ts`'s, the device's part `SignInDevice.ts`'s.
 */
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import type { ClientError } from "../errors/ClientError.ts"
import type { AuthenticationResultType, InitiateAuthRequest, InitiateAuthResponse } from "../schema/Auth.ts"
import type { Cognito } from "../Service.ts"
import { type AppClientOptions, secretHash } from "./AppClient.ts"
import { tokensOf, usernameOf } from "./AuthenticationResult.ts"
import {
  type App,
  type Asked,
  challengeOf,
  type Metadata,
  type Respond,
  type Responses,
  toSessionError
} from "./Challenges.ts"
import type { DeviceKeys, DeviceStore } from "./DeviceStore.ts"
import { finishProof, type Proof, randomBytes } from "./Proof.ts"
import { confirm, forget, identified, isRefusal, knownAs } from "./SignInDevice.ts"
import { ChallengeAnsweredError, type StepError, UnexpectedStepError } from "./SignInError.ts"
import { type SignInState, textOf } from "./SignInState.ts"
import * as Srp from "./Srp.ts"
import type { Answered, Challenge, SignedIn } from "./Step.ts"

type Secret = Redacted.Redacted<string>

/** The two operations of a sign-in, public or an administrator's, and what they may fail with. */
export interface Way<R, E> {
  readonly by: SignInState["by"]
  readonly initiate: (
    input: Omit<InitiateAuthRequest, "ClientId">
  ) => Effect.Effect<InitiateAuthResponse, E | ClientError, R>
  readonly respond: (input: {
    readonly ChallengeName: string
    readonly Session?: Secret
    readonly ChallengeResponses: Responses
    readonly ClientMetadata?: Metadata
  }) => Effect.Effect<InitiateAuthResponse, E | ClientError, R>
}

/** An error of an operation. */
export interface Named {
  readonly _tag: string
  readonly message: string
}

/** What a sign-in carries from step to step. */
export interface Attempt<R, E> {
  readonly client: AppClientOptions
  readonly way: Way<R, E>
  readonly devices: DeviceStore | undefined
  /** The name that the user typed. */
  readonly typed: string
  /** The name that the service last used, or before its first answer the one that is likely. */
  readonly username: string
  readonly clientMetadata: Metadata | undefined
  readonly deviceName: string | undefined
  readonly device: DeviceKeys | undefined
  /** The key of a device that the pool has refused in this sign-in. */
  readonly refusedDevice: string | undefined
  /** Whether the password is sent before the service tells its own name of the user. */
  readonly isNamedLate: boolean
  /** A proof of the user's password that was begun, and one of the device's. */
  readonly proof: Proof | undefined
  readonly deviceProof: Srp.Ephemeral | undefined
  /** Begins anew, without a device; a sign-in that was taken up again cannot. */
  readonly again: Going<R, E> | undefined
}

/** What a sign-in comes to. */
export type Going<R, E> = Answered<R | Cognito, E | StepError>

/** Sends with the key of the device, and again without it where the pool does not know the device. */
export const sendWithDevice = <R, E extends Named>(
  attempt: Attempt<R, E>,
  send: (device: DeviceKeys | undefined) => Effect.Effect<InitiateAuthResponse, E | ClientError, R>
): Effect.Effect<
  { readonly answer: InitiateAuthResponse; readonly attempt: Attempt<R, E> },
  E | ClientError,
  R
> => {
  const { device } = attempt
  return Effect.catch(Effect.map(send(device), (answer) => ({ answer, attempt })), (error) => {
    if (device === undefined || !isRefusal(error)) return Effect.fail(error)
    const without = { ...attempt, device: undefined, refusedDevice: device.key }
    return Effect.map(send(undefined), (answer) => ({ answer, attempt: without }))
  })
}

/** `SECRET_HASH`, where the client has a secret. */
export const secretHashOf = (client: AppClientOptions, username: string): Responses => {
  const hash = secretHash(client, username)
  return hash === undefined ? {} : { SECRET_HASH: hash }
}

/** Goes on from an answer of the service: to the tokens, or to a challenge. */
export const advance = <R, E extends Named>(attempt: Attempt<R, E>, answer: InitiateAuthResponse): Going<R, E> => {
  const { AuthenticationResult, AvailableChallenges, ChallengeName, ChallengeParameters = {}, Session } = answer
  if (AuthenticationResult !== undefined) return finish(attempt, AuthenticationResult)
  if (ChallengeName === undefined) return unexpected("the response holds neither tokens nor a challenge")
  const parameters = Object.fromEntries(
    Object.entries(ChallengeParameters).map(([name, value]) => [name, Redacted.value(value)])
  )
  const asked = { name: ChallengeName, session: Session, parameters, available: AvailableChallenges ?? [] }
  const username = parameters.USER_ID_FOR_SRP ?? parameters.USERNAME
  return username === undefined
    ? meet(attempt, asked)
    : Effect.flatMap(identified(attempt, username), (device) => meet({ ...attempt, username, device }, asked))
}

const unexpected = (message: string) => Effect.fail(new UnexpectedStepError({ message }))

/** Answers a challenge by itself where it can, or gives it back. */
const meet = <R, E extends Named>(attempt: Attempt<R, E>, asked: Asked): Going<R, E> => {
  switch (asked.name) {
    case "PASSWORD_VERIFIER":
      return provePassword(attempt, asked)
    case "DEVICE_PASSWORD_VERIFIER":
      return proveDevice(attempt, asked)
    default:
      return asked.name === "DEVICE_SRP_AUTH" && attempt.device !== undefined
        ? beginDeviceProof(attempt, asked, attempt.device)
        : Effect.succeed(question(attempt, asked))
  }
}

/** Gives a challenge to whoever answers it, with the authenticator app that is being set up in it. */
export const question = <R, E extends Named>(
  attempt: Attempt<R, E>,
  asked: Asked,
  app?: App
): Challenge<R | Cognito, E | StepError> => {
  if (asked.name === "DEVICE_SRP_AUTH") {
    return {
      _tag: "DeviceSrp",
      state: stateOf(attempt, asked),
      // Keys of the program's own are not the store's to drop.
      respond: (keys) => beginDeviceProof({ ...attempt, devices: undefined, again: undefined }, asked, keys)
    }
  }
  const respondIn = (session: Secret | undefined): Respond<R | Cognito, E | StepError> => {
    const respond = responder(attempt, { ...asked, session })
    return (responses, clientMetadata, proof) =>
      respond(responses, { clientMetadata, ...(proof === undefined ? {} : { changes: { proof } }) })
  }
  return challengeOf<R, E>(asked, { respondIn, stateOf: (app) => stateOf(attempt, asked, app) }, app)
}

const stateOf = <R, E>(
  { client, clientMetadata, deviceName, isNamedLate, proof, typed, username, way }: Attempt<R, E>,
  { available, name, parameters, session }: Asked,
  app?: App
): Secret =>
  textOf({
    userPoolId: client.userPoolId,
    clientId: client.clientId,
    by: way.by,
    isNamedLate,
    typed,
    username,
    ...(clientMetadata === undefined ? {} : { clientMetadata }),
    ...(deviceName === undefined ? {} : { deviceName }),
    challenge: { name, parameters, available, ...(session === undefined ? {} : { session }) },
    ...(app === undefined ? {} : { app }),
    ...(proof === undefined ? {} : { proof: { secret: proof.own.secret, password: proof.password } })
  })

/** How an answer is sent. */
interface Sending<R, E> {
  /** Of the answer itself; without it the sign-in's own go with it. */
  readonly clientMetadata?: Metadata | undefined
  /** What the sign-in carries from then on. */
  readonly changes?: Partial<Attempt<R, E>>
  /** Whether the answer is the device's: without its key it would be none. */
  readonly isDevices?: boolean
}

/** Makes what answers a challenge, as long as no answer was taken, and goes on from there. */
const responder = <R, E extends Named>(attempt: Attempt<R, E>, { name, session }: Pick<Asked, "name" | "session">) => {
  let answered = false
  return (responses: Responses, { changes, clientMetadata, isDevices }: Sending<R, E> = {}): Going<R, E> =>
    Effect.suspend(() => {
      if (answered) return Effect.fail(new ChallengeAnsweredError({ challenge: name }))
      answered = true
      const send = (device: DeviceKeys | undefined) =>
        respond(attempt, { name, session, device, responses, clientMetadata })
      const taken = isDevices === true
        ? Effect.map(send(attempt.device), (answer) => ({ answer, attempt }))
        : sendWithDevice(attempt, send)
      return taken.pipe(
        Effect.onError(() =>
          Effect.sync(() => {
            answered = false
          })
        ),
        Effect.mapError(toSessionError),
        Effect.matchEffect({
          onFailure: (error) => isDevices === true ? withoutDevice(attempt, error) : Effect.fail(error),
          onSuccess: (taken) => advance({ ...taken.attempt, ...changes }, taken.answer)
        })
      )
    })
}

const respond = <R, E>(
  { client, clientMetadata: own, username, way }: Attempt<R, E>,
  { clientMetadata = own, device, name, responses, session }: Pick<Asked, "name" | "session"> & {
    readonly device: DeviceKeys | undefined
    readonly responses: Responses
    readonly clientMetadata: Metadata | undefined
  }
) =>
  way.respond({
    ChallengeName: name,
    ...(session === undefined ? {} : { Session: session }),
    ChallengeResponses: {
      USERNAME: username,
      ...secretHashOf(client, username),
      ...(device === undefined ? {} : { DEVICE_KEY: device.key }),
      ...responses
    },
    ...(clientMetadata === undefined ? {} : { ClientMetadata: clientMetadata })
  })

/** Proves the user's password. */
const provePassword = <R, E extends Named>(attempt: Attempt<R, E>, asked: Asked): Going<R, E> => {
  const { client, proof, username } = attempt
  if (proof === undefined) return unexpected("a proof of the password is asked for that was not begun")
  const group = client.userPoolId.slice(client.userPoolId.indexOf("_") + 1)
  const identity = { group, name: username, password: proof.password }
  return Effect.flatMap(
    finishProof(asked.parameters, identity, proof.own),
    (responses) => responder(attempt, asked)(responses, { changes: { proof: undefined } })
  )
}

/** Begins the proof of the device, to which the service answers with `DEVICE_PASSWORD_VERIFIER`. */
const beginDeviceProof = <R, E extends Named>(
  attempt: Attempt<R, E>,
  asked: Asked,
  device: DeviceKeys
): Going<R, E> =>
  Effect.flatMap(randomBytes(32), (secret) => {
    const deviceProof = Srp.ephemeral(secret)
    const respond = responder({ ...attempt, device }, asked)
    return respond({ SRP_A: deviceProof.public }, { changes: { deviceProof }, isDevices: true })
  })

/** Proves the device. */
const proveDevice = <R, E extends Named>(attempt: Attempt<R, E>, asked: Asked): Going<R, E> => {
  const { device, deviceProof } = attempt
  if (device === undefined || deviceProof === undefined) {
    return unexpected("a proof of the device is asked for that was not begun")
  }
  const identity = { group: device.groupKey, name: device.key, password: device.password }
  return Effect.flatMap(
    finishProof(asked.parameters, identity, deviceProof),
    (responses) => responder(attempt, asked)(responses, { changes: { deviceProof: undefined }, isDevices: true })
  )
}

/** A device that the pool has forgotten, or whose proof it does not take, is dropped; the sign-in begins anew without it. */
const withoutDevice = <R, E extends Named>(
  attempt: Attempt<R, E>,
  error: E | StepError
): Going<R, E> => {
  const isRefused = error._tag === "NotAuthorizedException" || isRefusal(error)
  if (!isRefused) return Effect.fail(error)
  return Effect.andThen(forget(attempt), attempt.again ?? Effect.fail(error))
}

/** The end: the tokens; a device that is new to the pool is made known to it. */
const finish = <R, E>(attempt: Attempt<R, E>, result: AuthenticationResultType): Going<R, E> =>
  Effect.gen(function*() {
    const tokens = yield* tokensOf(result)
    if (tokens === undefined) return yield* unexpected("the response holds no access token")
    const username = usernameOf(tokens.accessToken) ?? attempt.username
    const own = { ...attempt, username }
    const known = attempt.device
    // One that was refused under an alias is dropped under the pool's own name.
    if (attempt.refusedDevice !== undefined) yield* identified(attempt, username)
    const device = yield* confirm(own, tokens.accessToken, result.NewDeviceMetadata)
    const signedIn: SignedIn = {
      _tag: "SignedIn",
      username,
      typedName: attempt.typed,
      tokens,
      device: device
        ?? (known && { key: known.key, groupKey: known.groupKey, confirmed: true, userConfirmationNecessary: false })
    }
    if (signedIn.device?.confirmed === true) yield* knownAs(own)
    return signedIn
  })
