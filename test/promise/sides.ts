/**
 * The official client and the adapter, as two sides of a comparison: the same code runs on both, and what it sees is
 * noted in a form that can be compared.
 */
import * as official from "@aws-sdk/client-cognito-identity-provider"
import * as adapter from "../../src/promise/index.ts"
import type { TransportResponse } from "../../src/protocol/Message.ts"

export type Sdk = typeof official

interface Side {
  readonly side: string
  readonly sdk: Sdk
}

/** The adapter under the official types: where it lacks something or differs, the comparison shows it. */
export const sides: readonly [theirs: Side, ours: Side] = [
  { side: "the official client", sdk: official },
  { side: "the adapter", sdk: adapter as unknown as Sdk }
]

/** Options of a client of either side whose requests a function answers. */
export const answering = (
  answer: () => TransportResponse
): official.CognitoIdentityProviderClientConfig & adapter.CognitoIdentityProviderClientConfig => ({
  region: "eu-central-1",
  credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
  requestHandler: {
    // `async`, as a network is.
    handle: async () => {
      const { body, headers, status } = answer()
      return { response: { statusCode: status, headers: { ...headers }, body } }
    }
  }
})

/** What came of a call: its output, or what can be told of its error. */
export const outcome = async (sdk: Sdk, call: Promise<object>): Promise<unknown> => {
  try {
    return { output: withoutDelay(await call) }
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: error }
    const Exception: unknown = Reflect.get(sdk, error.name)
    const { $fault, $metadata, __type, reasonCode } = withoutDelay(error)
    return {
      name: error.name,
      message: error.message,
      fault: $fault,
      metadata: $metadata,
      reasonCode,
      type: __type,
      // What a log would have.
      json: JSON.parse(JSON.stringify(withoutDelay(error))),
      status: Object(Object(error).$response).statusCode,
      isException: error instanceof sdk.CognitoIdentityProviderServiceException,
      isNamed: typeof Exception === "function" && error instanceof Exception
    }
  }
}

/** Without the one figure that depends on the time. */
const withoutDelay = (value: object): { readonly [member: string]: unknown } => {
  const { $metadata, ...members }: { readonly [member: string]: unknown } = { ...value }
  return { ...members, $metadata: { ...Object($metadata), totalRetryDelay: undefined } }
}
