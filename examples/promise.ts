import { CognitoIdentityProvider, paginateListUsers, UserNotFoundException } from "effect-cognito/promise"

const client = new CognitoIdentityProvider({ region: "eu-central-1" })

try {
  const user = await client.adminGetUser({ UserPoolId: "eu-central-1_aBcDeFgHi", Username: "anna" })
  console.log(user.UserStatus, user.$metadata.requestId)
} catch (error) {
  if (error instanceof UserNotFoundException) console.error(error.message)
  else throw error
}

for await (const page of paginateListUsers({ client, pageSize: 60 }, { UserPoolId: "eu-central-1_aBcDeFgHi" })) {
  console.log(page.Users?.length)
}
