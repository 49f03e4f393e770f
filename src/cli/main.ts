#!/usr/bin/env node
/** `effect-cognito`: the commands of the library. Each is a file of its own; this one runs them, and stops them. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import { readFileSync } from "node:fs"
import { alias } from "./alias.ts"
import { contract } from "./contract.ts"
import { environment } from "./environment.ts"
import { pool } from "./pool.ts"

const command = Command.make("effect-cognito").pipe(
  Command.withDescription(
    "user pools for tests, a contract suite for whatever stands in for Cognito, and a stand-in for the AWS SDK"
  ),
  Command.withSubcommands([alias, contract, pool])
)

const { version }: { readonly version: string } = JSON.parse(
  readFileSync(new URL("../../package.json", import.meta.url), "utf8")
)

const fiber = Effect.runFork(Effect.provide(Command.run(command, { version }), environment))

// What is open is closed, and data is written, before the program ends.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => Effect.runFork(Fiber.interrupt(fiber)))

fiber.addObserver((exit) => {
  if (Exit.isSuccess(exit) || Exit.hasInterrupts(exit)) return
  process.exitCode = 1
  const error = Cause.squash(exit.cause)
  // What is wrong with the arguments has been told.
  if (!CliError.isCliError(error)) console.error(error instanceof Error ? error.message : error)
})
