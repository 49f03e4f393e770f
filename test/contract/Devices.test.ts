/** Devices of a user, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/Devices.ts"

testScripted(scripted)
