/** OAuth resource servers, against the scripted server. */
import * as ResourceServers from "../../../src/operations/ResourceServers.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const server = { ...pool, Identifier: "https://api.example.com/v1" }
const Scopes = [{ ScopeName: "orders.read", ScopeDescription: "Read orders — all of them" }]
const described = { ...server, Name: "Orders", Scopes }
const answer = JSON.stringify({ ResourceServer: described })

export const scripted: ScriptedScenarios = {
  "a resource server is made, read, changed, listed and deleted": [
    exchange(ResourceServers.createResourceServer, {
      input: described,
      answer,
      output: { ResourceServer: described }
    }),
    exchange(ResourceServers.describeResourceServer, { input: server, answer, output: { ResourceServer: described } }),
    exchange(ResourceServers.updateResourceServer, {
      input: { ...server, Name: "Orders", Scopes: [] },
      answer: JSON.stringify({ ResourceServer: { ...described, Scopes: [], ManagedBy: "COGNITO" } }),
      output: { ResourceServer: { ...described, Scopes: [], ManagedBy: "COGNITO" } }
    }),
    exchange(ResourceServers.listResourceServers, {
      input: { ...pool, MaxResults: 50 },
      answer: JSON.stringify({ ResourceServers: [{ ...described, Scopes: null }] }),
      output: { ResourceServers: [{ ...server, Name: "Orders" }] }
    }),
    exchange(ResourceServers.deleteResourceServer, { input: server, output: undefined })
  ]
}
