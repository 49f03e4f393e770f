/**
 * `effect-cognito contract`: runs the contract suite against an endpoint and prints what it finds. The program ends with
 * 1 where an operation deviates or is not implemented.
 */
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { layerFetch } from "../client/Transport.ts"
import { layer } from "../Service.ts"

const flags = {
  endpoint: Flag.String("endpoint").pipe(Flag.withDescription("the URL of an emulator, or of AWS")),
  region: Flag.String("region").pipe(
    Flag.withDefault("eu-central-1"),
    Flag.withDescription("the region of signatures")
  ),
  only: Flag.String("only").pipe(Flag.optional, Flag.withDescription("operations, separated by commas")),
  runs: Flag.Int("runs").pipe(Flag.withDefault(30), Flag.withDescription("how many programs an operation is tried in")),
  seed: Flag.Int("seed").pipe(Flag.withDefault(1), Flag.withDescription("where the random programs begin")),
  json: Flag.Boolean("json").pipe(Flag.withDefault(false), Flag.withDescription("print the report as JSON"))
}

/** The command. */
export const contract = Command.make(
  "contract",
  flags,
  ({ endpoint, json, only, region, runs, seed }) =>
    Effect.gen(function*() {
      const { check, tableOf } = yield* suite
      const client = layer({ region, endpoint, credentials: yield* credentials }).pipe(Layer.provide(layerFetch))
      const report = yield* check({
        layer: client,
        runs,
        seed,
        ...(Option.isSome(only) ? { operations: only.value.split(",").map((name) => name.trim()) } : {})
      })
      yield* Console.log(json ? JSON.stringify(report, undefined, 2) : tableOf(report))
      if (report.verdicts.some(({ verdict }) => verdict !== "agrees")) process.exitCode = 1
    })
).pipe(Command.withDescription("compares an endpoint with the user pool for tests"))

/** The suite needs a package that not everybody has. */
const suite = Effect.tryPromise({
  try: () => import("../testing/contract/index.ts"),
  catch: () => new Error("the contract suite needs fast-check: npm install --save-dev fast-check")
})

/** The keys of AWS's environment variables, or some that emulators take. */
const credentials = Effect.map(
  Config.all({
    accessKeyId: Config.String("AWS_ACCESS_KEY_ID").pipe(Config.withDefault("test")),
    secretAccessKey: Config.Redacted("AWS_SECRET_ACCESS_KEY").pipe(Config.withDefault(Redacted.make("test"))),
    sessionToken: Config.option(Config.Redacted("AWS_SESSION_TOKEN"))
  }),
  ({ accessKeyId, secretAccessKey, sessionToken }) => ({
    accessKeyId,
    secretAccessKey,
    ...(Option.isSome(sessionToken) ? { sessionToken: sessionToken.value } : {})
  })
)
