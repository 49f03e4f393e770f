/** Domains of user pools, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Domains.ts"

testScripted(scripted)
