/**
 * A sign-in in the pages of a server: each request is answered by itself, perhaps by another process, and what the sign-in
 * needs in between is with the browser, in a cookie that it cannot read.
 *
 * Hono makes the pages, `jose` encrypts the cookies. The state of a step is put away by `step.state` and taken up by
 * `auth.resume`; the end of the sign-in is kept the same way. For cookies of the browser's own, `HttpOnly` and `SameSite` keep
 * scripts and other sites away; serve it by https.
 */
import { EncryptJWT, jwtDecrypt } from "jose"
import { type Context, Hono } from "hono"
import { deleteCookie, getCookie, setCookie } from "hono/cookie"
import { getUser } from "effect-cognito"
import type { AuthClient, SignedIn, Step } from "effect-cognito/promise/auth"

/** What the pages work with. */
export interface Options {
  readonly auth: AuthClient
  /** 32 bytes, the same in all processes of the server. */
  readonly key: Uint8Array
}

/** The pages. */
export const app = ({ auth, key }: Options): Hono => {
  const server = new Hono()

  const seal = (payload: { readonly [name: string]: string }, lifetime: string) =>
    new EncryptJWT(payload).setProtectedHeader({ alg: "dir", enc: "A256GCM" }).setIssuedAt().setExpirationTime(lifetime)
      .encrypt(key)

  const unseal = async (context: Context, cookie: string, member: string): Promise<string | undefined> => {
    try {
      const { payload } = await jwtDecrypt(getCookie(context, cookie) ?? "", key)
      return typeof payload[member] === "string" ? payload[member] : undefined
    } catch {
      return undefined
    }
  }

  const keep = async (
    context: Context,
    cookie: string,
    payload: { readonly [name: string]: string },
    lifetime: string
  ) =>
    setCookie(context, cookie, await seal(payload, lifetime), {
      httpOnly: true,
      sameSite: "Lax",
      secure: true,
      path: "/"
    })

  const keepSession = (context: Context, signedIn: SignedIn) =>
    keep(context, "session", { signedIn: JSON.stringify(slim(signedIn)) }, "30d")

  /** Shows what a step asks, or ends the sign-in. */
  const next = async (context: Context, step: Step) => {
    if (step._tag === "SignedIn") {
      deleteCookie(context, "step")
      await keepSession(context, step)
      return context.redirect("/", 303)
    }
    await keep(context, "step", { state: step.state }, "5m")
    return context.html(page(questions[step._tag] ?? `this example does not know ${step._tag}`))
  }

  server.get("/", async (context) => {
    const kept = await unseal(context, "session", "signedIn")
    if (kept === undefined) return context.html(page(signInForm))
    const session = await auth.makeSession()
    await session.start(JSON.parse(kept))
    const { UserAttributes = [] } = await session.as(getUser)({})
    const held = await session.signedIn()
    // The tokens may be new ones.
    if (held !== undefined) await keepSession(context, held)
    const email = UserAttributes.find(({ Name }) => Name === "email")?.Value ?? ""
    return context.html(
      page(`<p>Hello ${escaped(email)}</p><form method="post" action="/logout"><button>Sign out</button></form>`)
    )
  })

  server.post("/login", async (context) => {
    const { password, username } = await context.req.parseBody()
    return attempt(
      context,
      () => auth.signIn({ flow: "USER_SRP_AUTH", username: String(username), password: String(password) })
    )
  })

  server.post("/answer", async (context) => {
    const { answer } = await context.req.parseBody()
    const state = await unseal(context, "step", "state")
    if (state === undefined) return context.redirect("/", 303)
    return attempt(context, async () => {
      const step = await auth.resume(state)
      switch (step._tag) {
        case "SoftwareTokenMfa":
        case "SmsMfa":
        case "EmailOtp":
          return step.respond({ code: String(answer) })
        case "NewPasswordRequired":
          return step.respond({ password: String(answer) })
        default:
          throw new Error(`this example does not know ${step._tag}`)
      }
    })
  })

  server.post("/logout", async (context) => {
    const kept = await unseal(context, "session", "signedIn")
    deleteCookie(context, "session")
    if (kept !== undefined) {
      const session = await auth.makeSession()
      await session.start(JSON.parse(kept))
      await session.signOut("revoke")
    }
    return context.redirect("/", 303)
  })

  const attempt = async (context: Context, step: () => Promise<Step>) => {
    try {
      return await next(context, await step())
    } catch (error) {
      context.status(401)
      return context.html(
        page(`<p role="alert">${escaped(error instanceof Error ? error.message : "")}</p>${signInForm}`)
      )
    }
  }

  return server
}

/** A cookie has 4 KB: the id token, which these pages do not need, stays out. */
const slim = ({ tokens: { idToken: _, ...tokens }, ...signedIn }: SignedIn) => ({ ...signedIn, tokens })

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

const page = (body: string): string => `<!doctype html><meta charset="utf-8"><title>Example</title><main>${body}</main>`

const signInForm = `<form method="post" action="/login">
  <label>Name <input name="username" autocomplete="username" required></label>
  <label>Password <input name="password" type="password" autocomplete="current-password" required></label>
  <button>Sign in</button>
</form>`

const codeForm = (label: string) =>
  `<form method="post" action="/answer">
  <label>${label} <input name="answer" autocomplete="one-time-code" required></label>
  <button>Continue</button>
</form>`

const questions: { readonly [tag: string]: string } = {
  SoftwareTokenMfa: codeForm("Code of your authenticator app"),
  SmsMfa: codeForm("Code that was sent to you"),
  EmailOtp: codeForm("Code that was sent to you"),
  NewPasswordRequired: codeForm("A new password")
}
