/** How the sign-in pages look, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Branding.ts"

testScripted(scripted)
