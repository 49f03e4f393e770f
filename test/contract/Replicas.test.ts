/** Replicas of a user pool in other regions, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Replicas.ts"

testScripted(scripted)
