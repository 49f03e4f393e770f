/**
 * `effect-cognito pool`: a user pool for tests behind a port, until it is stopped. It prints where it is and every message
 * that it would have sent, and keeps its data in a file if one is given.
 */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { readFile, rename, writeFile } from "node:fs/promises"
import type { Account } from "../testing/pool/Account.ts"
import { serveAccount } from "../testing/pool/serve.ts"
import * as Snapshot from "../testing/pool/Snapshot.ts"
import { make, testCredentials } from "../testing/pool/UserPools.ts"

const flags = {
  port: Flag.Int("port").pipe(Flag.withDefault(9229), Flag.withDescription("the port; 0 takes a free one")),
  host: Flag.String("host").pipe(
    Flag.withDefault("127.0.0.1"),
    Flag.withDescription("the address that it listens on; this machine alone reaches the default")
  ),
  data: Flag.String("data").pipe(
    Flag.optional,
    Flag.withDescription("a file that keeps the data, made if it is not there")
  ),
  code: Flag.String("code").pipe(
    Flag.optional,
    Flag.withDescription("the code of every message; random ones by default")
  ),
  checkSignatures: Flag.Boolean("check-signatures").pipe(
    Flag.withDefault(false),
    Flag.withDescription(`check signatures with the key ${testCredentials.accessKeyId}, whose secret is printed`)
  ),
  clientSecret: Flag.Boolean("client-secret").pipe(
    Flag.withDefault(false),
    Flag.withDescription("give the app client a secret, which is printed")
  )
}

/** The command. */
export const pool = Command.make(
  "pool",
  flags,
  ({ checkSignatures, clientSecret, code, data, host, port }) =>
    Effect.scoped(Effect.gen(function*() {
      const file = Option.getOrUndefined(data)
      const kept = file === undefined ? undefined : yield* contentOf(file)
      const { account, pools } = yield* make({
        checkSignatures,
        // It may run for days, and nobody looks at them.
        history: 100,
        client: clientSecret ? { GenerateSecret: true } : {},
        ...(Option.isSome(code) ? { code: code.value } : {}),
        ...(kept === undefined ? {} : { data: kept }),
        onMessage: ({ body, kind, medium, to }) => console.log(`${kind} by ${medium} to ${to}: ${body}`)
      })
      if (file !== undefined) yield* keep(account, file)
      const url = yield* serveAccount(account, { host, port })
      yield* Console.log(
        `endpoint: ${url}\nregion: ${pools.region}\nuser pool: ${pools.userPoolId}\nclient: ${pools.clientId}`
      )
      if (pools.clientSecret !== undefined) yield* Console.log(`client secret: ${Redacted.value(pools.clientSecret)}`)
      if (checkSignatures) {
        yield* Console.log(`key: ${testCredentials.accessKeyId}\nsecret key: ${testCredentials.secretAccessKey}`)
      }
      return yield* Effect.never
    }))
).pipe(Command.withDescription("serves a user pool for tests"))

/** What a file holds; undefined if there is none. */
const contentOf = (file: string): Effect.Effect<string | undefined> =>
  Effect.promise(async () => {
    try {
      return await readFile(file, "utf8")
    } catch (error) {
      if (Object(error).code === "ENOENT") return undefined
      throw error
    }
  })

/** Keeps the data in a file: soon after each change, and when the program stops. */
const keep = (account: Account, file: string): Effect.Effect<void, never, Scope.Scope> => {
  let isWaiting = false
  let writing = Promise.resolve()
  const write = () => {
    isWaiting = false
    writing = writing.then(() => replace(file, Snapshot.write(account.state())))
    return writing
  }
  account.onChange(() => {
    if (isWaiting) return
    isWaiting = true
    setTimeout(() => void (isWaiting && write()), 100)
  })
  return Effect.asVoid(Effect.acquireRelease(Effect.void, () => Effect.promise(write)))
}

/** A file is there as a whole, before and after; it is its owner's alone, since it holds keys. */
const replace = async (file: string, text: string): Promise<void> => {
  const next = `${file}.${process.pid}.tmp`
  await writeFile(next, text, { mode: 0o600 })
  await rename(next, file)
}
