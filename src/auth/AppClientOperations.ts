/**
 * The operations that a client makes for users who are not signed in, and those on refresh tokens, with what the service
 * wants to know of the client filled in: its id, and the secret hash over the right name or the secret itself. Those for
 * users tell what the program's `UserContext` has, too, unless their input has it.
 *
 * They have the names, inputs, outputs and errors of the operations that they call, which `effect-cognito` exports. So they
 * are not among the names of `effect-cognito/auth`: import this module, `effect-cognito/auth/AppClientOperations`, under a
 * name of its own.
 */
import * as Effect from "effect/Effect"
import type { ClientError } from "../errors/ClientError.ts"
import type { ServiceError } from "../errors/ServiceError.ts"
import type { Operation } from "../Operation.ts"
import * as Auth from "../operations/Auth.ts"
import * as Passwords from "../operations/Passwords.ts"
import * as SignUp from "../operations/SignUp.ts"
import type { Cognito } from "../Service.ts"
import { AppClient, type AppClientOptions, secretHash } from "./AppClient.ts"
import { publicContext } from "./UserContext.ts"

/** An operation that needs the app client in the program's context, and no longer in its input. */
export interface AppClientOperation<I, O, E> {
  (input: Omit<I, "ClientId" | "SecretHash" | "ClientSecret">): Effect.Effect<O, E | ClientError, AppClient | Cognito>
}

type Filled = "ClientId" | "SecretHash" | "ClientSecret"

const withAppClient = <I extends object, O, E extends ServiceError>(
  operation: Operation<I, O, E, Cognito>,
  fill: (client: AppClientOptions, input: Omit<I, Filled>) => Pick<I, Filled & keyof I>,
  context: Effect.Effect<object> = Effect.succeed({})
): AppClientOperation<I, O, E> =>
(input) =>
  Effect.flatMap(AppClient, (client) =>
    // The parts of an input are the input, which no generic type shows.
    Effect.flatMap(context, (told) => operation({ ...told, ...input, ...fill(client, input) } as unknown as I)))

/** What a request for a user tells of the device. */
const told = publicContext({})

const byName = (client: AppClientOptions, { Username }: { readonly Username: string }) => {
  const hash = secretHash(client, Username)
  return { ClientId: client.clientId, ...(hash === undefined ? {} : { SecretHash: hash }) }
}

const bySecret = ({ clientId, clientSecret }: AppClientOptions) => ({
  ClientId: clientId,
  ...(clientSecret === undefined ? {} : { ClientSecret: clientSecret })
})

/** Signs a user up. */
export const signUp = withAppClient(SignUp.signUp, byName, told)

/**
 * Confirms a user with the code that the service sent. Given the `Session` of {@link signUp}, it gives one that signs the
 * user in at once, by `signIn({ flow: "USER_AUTH", session, … })`.
 */
export const confirmSignUp = withAppClient(SignUp.confirmSignUp, byName, told)

/** Sends the code for {@link confirmSignUp} again. */
export const resendConfirmationCode = withAppClient(SignUp.resendConfirmationCode, byName, told)

/** Sends the user a code with which {@link confirmForgotPassword} sets another password. */
export const forgotPassword = withAppClient(Passwords.forgotPassword, byName, told)

/** Sets another password with the code of {@link forgotPassword}. */
export const confirmForgotPassword = withAppClient(Passwords.confirmForgotPassword, byName, told)

/** New tokens for a refresh token; with rotation also another refresh token, which takes its place. */
export const getTokensFromRefreshToken = withAppClient(Auth.getTokensFromRefreshToken, bySecret)

/** Ends a refresh token, and with it all access tokens that it gave. */
export const revokeToken = withAppClient(Auth.revokeToken, bySecret)
