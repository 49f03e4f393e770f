/**
 * The service that is measured against, as a process of its own: it answers each operation of the benchmark with the same
 * bytes every time, and looks at nothing but the name of the operation. It writes its port to the standard output, and
 * stops when its standard input ends.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

const date = 1.483899206155E9

const user = (n: number) => ({
  Username: `user-${n}`,
  Attributes: [
    { Name: "sub", Value: `8f1c2d3e-0000-4000-8000-${String(n).padStart(12, "0")}` },
    { Name: "email", Value: `user-${n}@example.com` },
    { Name: "email_verified", Value: "true" },
    { Name: "given_name", Value: "Ada" },
    { Name: "family_name", Value: "Lovelace" },
    { Name: "custom:tenant", Value: "tenant-42" }
  ],
  UserCreateDate: date,
  UserLastModifiedDate: date,
  Enabled: true,
  UserStatus: "CONFIRMED"
})

const token = `eyJraWQiOiJhIiwiYWxnIjoiUlMyNTYifQ.${"a".repeat(900)}.${"b".repeat(342)}`

const { Attributes: UserAttributes, ...one } = user(1)

const bodies: { readonly [operation: string]: Buffer } = Object.fromEntries(
  Object.entries({
    AdminGetUser: { ...one, UserAttributes },
    ListUsers: { Users: Array.from({ length: 60 }, (_, n) => user(n)) },
    InitiateAuth: {
      AuthenticationResult: {
        AccessToken: token,
        IdToken: token,
        RefreshToken: token,
        ExpiresIn: 3600,
        TokenType: "Bearer"
      },
      ChallengeParameters: {}
    },
    AdminDeleteUser: { __type: "UserNotFoundException", message: "User does not exist." }
  }).map(([name, body]) => [name, Buffer.from(JSON.stringify(body))])
)

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const name = String(request.headers["x-amz-target"]).split(".")[1] ?? ""
  request.resume().on("end", () => {
    const body = bodies[name] ?? Buffer.from("{}")
    const isError = name === "AdminDeleteUser"
    response.writeHead(isError ? 400 : 200, {
      "content-type": "application/x-amz-json-1.1",
      "content-length": body.length,
      "x-amzn-requestid": "8f1c2d3e-0000-4000-8000-000000000000",
      ...(isError ? { "x-amzn-errortype": "UserNotFoundException:" } : {})
    }).end(body)
  })
})

server.listen(0, "127.0.0.1", () => {
  // A server on TCP has an address of this form.
  console.log((server.address() as AddressInfo).port)
})
process.stdin.on("end", () => process.exit()).resume()
