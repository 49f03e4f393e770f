/**
 * What `effect/cli` asks of its surroundings, from Node itself: arguments and standard streams. The commands here read
 * no keys, start no programs and open files by themselves, so that the rest is absent.
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Layer from "effect/Layer"
import * as Path from "effect/Path"
import * as ChildProcessSpawner from "effect/process/ChildProcessSpawner"
import * as Sink from "effect/Sink"
import * as Stdio from "effect/Stdio"
import * as Stream from "effect/Stream"
import * as Terminal from "effect/Terminal"

const write = (stream: NodeJS.WriteStream) => () =>
  Sink.forEach((chunk: string | Uint8Array) => Effect.sync(() => void stream.write(chunk)))

const stdio = Layer.succeed(
  Stdio.Stdio,
  Stdio.make({
    args: Effect.sync(() => process.argv.slice(2)),
    stdout: write(process.stdout),
    stderr: write(process.stderr),
    stdin: Stream.empty,
    stdoutIsTerminal: Effect.sync(() => process.stdout.isTTY === true)
  })
)

const terminal = Layer.succeed(
  Terminal.Terminal,
  Terminal.make({
    size: Effect.die("no command watches the size of its window"),
    columns: Effect.sync(() => process.stdout.columns ?? 80),
    rows: Effect.sync(() => process.stdout.rows ?? 24),
    display: (text) => Effect.sync(() => void process.stdout.write(text)),
    readInput: Effect.die("no command asks for keys"),
    readLine: Effect.die("no command asks for a line")
  })
)

const spawner = Layer.succeed(
  ChildProcessSpawner.ChildProcessSpawner,
  ChildProcessSpawner.make(() => Effect.die("no command starts a program"))
)

/** All of it. */
export const environment = Layer.mergeAll(FileSystem.layerNoop({}), Path.layer, stdio, terminal, spawner)
