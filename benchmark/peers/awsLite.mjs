/** @aws-lite/client, which has no plugin for this service: its plain client, with the headers that the service wants. */
import awsLite from "@aws-lite/client"

export const make = async (port, { credentials, inputs, promising, region }) => {
  const client = await awsLite({
    region,
    ...credentials,
    endpoint: `http://127.0.0.1:${port}`,
    keepAlive: true,
    autoloadPlugins: false
  })
  return promising("aws-lite", (call) => async () => {
    try {
      const { payload } = await client({
        service: "cognito-idp",
        method: "POST",
        path: "/",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": `AWSCognitoIdentityProviderService.${call}`
        },
        payload: inputs[call]
      })
      return payload
    } catch (error) {
      return error
    }
  })
}
