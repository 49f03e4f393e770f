/**
 * A browser app that signs users up and in, without AWS credentials: by SRP, with an authenticator app or a passkey.
 *
 * The whole app is one effect that asks, answers and starts again. The session is kept in `sessionStorage`, so that it
 * ends with the tab; a script that runs in the page can read it there.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Match from "effect/Match"
import * as KeyValueStore from "effect/persistence/KeyValueStore"
import * as Redacted from "effect/Redacted"
import { type Cognito, layerFetch, layerPublic } from "effect-cognito"
import * as AppClientOperations from "effect-cognito/auth/AppClientOperations"
import * as Auth from "effect-cognito/auth"
import { associateSoftwareToken, setUserMFAPreference, verifySoftwareToken } from "effect-cognito/operations/Mfa"
import { getUser } from "effect-cognito/operations/Users"
import { ask, type Field } from "./page.ts"

/** Where the service is, which `serve.ts` tells; for a user pool of AWS, the region alone: `{ region: "eu-central-1" }`. */
const service = { region: "eu-central-1", endpoint: process.env.ENDPOINT ?? "" }

const app = { userPoolId: "eu-central-1_TestPool1", clientId: "4kweljr01yrea5qfflyxio4em" }

const email: Field = { name: "email", label: "E-mail", type: "email", autocomplete: "username" }
const password: Field = { name: "password", label: "Password", type: "password", autocomplete: "current-password" }
const newPassword: Field = { ...password, autocomplete: "new-password" }
const code: Field = { name: "code", label: "Code", autocomplete: "one-time-code" }

/** Asks for one of the user's secrets. */
const askFor = (title: string, text: string, field: Field) =>
  Effect.map(
    ask({ title, text, fields: [field], buttons: ["Continue"] }),
    ({ values }) => Redacted.make(values[field.name] ?? "")
  )

type Step = Auth.Step<Cognito>

/** Answers challenges until the user is signed in. */
const complete = (step: Step): Effect.Effect<Auth.SignedIn, Auth.SignInError | Auth.PasskeyError, Cognito> =>
  Match.value(step).pipe(
    Match.tag("SignedIn", (signedIn) => Effect.succeed(signedIn)),
    Match.tag(
      "SoftwareTokenMfa",
      (challenge) =>
        askFor("Your second factor", "Enter the code that your authenticator app shows.", code).pipe(
          Effect.flatMap((code) => challenge.respond({ code })),
          Effect.flatMap(complete)
        )
    ),
    Match.tag(
      "SmsMfa",
      "SmsOtp",
      "EmailOtp",
      (challenge) =>
        askFor("Your code", `It was sent to ${challenge.destination ?? "you"}.`, code).pipe(
          Effect.flatMap((code) => challenge.respond({ code })),
          Effect.flatMap(complete)
        )
    ),
    Match.tag(
      "NewPasswordRequired",
      (challenge) =>
        askFor("A new password", "Choose a password of your own.", newPassword).pipe(
          Effect.flatMap((password) => challenge.respond({ password })),
          Effect.flatMap(complete)
        )
    ),
    Match.tag("WebAuthn", (challenge) => Effect.flatMap(Auth.respondWithPasskey(challenge), complete)),
    Match.orElse(({ _tag }) => Effect.fail(new Auth.UnexpectedStepError({ message: `not of this app: ${_tag}` })))
  )

const signUp = Effect.gen(function*() {
  const { button, values } = yield* ask({
    title: "Create an account",
    fields: [email, newPassword],
    buttons: ["Create the account", "Back"]
  })
  if (button === "Back") return undefined
  const Username = values.email ?? ""
  const begun = yield* AppClientOperations.signUp({
    Username,
    Password: Redacted.make(values.password ?? ""),
    UserAttributes: [{ Name: "email", Value: Username }]
  })
  const ConfirmationCode = yield* askFor("Confirm your address", `A code was sent to ${Username}.`, code)
  const { Session } = yield* AppClientOperations.confirmSignUp({
    Username,
    ConfirmationCode,
    ...(begun.Session === undefined ? {} : { Session: begun.Session })
  })
  // Whoever has signed up here need not sign in again.
  return Session && (yield* Effect.flatMap(
    Auth.signIn({ flow: "USER_AUTH", username: Username, session: Session }),
    complete
  ))
})

/** The page of a user who is not signed in; `undefined` where the user went back to it. */
const signedOut = (error: string | undefined) =>
  Effect.gen(function*() {
    const { button, values } = yield* ask({
      title: "Sign in",
      error,
      fields: [email, password],
      buttons: ["Sign in", "Use a passkey", "Create an account"]
    })
    if (button === "Create an account") return yield* signUp
    const username = values.email ?? ""
    return yield* Effect.flatMap(
      button === "Sign in"
        ? Auth.signIn({ flow: "USER_SRP_AUTH", username, password: Redacted.make(values.password ?? "") })
        : Auth.signIn({ flow: "USER_AUTH", username, preferredChallenge: "WEB_AUTHN" }),
      complete
    )
  })

const setUpApp = (session: Auth.Session["Service"], account: string) =>
  Effect.gen(function*() {
    const { SecretCode: secret } = yield* session.as(associateSoftwareToken)({})
    if (secret === undefined) return
    const uri = Auth.otpauthUri({ secret, account, issuer: "effect-cognito" })
    const { button, values } = yield* ask({
      title: "Your authenticator app",
      text: "Scan this with the app, and enter the code that it shows.",
      image: { svg: Redacted.value(Auth.qrCode(uri)), alt: "QR code" },
      fields: [code],
      buttons: ["Set it up", "Back"]
    })
    if (button === "Back") return
    yield* session.as(verifySoftwareToken)({ UserCode: Redacted.make(values.code ?? "") })
    yield* session.as(setUserMFAPreference)({ SoftwareTokenMfaSettings: { Enabled: true, PreferredMfa: true } })
  })

/** The page of a user who is signed in. */
const profile = (session: Auth.Session["Service"], error: string | undefined) =>
  Effect.gen(function*() {
    const { UserAttributes, UserMFASettingList = [] } = yield* session.as(getUser)({})
    const attributes = UserAttributes.map(({ Name, Value = "" }) => [Name, Value] as const)
    const { button } = yield* ask({
      title: "You are signed in",
      error,
      list: [...attributes, ["second factor", UserMFASettingList.join(", ") || "none"]],
      buttons: ["Set up an authenticator app", "Add a passkey", "Sign out"]
    })
    if (button === "Sign out") yield* session.signOut("global")
    else if (button === "Add a passkey") yield* Auth.registerPasskey(session)
    else yield* setUpApp(session, new Map(attributes).get("email") ?? "")
  })

const program = Effect.gen(function*() {
  const session = yield* Auth.makeSession({ store: yield* KeyValueStore.KeyValueStore })
  let error: string | undefined
  while (true) {
    const page = Effect.gen(function*() {
      if ((yield* session.signedIn) !== undefined) return yield* profile(session, error)
      const signedIn = yield* signedOut(error)
      if (signedIn !== undefined) yield* session.start(signedIn)
    })
    error = yield* Effect.match(page, { onSuccess: () => undefined, onFailure: ({ message }) => message })
  }
})

Effect.runFork(
  program.pipe(
    Effect.provide(Layer.provide(layerPublic(service), layerFetch)),
    Effect.provide(Auth.layerAppClient(app)),
    Effect.provide(KeyValueStore.layerStorage(() => sessionStorage))
  )
)
