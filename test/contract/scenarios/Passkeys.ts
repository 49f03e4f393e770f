/** Passkeys of a user, against the scripted server. */
import * as Redacted from "effect/Redacted"
import * as Passkeys from "../../../src/operations/Passkeys.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const AccessToken = Redacted.make("a.b.c")
const CredentialId = "aBcD-_eFgH"
const options = {
  challenge: "Y2hhbGxlbmdl",
  rp: { id: "auth.example.com", name: "auth.example.com" },
  user: { id: "dXNlcg", name: "ada", displayName: "Ada" },
  pubKeyCredParams: [{ type: "public-key", alg: -7 }],
  excludeCredentials: [],
  timeout: 60_000,
  extensions: null
}
const credential = {
  id: CredentialId,
  rawId: CredentialId,
  type: "public-key",
  response: { clientDataJSON: "e30", attestationObject: "o2M", transports: ["internal", "hybrid"] },
  clientExtensionResults: {}
}

export const scripted: ScriptedScenarios = {
  "a passkey is registered, listed and deleted": [
    exchange(Passkeys.startWebAuthnRegistration, {
      input: { AccessToken },
      answer: JSON.stringify({ CredentialCreationOptions: options }),
      output: { CredentialCreationOptions: options }
    }),
    exchange(Passkeys.completeWebAuthnRegistration, { input: { AccessToken, Credential: credential }, output: {} }),
    exchange(Passkeys.listWebAuthnCredentials, {
      input: { AccessToken, MaxResults: 20 },
      answer: `{"Credentials":[{"AuthenticatorAttachment":null,"AuthenticatorTransports":["internal","hybrid"],
        "CreatedAt":1.735689600123E9,"CredentialId":"${CredentialId}","FriendlyCredentialName":"Phone",
        "RelyingPartyId":"auth.example.com"}]}`,
      output: {
        Credentials: [{
          CredentialId,
          FriendlyCredentialName: "Phone",
          RelyingPartyId: "auth.example.com",
          AuthenticatorTransports: ["internal", "hybrid"],
          CreatedAt: new Date("2025-01-01T00:00:00.123Z")
        }]
      }
    }),
    exchange(Passkeys.deleteWebAuthnCredential, { input: { AccessToken, CredentialId }, output: {} })
  ]
}
