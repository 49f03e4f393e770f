/**
 * `npx tsx examples/login.ts login | whoami | logout`: a command-line program whose user stays signed in between its runs.
 *
 * It signs in by SRP, asks for the code of an authenticator app (and sets one up where the pool demands it), remembers the
 * device so that the next sign-in needs no code, and keeps the session in files that are its user's alone. Two of it at a
 * time refresh the session once.
 *
 * `COGNITO_USER_POOL_ID`, `COGNITO_CLIENT_ID` and, for a client that has one, `COGNITO_CLIENT_SECRET` say where to;
 * `AWS_ENDPOINT_URL` is for a pool that is not AWS's, and `LOGIN_HOME` where the files are (`~/.config/login-example`).
 */
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { getUser, layerPublic } from "effect-cognito"
import {
  AppClient,
  DeviceStore,
  layerAppClientConfig,
  layerSession,
  makeDeviceStore,
  otpauthUri,
  rememberSessionDevice,
  Session,
  signIn,
  type Step
} from "effect-cognito/auth"
import * as FileLock from "effect-cognito/auth/FileLock"
import * as FileStore from "effect-cognito/auth/FileStore"
import { layerNode } from "effect-cognito/node"
import { homedir, hostname } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline/promises"

const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
const typed = lines[Symbol.asyncIterator]()

/** Asks the user, on the error output, so that the program's output is its results alone. */
const ask = (question: string) =>
  Effect.promise(async () => {
    process.stderr.write(`${question}: `)
    const { value } = await typed.next()
    return String(value ?? "").trim()
  })

const askSecret = (question: string) => Effect.map(ask(question), (text) => Redacted.make(text))

/** Goes from step to step until the user is signed in. */
const answer = (step: Step): ReturnType<typeof signIn> =>
  Effect.gen(function*() {
    switch (step._tag) {
      case "SignedIn":
        return step
      case "SoftwareTokenMfa":
        return yield* answer(yield* step.respond({ code: yield* askSecret("Code of your authenticator app") }))
      case "EmailOtp":
      case "SmsMfa":
        return yield* answer(yield* step.respond({ code: yield* askSecret(`Code sent to ${step.destination}`) }))
      case "NewPasswordRequired":
        return yield* answer(yield* step.respond({ password: yield* askSecret("A new password") }))
      case "MfaSetup": {
        const setup = yield* step.associate
        const uri = otpauthUri({ secret: setup.secret, account: "you", issuer: "login example" })
        yield* Console.error(`Add this to your authenticator app: ${Redacted.value(uri)}`)
        return yield* answer(yield* setup.verify({ code: yield* askSecret("Code that it shows") }))
      }
      default:
        return yield* Effect.die(`this example does not know the step ${step._tag}`)
    }
  })

const login = Effect.gen(function*() {
  const session = yield* Session
  const username = yield* ask("Name")
  const password = yield* askSecret("Password")
  const last = yield* answer(yield* signIn({ flow: "USER_SRP_AUTH", username, password, deviceName: hostname() }))
  if (last._tag !== "SignedIn") return
  yield* session.start(last)
  if (last.device?.userConfirmationNecessary === true) yield* rememberSessionDevice(session)
  yield* Console.log(`signed in as ${last.username}`)
})

const whoami = Effect.gen(function*() {
  const session = yield* Session
  const { UserAttributes = [] } = yield* session.as(getUser)({})
  yield* Console.log(UserAttributes.find(({ Name }) => Name === "email")?.Value ?? "no address")
})

const logout = Effect.gen(function*() {
  yield* (yield* Session).signOut("revoke")
  yield* Console.log("signed out")
})

/** The service, the app client, and the files that session and device are kept in. */
const live = Layer.unwrap(Effect.gen(function*() {
  const directory = yield* Config.withDefault(Config.String("LOGIN_HOME"), join(homedir(), ".config", "login-example"))
  const endpoint = yield* Config.option(Config.String("AWS_ENDPOINT_URL"))
  const { userPoolId } = yield* AppClient
  const store = FileStore.make({ directory })
  const cognito = Layer.provide(
    layerPublic({
      region: userPoolId.slice(0, userPoolId.indexOf("_")),
      ...(Option.isSome(endpoint) ? { endpoint: endpoint.value } : {})
    }),
    layerNode()
  )
  return layerSession({ store }).pipe(
    Layer.provideMerge(cognito),
    Layer.provideMerge(FileLock.layer({ directory })),
    Layer.provideMerge(Layer.succeed(DeviceStore, makeDeviceStore({ store })))
  )
})).pipe(Layer.provideMerge(layerAppClientConfig))

const usage = Effect.fail("usage: login.ts login | whoami | logout")

const run = (command: string | undefined) =>
  Effect.gen(function*() {
    switch (command) {
      case "login":
        return yield* login
      case "whoami":
        return yield* whoami
      case "logout":
        return yield* logout
      default:
        return yield* usage
    }
  })

await Effect.runPromise(
  run(process.argv[2]).pipe(
    Effect.provide(live),
    // What the service says is for the user; what else went wrong is not.
    Effect.catch((error) =>
      Effect.andThen(
        Console.error(typeof error === "string" ? error : error.message),
        Effect.sync(() => {
          process.exitCode = 1
        })
      )
    ),
    Effect.ensuring(Effect.sync(() => lines.close()))
  )
)
