/**
 * A contract suite for whatever stands in for Cognito: random programs of operations run against it and, beside it,
 * against the pool of `effect-cognito/testing/pool`; what they answer must agree.
 *
 * It needs the optional peer `fast-check`. `npx effect-cognito contract` runs it from a shell.
 */
export type { Json, Outcome, Step } from "./Program.ts"
export { tableOf } from "./Report.ts"
export {
  check,
  ContractError,
  type ContractOptions,
  type ContractTest,
  contractTests,
  operationNames,
  type Report,
  type Verdict
} from "./Suite.ts"
