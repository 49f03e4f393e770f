import { listUsers, signUp } from "effect-cognito"
import { make } from "effect-cognito/promise"

const cognito = make({ listUsers, signUp }, { region: "eu-central-1" })

for await (const user of cognito.listUsers.items({ UserPoolId: "eu-central-1_aBcDeFgHi" })) {
  if (user.UserStatus === "CONFIRMED") break
}
