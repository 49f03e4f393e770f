/**
 * Tours: programs that call every operation of a domain against a pool, in plain values, whoever's client carries them out.
 * They check that the answers are those of the service; the clients' agreement is checked from outside.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { ServiceError } from "../../../src/errors/ServiceError.ts"
import type { AnyOperation, Operation } from "../../../src/Operation.ts"
import * as AppClients from "../../../src/operations/AppClients.ts"
import * as Auth from "../../../src/operations/Auth.ts"
import * as UserPools from "../../../src/operations/UserPools.ts"
import * as Users from "../../../src/operations/Users.ts"
import { adminSetUserPassword } from "../../../src/operations/Passwords.ts"
import { read, write } from "../../../src/protocol/Codec.ts"
import { plain } from "../../../src/protocol/Conversion.ts"
import type { Plain, PlainInput } from "../../../src/protocol/Plain.ts"
import type { CreateUserPoolClientRequest, CreateUserPoolRequest } from "../../../src/schema/index.ts"
import type { Cognito } from "../../../src/Service.ts"
import type { Signer } from "../../../src/client/Signer.ts"

/** Calls an operation with plain values. */
export interface Call<R = never> {
  <I, O, E extends ServiceError, S>(
    operation: Operation<I, O, E, S>,
    input: PlainInput<I>
  ): Effect.Effect<Plain<O>, object, R>
}

/** A tour of some operations. */
export interface Tour {
  <R>(call: Call<R>): Effect.Effect<void, object, R>
}

/** Tours by what they show. */
export interface Tours {
  readonly [name: string]: Tour
}

/** Calls by the library's own operations. */
export const own: Call<Cognito | Signer> = (operation, input) => {
  const typed = Result.getOrThrow(
    read(operation.spec.input, Result.getOrThrow(write(operation.spec.input, input, plain)))
  )
  // It was read by the operation's own schema.
  const call = operation as unknown as AnyOperation
  return Effect.map(
    call(typed as never),
    (output) =>
      output === undefined
        ? undefined
        : Result.getOrThrow(read(call.spec.output, json(write(call.spec.output, output)), plain))
  ) as never
}

const json = (written: Result.Result<unknown, unknown>): unknown =>
  JSON.parse(JSON.stringify(Result.getOrThrow(written)))

/** The code of every message of a tour's pool. */
export const code = "246810"

export const password = "Correct-Horse-1"
export const otherPassword = "Battery-Staple-2"

/** A member that the answer must have. */
export const must = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error("a member is missing")
  return value
}

/** The name of the error that an effect fails with; succeeding is a failure of the tour. */
export const refused = <A, R>(effect: Effect.Effect<A, object, R>): Effect.Effect<string, object, R> =>
  Effect.matchEffect(effect, {
    onSuccess: () => Effect.fail(new Error("it was not refused")),
    onFailure: (error) => Effect.succeed(nameOf(error))
  })

/** The official client names its exceptions, the library tags them. */
const nameOf = (error: object): string => {
  const { _tag, name, reason } = Object(error)
  return String(_tag === "ClientError" ? reason.code : _tag ?? name)
}

/** A pool of the tour's own. */
export const newPool = <R>(call: Call<R>, settings: Partial<PlainInput<CreateUserPoolRequest>> = {}) =>
  Effect.map(
    call(UserPools.createUserPool, { PoolName: "tour", AutoVerifiedAttributes: ["email"], ...settings }),
    ({ UserPool }) => must(UserPool?.Id)
  )

const flows = [
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_USER_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH"
]

/** A client of the tour's own. */
export const newClient = <R>(
  call: Call<R>,
  UserPoolId: string,
  settings: Partial<PlainInput<CreateUserPoolClientRequest>> = {}
) =>
  Effect.map(
    call(AppClients.createUserPoolClient, { UserPoolId, ClientName: "tour", ExplicitAuthFlows: flows, ...settings }),
    ({ UserPoolClient }) => must(UserPoolClient?.ClientId)
  )

/** A user with an address and a password. */
export const newUser = <R>(call: Call<R>, UserPoolId: string, Username = "anna") =>
  Effect.gen(function*() {
    yield* call(Users.adminCreateUser, {
      UserPoolId,
      Username,
      MessageAction: "SUPPRESS",
      UserAttributes: [
        { Name: "email", Value: `${Username}@example.com` },
        { Name: "email_verified", Value: "true" },
        { Name: "phone_number", Value: "+15551231234" },
        { Name: "phone_number_verified", Value: "true" }
      ]
    })
    yield* call(adminSetUserPassword, { UserPoolId, Username, Password: password, Permanent: true })
  })

/** Signs in by password. */
export const signIn = <R>(call: Call<R>, ClientId: string, Username = "anna", Password = password) =>
  call(Auth.initiateAuth, {
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: Username, PASSWORD: Password }
  })

/** A pool with a client and a user who is signed in. */
export const signedIn = <R>(
  call: Call<R>,
  settings: Partial<PlainInput<CreateUserPoolRequest>> = {},
  clientSettings: Partial<PlainInput<CreateUserPoolClientRequest>> = {}
) =>
  Effect.gen(function*() {
    const UserPoolId = yield* newPool(call, settings)
    const ClientId = yield* newClient(call, UserPoolId, clientSettings)
    yield* newUser(call, UserPoolId)
    const { AuthenticationResult = {} } = yield* signIn(call, ClientId)
    return {
      UserPoolId,
      ClientId,
      AccessToken: must(AuthenticationResult.AccessToken),
      RefreshToken: must(AuthenticationResult.RefreshToken),
      AuthenticationResult
    }
  })
