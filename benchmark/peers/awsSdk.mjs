/** The official client. */
import { CognitoIdentityProvider } from "@aws-sdk/client-cognito-identity-provider"

export const make = async (port, { credentials, inputs, promising, region }) => {
  const client = new CognitoIdentityProvider({ region, credentials, endpoint: `http://127.0.0.1:${port}` })
  return promising("AWS SDK", (call) => {
    const method = call[0].toLowerCase() + call.slice(1)
    return () => client[method](inputs[call]).catch((error) => error)
  })
}
