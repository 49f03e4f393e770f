/** AWS tags on user pools, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Tags.ts"

testScripted(scripted)
