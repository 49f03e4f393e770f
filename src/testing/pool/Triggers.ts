/**
 * The triggers of a pool: functions that get the events that the service sends to Lambda, with their sources, members and
 * versions, and answer with the response.
 *
 * They run where the pool runs; nothing is sent to Lambda, and custom senders get the code as it is, not encrypted.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
import * as Effect from "effect/Effect"
import { Refusal } from "./Refusal.ts"
import type { Pool } from "./State.ts"

/** The triggers by the names that `LambdaConfig` has for them. */
export type TriggerName =
  | "PreSignUp"
  | "PostConfirmation"
  | "PreAuthentication"
  | "PostAuthentication"
  | "DefineAuthChallenge"
  | "CreateAuthChallenge"
  | "VerifyAuthChallengeResponse"
  | "PreTokenGeneration"
  | "UserMigration"
  | "CustomMessage"
  | "CustomEmailSender"
  | "CustomSMSSender"

/** Members of an event's request or response. What is in them depends on the trigger; AWS's page of it tells. */
export interface EventMembers {
  readonly [member: string]: unknown
}

/** An event as a trigger gets it. */
export interface TriggerEvent {
  readonly version: string
  readonly triggerSource: string
  readonly region: string
  readonly userPoolId: string
  readonly userName?: string
  readonly callerContext: { readonly awsSdkVersion: string; readonly clientId: string }
  readonly request: EventMembers
  readonly response: EventMembers
}

/**
 * A trigger: gives the event back with its response filled in, as a value, a promise or an effect. What it throws or
 * fails with is what the user is told, `PreSignUp failed with error …`.
 */
export interface Trigger {
  (event: TriggerEvent): TriggerAnswer | Promise<TriggerAnswer> | Effect.Effect<TriggerAnswer, unknown>
}

/** What a trigger gives back. */
export type TriggerAnswer = { readonly response?: EventMembers } | undefined

/** The triggers of a pool. Those that are absent are not called. */
export type Triggers = { readonly [Name in TriggerName]?: Trigger }

/** A trigger that is to be called. */
export interface Invocation {
  readonly pool: Pool
  readonly trigger: TriggerName
  /** Such as `PreSignUp_AdminCreateUser`. */
  readonly source: string
  readonly clientId: string
  readonly userName: string | undefined
  readonly request: EventMembers
  /** The response as it goes to the trigger. */
  readonly response: EventMembers
}

/** The ARN of the function that a pool has for a trigger. */
export const arnOf = ({ settings: { LambdaConfig } }: Pool, trigger: TriggerName): string | undefined => {
  switch (trigger) {
    case "PreTokenGeneration":
      return LambdaConfig?.PreTokenGenerationConfig?.LambdaArn ?? LambdaConfig?.PreTokenGeneration
    case "CustomEmailSender":
    case "CustomSMSSender":
      return LambdaConfig?.[trigger]?.LambdaArn
    default:
      return LambdaConfig?.[trigger]
  }
}

/** The event of an invocation, of the version that the pool is set to. */
export const eventOf = (
  { clientId, pool, request, response, source, trigger, userName }: Invocation,
  region: string
): TriggerEvent => ({
  version: versionOf(pool, trigger),
  triggerSource: source,
  region,
  userPoolId: pool.id,
  ...(userName === undefined ? {} : { userName }),
  callerContext: { awsSdkVersion: "aws-sdk-unknown-unknown", clientId },
  // A copy: a trigger may change what it gets, as it may in Lambda.
  request: structuredClone(request),
  response: structuredClone(response)
})

/** `ClientMetadata` as a member of a request, where there is any. */
export const clientMetadata = (metadata: { readonly [key: string]: string } | undefined) =>
  metadata === undefined ? {} : { clientMetadata: metadata }

/** The version of a trigger's events: `1` to `3`. */
export const versionOf = ({ settings: { LambdaConfig } }: Pool, trigger: TriggerName): string =>
  trigger === "PreTokenGeneration" ? LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion.slice(1, 2) ?? "1" : "1"

/**
 * Calls a function as the service does: five seconds for each of three tries, and errors with the service's texts.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
 */
export const callTrigger = (
  name: TriggerName,
  trigger: Trigger,
  event: TriggerEvent
): Effect.Effect<EventMembers, Refusal> => {
  const once = Effect.timeoutOrElse(
    Effect.mapError(
      answerOf(trigger, event),
      (thrown) => new Refusal("UserLambdaValidationException", `${name} failed with error ${textOf(thrown)}.`)
    ),
    { duration: "5 seconds", orElse: () => Effect.fail(timedOut) }
  )
  const again = once.pipe(Effect.retry({ times: 2, while: (error) => error === timedOut }))
  return Effect.flatMap(
    Effect.mapError(again, (error) =>
      error === timedOut
        ? new Refusal(
          "UnexpectedLambdaException",
          `${name} invocation failed due to error Socket timeout while invoking Lambda function.`
        )
        : error as Refusal),
    (answer) =>
      isMembers(answer?.response)
        ? Effect.succeed(answer.response)
        : Effect.fail(new Refusal("InvalidLambdaResponseException", "Unrecognizable lambda output"))
  )
}

const timedOut = Symbol("timed out")

const answerOf = (trigger: Trigger, event: TriggerEvent): Effect.Effect<TriggerAnswer, unknown> =>
  Effect.flatMap(
    Effect.try({ try: () => trigger(event), catch: (thrown) => thrown }),
    (answer) =>
      Effect.isEffect(answer) ? answer : Effect.tryPromise({ try: async () => await answer, catch: (thrown) => thrown })
  )

const textOf = (thrown: unknown): string =>
  typeof thrown === "object" && thrown !== null && "message" in thrown ? String(thrown.message) : String(thrown)

const isMembers = (value: unknown): value is EventMembers => typeof value === "object" && value !== null
