/** Terms of use and privacy policies, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Terms.ts"

testScripted(scripted)
