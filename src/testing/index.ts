/**
 * For tests of programs that use the library: operations that answer as told, what was sent to them, and recordings of a
 * real service to answer from. Everything is as with the service but for the network: inputs are checked and written,
 * answers read, errors recognised, calls retried and lists paged.
 *
 * Nothing here depends on a test runner. `CognitoIdentityProvider.stub` of `effect-cognito/promise` does the same for the
 * promise client.
 */
export {
  type Answer,
  failingTransport,
  type Handler,
  malformedBody,
  respond,
  Script,
  sequence,
  slow,
  throttled
} from "./Answer.ts"
export { defaultOutput } from "./defaultOutput.ts"
export { record, type RecordedExchange, type Recording, replay } from "./Recording.ts"
export { layer, Requests, requests, requestsOf, type SentRequest, type Stub, stub } from "./Stub.ts"
