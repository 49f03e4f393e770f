/**
 * The same program on the official client and on the adapter, each against a cognito-local of its own: the same results,
 * the same exceptions, the same messages.
 */
import * as Effect from "effect/Effect"
import { expect, it } from "vitest"
import { startCognitoLocal } from "../support/cognitoLocal.ts"
import { confirmationCode } from "../support/scenario.ts"
import { outcome, type Sdk, sides } from "./sides.ts"

const Password = "Correct-horse-1"
const emailOf = (name: string) => [{ Name: "email", Value: `${name}@example.com` }]

/** Notes what each step gives; later steps use what earlier ones gave. */
class Journal {
  readonly entries: Array<readonly [step: string, seen: unknown]> = []
  private readonly sdk: Sdk
  constructor(sdk: Sdk) {
    this.sdk = sdk
  }
  async note<Output extends object>(step: string, call: Promise<Output>): Promise<Output> {
    this.entries.push([step, await outcome(this.sdk, call)])
    // A step that failed gives nothing to those that come after it.
    return call.catch(() => ({}) as Output)
  }
}

const program = async (sdk: Sdk, endpoint: string) => {
  const options = { region: "eu-central-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } }
  const client = new sdk.CognitoIdentityProvider({ ...options, maxAttempts: 1 })
  const journal = new Journal(sdk)
  const note = journal.note.bind(journal)
  const { AuthFlowType, ChallengeNameType, UserPoolMfaType } = sdk

  const { UserPool } = await note(
    "a pool",
    client.createUserPool({ PoolName: "p", MfaConfiguration: UserPoolMfaType.OFF })
  )
  const UserPoolId = UserPool?.Id
  const { UserPoolClient } = await note(
    "a client",
    client.send(new sdk.CreateUserPoolClientCommand({ UserPoolId, ClientName: "web", GenerateSecret: true }))
  )
  const ClientId = UserPoolClient?.ClientId

  await note("sign-up", client.signUp({ ClientId, Username: "ada", Password, UserAttributes: emailOf("ada") }))
  await note("sign-up again", client.signUp({ ClientId, Username: "ada", Password, UserAttributes: emailOf("ada") }))
  const signIn = (password: string) =>
    client.send(
      new sdk.InitiateAuthCommand({
        ClientId,
        AuthFlow: AuthFlowType.USER_PASSWORD_AUTH,
        AuthParameters: { USERNAME: "ada", PASSWORD: password }
      })
    )
  await note("sign-in before the confirmation", signIn(Password))
  const confirm = (ConfirmationCode: string) => client.confirmSignUp({ ClientId, Username: "ada", ConfirmationCode })
  await note("a wrong code", confirm("000000"))
  await note("the code", confirm(confirmationCode))
  await note("a wrong password", signIn("nonsense"))
  const { AuthenticationResult } = await note("sign-in", signIn(Password))
  const AccessToken = AuthenticationResult?.AccessToken
  await note("the user's own view", client.getUser({ AccessToken }))
  await note("a token that is none", client.getUser({ AccessToken: "none" }))
  await note(
    "a change of attributes",
    client.updateUserAttributes({ AccessToken, UserAttributes: [{ Name: "name", Value: "Ada Ł." }] })
  )

  await note(
    "a user with a temporary password",
    client.adminCreateUser({
      UserPoolId,
      Username: "bob",
      TemporaryPassword: "Temporary-1",
      UserAttributes: emailOf("bob"),
      MessageAction: undefined
    })
  )
  const challenge = await note(
    "the challenge of a new password",
    client.initiateAuth({
      ClientId,
      AuthFlow: "USER_PASSWORD_AUTH",
      AuthParameters: { USERNAME: "bob", PASSWORD: "Temporary-1" }
    })
  )
  await note(
    "its response",
    client.respondToAuthChallenge({
      ClientId,
      ChallengeName: ChallengeNameType.NEW_PASSWORD_REQUIRED,
      ...(challenge.Session === undefined ? {} : { Session: challenge.Session }),
      ChallengeResponses: { USERNAME: "bob", NEW_PASSWORD: "Bobs-password-1" }
    })
  )
  await note("the administrator's view", client.adminGetUser({ UserPoolId, Username: "bob" }))
  await note("a user that is none", client.adminGetUser({ UserPoolId, Username: "nobody" }))
  await note("a pool that is none", client.describeUserPool({ UserPoolId: "eu-central-1_none" }))
  await note("a group", client.createGroup({ UserPoolId, GroupName: "staff", Precedence: 1 }))
  await note("its member", client.adminAddUserToGroup({ UserPoolId, GroupName: "staff", Username: "bob" }))
  await note("its members", client.listUsersInGroup({ UserPoolId, GroupName: "staff" }))
  await note("what the server does not know", client.listTagsForResource({ ResourceArn: "arn:aws:x" }))

  const names: Array<string | undefined> = []
  for await (const page of sdk.paginateListUsers({ client, pageSize: 10 }, { UserPoolId })) {
    names.push(...(page.Users ?? []).map(({ Username }) => Username))
  }
  journal.entries.push(["all users", names])
  const called = await new Promise((resolve) => {
    client.adminGetUser({ UserPoolId, Username: "nobody" }, (error, data) => resolve([error.name, data]))
  })
  journal.entries.push(["a callback", called])
  client.destroy()
  return journal.entries
}

/** What differs from run to run: times, tokens, and the ids that a server makes. */
const comparable = (entries: ReadonlyArray<readonly [string, unknown]>): unknown => {
  const text = JSON.stringify(entries, function(this: { readonly [key: string]: unknown }, key, value) {
    if (this[key] instanceof Date) return "a date"
    if (key === "requestId") return typeof value
    return value
  })
  return JSON.parse(
    text
      .replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, "a token")
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "a uuid")
      .replaceAll(/(eu-central-1|local)_\w+/g, "a pool's id")
      .replaceAll(/"(ClientId|ClientSecret|RefreshToken)":"\w+"/g, "\"$1\":\"an id\"")
  )
}

it("a program sees the same on both", async () => {
  const [theirs, ours] = await Promise.all(sides.map(({ sdk }) =>
    Effect.runPromise(Effect.scoped(
      Effect.flatMap(startCognitoLocal, (endpoint) => Effect.promise(() => program(sdk, endpoint)))
    ))
  ))
  expect(theirs).toHaveLength(24)
  expect(comparable(ours ?? [])).toEqual(comparable(theirs ?? []))
})
