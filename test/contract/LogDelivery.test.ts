/** Where a user pool sends its logs, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/LogDelivery.ts"

testScripted(scripted)
