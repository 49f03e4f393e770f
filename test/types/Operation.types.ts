/**
 * What must compile and what must not, checked by the compiler: each `@ts-expect-error` below is an error where the
 * line under it compiles. Beside each stands the same code in its right form, so that it cannot fail for another reason.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Stream from "effect/Stream"
import * as Cognito from "effect-cognito"

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
const full = Layer.provide(Cognito.layer({ region: "eu-central-1", credentials }), Cognito.layerFetch)
const withoutCredentials = Layer.provide(Cognito.layerPublic({ region: "eu-central-1" }), Cognito.layerFetch)

const user = { UserPoolId: "eu-central_1_a", Username: "ada" }
const accessToken = { AccessToken: Redacted.make("token") }

const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

export const signedOperations = () => [
  run(Effect.provide(Cognito.adminGetUser(user), full)),
  // @ts-expect-error: AWS credentials are needed, and this layer has none.
  run(Effect.provide(Cognito.adminGetUser(user), withoutCredentials))
]

export const publicOperations = () => [
  run(Effect.provide(Cognito.getUser(accessToken), full)),
  run(Effect.provide(Cognito.getUser(accessToken), withoutCredentials)),
  // @ts-expect-error: some layer is needed.
  run(Cognito.getUser(accessToken))
]

export const inputs = () => [
  Cognito.adminGetUser(user),
  // @ts-expect-error: a required member is missing.
  Cognito.adminGetUser({ UserPoolId: "eu-central_1_a" }),
  // @ts-expect-error: a member is not known.
  Cognito.adminGetUser({ ...user, Name: "ada" }),
  // @ts-expect-error: a member has the wrong type.
  Cognito.adminGetUser({ ...user, Username: 1 }),
  // @ts-expect-error: a secret is `Redacted`.
  Cognito.getUser({ AccessToken: "token" }),
  // @ts-expect-error: an optional member is absent, not undefined.
  Cognito.listUsers({ UserPoolId: "eu-central_1_a", Limit: undefined })
]

export const openEnums = () => [
  Cognito.initiateAuth({ ClientId: "a", AuthFlow: "USER_PASSWORD_AUTH" }),
  Cognito.initiateAuth({ ClientId: "a", AuthFlow: "A_FLOW_OF_TOMORROW" })
]

export const errors = () => [
  Effect.catchTag(Cognito.adminGetUser(user), "UserNotFoundException", () => Effect.void),
  // @ts-expect-error: AdminGetUser does not declare this error.
  Effect.catchTag(Cognito.adminGetUser(user), "GroupExistsException", () => Effect.void),
  Effect.catchReason(Cognito.adminGetUser(user), "ClientError", "TransportError", () => Effect.void),
  // @ts-expect-error: there is no such reason.
  Effect.catchReason(Cognito.adminGetUser(user), "ClientError", "NoSuchError", () => Effect.void)
]

export const everyErrorIsDeclared = (): Effect.Effect<
  Cognito.AdminGetUserResponse,
  Cognito.AdminGetUserError | Cognito.ClientError,
  Cognito.Cognito | Cognito.Signer
> => Cognito.adminGetUser(user)

export const metadata = () =>
  Effect.catchTag(
    Cognito.adminGetUser(user),
    "UserNotFoundException",
    ({ httpStatus, message, operation, requestId }): Effect.Effect<{
      readonly message: string
      readonly httpStatus: number | undefined
      readonly operation: string | undefined
      readonly requestId: string | undefined
    }> => Effect.succeed({ message, httpStatus, operation, requestId })
  )

export const streams = (): Stream.Stream<
  Cognito.UserType,
  Cognito.ListUsersError | Cognito.ClientError,
  Cognito.Cognito | Cognito.Signer
> => Cognito.listUsers.items({ UserPoolId: "eu-central_1_a" })

export const streamsOfPublicOperations = (): Stream.Stream<
  Cognito.ListDevicesResponse,
  Cognito.ListDevicesError | Cognito.ClientError,
  Cognito.Cognito
> => Cognito.listDevices.pages(accessToken)

export const streamsOnlyWhereThereArePages = () => [
  Cognito.listUsers.pages,
  // @ts-expect-error: AdminGetUser does not list.
  Cognito.adminGetUser.pages
]
