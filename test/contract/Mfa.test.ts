/** Multi-factor authentication, against cognito-local, and what that lacks against the scripted server. */
import { testLive } from "../support/liveTests.ts"
import { testScripted } from "../support/scriptedTests.ts"
import { live, scripted } from "./scenarios/Mfa.ts"

testLive(live)
testScripted(scripted)
