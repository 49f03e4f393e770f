/** Threat protection, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/ThreatProtection.ts"

testScripted(scripted)
