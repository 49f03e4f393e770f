/**
 * The middleware stacks of clients and commands: the steps of a call at the places and under the names that the AWS SDK has for
 * them, so that a middleware of a program runs as often and in the order as there.
 *
 * What the steps do is `MiddlewareSteps.ts`'s, which is loaded when a call goes through a stack.
 *
 * @see https://github.com/smithy-lang/smithy-typescript `packages/middleware-stack`, for steps, priorities and relations
 */
import { constructStack } from "@smithy/middleware-stack"
import type {
  AbsoluteLocation,
  HandlerExecutionContext,
  HandlerOptions,
  MiddlewareStack,
  RelativeLocation,
  Step as StepName
} from "@smithy/types"
import type { HttpRequest, HttpResponse } from "../promise/HttpMessage.ts"

/** A stack of a client or of a command. */
export type AnyStack = MiddlewareStack<object, object>

/** What a step is given. */
export interface StepArguments {
  readonly input: object
  readonly request: HttpRequest
}

/** What a step comes to; `output` once the response is read. */
export interface Handled {
  readonly response: HttpResponse
  readonly output?: { readonly $metadata: object }
}

/** The rest of a call, as a step sees it. */
export type Next = (args: StepArguments) => Promise<Handled>

/** A middleware, whatever its step. */
export type Step = (next: Next, context: HandlerExecutionContext) => Next

/** What each of the library's own steps does. */
export interface Steps {
  readonly contentLength: Step
  readonly deserialize: Step
  readonly hostHeader: Step
  readonly logging: Step
  readonly retry: Step
  readonly serialize: Step
  readonly sign: Step
  readonly userAgent: Step
}

/** Under which a call's context has the steps. */
export const stepsKey: unique symbol = Symbol("effect-cognito/sdk/steps")

interface StepsContext extends HandlerExecutionContext {
  readonly [stepsKey]?: Steps
}

/** One of the library's steps; in the context of another client it does nothing. */
const step = (name: keyof Steps): Step => (next, context: StepsContext) =>
  context[stepsKey]?.[name](next, context) ?? next

type Place = HandlerOptions & AbsoluteLocation & { readonly step: StepName; readonly name: string }

/** The SDK names its step too, which a stack's list of its middleware shows. */
type RelativePlace = HandlerOptions & RelativeLocation & { readonly step: StepName }

const nothing: Step = (next) => next

const places: ReadonlyArray<readonly [Step, Place]> = [
  [step("logging"), { step: "initialize", name: "loggerMiddleware", tags: ["LOGGER"] }],
  [step("serialize"), { step: "serialize", name: "serializerMiddleware", tags: ["SERIALIZER"] }],
  [step("contentLength"), {
    step: "build",
    name: "contentLengthMiddleware",
    tags: ["SET_CONTENT_LENGTH", "CONTENT_LENGTH"]
  }],
  [step("userAgent"), {
    step: "build",
    name: "getUserAgentMiddleware",
    priority: "low",
    tags: ["SET_USER_AGENT", "USER_AGENT"]
  }],
  [step("hostHeader"), { step: "build", name: "hostHeaderMiddleware", priority: "low", tags: ["HOST"] }],
  // What it would do is not done here: no trace is handed on.
  [nothing, { step: "build", name: "recursionDetectionMiddleware", priority: "low", tags: ["RECURSION_DETECTION"] }],
  [step("retry"), { step: "finalizeRequest", name: "retryMiddleware", priority: "high", tags: ["RETRY"] }],
  [step("deserialize"), { step: "deserialize", name: "deserializerMiddleware", tags: ["DESERIALIZER"] }]
]

const signing: RelativePlace = {
  step: "finalizeRequest",
  name: "httpSigningMiddleware",
  aliases: ["apiKeyMiddleware", "tokenMiddleware", "awsAuthMiddleware"],
  tags: ["HTTP_SIGNING"],
  relation: "after",
  toMiddleware: "retryMiddleware"
}

/** The stack of a command, which has nothing yet. */
export const commandStack = (): AnyStack => constructStack<object, object>()

/** The stack of a client, with the steps of a call. */
export const clientStack = (): AnyStack => {
  const stack = commandStack()
  // A stack takes each step's own type, of which `Step` is what all have in common.
  for (const [step, place] of places) stack.add(step as never, place as never)
  stack.addRelativeTo(step("sign") as never, signing)
  return stack
}
