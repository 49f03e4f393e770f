/** What the benchmark asks of each client, and the inputs of its calls. */

export type Call = "AdminGetUser" | "ListUsers" | "AdminDeleteUser" | "InitiateAuth"

/** Makes so many calls, so many of them at a time, in the way that is natural to the client, and checks what came back. */
export interface Contestant {
  readonly name: string
  readonly run: (call: Call, count: number, concurrency: number) => Promise<void>
}

export const UserPoolId = "eu-central-1_aBcDeFgHi"

export const inputs = {
  AdminGetUser: { UserPoolId, Username: "user-1" },
  ListUsers: { UserPoolId, Limit: 60 },
  /** Ends in a UserNotFoundException. */
  AdminDeleteUser: { UserPoolId, Username: "nobody" },
  InitiateAuth: {
    ClientId: "4kweljr01yrea5qfflyxio4em",
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: "user-1", PASSWORD: "Correct-horse-1" }
  }
} as const

export const region = "eu-central-1"
export const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" }

/** A contestant whose calls are promises: each of some workers makes one after the other. */
export const promising = (name: string, make: (call: Call) => () => Promise<unknown>): Contestant => ({
  name,
  run: async (call, count, concurrency) => {
    const once = make(call)
    let left = count
    const worker = async () => {
      while (left-- > 0) check(call, await once())
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
  }
})

/** Fails where an answer is not the server's. */
export const check = (call: Call, seen: unknown): void => {
  if (probes[call](Object(seen)) !== true) {
    throw new Error(`${call}: not what the server answers: ${JSON.stringify(seen)}`)
  }
}

type Members = { readonly [name: string]: unknown }

const probes: { readonly [Name in Call]: (seen: Members) => boolean } = {
  AdminGetUser: ({ UserStatus }) => UserStatus === "CONFIRMED",
  ListUsers: ({ Users }) => Array.isArray(Users) && Users.length === 60,
  AdminDeleteUser: ({ _tag, code, name, __type }) => [_tag, name, code, __type].includes("UserNotFoundException"),
  InitiateAuth: ({ AuthenticationResult }) => Object(AuthenticationResult).ExpiresIn === 3600
}
