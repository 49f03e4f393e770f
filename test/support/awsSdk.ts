/**
 * The official AWS SDK as the other side of a comparison: its client with the network taken out, so that what it sends
 * is seen and what it receives is chosen.
 */
import * as sdk from "@aws-sdk/client-cognito-identity-provider"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import type { TransportResponse } from "../../src/protocol/Message.ts"

/** What the SDK hands to the network. */
export interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly headers: { readonly [name: string]: string }
  readonly body: string
}

export interface SdkCall {
  readonly request: SdkRequest
  /** The output without the SDK's metadata, or the error. */
  readonly result: unknown
}

/** Calls an operation by name, answers its request as told, and tells what it sent and what it made of the answer. */
export const callSdk = async (operation: string, input: unknown, response: TransportResponse): Promise<SdkCall> => {
  const requests: Array<SdkRequest> = []
  const client = new sdk.CognitoIdentityProviderClient({
    region: "eu-central-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: Omit<SdkRequest, "body"> & { readonly body: Uint8Array }) => {
        requests.push({ ...request, body: new TextDecoder().decode(request.body) })
        return { response: { statusCode: response.status, headers: { ...response.headers }, body: response.body } }
      }
    }
  })
  const result = await client.send(command(operation, input)).then(withoutMetadata, (error: unknown) => error)
  const [request] = requests
  if (request === undefined) throw result
  return { request, result }
}

const command = (operation: string, input: unknown) => {
  // The SDK's classes are looked up by name: their types cannot be told apart here.
  const Command = Reflect.get(sdk, `${operation}Command`) as typeof sdk.ListUsersCommand | undefined
  if (Command === undefined) throw new Error(`the SDK has no ${operation}: upgrade it`)
  return new Command(input as sdk.ListUsersCommandInput)
}

const withoutMetadata = ({ $metadata: _, ...output }: sdk.ListUsersCommandOutput): unknown => output

/** The names of all operations that the SDK has a command for. */
export const sdkOperations: ReadonlyArray<string> = Object.keys(sdk)
  .filter((name) => /^[A-Z].*Command$/.test(name) && name !== "$Command")
  .map((name) => name.replace(/Command$/, ""))
  .sort()

/** The names of all errors that the SDK has a class for. */
export const sdkErrors: ReadonlyArray<string> = Object.entries(sdk)
  .filter(([, value]) =>
    typeof value === "function" && value.prototype instanceof sdk.CognitoIdentityProviderServiceException
  )
  .map(([name]) => name)
  .sort()

/** The names of the errors that an operation declares. The SDK tells of them in the documentation of its types alone. */
export const sdkErrorsOf = (operation: string): ReadonlyArray<string> => {
  const types = createRequire(import.meta.url).resolve("@aws-sdk/client-cognito-identity-provider")
    .replace(/dist-cjs.*/, `dist-types/commands/${operation}Command.d.ts`)
  return [...readFileSync(types, "utf8").matchAll(/@throws \{@link (\w+)\} \(/g)].map(([, name]) => name ?? "").sort()
}
