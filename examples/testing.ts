import { Effect } from "effect"
import * as Cognito from "effect-cognito"
import * as Testing from "effect-cognito/testing"

const live = Testing.layer(
  Testing.stub(Cognito.adminGetUser, ({ Username }) =>
    Username === "anna"
      ? Effect.succeed({ Username, UserStatus: "CONFIRMED" })
      : Effect.fail(new Cognito.UserNotFoundException({ message: "User does not exist." }))),
  Testing.stub(Cognito.listUsers, Testing.throttled(2, { Users: [{ Username: "anna" }] })),
  Testing.stub(Cognito.describeUserPool) // an output made from the schema
)

const test = Effect.gen(function*() {
  yield* Cognito.adminGetUser({ UserPoolId: "eu-central-1_aBcDeFgHi", Username: "anna" })
  const [request] = yield* Testing.requests
  console.assert(request?.operation === "AdminGetUser" && request.signed)
})

await Effect.runPromise(Effect.provide(test, live))
