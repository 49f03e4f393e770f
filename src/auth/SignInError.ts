/**
 * Why a sign-in does not go on. The errors that a response names are the operations' own; those of the way of a sign-in
 * itself are here.
 */
import * as Schema from "effect/Schema"
import type { ClientError } from "../errors/ClientError.ts"
import type {
  AdminInitiateAuthError,
  AdminRespondToAuthChallengeError,
  InitiateAuthError,
  RespondToAuthChallengeError
} from "../operations/Auth.ts"
import type { AssociateSoftwareTokenError, VerifySoftwareTokenError } from "../operations/Mfa.ts"
import type { SrpError } from "./Srp.ts"
import { acrossCopies } from "../errors/acrossCopies.ts"

/** The time to answer is over (`AuthSessionValidity`, 3 minutes by default), or the session is not valid: start again. */
export class SessionExpiredError extends acrossCopies(
  Schema.TaggedError<SessionExpiredError>()("SessionExpiredError", {
    message: Schema.String
  })
) {}

/** The challenge was answered before, and its session is used up: go on from the step that the answer gave. */
export class ChallengeAnsweredError extends acrossCopies(
  Schema.TaggedError<ChallengeAnsweredError>()("ChallengeAnsweredError", {
    /** AWS's name of the challenge. */
    challenge: Schema.String
  })
) {
  override get message(): string {
    return `the challenge ${this.challenge} was answered before`
  }
}

/** A response holds neither tokens nor a challenge, or lacks what its challenge needs. */
export class UnexpectedStepError extends acrossCopies(
  Schema.TaggedError<UnexpectedStepError>()("UnexpectedStepError", {
    message: Schema.String
  })
) {}

/** The text is not the state of a step that can be taken up here: see the message. */
export class InvalidStateError extends acrossCopies(
  Schema.TaggedError<InvalidStateError>()("InvalidStateError", {
    message: Schema.String
  })
) {}

/** Why a step was not taken, whoever signs the user in. */
export type StepError =
  | AssociateSoftwareTokenError
  | VerifySoftwareTokenError
  | ClientError
  | SrpError
  | SessionExpiredError
  | ChallengeAnsweredError
  | UnexpectedStepError

/** Why a sign-in by the user did not take a step. */
export type SignInError = InitiateAuthError | RespondToAuthChallengeError | StepError

/** Why a sign-in by a server with AWS credentials did not take a step. */
export type AdminSignInError = AdminInitiateAuthError | AdminRespondToAuthChallengeError | StepError
