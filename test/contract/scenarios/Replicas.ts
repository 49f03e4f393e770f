/** Replicas of a user pool in other regions, against the scripted server. */
import * as Replicas from "../../../src/operations/Replicas.ts"
import { exchange, type ScriptedScenarios } from "../../support/exchange.ts"

const pool = { UserPoolId: "eu-central-1_aBcDeFgHi" }
const replica = { ...pool, RegionName: "eu-west-1" }
const UserPoolArn = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-central-1_aBcDeFgHi"
const state = (Status: string) => ({ RegionName: "eu-west-1", Role: "SECONDARY", Status, UserPoolArn })
const answer = (Status: string) => JSON.stringify({ UserPoolReplica: state(Status) })

export const scripted: ScriptedScenarios = {
  "a replica is made, listed, switched off and deleted": [
    exchange(Replicas.createUserPoolReplica, {
      input: { ...replica, UserPoolTags: { team: "shop" } },
      answer: answer("CREATING"),
      output: { UserPoolReplica: state("CREATING") }
    }),
    exchange(Replicas.listUserPoolReplicas, {
      input: pool,
      answer: JSON.stringify({ UserPoolReplicas: [state("ACTIVE")], NextToken: null }),
      output: { UserPoolReplicas: [state("ACTIVE")] }
    }),
    exchange(Replicas.updateUserPoolReplica, {
      input: { ...replica, Status: "INACTIVE" },
      answer: answer("INACTIVE"),
      output: { UserPoolReplica: state("INACTIVE") }
    }),
    exchange(Replicas.deleteUserPoolReplica, {
      input: replica,
      answer: answer("DELETING"),
      output: { UserPoolReplica: state("DELETING") }
    })
  ]
}
