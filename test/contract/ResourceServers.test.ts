/** OAuth resource servers, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/ResourceServers.ts"

testScripted(scripted)
