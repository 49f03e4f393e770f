/** Request-rate quotas, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Quotas.ts"

testScripted(scripted)
