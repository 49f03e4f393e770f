/** Sign-in sessions of a user, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Sessions.ts"

testScripted(scripted)
